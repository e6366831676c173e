#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The hops of lookups take as long as they were made to: testdata/hops.tsv says
# how long, and ten per cent are allowed for what the machine adds.  And the
# messages of the lab's captures are as many as there were, however often each
# was captured: DNSFORENSICS_CAPTURES is the folder with the lab's.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

# measured STORE: name, type, number, hop and ms, as in hops.tsv
measured() {
	"$program" query -d "$1" --format csv "
		WITH lookup AS (
			SELECT rtrim(t.name, '.') AS name, t.qtype, h.*,
			       row_number() OVER (PARTITION BY t.name, t.qtype
			                          ORDER BY t.asked_ns) AS nth
			  FROM transactions AS t
			  JOIN hops AS h USING (transaction_id)
			 WHERE t.parent_id IS NULL AND t.kind = 'query'
		)
		SELECT name, qtype, nth, 'path_out' AS hop,
		       path_out_ns / 1e6 AS ms FROM lookup
		UNION ALL
		SELECT name, qtype, nth, 'server',
		       coalesce(own_ns, server_ns) / 1e6 FROM lookup
		UNION ALL
		SELECT name, qtype, nth, 'upstream',
		       coalesce(upstream_ns, 0) / 1e6 FROM lookup
		UNION ALL
		SELECT name, qtype, nth, 'path_back',
		       path_back_ns / 1e6 FROM lookup" | tr -d '\r'
}

# compare FILES: prints what is more than a tenth off, or missing
compare() {
	awk -v files="$1" -v OFS='\t' '
		NR == FNR { split($0, m, ","); key = m[1] OFS m[2] OFS m[3] \
			OFS m[4]; ms[key] = m[5]; next }
		$1 != files { next }
		{ key = $2 OFS $3 OFS $4 OFS $5; rows++ }
		!(key in ms) || ms[key] == "" { print "missing", key; next }
		{ off = ms[key] - $6; if (off < 0) off = -off }
		off > $6 / 10 + 1 { print key, "is " ms[key], "not " $6 }
		END { if (!rows) print "hops.tsv has nothing of " files }
	' FS='\t' "$work/measured" hops.tsv
}

# shellcheck disable=SC2013
for files in $(sed 1d hops.tsv | cut -f 1 | sort -u); do
	rm -f "$work/x.db"
	# shellcheck disable=SC2046
	ask ingest -d "$work/x.db" $(echo "$files" | tr , ' ')
	measured "$work/x.db" >"$work/measured"
	off=$(compare "$files")
	[ -z "$off" ] || bad "$files:" "$off"
done

transcript hops
run report --step slow --threshold 100ms hops-node.pcap
run report --step slow --threshold 100ms hops-n1.pcap hops-n2.pcap
run report --step slow --threshold 100ms hops-n2.pcap
# where the client's node alone was captured, the rest is not the server's
run report --step slow --threshold 100ms hops-n1.pcap
# a first query that was lost is no long path
run report --step path --txn 11 one-of-a-pair.pcap
run report --step upstream last-seen-upstream-silent.pcap
run report --step timeliness --name a.node.many.slow.example hops-node.pcap

messages() { # CAPTURE NUMBER
	rm -f "$work/x.db"
	ask ingest -d "$work/x.db" "$DNSFORENSICS_CAPTURES/lab/$1.pcap"
	ask query -d "$work/x.db" --format csv \
		'SELECT count(DISTINCT message_id) AS n FROM messages'
	found=$(tail -1 "$work/stdout" | tr -d '\r')
	[ "$found" = "$2" ] || bad "$1: $found messages, not $2"
}

if [ -d "${DNSFORENSICS_CAPTURES:-/nonexistent}/lab" ]; then
	for case in A:8 C1:4 D1:4 E0:4 G:1 H:2 J:4 K:4; do
		messages "${case%:*}" "${case#*:}"
	done
else
	echo "hops: only testdata/: DNSFORENSICS_CAPTURES names no folder"
fi

transcripts_end
