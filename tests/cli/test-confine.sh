#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What commands that read can do once they decode: a command is stopped while
# it waits for its standard input, and its rules are looked at from outside;
# and strace sees what it opened from then on.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"
# Leaks are looked for from another process.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
unset DNSFORENSICS_SANDBOX

mkfifo "$work/pipe"

# status_of ARGUMENT...: of a process that waits for its capture
status_of() {
	"$program" "$@" - <"$work/pipe" >/dev/null 2>&1 &
	waiting=$!
	exec 3>"$work/pipe"
	sleep 1
	cat "/proc/$waiting/status" >"$work/status"
	exec 3>&-
	wait "$waiting"
}

# field NAME: of that status
field() {
	sed -n "s/^$1:[[:space:]]*//p" "$work/status"
}

if [ -r /proc/self/status ]; then
	for command in "ingest -d $work/x.db" report trace; do
		# shellcheck disable=SC2086
		status_of $command
		[ "$(field NoNewPrivs)" = 1 ] ||
			bad "$command: it may gain rights"
		# shellcheck disable=SC2086
		status_of $command --no-sandbox
		[ "$(field NoNewPrivs)" = 0 ] ||
			bad "$command --no-sandbox: it is confined"
	done
fi

# Landlock answers a link out of the directory that was not named: a named
# one is followed, one that is made to be found later is refused.
mkdir "$work/ring" "$work/elsewhere"
cp loopback.pcap "$work/elsewhere/x.pcap"
ln -s ../elsewhere/x.pcap "$work/ring/link.pcap"
ask ingest -d "$work/ring.db" "$work/ring"
[ "$status" = 0 ] || bad "a linked capture is not read: $(cat "$work/stderr")"
ask report --step slow -o "$work/out.txt" "$work/ring"
[ -s "$work/out.txt" ] || bad "no output in confinement"
[ ! -e "$work/out.txt.tmp" ] || bad "the temporary name stays"
ask extract -d "$work/ring.db" --frames 1 -w "$work/out.pcapng"
[ -s "$work/out.pcapng" ] || bad "extract: $(cat "$work/stderr")"

# A pipe has a path as well.
# shellcheck disable=SC2002
cat loopback.pcap | "$program" report --step slow /dev/stdin >"$work/out" ||
	bad "a pipe as /dev/stdin is refused"

if ! strace -o "$work/try" true 2>/dev/null; then
	echo "skipped: system calls cannot be seen without strace"
	transcripts_end
fi

# calls ARGUMENT...: what it asks of the kernel once it is confined
calls() {
	strace -f -o "$work/calls" \
		-e trace=%file,%network,%process,seccomp,prctl \
		"$program" "$@" >/dev/null 2>&1 </dev/null
	grep -q 'seccomp(SECCOMP_SET_MODE_FILTER' "$work/calls" || return 1
	sed '1,/seccomp(SECCOMP_SET_MODE_FILTER/d' "$work/calls"
}

for command in "ingest -d $work/y.db" report trace; do
	# shellcheck disable=SC2086
	calls $command "$work/elsewhere/x.pcap" >"$work/seen" || {
		echo "skipped: built without libseccomp"
		break
	}
	grep -E 'open(at)?\(.*= [0-9]+$' "$work/seen" |
		grep -vE 'x\.pcap|y\.db|, "'"$work"'",|/etc/(services|protocols)|/dnsforensics-[0-9]+' \
			>"$work/opened" && bad "$command opens: $(cat "$work/opened")"
	grep -E '(socket|execve|fork|connect)\(.*= [0-9]+$' "$work/seen" &&
		bad "$command makes a socket or a process"
done
transcripts_end
