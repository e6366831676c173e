#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The trust sheet, each line of it on a capture that was made to have that
# fault; and that conclusions lean on it.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

for tool in editcap mergecap python3; do
	command -v $tool >/dev/null || {
		echo "skipped: $tool is not installed"
		exit 77
	}
done
captures=$PWD
cd "$work" || exit 1
for capture in failures upstreams node-any silent-upstream first-session \
	truncated-then-tcp unreachable fragments vxlan tcp-gap port-5300 \
	duplicates fragments-first-only; do
	cp "$captures/$capture.pcap" .
done

# sheet LINES ARGUMENT...: of the head of a report those lines, an expression,
# what cannot be seen, and what to mind
sheet() {
	lines=$1
	shift
	ask report --step capture "$@"
	awk -v lines="^($lines) " '/^== / { exit }
		/^What cannot|^Mind/ { on = 1 } on || $0 ~ lines' \
		"$work/stdout" >"$work/head"
	mv "$work/head" "$work/stdout"
	note "dnsforensics report --step capture $* # $lines"
}

# section NAME ARGUMENT...: of step capture the section with that heading
section() {
	heading=$1
	shift
	ask report --step capture "$@"
	awk -v heading="$heading" 'index($0, heading) == 1 { on = 1 }
		/^$/ { on = 0 } on' "$work/stdout" >"$work/part"
	mv "$work/part" "$work/stdout"
	note "dnsforensics report --step capture $* # $heading"
}

# chosen CAPTURE NAME FRAMES...: only those, by tshark's filter language or
# numbers; editcap knows numbers
chosen() {
	from=$1 to=$2
	shift 2
	editcap -F pcap -r "$from" "$to" "$@" 2>/dev/null || bad "editcap"
}

# frames CAPTURE FILTER: the numbers of the frames with such messages
frames() {
	"$program" trace "$1" --fields frame --format csv --filter "$2" |
		sed '1d; s/\r$//' | sort -nu
}

pcapng() {
	python3 "$top/tests/cli/make-pcapng.py" \
		"$@" || bad "make-pcapng.py fails"
}

transcript capture-whole
run report --step capture node-any.pcap
run report --step capture --format json failures.pcap
run report --step capture --format csv failures.pcap unreachable.pcap

# A bundle as Retina makes it.
transcript capture-notes
one="slow-dns-aks-pool-12345678-vmss000000-20261122230340UTC"
mkdir bundle
cp node-any.pcap "bundle/$one.pcap"
cat >bundle/tcpdump.log <<LOG
/usr/bin/tcpdump -w /tmp/$one.pcap --relinquish-privileges=root -i any udp port 53
tcpdump: data link type LINUX_SLL2
tcpdump: listening on any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 262144 bytes
62 packets captured
80 packets received by filter
7 packets dropped by kernel
LOG
ifindex=$("$program" trace node-any.pcap --fields interface --format csv |
	sed -n '2s/if#\([0-9]*\).*/\1/p')
cat >bundle/ip-resources.txt <<IP
[{"ifindex":$ifindex,"ifname":"azv0a1b2c3","addr_info":[]}]
IP
sheet 'FILE|NODE|INTERFACES|DROPPED|DROPPED FROM|FILTER|FILTER FROM' bundle
section 'How they were made' bundle
section 'What the captures can show' bundle
tar -cf "$one.tar" -C bundle "$one.pcap" tcpdump.log ip-resources.txt
sheet 'FILE|NODE|INTERFACES|DROPPED|FILTER' "$one.tar"
printf '%s eth7\n' "$ifindex" >map
sheet 'NODE|INTERFACES' --ifmap map node-any.pcap
sheet 'NODE|INTERFACES' --ifmap nosuch node-any.pcap
sheet 'FILE|NODE' --node-from '^(?<node>[a-z]+)-' node-any.pcap
sheet 'FILE|NODE' --node-from '^([a-z]+)-' node-any.pcap

# What pcapng tells beside its packets.
transcript capture-pcapng
pcapng failures.pcap drops.pcapng name=eth0 dropped=3 received=55
sheet 'INTERFACES|DROPPED|DROPPED FROM' drops.pcapng
pcapng failures.pcap none.pcapng dropped=0
sheet 'INTERFACES|DROPPED|DROPPED FROM' none.pcapng
pcapng failures.pcap gadget.pcapng name=virtual \
	'description=k8s.node=aks-1;k8s.containerName=dig;k8s.podName=my%20pod;k8s.namespace=ns1;k8s.podLabels=app%3Dx' \
	'comment=taken by hand' 'note=1:first one' in=1 out=2 \
	host=10.0.0.10:kube-dns
sheet 'NODE|INTERFACES' gadget.pcapng
section 'Interfaces' gadget.pcapng
section 'How they were made' gadget.pcapng
run ingest -d gadget.db gadget.pcapng
run query -d gadget.db 'SELECT frame, text FROM frame_comment'
run query -d gadget.db 'SELECT address, name FROM host_name'
run trace -d gadget.db --limit 3 --fields frame,direction

# Filters, told and guessed, and what they hide.
transcript capture-filters
for filter in 'udp port 53' 'port 53' 'udp dst port 53' 'udp src port 53' \
	'port 53 or icmp' 'tcp' 'host example.com' ''; do
	pcapng failures.pcap filter.pcapng "filter=$filter"
	sheet 'FILTER|FILTER FROM|ONE SIDED' filter.pcapng
done
for capture in silent-upstream truncated-then-tcp unreachable fragments \
	vxlan port-5300; do
	sheet 'FILTER|FILTER FROM' "$capture.pcap"
done

# One direction only.
transcript capture-one-sided
# shellcheck disable=SC2046
chosen upstreams.pcap queries.pcap $(frames upstreams.pcap qr==Q)
# shellcheck disable=SC2046
chosen upstreams.pcap responses.pcap $(frames upstreams.pcap qr==R)
sheet 'ONE SIDED' queries.pcap
sheet 'ONE SIDED' responses.pcap
section 'One-sided flows' --limit 3 queries.pcap
run report --step failures,upstream,timeliness --limit 3 queries.pcap
run report --step failures,upstream --limit 3 responses.pcap

# Where packets were lost, silence is no evidence.
transcript capture-doubt
pcapng upstreams.pcap lossy.pcapng dropped=1000
sheet 'DROPPED' lossy.pcapng
run report --step failures,upstream,timeliness --limit 3 lossy.pcapng
# Few drops do not explain much silence.
pcapng upstreams.pcap few.pcapng dropped=2
run report --step upstream --limit 2 few.pcapng
sheet 'FILTER' tcp-gap.pcap
# shellcheck disable=SC2046
editcap -F pcap upstreams.pcap orphans.pcap \
	$(frames upstreams.pcap qr==Q | sed -n '270,275p')
sheet 'ONE SIDED' orphans.pcap

# Cut packets, fragments, damage.
transcript capture-cut
editcap -F pcap -s 96 failures.pcap short.pcap
sheet 'SNAPLEN|CUT %' short.pcap
editcap -F pcap -s 30 failures.pcap headers.pcap
sheet 'SNAPLEN|CUT %|MESSAGES' headers.pcap
section 'What is in them' headers.pcap
sheet 'FILTER' fragments-first-only.pcap
# part OFFSET/8 MORE BYTE: a fragment of 24 bytes, raw IPv4
part() {
	little 4 1 0 44 44
	little 1 $((0x45)) 0 0 44 0 9 "$2" "$1" 64 17 0 0 10 0 0 10 10 0 0 5
}
{
	pcap_header 101
	part 0 $((0x20)) && little 1 0 53 200 0 0 48 0 0
	little 1 0 7 128 0 0 1 0 0 0 0 0 0 1 97 0 0
	part 2 0 && little 1 1 98 0 0 1 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
	part 3 0 && little 1 1 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
} >overlap.pcap
sheet 'MESSAGES' overlap.pcap
cp "$captures/formats-cut.pcapng" .
sheet 'FORMAT' formats-cut.pcapng
{
	pcap_header 147
	little 4 1 0 4 4 && printf abcd
} >link.pcap
sheet 'LINKTYPE|SNAPLEN|MESSAGES|FILTER FROM' link.pcap

# Times that say nothing, and clocks that go back.
transcript capture-times
pcapng failures.pcap simple.pcapng simple=1
sheet 'FIRST|LAST|TIME FAULTS' simple.pcapng
pcapng failures.pcap zero.pcapng stamp=0
sheet 'FIRST|LAST|TIME FAULTS' zero.pcapng
pcapng failures.pcap equal.pcapng stamp=1795389308
sheet 'FIRST|LAST|TIME FAULTS' equal.pcapng
run report --step slow,timeliness,failures,upstream --limit 3 zero.pcapng
chosen failures.pcap early.pcap 1-20
chosen failures.pcap late.pcap 21-52
mergecap -a -F pcap -w back.pcap late.pcap early.pcap
sheet 'TIME FAULTS' back.pcap

# What is there more than once.
transcript capture-copies
sheet 'MESSAGES|COPIES|REPEATS' node-any.pcap
mergecap -F pcap -w twice.pcap failures.pcap failures.pcap
sheet 'MESSAGES|COPIES|REPEATS' twice.pcap
sheet 'MESSAGES|COPIES|REPEATS' duplicates.pcap

transcripts_end
