#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The page of live --watch, on terminals of several sizes: what tmux shows of a
# program that draws it over a store.  Its clock stands still, so that pages
# are the same each time.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

driver=${TOP_BUILDDIR:-$(dirname "$program")}/tests/cli/watch_driver

command -v tmux >/dev/null || { echo "no tmux: not tested"; exit 77; }
locale -a 2>/dev/null | grep -qi '^C\.utf-*8$' ||
	{ echo "no locale C.UTF-8: not tested"; exit 77; }
[ -x "$driver" ] || { echo "there is no $driver"; exit 1; }

export TMUX_TMPDIR="$work"
unset TMUX

terminal() {
	tmux -L watch -f /dev/null -u "$@"
}

trap 'terminal kill-server 2>/dev/null; rm -rf "$work"' EXIT

# waits COMMAND...: until it succeeds; pages take a moment, on a busy machine
# more than one
waits() {
	tries=300
	until "$@"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.1
	done
}

# shellcheck disable=SC2317 # called by waits
shows() {
	terminal capture-pane -p 2>/dev/null | grep -F -e "$1" >/dev/null
}

# shellcheck disable=SC2317
lacks() {
	! shows "$1"
}

# await TEXT: until the page has it
await() {
	waits shows "$1" || { bad "there is no \"$1\" in:"; page; }
}

page() {
	terminal capture-pane -p
}

# look TITLE: the page becomes part of the transcript
look() {
	page >"$work/stdout"
	: >"$work/stderr"
	status=0
	note "$1"
}

# begin COLUMNS ROWS LOCALE: starts it, and waits for all that happens by itself
begin() {
	terminal kill-server 2>/dev/null && sleep 0.5
	terminal new-session -d -x "$1" -y "$2" \
		"LC_ALL=$3 NO_COLOR= '$driver' '$work/live.db'; sleep 60" ||
		{ echo "tmux does not start here: not tested"; exit 77; }
	await DROPPED
}

ask ingest -d "$work/live.db" failures.pcap odd-names.pcap
[ "$status" = 0 ] || bad "no store: $(cat "$work/stderr")"

if "$driver" "$work/live.db" 2>&1 </dev/null | grep "without ncurses"; then
	exit 77
fi

transcript watch-80x24
begin 80 24 C.UTF-8
look "80 columns, 24 rows"
terminal send-keys s s s s
await "sort: latency"
look "by latency"
terminal send-keys w
await "in 5m00s"
terminal send-keys w
await "in 11m"
terminal send-keys w
await "in 1m00s"
terminal send-keys p
await PAUSED
look "only a minute, and paused"
terminal send-keys p w
await "in 5m00s"
terminal send-keys / SILENX BSpace t
await "SILENt_"
look "a filter is typed"
terminal send-keys Enter
await "/SILENt/"
look "only those names"
terminal send-keys / BSpace '('
await "SILEN(_"
terminal send-keys Enter
await "no filter"
look "a broken pattern"
waits lacks "no filter" || bad "the refusal of a pattern stays"
terminal send-keys q
await "ended with 1"
look "after the end"

transcript watch-200x50
begin 200 50 C.UTF-8
look "200 columns, 50 rows"
terminal resize-window -x 80 -y 24
sleep 1
look "made smaller"
terminal resize-window -x 30 -y 8
sleep 1
look "made very small"
terminal resize-window -x 200 -y 50
sleep 1
look "and large again"

transcript watch-ascii
begin 80 24 C
look "ASCII"

transcripts_end
