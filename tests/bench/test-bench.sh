#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What `make bench` measures with: the generator's captures are the same for
# the same seed, dnsforensics finds in them what the generator put there, and
# tshark finds nothing malformed.  How long anything takes is no matter here.
set -eu

bench=${TOP_BUILDDIR:-.}/tests/bench
top=${TOP_SRCDIR:-$(CDPATH='' cd "$(dirname "$0")/../.." && pwd)}
program=${DNSFORENSICS:-./dnsforensics}
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bad() {
	printf 'bench: %s\n' "$*"
	failed=1
}

# generate OPTION...: a capture, and what is in it
generate() {
	"$bench/generate" --truth "$@" "$work/capture.pcap" 2>"$work/truth" ||
		bad "generate $* failed: $(cat "$work/truth")"
}

truth() {
	sed -n "s/^$1 //p" "$work/truth"
}

# expect WHAT EXPECTED FOUND
expect() {
	[ "$2" = "$3" ] || bad "$options: $1: expected $2, found $3"
}

# Bytes and check sum are written down: another machine makes the same.
check_same() {
	options="-n 3000 $1"
	# shellcheck disable=SC2086
	expect "check sum" "$2" "$("$bench/generate" $options | cksum)"
}

# ask SQL: its only value
ask() {
	"$program" query -d "$work/store.db" --format csv "$1" | tail -n 1 |
		tr -d '\r'
}

# read_as OPTION...: all that can be counted in the same way
read_as() {
	options=$*
	generate "$@"
	rm -f "$work/store.db"
	"$program" ingest -d "$work/store.db" "$work/capture.pcap" \
		>"$work/said" 2>&1 || bad "$options: $(cat "$work/said")"
	captures="packets, messages, copies"
	expect "$captures" \
		"$(truth packets),$(truth messages),$(truth copies)" \
		"$(ask "SELECT $captures FROM captures")"
	expect "transactions, answered, failed" \
		"$(truth transactions),$(truth answered),$(truth failed)" \
		"$(ask "SELECT count(*), count(answered_ns),
			count(*) FILTER (WHERE rcode_raw > 0
				AND answered_ns IS NOT NULL) FROM transactions")"
	expect "messages over TCP, without copies" \
		"$(($(truth tcp_messages) - $(truth tcp_copies)))" \
		"$(ask "SELECT count(DISTINCT message_id) FROM messages
			WHERE transport = 'TCP'")"
}

# Queries wait as long as they may and are given up, which takes a while.
check_counts() {
	read_as -n 12000 --rate 40
	[ "$(ask "SELECT count(*) FROM transactions
		WHERE state = 'unanswered'")" -gt 0 ] ||
		bad "$options: nothing is unanswered"
	read_as -n 12000 --rate 60 --link sll2 --other 20
	expect "packets that are not DNS in a hundred" 20 \
		"$(($(truth other_packets) * 100 / $(truth packets)))"
	for how in names tuples fragments; do
		read_as -n 2000 --hostile $how
	done
}

check_dissection() {
	command -v tshark >/dev/null || {
		echo "bench: tshark is not installed: not asked"
		return
	}
	for options in "--link ethernet" "--link sll2" "--hostile streams"; do
		# shellcheck disable=SC2086
		generate -n 3000 $options
		tshark -n -r "$work/capture.pcap" -Y _ws.malformed \
			>"$work/malformed" 2>/dev/null
		expect "malformed" 0 "$(wc -l <"$work/malformed" | tr -d ' ')"
	done
	options="--link ethernet"
	generate -n 3000 --link ethernet
	tshark -n -r "$work/capture.pcap" -Y dns >"$work/dns" 2>/dev/null
	expect "DNS messages" "$(truth messages)" \
		"$(wc -l <"$work/dns" | tr -d ' ')"
}

check_usage() {
	for options in "-n 0" "-n 1x" "--link token-ring" "--hostile x" "a b"; do
		status=0
		# shellcheck disable=SC2086
		"$bench/generate" $options >/dev/null 2>&1 || status=$?
		expect "exit status" 2 $status
	done
}

# The runner's figures are there, of whatever size.
check_runner() {
	command -v python3 >/dev/null || {
		echo "bench: python3 is not installed: no run"
		return
	}
	python3 -B "$top/tests/bench/run.py" --build "${TOP_BUILDDIR:-.}" \
		--packets 2000 --repeat 1 --captures sll2 --no-peers \
		--no-hostile --pipe 3000 --tmp "$work" --json "$work/bench.json" \
		--aims >"$work/table" 2>"$work/errors" ||
		bad "run.py: $(tail -n 1 "$work/errors")"
	for word in '"schema": "dnsforensics.bench/1"' '"report addresses"' \
		'"rooms with copies"' '"packets": 3000' '"holds"'; do
		grep -qF "$word" "$work/bench.json" || bad "run.py: no $word"
	done
	grep -q "not measured .* PacketQ" "$work/table" ||
		bad "run.py: what was not measured is not said"
}

check_same "" "672778538 458023"
check_same "--link sll2 --other 30" "1754102626 713840"
check_same "--seed 2" "3970091010 477450"
check_same "--hostile names" "3215810984 467781"
check_same "--hostile tuples" "4016699976 306024"
check_same "--hostile fragments" "4217706077 366024"
check_same "--hostile streams" "581732212 260990"
check_counts
check_dissection
check_usage
check_runner
exit $failed
