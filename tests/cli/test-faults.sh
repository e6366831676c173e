#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kill -9 at any moment of an ingest: the store opens, holds whole captures
# only, and the ingest run again gives what it would have given.
# FAULTS_KILLS says how often; six times if it is not set.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

# Leaks are looked for from another process, where strace is.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

captures='first-session.pcap node-any.pcap lookups.pcap upstreams.pcap
	failures.pcap slow-upstream.pcap loopback-any.pcap'
all=$work/all.db
store=$work/store.db

# rows STORE: what is in it
rows() {
	"$program" query -d "$1" --format csv 'SELECT transaction_id, client,
		client_port, server, name, qtype, state, latency_ns, query_file,
		query_frame, response_frame FROM transactions ORDER BY 1'
}

# value SQL: the one that it gives
value() {
	"$program" query -d "$store" --format csv "$1" 2>&1 |
		tail -n 1 | tr -d '\r'
}

# check_store: after the kill
check_store() {
	[ -s "$store" ] || return 0
	found=$(value 'PRAGMA integrity_check')
	case $found in
	ok) ;;
	# Killed before there was anything in it.
	*'not a dnsforensics store') return 0 ;;
	*) bad "kill $kill: $found" ;;
	esac
	found=$(value 'SELECT count(*) FROM captures WHERE packets IS NULL')
	[ "$found" = 0 ] || bad "kill $kill: half a capture: $found"
}

# shellcheck disable=SC2086
"$program" ingest -d "$all" $captures >/dev/null 2>&1 || bad "no ingest"
rows "$all" >"$work/all.csv"
[ -s "$work/all.csv" ] || bad "nothing is in the store"
kill=0
while [ "$kill" -lt "${FAULTS_KILLS:-6}" ]; do
	rm -f "$store"*
	# shellcheck disable=SC2086
	"$program" ingest -d "$store" $captures >/dev/null 2>&1 &
	# Another moment each time, and not by chance.
	sleep "0.$(printf %03d $((kill * 37 % 300)))"
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
	check_store
	# shellcheck disable=SC2086
	ask ingest -d "$store" $captures
	[ "$status" = 0 ] || bad "kill $kill: again: $(cat "$work/stderr")"
	rows "$store" | cmp -s - "$work/all.csv" ||
		bad "kill $kill: something else than without it"
	kill=$((kill + 1))
done

# fails WHAT COMMAND...: with a line that says why
fails() {
	what=$1
	shift
	"$@" >/dev/null 2>"$work/stderr" </dev/null && bad "$what: it works"
	[ "$(wc -l <"$work/stderr")" = 1 ] ||
		bad "$what: not one line: $(cat "$work/stderr")"
}

# shellcheck disable=SC2016
limited='ulimit "$1" "$2"; shift 2; exec "$@"'
# within LIMIT NUMBER: an ingest of two captures
within() {
	rm -f "$store"*
	sh -c "$limited" sh "$1" "$2" "$program" ingest --no-sandbox \
		-d "$store" loopback.pcap first-session.pcap
}

# From the least with which it starts.
few_files() {
	tried=0
	files=4
	until within -n $files >/dev/null 2>"$work/stderr"; do
		tried=$((tried + 1))
		fails "$files file descriptors" within -n $files
		[ ! -e "$store" ] || [ "$(value 'SELECT count(*)
			FROM captures WHERE packets IS NULL')" = 0 ] ||
			bad "$files file descriptors: half a capture is left"
		files=$((files + 1))
	done
	[ "$tried" -gt 0 ] || bad "no number of files is too small"
}

# Sanitizers have files of their own, and other limits.
[ "${HARDENING-yes}" != yes ] || few_files
if [ -c /dev/full ]; then
	for format in text json csv; do
		fails "full: report $format" sh -c 'exec "$@" >/dev/full' sh \
			"$program" report -d "$all" --format "$format"
		fails "full: query $format" sh -c 'exec "$@" >/dev/full' sh \
			"$program" query -d "$all" --format "$format" 'SELECT 1'
	done
fi
for command in 'report --step slow' trace "query 'SELECT 1'"; do
	fails "closed output: $command" sh -c "exec \"\$0\" $command -d \"\$1\" >&-" \
		"$program" "$all"
done
# Too little memory, folders and stores that may not be written.
ingest_within() {
	sh -c "$limited" sh -v "$1" "$program" ingest -d "$work/small.db" \
		first-session.pcap
}

# From the least in which the program starts to the least in which it works.
little_memory() {
	tried=0
	memory=40000
	until ingest_within $memory >/dev/null 2>"$work/stderr"; do
		if ! grep -q 'shared libraries' "$work/stderr"; then
			tried=$((tried + 1))
			fails 'little memory' ingest_within $memory
		fi
		memory=$((memory + 4000))
	done
	[ "$tried" -gt 0 ] || bad "no memory is too little"
}

[ "${HARDENING-yes}" != yes ] || little_memory
nobody='setpriv --reuid 65534 --clear-groups'
# shellcheck disable=SC2086
if [ "$(id -u)" = 0 ] && $nobody "$program" --version >/dev/null 2>&1; then
	chmod 755 "$work"
	mkdir "$work/closed"
	cp "$all" "$work/closed/x.db"
	for name in x y; do
		fails "read-only: $name" $nobody "$program" ingest \
			-d "$work/closed/$name.db" loopback.pcap
	done
	grep -q 'y\.db: Permission denied' "$work/stderr" ||
		bad "read-only folder: $(cat "$work/stderr")"
fi
[ "$(sh -c '"$@"; echo $? >&2' sh "$program" trace first-session.pcap \
	2>&1 >/dev/full | tail -n 1)" = 1 ] || bad "full: trace ends with 0"
"$program" trace lookups.pcap first-session.pcap upstreams.pcap \
	2>"$work/stderr" | head -n 1 >/dev/null
[ ! -s "$work/stderr" ] || bad "the reader left: $(cat "$work/stderr")"

# A disk that fails at any read of one file: the other is taken in, and one line
# tells.  Also one that grows while it is read, and a slow one.
if strace -o "$work/try" true 2>/dev/null; then
	for when in 1 2 3; do
		rm -f "$store"*
		fails "read $when fails" strace -f -o "$work/try" \
			-P "$PWD/upstreams.pcap" -e trace=read \
			-e "inject=read:error=EIO:when=$when" \
			"$program" ingest --no-sandbox -d "$store" \
			upstreams.pcap lookups.pcap
		[ "$(value "SELECT count(*) FROM transactions
			WHERE query_file = 'lookups.pcap'")" -gt 100 ] ||
			bad "read $when fails: the other capture is lost"
	done
	rm -f "$store"*
	strace -f -o "$work/try" -P "$store" -e trace=pwrite64,fdatasync \
		-e inject=pwrite64,fdatasync:delay_exit=2000 "$program" \
		ingest --no-sandbox -d "$store" loopback.pcap \
		>/dev/null 2>&1 || bad "slow disk: ingest fails"
	[ "$(value 'SELECT count(*) FROM captures')" = 1 ] || bad "slow disk"
fi

# ingest_without N INPUT...: as if upstreams.pcap were removed before look N
ingest_without() {
	rm -f "$store"*
	when=$1
	shift
	strace -f -o "$work/try" -P "$work/caps/upstreams.pcap" \
		-e trace=%file -e "inject=%file:error=ENOENT:when=$when+" \
		"$program" ingest --no-sandbox -d "$store" "$@"
}

# vanishes INPUT...: whenever it does, one line names it; the others are read
vanishes() {
	looks=1
	until ingest_without $looks "$@" >/dev/null 2>"$work/stderr"; do
		if [ "$(wc -l <"$work/stderr")" != 1 ] ||
			! grep -q 'caps/upstreams.pcap: ' "$work/stderr"; then
			bad "gone at look $looks: $(cat "$work/stderr")"
		fi
		[ "$(value 'SELECT group_concat(file) FROM captures' |
			sed 's/.*\///')" = lookups.pcap ] ||
			bad "gone at look $looks: the other capture is lost"
		looks=$((looks + 1))
	done
	[ "$looks" -gt 4 ] || bad "gone: it is not missed at look $looks"
}

if strace -o "$work/try" true 2>/dev/null; then
	mkdir "$work/caps"
	cp upstreams.pcap lookups.pcap "$work/caps"
	vanishes "$work/caps"
	vanishes "$work/caps/upstreams.pcap" "$work/caps/lookups.pcap"
	# Each read takes so long that the file grows meanwhile.
	slowly="strace -f -o $work/try -P $work/grows.pcap -e trace=read
		-e inject=read:delay_exit=30000"
fi
cp first-session.pcap "$work/grows.pcap"
rm -f "$store"*
{
	for _ in 1 2 3 4 5 6 7 8; do
		tail -c +25 lookups.pcap >>"$work/grows.pcap"
		sleep 0.02
	done
} &
# shellcheck disable=SC2086
${slowly-} "$program" ingest --no-sandbox -d "$store" "$work/grows.pcap" \
	>/dev/null 2>"$work/stderr"
wait
[ "$(wc -l <"$work/stderr")" -le 1 ] || bad "grows: $(cat "$work/stderr")"
[ "$(value 'PRAGMA integrity_check')" = ok ] || bad "grows: the store"
[ "$(value 'SELECT packets FROM captures')" -ge 215 ] ||
	bad "grows: what was there before is lost"
fails 'vanished' "$program" ingest -d "$store" "$work/gone.pcap"
# Two at a time into one store: each capture is in it, once.
rm -f "$store"*
"$program" ingest -d "$store" first-session.pcap >/dev/null 2>&1 &
"$program" ingest -d "$store" lookups.pcap >/dev/null 2>&1 || bad "two: one"
wait $! || bad "two: the other"
[ "$(value 'SELECT count(*) FROM captures')" = 2 ] || bad "two: not both"
transcripts_end
