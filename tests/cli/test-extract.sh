#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The packets behind a selection: the right ones, as they were, with a reason,
# and what is said where they cannot be had.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

for tool in tshark editcap reordercap python3; do
	command -v $tool >/dev/null || {
		echo "skipped: $tool is not installed"
		exit 77
	}
done
captures=$PWD
out=$work/out.pcapng

# shark CAPTURE ARGUMENT...
shark() {
	sharks=$1
	shift
	tshark -r "$sharks" "$@" 2>"$work/tshark" ||
		bad "tshark reads no $sharks: $(cat "$work/tshark")"
}

# comments: what Wireshark shows of the extract
comments() {
	shark "$out" -T fields -e frame.comment
}

# cited: the frames that they name, without Wireshark, which takes longer
cited() {
	(cd "$top/tests/cli" && python3 -c 'import cited, sys
for comment in cited.comments(sys.argv[1]):
    print(comment)' "$out") | sed 's/^[^#]*#\([0-9]*\): .*/\1/'
}

# shown ARGUMENT...: dnsforensics extract, and the comments in its output
shown() {
	rm -f "$out"
	run extract "$@" -w "$out"
	[ ! -e "$out" ] || comments >>"$work/transcript"
	echo >>"$work/transcript"
}

# As another program sees packets: when, how long, of which link; all bytes.
# Where the packets are of several links only tshark, which takes long, tells.
facts() {
	if editcap -F nsecpcap "$1" "$work/plain" 2>/dev/null; then
		tail -c +21 "$work/plain"
	else
		shark "$1" -t e -x
	fi
}

# same_packets CAPTURE ARGUMENT...: bit for bit those of the capture
same_packets() {
	capture=$1
	shift
	rm -f "$out" "$work/picked" "$work/ordered"
	ask extract "$@" -w "$out" "$capture"
	[ "$status" = 0 ] || bad "extract $* $capture: $(cat "$work/stderr")"
	# shellcheck disable=SC2046
	editcap -r "$capture" "$work/picked" \
		$(cited) ||
		bad "editcap fails with $capture"
	reordercap "$work/picked" "$work/ordered" >"$work/reordercap" 2>&1 ||
		bad "reordercap fails with $capture"
	facts "$work/ordered" >"$work/expected"
	facts "$out" >"$work/actual"
	[ "$(wc -c <"$work/expected")" -gt 4 ] || bad "$capture: no packets"
	cmp "$work/expected" "$work/actual" ||
		bad "$capture: other packets by $*"
}

# what COUNT EXPECTED WHY
is() {
	[ "$1" = "$2" ] || bad "$3: $1, not $2"
}

transcript extract
shown --step failures first-session.pcap --limit 2
shown --finding SERVFAIL,UNANSWERED failures.pcap
shown --txn 1 hops-node.pcap
shown --filter qr==R,tc==true fragments.pcap truncated-then-tcp.pcap
shown --frames '2,#5-6' fragments.pcap
shown --frames 'vlan.pcap#2,fragments.pcap#1' vlan.pcap fragments.pcap
shown --filter tunnels==1,qr==R,transport==TCP vxlan.pcap
shown --txn 1 unreachable.pcap
shown --name www.silent.example. --nameserver 10.225.0.30 failures.pcap
shown --step upstream --nameserver 10.225.0.30 --limit 2 failures.pcap
shown --step timeliness --name-regex '^www[.]silent' --limit 1 failures.pcap
shown --step addresses --expect 10.1.2.3 --limit 1 failures.pcap
run extract --expect 10.1.2.3 failures.pcap -w "$out"
run extract --step slow --nameserver nobody failures.pcap -w "$out"
run extract --name-regex '(' failures.pcap -w "$out"
shown --txn 1 tcp-segments.pcap

# Queries of one, responses of the next; with DNSFORENSICS_EVERY=5 of every
# fifth.
number=0
for capture in fragments.pcap fragments-first-only.pcap ipv6-extension.pcap \
	tcp-segments.pcap tcp-pipelined.pcap tcp-reordered.pcap tcp-gap.pcap \
	tcp-retransmitted.pcap tcp-midstream.pcap truncated-then-tcp.pcap \
	vxlan.pcap tunnels.pcap vlan.pcap qinq.pcap sll1.pcap raw-tun.pcap \
	loopback.pcap ipv6-sll2.pcap snaplen-cut.pcap \
	formats-nano.pcap formats-micro.pcap formats-big-endian-nano.pcap \
	formats-big-endian-micro.pcap formats.pcapng \
	formats-big-endian.pcapng; do
	number=$((number + 1))
	[ $((number % ${DNSFORENSICS_EVERY:-1})) = 0 ] || continue
	[ $((number % 2)) = 0 ] && kind=R || kind=Q
	same_packets "$capture" --filter "qr==$kind"
done
for capture in fragments.pcap tcp-segments.pcap tcp-gap.pcap vxlan.pcap; do
	same_packets "$capture" --filter qr==R
done
same_packets unreachable.pcap --filter "frame>0"
same_packets first-session.pcap --step all --limit 0

# The rows of a step are the same for report and extract.
for arguments in '--step upstream --nameserver 10.225.0.30' \
	'--step slow --name-regex ^www --threshold 1ms' \
	'--step timeliness --name www.silent.example' \
	'--step addresses --expect 10.1.2.3'; do
	# shellcheck disable=SC2086
	ask report $arguments first-session.pcap --format json --limit 4
	sed -n '/^  "steps"/,$p' "$work/stdout" |
		grep -o '"evidence": "[^"]*"' |
		grep -o 'first-session.pcap#[0-9]*' | sort -u >"$work/expected"
	rm -f "$out"
	# shellcheck disable=SC2086
	ask extract $arguments first-session.pcap --limit 4 -w "$out"
	comments | sed -n 's/: .*step .*//p' | sort -u >"$work/actual"
	[ -s "$work/expected" ] || bad "$arguments: cites nothing"
	cmp -s "$work/expected" "$work/actual" || {
		bad "$arguments: report cites other frames"
		diff "$work/expected" "$work/actual" | head
	}
done

# conclusions CAPTURE: of its transactions, without where they are
conclusions() {
	"$program" trace "$1" --format csv --fields \
		time,src,dst,id,qr,name,qtype,rcode,latency_ns,addresses,tunnel,verdict,state \
		2>/dev/null | sort
}

# The report on whole transactions is the same as on all of the capture.
for capture in fragments.pcap tcp-segments.pcap tcp-pipelined.pcap \
	tcp-reordered.pcap truncated-then-tcp.pcap vxlan.pcap tunnels.pcap \
	hops-node.pcap failures.pcap unreachable.pcap loopback-any.pcap \
	formats-sections.pcapng formats-big-endian.pcapng; do
	ask extract "$capture" -w "$out" --txn "$("$program" trace "$capture" \
		--fields txn --format csv | sed '1d; s/\r$//' | sort -u |
		paste -sd , -)"
	conclusions "$capture" >"$work/expected"
	conclusions "$out" >"$work/actual"
	[ "$(wc -l <"$work/expected")" -gt 1 ] || bad "$capture: no messages"
	diff "$work/expected" "$work/actual" || bad "$capture: other messages"
done

# In the order of time, whatever the files, and the same bytes each time.
editcap -F pcapng -c 20 failures.pcap "$work/ring.pcapng" || bad "editcap"
mkdir "$work/ring"
mv "$work"/ring_* "$work/ring"
for copy in 1 2; do
	ask extract "$work/ring" --filter qr==R -w "$work/$copy.pcapng"
done
cmp "$work/1.pcapng" "$work/2.pcapng" || bad "other bytes the second time"
shark "$work/1.pcapng" -T fields -e frame.time_epoch >"$work/times"
sort -c "$work/times" || bad "not in the order of time"
is "$(wc -l <"$work/times")" \
	"$("$program" trace failures.pcap --filter qr==R --fields frame \
		--format csv | sed 1d | wc -l)" "responses of the ring"

# A message across the border of two files brings the packets of both.
mkdir "$work/tcp"
editcap -F pcap -c 20 tcp-segments.pcap "$work/tcp/x.pcap" || bad "editcap"
ask extract "$work/tcp" --filter qr==R -w "$out"
is "$(shark "$out" -T fields -e dns.count.answers -Y dns.flags.response==1)" \
	"$(shark tcp-segments.pcap -T fields -e dns.count.answers \
		-Y dns.flags.response==1)" "answers over TCP in a ring"

# Interfaces as they were.
ask extract formats.pcapng --filter qr==Q -w "$out"
for file in formats.pcapng "$out"; do
	shark "$file" -Y dns.flags.response==0 -T fields -e frame.time_epoch \
		-e frame.interface_name -e frame.encap_type | sort \
		>"$work/$(basename "$file").is"
done
cmp "$work/formats.pcapng.is" "$work/out.pcapng.is" ||
	bad "other interfaces than in formats.pcapng"

# From a store, whose captures may lie elsewhere by now.
mkdir "$work/case" "$work/moved"
cp failures.pcap vlan.pcap "$work/case"
gzip -nc fragments.pcap >"$work/case/fragments.pcap.gz"
tar cf "$work/case/all.tar" sll1.pcap qinq.pcap
cd "$work/case" || exit 1
ask ingest -d ../case.db failures.pcap vlan.pcap fragments.pcap.gz all.tar
transcript extract-store
run extract -d ../case.db --filter qr==R,tc==true -w "$out"
run extract -d ../case.db --finding UNANSWERED --limit 1 -w "$out"
shown -d ../case.db --frames 'all.tar!qinq.pcap#1,fragments.pcap.gz#3'
shown -d ../case.db --frames 'vlan.pcap#99'
shown -d ../case.db --frames 'vlan.pcap#1,sll1.pcap#1'
shown -d ../case.db --frames 5
shown -d ../case.db --txn 9999
shown -d ../case.db --txn one
shown -d ../case.db --finding NOTHING
shown -d ../case.db --filter name==nowhere.
shown -d ../case.db
cd "$work/moved" || exit 1
mv ../case/failures.pcap ../case/all.tar .
shown -d ../case.db --captures . \
	--frames 'failures.pcap#1,all.tar!sll1.pcap#1'
# One is missing, one has changed, the rest is there.
printf x >>../case/vlan.pcap
shown -d ../case.db --captures ../case \
	--frames 'failures.pcap#1,vlan.pcap#1,fragments.pcap.gz#1'
rm -f "$out"
run extract -d ../case.db --captures ../nowhere --finding UNANSWERED -w "$out"
mkdir ../nothing
run extract -d ../case.db --captures ../nothing --finding UNANSWERED -w "$out"
[ ! -e "$out" ] || bad "a file without packets"
run extract -d ../case.db --captures . --frames 'failures.pcap#1' \
	-w failures.pcap
cmp failures.pcap "$captures/failures.pcap" || bad "evidence was written over"

# Where it goes.
cd "$captures" || exit 1
transcript extract-output
run extract fragments.pcap --txn 1
printf old >"$out"
run extract fragments.pcap --txn 1 -w "$out"
run extract fragments.pcap --txn 1 -w "$work/no/such.pcapng"
run extract fragments.pcap --txn 1 -w fragments.pcap
[ ! -w /dev/full ] || run extract fragments.pcap --txn 1 -w /dev/full
run extract - --txn 1 -w "$out"
run extract fragments.pcap --captures . --txn 1 -w "$out"
run extract fragments.pcap --step nothing -w "$out"
"$program" extract fragments.pcap --txn 1 -w - 2>&1 | cmp - "$out" ||
	bad "standard output gets something else"
[ -z "$(find "$work" -name '*.tmp')" ] || bad "a temporary file is left"

# Names of files may hold anything.
hostile=$(printf 'a b#1,c\033[31m\n.pcap#2.pcap')
mkdir "$work/hostile"
cp fragments.pcap "$work/hostile/$hostile"
cp vlan.pcap "$work/hostile/x.pcap"
cd "$work/hostile" || exit 1
transcript extract-hostile
rm -f "$out"
ask extract . --frames "./$hostile#3-4,./x.pcap#1" -w "$out"
note 'dnsforensics extract . --frames ./HOSTILE#3-4,./x.pcap#1 -w WORK/out.pcapng'
comments >>"$work/transcript"
ask extract . --step addresses --limit 0 -w "$out"
comments >>"$work/transcript"
is "$(comments | grep -c '#10: step addresses')" 1 "cited from a hostile file"
transcripts_end
