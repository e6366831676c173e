#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Each place where a query can be lost is told from a capture in which it was
# lost there (testdata/last-seen.tsv); where a capture cannot show it, nothing is
# claimed.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

seen="SELECT t.client, rtrim(t.name, '.') AS name, t.qtype, l.verdict
        FROM last_seen AS l JOIN transactions AS t USING (transaction_id)"

# What the verdicts are called in last-seen.tsv.
verdict_of() {
	case $1 in
	client-veth)       echo "client interface only" ;;
	left-node)         echo "lost between nodes" ;;
	other-node)        echo "arrived, not delivered" ;;
	dns-pod)           echo "delivered to the server" ;;
	forwarded)         echo "forwarded, not answered" ;;
	upstream-silent)   echo "forwarded, upstream silent" ;;
	response-*)        echo "answered, not delivered" ;;
	gave-up)           echo "client had given up" ;;
	rejected)          echo "rejected" ;;
	no-endpoints)      echo "no endpoint" ;;
	dead-server)       echo "dead server" ;;
	late)              echo "answered late" ;;
	esac
}

take_in() { # CAPTURE...
	rm -f "$work/x.db"
	ask ingest -d "$work/x.db" "$@"
	"$program" query -d "$work/x.db" --format csv "$seen" |
		tr -d '"\r' >"$work/seen"
}

sed 1d last-seen.tsv >"$work/faults"
while IFS="$(printf '\t')" read -r files client name type place _; do
	# shellcheck disable=SC2046
	take_in $(echo "$files" | tr , ' ')
	row=$client,$name,$type,
	verdict=$(verdict_of "$place")
	grep -Fqx "$row$verdict" "$work/seen" ||
		bad "$files: $name is not \"$verdict\": $(cat "$work/seen")"
	# What the server asked for it went to the upstream.
	[ "$place" != upstream-silent ] ||
		grep -Fqx "10.244.0.9,$name,$type,left the node" "$work/seen" ||
		bad "$files: $name upstream: $(cat "$work/seen")"
done <"$work/faults"

# Nobody else is accused: all other lookups were answered.
for capture in last-seen-client-veth last-seen-dns-pod last-seen-response; do
	take_in $capture.pcap
	[ "$(sed 1d "$work/seen" | wc -l)" = 1 ] ||
		bad "$capture: $(cat "$work/seen")"
done

# One interface shows nothing of what is beyond it.
for capture in first-session.pcap failures.pcap upstreams.pcap \
	silent-upstream.pcap duplicates.pcap wrong-source.pcap; do
	take_in $capture
	if grep -E 'only|lost|left|arrived|delivered|forwarded' "$work/seen"
	then
		bad "$capture: that cannot be seen at one interface"
	fi
done
take_in silent-upstream.pcap
grep -q "can't tell" "$work/seen" || bad "silent-upstream.pcap: no verdict"

# alone NAME CAPTURE FILTER: what tcpdump would have captured with that filter
alone() {
	tcpdump -r "$2" -w "$work/$1" "$3" 2>"$work/stderr" || bad "tcpdump"
	take_in "$work/$1"
	grep -v "can't tell" "$work/seen" | sed 1d | grep . &&
		bad "$1: claimed without others to compare with"
}
if command -v tcpdump >/dev/null; then
	# Without others that were passed on, it may have passed unseen.
	alone lone.pcap last-seen-client-veth.pcap 'host 10.244.0.5'
	# Others that ask another server may go another way.
	alone way.pcap last-seen-dns-pod.pcap 'not host 10.244.0.9'
	# The response may reach the client after the capture's end.
	tcpdump -r hops-node.pcap -w "$work/end.pcap" -c 15 2>"$work/stderr" ||
		bad "tcpdump"
	take_in "$work/end.pcap"
	grep -q "can't tell" "$work/seen" || bad "end.pcap: $(cat "$work/seen")"
	# What the server asked never left its own interface.
	tcpdump -r last-seen-upstream-silent.pcap -w "$work/lost.pcap" \
		'not (src 10.224.0.4 and dst 10.225.0.30 and udp[4:2] > 60)' \
		2>"$work/stderr" || bad "tcpdump"
	take_in "$work/lost.pcap"
	[ "$(grep -c '^10.244.0.5.*forwarded, lost' "$work/seen")" = 2 ] ||
		bad "lost.pcap: $(cat "$work/seen")"
	# The other node's capture ends before the query can have come there.
	wire=last-seen-response-wire
	tcpdump -r $wire-n2.pcap -w "$work/early.pcap" -c 4 2>"$work/stderr" ||
		bad "tcpdump"
	take_in $wire-n1.pcap "$work/early.pcap"
	grep -q "left the node" "$work/seen" ||
		bad "early.pcap: $(cat "$work/seen")"
fi

# What may not have been captured is not said to be lost.
mkdir "$work/lossy"
cp last-seen-client-veth.pcap "$work/lossy/x.pcap"
cat >"$work/lossy/tcpdump.log" <<END
tcpdump: data link type LINUX_SLL2
37 packets captured
41 packets received by filter
4 packets dropped by kernel
END
take_in "$work/lossy"
grep -q "can't tell" "$work/seen" || bad "lossy: $(cat "$work/seen")"

transcript seen
# shellcheck disable=SC2013
for files in $(cut -f 1 "$work/faults" | sort -u); do
	rm -f "$work/x.db"
	# shellcheck disable=SC2046
	ask ingest -d "$work/x.db" $(echo "$files" | tr , ' ')
	run query -d "$work/x.db" 'SELECT transaction_id, verdict, place,
		confidence, because, evidence FROM last_seen'
done
run report --step failures last-seen-client-veth.pcap
run report --step failures last-seen-response.pcap
run report --step failures,timeliness \
	last-seen-left-node-n1.pcap last-seen-left-node-n2.pcap
run report --step failures --format json last-seen-reject.pcap
run report --step upstream --nameserver 10.0.0.10 last-seen-dns-pod.pcap

transcripts_end
