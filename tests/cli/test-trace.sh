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

transcripts_end
