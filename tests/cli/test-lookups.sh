#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What the view lookups says of a recording, held against what the applications
# themselves saw while it was made: testdata/lookups.tsv, a line for each with
# client, resolver, name, outcome, addresses, milliseconds and exit status.
set -eu
export LC_ALL=C

top=$(CDPATH='' cd "${TOP_SRCDIR:-$(dirname "$0")/../..}" && pwd)
program=${DNSFORENSICS:-$top/build/dnsforensics}
truth=$top/testdata/lookups.tsv
slack_ms=20

[ -f "$truth" ] || { echo "there is no $truth"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$program" ingest -d "$work/x.db" "$top/testdata/lookups.pcap" >/dev/null
"$program" query -d "$work/x.db" --format csv \
	"SELECT client, name, lower(resolver) AS resolver, outcome, failed,
		waited_ns / 1000000 AS ms
	   FROM lookups ORDER BY lookup_id" >"$work/lookups.csv"

awk -v slack="$slack_ms" '
function bad(what) {
	print name " of " $1 ": " what
	failed = 1
}
# The words of applications, of whatever resolver, and those of the view.
function agrees(seen, told, is_failure) {
	if (seen == "found")
		return is_failure == 0 && told ~ /^(answered|partial)$/
	if (seen == "no-such-name")
		return is_failure == 1 && told == "NXDOMAIN"
	return is_failure == 1 && told ~ /^(SERVFAIL|timed out|partial)$/
}
FNR == NR {
	split($0, cell, ",")
	key = cell[1] " " cell[2]
	count[key]++
	resolver[key] = cell[3]
	outcome[key] = cell[4]
	is_failure[key] = cell[5]
	ms[key] = cell[6]
	next
}
FNR == 1 { next }
{
	name = $3 ~ /\.$/ ? $3 : $3 "."
	key = $1 " " name
	compared++
	if (count[key] != 1)
		bad(count[key] + 0 " lookups instead of one")
	else if (resolver[key] != $2)
		bad("asked by " $2 ", taken for " resolver[key])
	else if (!agrees($4, outcome[key], is_failure[key]))
		bad($4 " there, " outcome[key] " here")
	else if (ms[key] == "" || ms[key] - $7 > slack || $7 - ms[key] > slack)
		bad("waited " $7 " ms there, " ms[key] " here")
}
END {
	if (compared == 0) {
		print "nothing to compare"
		failed = 1
	}
	exit failed
}' "$work/lookups.csv" FS='\t' "$truth"

# For which attempt of whom the server asked, told by hand from the times: 2 s
# after it had for the same.
"$program" query -d "$work/x.db" --format csv \
	"SELECT t.query_frame, p.query_frame AS parent_frame,
		t.parent_confidence
	   FROM transactions AS t
	   JOIN transactions AS p ON p.transaction_id = t.parent_id
	  WHERE t.query_frame IN (529, 549, 559, 595, 601, 603)
	  ORDER BY t.query_frame" | tr -d '\r' | sed 1d >"$work/legs.csv"
cat >"$work/expected.csv" <<EOF
529,495,likely
549,495,likely
559,487,likely
595,495,likely
601,487,likely
603,563,likely
EOF
diff "$work/expected.csv" "$work/legs.csv"

# Its client sent the second response back, not the first.
"$program" ingest -d "$work/twice.db" "$top/testdata/duplicates.pcap" >/dev/null
"$program" query -d "$work/twice.db" --format csv \
	"SELECT DISTINCT outcome FROM lookups
	  WHERE name LIKE 'nosuch%'" | tr -d '\r' | sed 1d >"$work/twice.csv"
echo NXDOMAIN | diff - "$work/twice.csv"
