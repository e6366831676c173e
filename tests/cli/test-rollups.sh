#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What was counted while captures came in, and rounded, agrees with what is
# counted of the same transactions when they are chosen one by one.

set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	printf '%s\n' "$*" >&2
	exit 1
}

# pairs: each number of a report under the name of its column, one a line
pairs() {
	grep -v '"selection"' | tr '{' '\n' | tr ',' '\n' |
		sed -n 's/^[ ]*\("[a-z0-9_]*": -\{0,1\}[0-9][0-9.]*\)[]} ]*$/\1/p'
}

"$TOP_BUILDDIR/tests/bench/generate" -n 48000 "$work/node.pcap"
"$DNSFORENSICS" ingest -d "$work/x.db" "$work/node.pcap" >/dev/null

[ "$("$DNSFORENSICS" query -d "$work/x.db" --format csv \
	'SELECT is_exact FROM rollup' | tr -d '\r' | tail -n 1)" = 0 ] ||
	fail 'nothing was rounded: the capture is too small for this test'

# told ARGUMENT...: a report without what its commands name
told() {
	"$DNSFORENSICS" report "$@" --format json |
		sed 's/\(--step path --txn [0-9]*\)[^"]*/\1/'
}

# The verdict is kept for later reports: the same bytes as without a store; and
# again when the store has more.
same() { # same CAPTURE...
	[ "$("$DNSFORENSICS" query -d "$work/x.db" --format csv \
		'SELECT count(*) > 0 AND count(*) = count(maker) FROM kept' |
		tr -d '\r' | tail -n 1)" = 1 ] || fail 'no verdict is kept'
	wanted='--step failures,addresses --limit 20'
	# shellcheck disable=SC2086 # words
	told $wanted -d "$work/x.db" >"$work/kept"
	# shellcheck disable=SC2086
	told $wanted "$@" >"$work/made"
	cmp "$work/kept" "$work/made" >&2 || fail 'a verdict that was kept differs'
}
same "$work/node.pcap"

# Lists end sooner than all rows, and their counts say so.
"$DNSFORENSICS" report -d "$work/x.db" --step failures --format html \
	--since 2001-01-01T00:00:00Z | grep -q '>at least 206 more rows: ' ||
	fail 'a list that ended sooner was counted as whole'

# What all steps have in common, and then each of them.
steps='failures slow upstream timeliness addresses overview'
wanted="--step $(echo "$steps" | tr ' ' ,) --limit 20 --format json"
# shellcheck disable=SC2086 # words
"$DNSFORENSICS" report -d "$work/x.db" $wanted >"$work/counted.all"
# shellcheck disable=SC2086
"$DNSFORENSICS" report -d "$work/x.db" $wanted --since 2001-01-01T00:00:00Z \
	>"$work/scanned.all"
for step in head $steps; do
	for kind in counted scanned; do
		if [ "$step" = head ]; then
			sed '/^  "steps"/,$d' "$work/$kind.all"
		else
			sed -n "/^    \"$step\": /,/^    }/p" "$work/$kind.all"
		fi >"$work/$kind.json"
		pairs <"$work/$kind.json" >"$work/$kind"
	done
	[ "$(wc -l <"$work/counted")" -gt 20 ] || fail "$step: no numbers"
	paste "$work/counted" "$work/scanned" | awk -v step="$step" '
		{
			off = $2 - $4
			off = off < 0 ? -off : off
			most = $1 ~ /"p[0-9]+_ns"/ ? 0.01 * $4 : 0
		}
		$1 != $3 || off > most {
			print step ": counted " $1, $2 ", scanned " $3, $4
			bad = 1
		}
		END { exit bad }' >&2 || exit 1
	# The texts too, but for latencies.
	for kind in counted scanned; do
		sed '/"selection"/d; /^ *{"selection/d; s/"p[0-9]*_ns": [0-9]*//g
			s/Half of the answers took [^"]*//' \
			"$work/$kind.json" >"$work/$kind.text"
	done
	diff "$work/counted.text" "$work/scanned.text" >&2 ||
		fail "$step: counted and scanned differ"
done

# Round limits keep what is over them apart; others are within 1 %.
numbers=$("$DNSFORENSICS" query --format csv -d "$work/x.db" "
	SELECT rounded(5000000), rounded(5000001) > 5000000,
	       rounded(99), rounded(0),
	       max(abs(rounded(value) - value) * 100 <= value) AND
	       min(abs(rounded(value) - value) * 100 <= value)
	  FROM (SELECT latency_ns AS value FROM transactions
	         WHERE latency_ns IS NOT NULL)" | tail -n 1 | tr -d '\r')
[ "$numbers" = 5000000,1,99,0,1 ] || fail "rounded: $numbers"

"$DNSFORENSICS" ingest -d "$work/x.db" "$TOP_SRCDIR/testdata/services.pcap" \
	--k8s "$TOP_SRCDIR/testdata/services.json" >/dev/null
same --k8s "$TOP_SRCDIR/testdata/services.json" \
	"$work/node.pcap" "$TOP_SRCDIR/testdata/services.pcap"

# Captures that are there already leave the store as it is, to the byte.
cp "$work/x.db" "$work/before.db"
"$DNSFORENSICS" ingest -d "$work/x.db" "$work/node.pcap" \
	"$TOP_SRCDIR/testdata/services.pcap" 2>/dev/null
cmp "$work/before.db" "$work/x.db" >&2 ||
	fail 'captures that were known changed the store'

# What an ingest that was killed, or another version of the program, left is
# concluded before it is told.
if command -v sqlite3 >/dev/null; then
	sqlite3 "$work/x.db" "UPDATE rollup SET maker = 'another';
		DELETE FROM lookup; DELETE FROM hop; DELETE FROM tally"
	told -d "$work/before.db" >"$work/whole"
	told -d "$work/x.db" >"$work/behind" 2>"$work/stderr"
	cmp "$work/whole" "$work/behind" >&2 ||
		fail 'half of the conclusions were told'
	grep -q 'x.db: not all that came in is concluded' "$work/stderr" ||
		fail 'nothing was said'
	# Triggers of a stranger's store do not run.
	sqlite3 "$work/x.db" 'UPDATE rollup SET last_exchange = -1;
		CREATE TRIGGER t AFTER UPDATE ON rollup
		BEGIN SELECT no_such_function(); END'
	[ "$("$DNSFORENSICS" query -d "$work/x.db" --format csv \
		'SELECT count(*) > 0 FROM lookups' 2>/dev/null |
		tr -d '\r' | tail -n 1)" = 1 ] || fail 'query tells of none'
	sqlite3 "$work/x.db" 'DROP TRIGGER t'
	"$DNSFORENSICS" ingest -d "$work/x.db" >/dev/null ||
		fail 'a store that is behind cannot be concluded'
	told -d "$work/x.db" >"$work/behind" 2>"$work/stderr"
	cmp "$work/whole" "$work/behind" >&2 || fail 'it was not concluded'
	[ ! -s "$work/stderr" ] || fail 'it is not concluded for good'
else
	echo 'no sqlite3: no store that is behind was tried'
fi
