#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What is said first: the verdict, in each format, and the exit status that
# follows it.  Names that would be more than names stay names in Markdown.
# What is said of captures beyond the transcript is SQL, into which sanitizers do
# not see: with DNSFORENSICS_EVERY=5 it is asked of every fifth.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

# verdict OPTION... CAPTURE...: without the trust sheet, which has its own tests
verdict() {
	ask report --step verdict --exit-code "$@"
	sed -i '/^FILE  /,$d' "$work/stdout"
	note "dnsforensics report --step verdict --exit-code$(
		for word; do typed "$word"; done)"
}

# says OUTCOME STATUS WORDS OPTION... CAPTURE...
number=0
says() {
	number=$((number + 1))
	[ $((number % ${DNSFORENSICS_EVERY:-1})) != 0 ] || surely_says "$@"
}

# surely_says OUTCOME STATUS WORDS OPTION... CAPTURE...: each time
surely_says() {
	outcome=$1 wanted=$2 words=$3
	shift 3
	ask report --step verdict --exit-code --format json "$@"
	[ "$status" = "$wanted" ] || bad "status $status, not $wanted: $*"
	grep -q "^    \"outcome\": \"$outcome\",$" "$work/stdout" ||
		bad "not $outcome: $*"
	grep "\"sentence\"" "$work/stdout" | grep -q -- "$words" ||
		bad "no word of '$words': $(grep '"sentence"' "$work/stdout")"
	! grep '"sentence"' "$work/stdout" | grep -q '[.][.]"' ||
		bad "two dots: $(grep '"sentence"' "$work/stdout")"
	# What counts for the outcome is what symptoms show.
	[ "$outcome" = findings ] ||
		! grep '"symptom"' "$work/stdout" | grep -q '"answer": "yes"' ||
		bad "$outcome, and a symptom is there: $*"
}

transcript verdict
verdict slow-upstream.pcap
verdict first-session.pcap
verdict last-seen-client-veth.pcap
verdict last-seen-left-node-n1.pcap last-seen-left-node-n2.pcap
verdict --k8s snapshot.json last-seen-upstream-silent.pcap
verdict mixed-upstreams.pcap
verdict one-of-a-pair.pcap
verdict truncated-then-tcp.pcap
verdict snaplen-cut.pcap
verdict retransmissions-go.pcap
verdict retransmissions-glibc.pcap
verdict mdns-llmnr.pcap
verdict --name www.refused.example first-session.pcap
verdict forwarding-loop.pcap
run report --step verdict --format csv wrong-source.pcap
run report --step verdict --format json unreachable.pcap
run report --step verdict,failures --limit 2 --format markdown failures.pcap
run report --step verdict --exit-code nowhere.pcap

# Each kind of loss, and who is to blame for it.
says findings 10 'does not get beyond\|do not get beyond' \
	last-seen-client-veth.pcap
says findings 10 'nothing listens at 10.244.0.9' last-seen-dead-server.pcap
says findings 10 'reach 10.244.0.9, which neither' last-seen-dns-pod.pcap
says findings 10 '10.225.20.2 answers 10.244.0.9, which does not' \
	last-seen-forwarded.pcap
says findings 10 'do not arrive at its node' last-seen-left-node-n1.pcap \
	last-seen-left-node-n2.pcap
says findings 10 'has no endpoint' last-seen-no-endpoints.pcap
says findings 10 'not delivered to 10.244.1.9' last-seen-other-node-n1.pcap \
	last-seen-other-node-n2.pcap
says findings 10 'get lost on their way back' last-seen-response.pcap
says findings 10 'rejected by ICMP' last-seen-reject.pcap
says findings 10 '10.244.0.9 asks 10.225.0.30, which does not answer' \
	last-seen-upstream-silent.pcap
says findings 10 'another address than 10.0.0.10' wrong-source.pcap
says findings 10 'which nothing translated' --timeout 1s vip-leak.pcap
says findings 10 '2 of 3 queries .* still wait for an answer, .*: queries leave the node for the service address 10.0.0.10, which nothing translated to a DNS pod [[]likely[]]' \
	vip-leak.pcap
says findings 10 'passes on REFUSED of 10.225.0.50' upstreams.pcap
says healthy 0 'none of 5 lookups failed' addresses-change.pcap
says inconclusive 11 'only queries were captured' retransmissions-musl.pcap
says inconclusive 11 'only 3 lookups' fragments.pcap
says inconclusive 11 'no DNS query' mdns-llmnr.pcap
if command -v editcap >/dev/null; then
	editcap -F pcap -r services.pcap "$work/cut.pcap" 1-41
	says inconclusive 11 ' 1 of 6 lookups is not decided' "$work/cut.pcap"
else
	echo "skipped: one lookup that is not decided: no editcap"
fi

says findings 10 'after 1.40s, when the client has given up' \
	last-seen-gave-up.pcap
says findings 10 '^    "sentence": "3 of 6 lookups .* by 10.244.0.5 fail' \
	mixed-upstreams.pcap

# What the snapshot contradicts counts, unless it may have changed in between.
run report --step verdict --exit-code --k8s services.json \
	--name-regex '^(cart|broken|ghost|web)' services-wrong.pcap
for names in cart search orders moved gone remade; do
	says findings 10 'does not answer for services what' \
		--k8s services.json --name-regex "^$names" services-wrong.pcap
done
says findings 10 'denies services.*: ghost' --k8s services.json \
	--name-regex ^ghost services-wrong.pcap
says findings 10 'no endpoint that is ready.*: idle' --k8s services.json \
	services.pcap
says inconclusive 11 'only 1 lookup' --k8s services.json \
	--name-regex ^orders --expect 10.244.1.21 services-wrong.pcap
says healthy 0 'none of 5 lookups failed' --k8s snapshot.json \
	addresses-change.pcap
# Minutes later the endpoints may be others, but not the cluster address.
minute=$(time_of services-wrong.pcap 1 | sed 's/T17:20:.*/T17:23:00Z/')
says inconclusive 11 'only 1 lookup' --k8s services.json \
	--snapshot-time "$minute" --name-regex ^orders services-wrong.pcap
says findings 10 '1 of 1 lookup .*[[]exact[]]' --k8s services.json \
	--snapshot-time "$minute" --name-regex ^remade services-wrong.pcap
# Nor was it wrong to deny a service that was not there yet: of the same denial
# twice, the service made in between, one is.
if command -v editcap >/dev/null && command -v mergecap >/dev/null; then
	editcap -F pcap -t 60 services-wrong.pcap "$work/later.pcap"
	mergecap -F pcap -w "$work/both.pcap" services-wrong.pcap \
		"$work/later.pcap"
	made=$(time_of services-wrong.pcap 1 | sed 's/T17:20:.*/T17:20:51Z/')
	sed "/\"Service\".*\"name\": \"ghost\"/s/\(creationTimestamp\": \"\)[^\"]*/\1$made/" \
		services.json >"$work/made.json"
	says findings 10 'In 1 of them, .*denies services.*; in 1 of them' \
		--k8s "$work/made.json" --name-regex ^ghost "$work/both.pcap"
else
	echo "skipped: a service that is made: no editcap, or no mergecap"
fi
ask ingest -d "$work/wrong.db" --k8s services.json services-wrong.pcap
run query -d "$work/wrong.db" "SELECT finding, severity, count, meaning
FROM findings WHERE finding LIKE '%-ADDRESS' OR finding = 'SERVICE-DENIED'"
ask extract -d "$work/wrong.db" --finding WRONG-ADDRESS -w "$work/w.pcapng"
grep -q ' 14 packets' "$work/stdout" || bad "not the packets of 7 lookups"

# What only takes long, and where it does.
run report --step verdict --exit-code too-late.pcap
says findings 10 'though only after 6.01s, when the client no longer waits' \
	too-late.pcap
run report --step verdict --exit-code slow-hops.pcap
says findings 10 'take over 1s.* where the time goes cannot be seen here' \
	slow-client.pcap
ask report --step verdict --format json --nameserver 10.225.20.2 slow-hops.pcap
grep -q '"SLOW".*10.225.20.2 takes over 1s to answer' "$work/stdout" ||
	bad "no upstream is slow where only its leg is looked at"
# The cluster's DNS asks itself; a cache on the node asks another one.
says findings 10 '^    "sentence": "12 of 15 queries .* 10.244.0.9 asks 10.0.0.10, which is itself, for www.loop.example.; asked for first by 10.244.0.5' \
	forwarding-loop.pcap
for capture in first-session hops-node last-seen-upstream-silent; do
	ask report --step verdict --format json $capture.pcap
	! grep FORWARDING-LOOP "$work/stdout" || bad "a loop in $capture"
done

# All that is slow is told at once, with the pod that is to blame.
says findings 10 '"7 of 12 lookups .*; in 1 of them, 10.244.0.9 waits for' \
	slow-hops.pcap
ask report --step verdict --format html slow-hops.pcap
grep -q 'How sure: as said behind each cause' "$work/stdout" ||
	bad "one degree for several causes"

# What got lost is the same fault whether the client repeats itself or asks anew
# from another port.
says findings 10 '3 lookups over 1s: queries to 10.0.0.10 do not get beyond the client.s interface at first [[]likely[]]' \
	lookups.pcap
ask report --step verdict --format json lookups.pcap
! grep RETRY "$work/stdout" || bad "one fault told as two"

# The causes follow the findings: no failure counts twice.
ask report --step failures --format json lookups.pcap
grep -q '"the upstream nameservers have issues", "count": 3, "evidence": "UPSTREAM-SILENT (3 of 28 lookups): [^;]*"' \
	"$work/stdout" || bad "failures of the upstream"
grep -q '"none of these, .*", "count": 1, "evidence": "SERVFAIL (1 of 28 lookups): [^;]*"' \
	"$work/stdout" || bad "a failure of which nobody knows why"
grep -q 'in the way", "count": 3, "evidence": "DROPPED-AT-CLIENT (3 ' \
	"$work/stdout" || bad "what got lost is not the network's"

# A part of a store is judged by that part alone.
ask ingest -d "$work/part.db" last-seen-response.pcap
ask report --step verdict --format json --filter src.addr==10.244.0.6 \
	-d "$work/part.db"
grep -q 'two percent", "answer": "No", "number": "0.0 %"' "$work/stdout" ||
	 bad "the other client's lost answer is this one's"
ask report --step verdict --format json --filter src.addr==10.244.0.5 \
	-d "$work/part.db"
grep -q 'two percent", "answer": "Yes", "number": "' "$work/stdout" ||
	bad "an answer that got lost is no missing one"

# A lost one of a pair is a race only if others are not lost as well.
python3 "$top/tests/cli/pairs.py" 20 4 20 0 >"$work/pairs.pcap"
says findings 10 'of A and AAAA sent together one.*[[]likely[]]' \
	"$work/pairs.pcap"
python3 "$top/tests/cli/pairs.py" 20 4 50 1 >"$work/pairs.pcap"
says findings 10 'of 40 queries of such pairs 4 got lost alone, and so did 1 of 50 others [[]ambiguous[]]' \
	"$work/pairs.pcap"
python3 "$top/tests/cli/pairs.py" 20 4 20 2 >"$work/pairs.pcap"
says findings 10 '6 of 40 .*wait for the client to ask' "$work/pairs.pcap"
ask report --step verdict --format json "$work/pairs.pcap"
! grep CONNTRACK-RACE "$work/stdout" || bad "a race where all get lost alike"

# Asked again after 2.5 s, and answered at once: that is no server that is slow,
# and lost in the node only if nothing else explains that the uplink lacks it.
python3 "$top/tests/cli/two-places.py" "$work"
says findings 10 'do not get beyond the client.s interface at first [[]likely[]]' \
	--node n1 "$work/veth.pcap" "$work/within.pcap"
for uplink in beyond.pcap late.pcap drops.pcapng; do
	says findings 10 'wait for the client to ask 10.1.0.1 again [[]likely[]]' \
		--node n1 "$work/veth.pcap" "$work/$uplink"
done
says findings 10 '10.1.0.1 itself takes the time' \
	--node n1 "$work/slow-veth.pcap" "$work/slow.pcap"

# What stub resolvers do tells lookups apart, and what fails them.
python3 "$top/tests/cli/stubs.py" "$work"
surely_says findings 10 '"6 of 6 lookups .* NXDOMAIN for AAAA of names with A' \
	"$work/half-aaaa.pcap"
surely_says findings 10 '"6 of 6 lookups .* NXDOMAIN for A of names with AAAA' \
	"$work/half-a.pcap"
surely_says findings 10 \
	'"15 of 30 lookups .* answers SERVFAIL; the same is answered at other times [[]exact[]]' \
	"$work/polling.pcap"
! grep 'another answer' "$work/stdout" || bad "refuted by what there is"
surely_says findings 10 \
	'"8 of 16 queries .* answers SERVFAIL; asked again, all of them are answered' \
	"$work/again.pcap"
! grep 'another answer' "$work/stdout" || bad "refuted by what there is"
surely_says findings 10 \
	'"8 of 8 queries .* answers SERVFAIL; other servers then answer the same' \
	"$work/another.pcap"
grep -q 'another answer' "$work/stdout" || bad "refuted by another server"
surely_says findings 10 'wait for the client to ask 10.0.0.10 again [[]likely[]]' \
	"$work/patient.pcap"
surely_says findings 10 '"6 of 6 lookups .* NXDOMAIN for AAAA of names with A' \
	"$work/two-servers.pcap"
surely_says findings 10 'fail if the application has musl or Go' \
	"$work/late.pcap"
surely_says findings 10 '"15 of 30 lookups .* answers SERVFAIL' \
	"$work/untimed.pcap"

surely_says findings 10 '"3 of 6 lookups .* denies a name that it answers at other times' \
	"$work/untimed-change.pcap"

# What got no answer is told once, with what was waited for it; a retry has its
# second query as evidence, TCP that is blocked its segments.
surely_says findings 10 '"4 of 8 lookups .* 10.0.0.10 does not answer; [^.]* seen here [[]likely[]][.]"' \
	"$work/failover.pcap"
[ "$(grep -c '"finding": "UNANSWERED"' "$work/stdout")" = 1 ] ||
	bad "unanswered twice"
grep -q '"No", "number": "max 1.90ms; lookups up to 5.00s", "because": ".*; 4 of 8 lookups took over 1s in all"' \
	"$work/stdout" || bad "no word of what lookups waited"
surely_says findings 10 '"10 of 11 .* 10.244.0.53 waits for 10.0.0.1, which leaves queries unanswered [^.]*[.]"' \
	"$work/upstreams.pcap"
! grep '"finding": "UNANSWERED"' "$work/stdout" || bad "unanswered twice"
ask report --step verdict --format json "$work/patient.pcap"
grep '"finding": "RETRY"' "$work/stdout" |
	grep -q 'patient.pcap#1 [^ ]*#2 [^ ]*#3 ' || bad "a retry without its query"
surely_says findings 10 'no TCP connection is made' "$work/blocked.pcap"
grep '"finding": "TCP53-BLOCKED"' "$work/stdout" |
	grep -q '#10 [^ ]*#3 [^ ]*#4 [^ ]*#7 [^ ]*#8 [^ ]*#11 [^ ]*#12"' ||
	bad "blocked TCP without a segment"
surely_says inconclusive 11 '1 still waited when the capture ended' \
	"$work/knocking.pcap"
surely_says findings 10 'none over TCP follows' "$work/elsewhere.pcap"
surely_says inconclusive 11 'of 6 were truncated, and TCP was not captured' \
	"$work/udp-alone.pcap"
! grep 'TRUNCATED\|TC-NO-TCP' "$work/stdout" || bad "no TCP where none can be"

# A list that goes on beyond the cluster is walked to what is answered there.
surely_says healthy 0 'none of 6 lookups failed (48 queries' "$work/short.pcap"
surely_says inconclusive 11 'the search lists of 6 were not seen to their end' \
	"$work/unfinished.pcap"
surely_says inconclusive 11 'the search lists of 6 go on in other lookups' \
	"$work/continued.pcap"
surely_says findings 10 '"6 of 6 lookups .* do not exist: db0.shop.svc.cluster' \
	"$work/in-full.pcap"
surely_says findings 10 '"6 of 12 lookups .* do not exist: db0., db1., db2. ' \
	"$work/aside.pcap"
ask report --step verdict "$work/untimed.pcap"
tr '\n' ' ' <"$work/stdout" | grep -q \
	'Unresponsive services: cannot tell, .*packets have no times' ||
	bad "without times: $(grep Unresponsive "$work/stdout")"

# What servers, and networks, do to queries.
python3 "$top/tests/cli/signatures.py" "$work"
# A service address that something beyond the node translates is no leak.
for capture in beyond beyond-later; do
	says inconclusive 11 ' 1 still waited when the capture ended' \
		"$work/$capture.pcap"
done

# An upstream is to blame only for what its server waited for.
says findings 10 '10.244.0.9 waits for 10.225.0.30, which leaves queries' \
	"$work/next-one.pcap"
says findings 10 '10.244.0.9 answers SERVFAIL [[]exact[]]' \
	"$work/hasty.pcap"
says findings 10 '10.244.0.9 answers SERVFAIL [[]exact[]].*10.225.0.40 answers REFUSED' \
	"$work/parallel.pcap"
says findings 10 '10.244.0.9 answers SERVFAIL, as 10.225.0.30 does not answer it [[]likely[]]' \
	"$work/asked-again.pcap"
ask report --step failures --format json "$work/hasty.pcap"
! grep 'waited for an upstream' "$work/stdout" ||
	bad "an upstream is silent that nobody waited for"

# A selection of nothing is told as that, in each format.
says inconclusive 11 'the selection matches no DNS query (--name no.example.)' \
	--name no.example first-session.pcap
for format in text csv markdown html; do
	ask report --step verdict --exit-code --name no.example \
		--format $format first-session.pcap
	[ "$status" = 11 ] || bad "status $status of $format"
	[ $format = csv ] ||
		grep -q 'the selection matches no DNS query' "$work/stdout" ||
		bad "no word of the selection in $format"
done

# Azure's DNS drops what exceeds its limit: only if it is lost then.
python3 "$top/tests/cli/burst.py" 500 0 1500 200 >"$work/burst.pcap"
says findings 10 'leaves 13.3 % of queries unanswered in seconds in which a' \
	"$work/burst.pcap"
for counts in '500 70 1500 200' '500 0 900 200' '0 0 1500 200'; do
	# shellcheck disable=SC2086  # four words
	python3 "$top/tests/cli/burst.py" $counts >"$work/burst.pcap"
	ask report --step verdict --format json "$work/burst.pcap"
	! grep '"warning".*AZURE-DNS-THROTTLE' "$work/stdout" ||
		bad "blamed a limit for $counts"
done

# Its degree says what there is to compare with; what is lost alike is no limit.
throttled() {
	# shellcheck disable=SC2086  # four words
	python3 "$top/tests/cli/burst.py" $1 >"$work/burst.pcap"
	ask report --step verdict --format json "$work/burst.pcap"
	grep -c "\"$2\".*AZURE-DNS-THROTTLE.*\"confidence\": \"$3\"" "$work/stdout"
}
[ "$(throttled '500 0 1500 200' warning likely)" = 1 ] ||
	bad "no warning where only busy seconds lose"
[ "$(throttled '0 0 1500 200' notice ambiguous)" = 1 ] ||
	bad "no notice where there is nothing to compare with"
[ "$(throttled '500 70 1500 200' '[a-z]*' '[a-z]*')" = 0 ] ||
	bad "a limit where all is lost alike"

# exchanged NAME [START]: a capture of the lines on standard input
exchanged() {
	python3 "$top/tests/cli/exchanges.py" ${2+"$2"} >"$work/$1.pcap"
}

# A host that asks a cache of its own is no loop, even if that one is silent.
exchanged cache <<END
10.244.0.5 10.244.0.9 kubernetes.default.svc.cluster.local 0+ 10.0.0.1 -
10.244.0.9 10.244.0.9 www.example.com 0 203.0.113.1 -
10.244.0.9 10.244.0.9 api.example.com 2 - -
10.244.0.9 10.244.0.9 web.example.com - - -
END
ask report --step verdict --format json "$work/cache.pcap"
grep -q '"sentence"' "$work/stdout" || bad "no verdict on a cache"
! grep FORWARDING-LOOP "$work/stdout" || bad "a loop in a host with a cache"
ask ingest -d "$work/cache.db" "$work/cache.pcap"
ask query -d "$work/cache.db" --format csv \
	"SELECT role FROM address_role WHERE address = '10.244.0.9'"
grep -q 'cluster DNS' "$work/stdout" || bad "nothing that could be a loop"

# What order a name is denied and answered in tells what became of it.
changing() {
	for rcode; do
		case $rcode in
		0) address=10.0.0.80 server=10.0.0.10 ;;
		other) address=10.0.0.80 server=10.0.0.11 rcode=0 ;;
		*) address=- server=10.0.0.10 ;;
		esac
		echo "10.244.0.5 $server db.example.com $rcode $address -"
	done | exchanged changing
}
changing 3 3 3 0 0 0
says findings 10 '3 of 6 .*this name is denied at first, and answered from 22:13:24Z on: db.example.com. [[]exact[]]' \
	"$work/changing.pcap"
changing 0 0 0 3 3 3
says findings 10 '3 of 6 .*10.0.0.10 denies a name, from 22:13:24Z on, that was answered before' \
	"$work/changing.pcap"
changing 3 0 3 3 0 0
says findings 10 '3 of 6 .*10.0.0.10 by turns denies and answers this name: db.example.com.' \
	"$work/changing.pcap"
changing 3 other 3 3 other other
says findings 10 '3 of 6 .*10.0.0.10 denies a name that other servers answer' \
	"$work/changing.pcap"
changing 0 0 3 3 other other
says findings 10 '2 of 6 .*10.0.0.10 denies a name that other servers answer' \
	"$work/changing.pcap"
changing 3 3 3 other other
says findings 10 '3 of 5 .*denied at first, and answered from .*[[]likely[]]' \
	"$work/changing.pcap"

# Names of the cluster that a node asks its own DNS for; the cluster's DNS, which
# asks the same one, has them.
exchanged node <<END
10.244.0.5 10.244.0.9 kubernetes.default.svc.cluster.local 0+ 10.0.0.1 -
10.244.0.5 10.244.0.9 www.example.com 0 203.0.113.1 -
10.244.0.9 168.63.129.16 www.example.com 0 203.0.113.1 -
10.224.0.4 168.63.129.16 db.shop.svc.cluster.local 3 - -
10.224.0.4 168.63.129.16 db.shop.svc.cluster.local.ab.bx.internal.cloudapp.net 3 - -
10.224.0.4 168.63.129.16 cache.shop.svc.cluster.local 3 - -
10.224.0.4 168.63.129.16 www.gone.example 3 - -
END
surely_says findings 10 '"3 of 5 lookups .* In 2 of them, 168.63.129.16 (azure-dns) is asked for names of the cluster, which it does not know: .*; in 1 of them, this name does not exist: www.gone.example. [[]exact[]]' \
	"$work/node.pcap"
grep -q 'consistent with a pod with hostNetwork and dnsPolicy ClusterFirst,' \
	"$work/stdout" || bad "no word of the policy"

# With a suffix of the node they may be what the cluster's DNS passes on, behind
# the address of its node.
exchanged passed <<END
10.224.0.4 168.63.129.16 www.example.com 0 203.0.113.1 -
10.224.0.4 168.63.129.16 db.shop.svc.cluster.local.ab.bx.internal.cloudapp.net 3 - -
END
ask report --step verdict --format json "$work/passed.pcap"
! grep 'NODE-DNSPOLICY' "$work/stdout" || bad "what a server passed on"

# That a blocklist does not have an address is no failure; that a name does not
# exist which begins as an address is.
exchanged list <<END
10.244.0.5 10.0.0.10 2.0.0.127.zen.spamhaus.org 0 127.0.0.4 -
10.244.0.5 10.0.0.10 4.3.2.1.zen.spamhaus.org 3 - -
10.244.0.5 10.0.0.10 4.3.2.1.bl.spamcop.net 3 - -
10.244.0.5 10.0.0.10 4.3.2.1.b.barracudacentral.org 3 - -
10.244.0.5 10.0.0.10 4.3.2.1.sa-trusted.bondedsender.org 3 - -
10.244.0.5 10.0.0.10 www.example.com.multi.surbl.org 3 - -
END
for redact in '' --redact; do
	surely_says healthy 0 'none of 6 lookups failed' \
		${redact:+--redact --key "$work/key"} "$work/list.pcap"
	grep -q '"NXDOMAIN-BLOCKLIST".*"count": 5' "$work/stdout" ||
		bad "no word of blocklists $redact"
done
exchanged list <<END
10.244.0.5 10.0.0.10 4.3.2.1.dnsbl-1.uceprotect.net 3 - -
10.244.0.5 10.0.0.10 9.3.2.1.shop.example.com 3 - -
END
says findings 10 '"1 of 2 lookups .* this name does not exist: 9.3.2.1.shop' \
	"$work/list.pcap"

# Neither is it one with a search list, which a resolver may try first.
exchanged list <<END
10.244.0.5 10.0.0.10 kubernetes.default.svc.cluster.local 0+ 10.0.0.1 -
10.244.0.5 10.0.0.10 4.3.2.1.zen.spamhaus.org.default.svc.cluster.local 3+ - -
10.244.0.5 10.0.0.10 4.3.2.1.zen.spamhaus.org.svc.cluster.local 3+ - -
10.244.0.5 10.0.0.10 4.3.2.1.zen.spamhaus.org.cluster.local 3+ - -
10.244.0.5 10.0.0.10 4.3.2.1.zen.spamhaus.org 3 - -
END
ask report --step verdict --format json "$work/list.pcap"
grep -q '"NXDOMAIN-BLOCKLIST".*"count": 1,' "$work/stdout" ||
	bad "no word of blocklists with a search list"
! grep '"finding": "NXDOMAIN"' "$work/stdout" || bad "a typo"

# Private endpoints of Azure whose zone is missing.
says findings 10 '"6 of 6 lookups .* 10.0.0.10 denies private endpoints (privatelink): n0.blob' \
	"$work/gone.pcap"
exchanged private <<END
10.244.0.5 10.0.0.10 n0.privatelink.blob.core.windows.net 3 - -
10.244.0.5 10.0.0.10 www.example.com 0 203.0.113.1 -
END
says findings 10 'denies the private endpoint (privatelink) of a name: n0' \
	"$work/private.pcap"
surely_says healthy 0 'none of 6 lookups failed' "$work/endpoints.pcap"
grep -q '"notice", "finding": "PRIVATELINK".* "count": 3, .* are public addresses: n1.blob.* n3.blob.* n5.blob.*"ambiguous"' \
	"$work/stdout" || bad "no public addresses"
ask report --step verdict --format json --name-regex '^n[01]' \
	"$work/endpoints.pcap"
grep -q '"notice", "finding": "PRIVATELINK".* "count": 1, ' "$work/stdout" ||
	bad "public addresses of what was not chosen"

# A response with another id, or question, is none, and shows what came back.
for capture in mangled strange; do
	surely_says findings 10 '"6 of 7 queries .* get no response that fits.*: responses of 10.0.0.10 have another id, or another question, .*[[]likely[]]' \
		"$work/$capture.pcap"
	! grep UNSOLICITED "$work/stdout" || bad "$capture: told twice"
done
# But not where others of that port were answered: the query was not captured.
ask report --step verdict --format json "$work/one-port.pcap"
grep -q '"UNSOLICITED".*"count": 15,' "$work/stdout" || bad "no response to none"
! grep '"WRONG-ID"' "$work/stdout" || bad "another id, of a query that is missing"
surely_says findings 10 '"6 of 7 lookups .* fail.*: responses of 10.0.0.10 have another id, or another question, .*[[]likely[]]' \
	"$work/early.pcap"
! grep '"UNANSWERED"\|WRONG-ID.*queries' "$work/stdout" || bad "told twice"
grep -q '"WRONG-ID".*early.pcap#1 .*early.pcap#2"' "$work/stdout" ||
	bad "no response is cited: $(grep '"WRONG-ID"' "$work/stdout")"

# Errors with several reasons are one finding, and say none of them; with one
# reason they say it.
for errors in '22 23' '22 22'; do
	for error in $errors; do
		for i in 1 2 3; do
			echo "10.244.0.5 10.0.0.10 n$error$i.example.com 2 - $error"
		done
	done | exchanged errors
	surely_says findings 10 '"[36] of [36] lookups .* answers SERVFAIL' \
		"$work/errors.pcap"
	found=$(grep -c '"finding": "SERVFAIL"' "$work/stdout")
	[ "$found" = 1 ] || bad "$found findings of the errors $errors"
	grep -c 'SERVFAIL (extended error' "$work/stdout" >"$work/count"
	case $errors in
	'22 23') [ "$(cat "$work/count")" = 0 ] || bad "one reason of two" ;;
	*) grep -q '(extended error 22: No Reachable Auth' "$work/stdout" ||
		bad "no reason" ;;
	esac
done

# What another zone answers for names that a search list made of a service's is
# no answer for that service.
start=1795540800
exchanged search "$start" <<END
10.244.0.5 10.244.0.9 web.default.svc.cluster.local 0+ 10.0.12.34 -
10.244.0.5 10.244.0.9 web.default.svc.example.com 0 203.0.113.1 -
10.244.0.5 10.244.0.9 web.default.svc.cluster.local.example.com 0 203.0.113.1 -
END
ask report --step verdict --format json --k8s services.json "$work/search.pcap"
! grep 'WRONG-ADDRESS\|SERVICE-DENIED\|ADDRESS-CHANGED' "$work/stdout" ||
	bad "a search list's names taken for services"
exchanged search "$start" <<END
10.244.0.5 10.244.0.9 web.default.svc.cluster.local 0+ 10.0.12.34 -
10.244.0.5 10.244.0.9 web.default.svc.cluster.local 0 203.0.113.1 -
END
ask report --step verdict --format json --k8s services.json "$work/search.pcap"
grep -q 'WRONG-ADDRESS' "$work/stdout" || bad "no wrong address, either"

# What a report calls findings, others know by these names.
ask report --step verdict --format json first-session.pcap
names=$(sed -n 's/.*"finding": "\([^"]*\)".*/\1/p' "$work/stdout")
[ -n "$names" ] || bad "no findings of first-session.pcap"
ask ingest -d "$work/x.db" first-session.pcap
ask query -d "$work/x.db" --format csv 'SELECT DISTINCT finding FROM findings'
for name in $names; do
	tr -d "\r" <"$work/stdout" | grep -qx "$name" ||
		bad "the view has no $name"
done
run extract --finding "$(echo "$names" | paste -sd , -)" \
	-w "$work/x.pcapng" first-session.pcap

# All failed lookups are more than the sentence tells of.
verdict failures.pcap

# All steps bring the numbers of the overview along, but no figure or ladder.
ask report --format markdown failures.pcap
grep -q '^| NXDOMAIN | NameError | 5 |' "$work/stdout" || bad "no rcodes"
grep -q '^### Latency by nameserver$' "$work/stdout" || bad "no percentiles"
! grep -q '^## path\|^### Queries over time' "$work/stdout" ||
	bad "more than the numbers"
[ "$(wc -c <"$work/stdout")" -le 65536 ] || bad "Markdown is too long"

# A comment takes no more than that, and what is left out is counted.
ask report --step all,capture,path --format markdown --filter 'qr==Q' \
	upstreams.pcap
[ "$(wc -c <"$work/stdout")" -le 65536 ] || bad "Markdown is too long"
grep -q '^… [0-9]* more rows$' "$work/stdout" || bad "nothing was left out"

# What one client had meanwhile are answers to other queries; and times are
# written alike, one just over a second with all that tells.
surely_says findings 10 '; 10.0.0.10 answered other queries meanwhile, until' \
	"$work/mute.pcap"
grep -q '"Yes", "number": "max 1.002569s"' "$work/stdout" ||
	bad "another form: $(grep '"max' "$work/stdout")"

# A name that leads to none is there.
ask report --step verdict --format json services-wrong.pcap
grep -q '"what": "this name is an alias (CNAME) of a name that does not exist: broken.shop.svc.cluster.local."' \
	"$work/stdout" || bad "an alias is told as no name"

# Whose answers have no times answered, and nobody knows when.
if command -v sqlite3 >/dev/null; then
	ask ingest -d "$work/times.db" last-seen-dead-server.pcap
	sqlite3 "$work/times.db" 'UPDATE tally SET first_ns = NULL, last_ns = NULL'
	ask report --step verdict --format json -d "$work/times.db"
	grep -q '"what": "nothing listens at 10.244.0.9; 10.0.0.10 never answered this client, but others",' \
		"$work/stdout" ||
		bad "answers without times are told as none, or with some"
fi

transcripts_end
