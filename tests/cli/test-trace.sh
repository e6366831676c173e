#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What `trace` shows: of each capture in testdata/ its messages, in each format
# those of one, and the five commands of the Azure guide.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

dnsforensics() {
	run "$@"
}

# Each capture is here: a new one in testdata/ fails until it is accepted.
for capture in *.pcap *.pcapng; do
	transcript "trace-$capture"
	run trace --limit 40 --fields "frame,interface,transport,src,dst,id,qr,\
name,qtype,rcode,latency_ns,num_answers,state,verdict" "$capture"
done

transcript trace-formats
few=frame,time,name,qtype,rcode,latency_ns,addresses,tc,edns.do,ede
for format in columns json jsonpretty csv; do
	run trace failures.pcap --fields "$few" --limit 5 --format "$format"
done
run trace failures.pcap --limit 2
run trace edns.pcap --format json --limit 12 --filter qr==R --fields \
	frame,rcode,flags,edns.size,edns.do,edns.subnet,ede,ede_text
run trace port-5300.pcap --port 5300 --fields frame,transport,name,rcode
run trace first-session.pcap --filter rcode==NXDOMAIN --filter 'name~shop' \
	--fields frame,name,rcode
since=$(time_of failures.pcap 3)
run trace failures.pcap --fields frame,name --since "$since" \
	--until "$(time_of failures.pcap 6)"
run trace --fields help

# The guide's commands, with their line breaks: only what runs is replaced.
transcript trace-guide
dnsforensics trace failures.pcap \
  --all-namespaces \
  --fields k8s.node,src,dst,name,qtype,rcode \
  --filter "qr==R,rcode!=Success"
dnsforensics trace slow-upstream.pcap \
  --all-namespaces \
  --fields k8s.node,src,dst,name,qtype,rcode,latency_ns \
  --filter "latency_ns_raw>5000000"
dnsforensics trace failures.pcap \
  --all-namespaces \
  --fields src,dst,id,qr,name,nameserver,rcode,latency_ns \
  --filter "nameserver.addr==168.63.129.16"
dnsforensics trace node-any.pcap \
    -l app=test-pod \
    --fields k8s.node,k8s.namespace,k8s.podname,id,qtype,qr,name,rcode,latency_ns \
    --filter name==microsoft.com.
dnsforensics trace addresses-change.pcap \
  --fields k8s.podname,id,qtype,qr,name,rcode,num_answers,addresses  \
  --filter name~myheadless

# Fragments that nothing follows are handed on late: still in time for their
# query, however short its wait is, whether another comes or the capture ends.
# query SECOND HOST, part SECOND HOST: the first fragment of the response
header() {
	little 4 "$1" 0 60 60
	little 1 $((0x45)) 0 0 60 0 7 "$2" 0 64 17 0 0
}
query() {
	header "$1" 0
	little 1 10 0 0 "$2" 10 0 0 53 200 0 0 53 0 40 0 0
	little 1 0 7 1 0 0 1 0 0 0 0 0 0 1 97 0 0 1 0 1 0 0 0 0 0
	little 4 0 0
}
part() {
	header "$1" $((0x20))
	little 1 10 0 0 53 10 0 0 "$2" 0 53 200 0 8 0 0 0
	little 1 0 7 128 0 0 1 0 9 0 0 0 0 1 97 0 0 1 0 1
	little 1 192 12 0 1 0 1 0 0 0 60 0 4 192
}
{
	pcap_header 101
	query 1 1
	part 1 1
	query 99 2
	part 99 2
	query 99 3
} >"$work/late.pcap"
transcript trace-late-fragments
run trace --timeout 1s --fields frame,src,qr,name,num_answers,state,verdict \
	"$work/late.pcap"

# From captures nothing is concluded that trace does not show: in any field it
# tells the same as from a store, where all is.
fields=$("$program" trace --fields help | sed -n 's/^\([a-z][^ ]*\) .*/\1/p' |
	paste -sd , -)
# as_stored ARGUMENT...: both read the captures that they name
as_stored() {
	rm -f "$work/stored.db"
	ask ingest -d "$work/stored.db" "$@"
	"$program" trace --format csv --fields "$fields" "$@" >"$work/read" 2>&1
	"$program" trace --format csv --fields "$fields" -d "$work/stored.db" \
		>"$work/stored" 2>&1
	[ "$(wc -l <"$work/read")" -gt 2 ] || bad "$*: no messages"
	diff "$work/read" "$work/stored" || bad "$*: a store tells other things"
}
as_stored --k8s snapshot.json node-any.pcap
as_stored --k8s services.json services.pcap
as_stored --node-from '(?<node>n[12])' hops-n1.pcap hops-n2.pcap
as_stored lookups.pcap first-session.pcap vxlan.pcap

transcripts_end
