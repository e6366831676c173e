#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# live in a network namespace of its own, with a real resolver and real
# clients; what it says is held against what trace says of the file that
# tcpdump wrote beside it.  LIVE_LOAD=1 adds runs under the highest load that
# dnsperf gives, with the losses of both, and the processor time beside
# tshark's.
# Functions are called by until_true and trap.
# shellcheck disable=SC2317
set -u
LC_ALL=C TZ=UTC NO_COLOR=1
export LC_ALL TZ NO_COLOR
unset DNSFORENSICS_DB
# The sanitizer looks for leaks from another process, which confinement forbids.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

top=$(CDPATH='' cd "${TOP_SRCDIR:-$(dirname "$0")/../..}" && pwd)
program=${DNSFORENSICS:-$top/build/dnsforensics}
case $program in /*) ;; *) program=$PWD/$program ;; esac

skip() {
	echo "live is not tested: $*"
	exit 77
}

[ -x "$program" ] || { echo "there is no $program"; exit 1; }
[ "$(id -u)" = 0 ] || skip "only root can make a network namespace"
for tool in ip unbound dig tcpdump setpriv; do
	command -v "$tool" >/dev/null || skip "$tool is missing"
done
space=dnsf-$$
ip netns add "$space" 2>/dev/null || skip "network namespaces are not allowed"

work=$(mktemp -d)
# live becomes nobody.
chmod 777 "$work"
cd "$work" || exit 1
jobs=
failed=0

clean_up() {
	for job in $jobs; do kill "$job" 2>/dev/null; done
	wait
	ip netns del "$space"
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

bad() {
	echo "FAILED: $*"
	failed=1
}

# Without a function $! is the program itself.
inside="ip netns exec $space"
inside() {
	$inside "$@"
}

# until_true SECONDS COMMAND...: as soon as it succeeds
until_true() {
	left=$(($1 * 20))
	shift
	while ! "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.05
	done
}

# run_live NAME ARGUMENT...: in the background as $live, until it listens
run_live() {
	name=$1
	shift
	$inside "$program" live "$@" >"$name.out" 2>"$name.err" &
	live=$!
	jobs="$jobs $live"
	until_true 10 grep -q "^listening on" "$name.err" ||
		bad "$name does not listen: $(cat "$name.err")"
}

# Ends it as Ctrl-C does, and waits.
end_live() {
	kill -INT "$live" 2>/dev/null
	wait "$live"
	status=$?
	[ "$status" = 0 ] || bad "live ended with $status"
}

ask() {
	inside dig +noall +answer +tries=1 +timeout=1 "$@" >/dev/null 2>&1
}

# number STORE SQL: the one value that it gives
number() {
	"$program" query -d "$1" --format csv "$2" | tail -n 1 | tr -d '\r'
}

# Of a CSV what both ways of looking must agree on, each message once.
messages() {
	tr -d '\r' <"$1" | awk -F, 'NR > 1 && !seen[$1]++ {
		$1 = ""; print }'
}

### The world: a resolver on two addresses, which is silent where asked to be
inside ip link set lo up
inside ip addr add 168.63.129.16/32 dev lo
cat >unbound.conf <<END
server:
  interface: 127.0.0.53
  interface: 168.63.129.16
  access-control: 0.0.0.0/0 allow
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "$work"
  pidfile: ""
  use-syslog: no
  local-zone: "example." static
  local-zone: "silent.example." deny
  local-data: "www.example. 60 A 192.0.2.1"
  local-data: "myheadless.example. 60 A 10.244.0.146"
  local-data: "myheadless.example. 60 A 10.244.1.207"
  local-data: "microsoft.com. 60 A 192.0.2.3"
remote-control:
  control-enable: no
END
$inside unbound -c unbound.conf >unbound.log 2>&1 &
jobs="$jobs $!"
until_true 10 ask @127.0.0.53 www.example || skip "unbound does not answer"

pod() {
	cat <<END
{"kind": "List", "items": [{"kind": "Pod", "metadata": {
  "name": "$1", "namespace": "default", "labels": {"app": "test-pod"},
  "creationTimestamp": "2026-01-01T00:00:00Z"}, "spec": {"nodeName": "n1"},
  "status": {"phase": "Running", "podIP": "127.0.0.1",
  "podIPs": [{"ip": "127.0.0.1"}], "startTime": "2026-01-01T00:00:00Z"}}]}
END
}

### The same messages and latencies as trace on tcpdump's file
fields=frame,id,qr,src,dst,name,qtype,rcode,num_answers,addresses,latency_ns
$inside tcpdump -i any -U -w tcpdump.pcap 2>tcpdump.err &
dump=$!
jobs="$jobs $dump"
until_true 10 grep -q listening tcpdump.err || bad "tcpdump does not listen"
run_live same --timeout 1s --format csv --fields "$fields,state" -w same.pcap
ask @127.0.0.53 www.example
ask @127.0.0.53 nope.example AAAA
ask +tcp @127.0.0.53 myheadless.example
ask @127.0.0.99 www.example
ask @127.0.0.53 silent.example
sleep 1.2
until_true 3 grep -q 'silent\.example.*,unanswered' same.out ||
	bad "an unanswered query has no line when its time is over"
ask @168.63.129.16 microsoft.com
# Its packets stay in the kernel for up to a second.
sleep 1.2
end_live
kill "$dump"
wait "$dump" 2>/dev/null
"$program" trace tcpdump.pcap --timeout 1s --format csv --fields "$fields" \
	>same.trace
[ "$(messages same.out | wc -l)" = 10 ] || bad "not all messages were seen"
# id to addresses are equal, in the same order; the last two are compared here
messages same.trace >trace.list
messages same.out | sed 's/ [a-z_]*$//' >live.list
paste -d'|' trace.list live.list | awk -F'|' '
	function latency(text,    part, n) {
		n = split(text, part, " ")
		return part[n] ~ /^[0-9]+$/ ? part[n] : -1
	}
	function others(text) { sub(/ [0-9]*$/, "", text); return text }
	{ gap = latency($1) - latency($2) }
	others($1) != others($2) || gap > 1e6 || gap < -1e6 {
		print "trace: " $1 "\nlive:  " $2; wrong = 1 }
	END { exit wrong }' || bad "live and trace do not agree"
"$program" trace same.pcap --timeout 1s --format csv --fields "$fields" \
	>pcap.trace
messages pcap.trace | cmp -s - live.list ||
	bad "trace of the file of --write-pcap is something else"
grep -q '^timeliness: ' same.err || bad "there is no summary at the end"
grep -q 'no packet was lost' same.err || bad "there is nothing on losses"

### Both guide and counting: five commands at a time
pod mypod >cluster.json
guide() {
	number=$1
	shift
	$inside "$program" live --k8s cluster.json --node aks-n1 \
		--duration 4s "$@" >"guide$number.out" 2>"guide$number.err" &
	guides="$guides $!"
}
inside tc qdisc add dev lo root netem delay 4ms 2>/dev/null && has_delay=1
guides=
guide 1 \
  --all-namespaces \
  --fields k8s.node,src,dst,name,qtype,rcode \
  --filter "qr==R,rcode!=Success"
guide 2 \
  --all-namespaces \
  --fields k8s.node,src,dst,name,qtype,rcode,latency_ns \
  --filter "latency_ns_raw>5000000"
guide 3 \
  --all-namespaces \
  --fields src,dst,id,qr,name,nameserver,rcode,latency_ns \
  --filter "nameserver.addr==168.63.129.16"
guide 4 \
    -l app=test-pod \
    --fields k8s.node,k8s.namespace,k8s.podname,id,qtype,qr,name,rcode,latency_ns \
    --filter name==microsoft.com.
guide 5 \
  --fields k8s.podname,id,qtype,qr,name,rcode,num_answers,addresses  \
  --filter name~myheadless
$inside "$program" live --count 2 --fields frame,qr >count.out 2>count.err &
guides="$guides $!"
# Six that say so; their own words are not in the way of what is expected.
listening() { [ "$(cat guide?.err count.err | grep -c '^listening on')" = 6 ]; }
until_true 10 listening || bad "not all commands listen"
ask @127.0.0.53 nope.example
ask -b 127.0.0.1 @168.63.129.16 microsoft.com
ask @127.0.0.53 microsoft.com
ask @127.0.0.53 myheadless.example
for job in $guides; do
	wait "$job" || bad "a command of the guide fails: $(cat guide?.err)"
done
inside tc qdisc del dev lo root 2>/dev/null
# expect FILE PATTERN COUNT: so many lines below the heading, all like that
expect() {
	if [ "$(sed 1d "$1" | grep -c .)" != "$3" ] ||
		[ "$(sed 1d "$1" | grep -cE "$2")" != "$3" ]; then
		bad "$1 is not as expected: $(cat "$1")"
	fi
}
expect guide1.out '^aks-n1 .* p/default/mypod:[0-9]+ +nope\.example\. +A +NameError$' 1
[ -z "${has_delay-}" ] ||
	expect guide2.out '^aks-n1 .* (Success|NameError) +[0-9.]+ms$' 4
expect guide3.out '168\.63\.129\.16' 2
expect guide4.out '^aks-n1 +default +mypod +[0-9a-f]{4} +A +[QR] +microsoft\.com\.' 4
expect guide5.out '^mypod .* myheadless\.example\.' 2
grep -q 'Success .* 2  10.244.0.146,10.244.1.207' guide5.out ||
	grep -q 'Success .* 2  10.244.1.207,10.244.0.146' guide5.out ||
	bad "guide5 shows no addresses"
expect count.out '[QR]$' 2

### A store that is read while it is written, a snapshot that changes
run_live names -d names.db --k8s cluster.json --fields src,qr --filter qr==Q
ask @127.0.0.53 www.example
until_true 2 grep -q 'p/default/mypod:' names.out || bad "a pod has no name"
pod other >cluster.json
kill -HUP "$live"
until_true 2 grep -q 'read again' names.err || bad "SIGHUP does nothing"
ask @127.0.0.53 www.example
until_true 2 grep -q 'p/default/other:' names.out || bad "the name stays old"
echo '{"kind":' >cluster.json
kill -HUP "$live"
until_true 2 grep -q 'stays as it was' names.err ||
	bad "a broken snapshot is not refused"
has_four() {
	[ "$(number names.db 'SELECT count(*) FROM messages')" = 4 ]
}
until_true 2 has_four || bad "a second process does not see what is there"
"$program" report -d names.db --step timeliness >names.report ||
	bad "no report while it runs"
grep -q '^2 of 2 decided queries' names.report ||
	bad "a report while it runs sees something else"
has_wal() { [ -s names.db-wal ]; }
has_wal || bad "the store has no journal beside it that readers can share"
kill -9 "$live"
wait "$live" 2>/dev/null
mkdir sealed
cp names.db names.db-wal sealed
chmod 444 sealed/*
chmod 555 sealed
setpriv --reuid=65534 --regid=65534 --clear-groups \
	"$program" query -d sealed/names.db 'SELECT 1' 2>sealed.err &&
	bad "a killed run's store is read where nothing can be written"
grep -q 'names.db-wal, which can only be read where' sealed.err ||
	bad "it does not say why: $(cat sealed.err)"
has_four || bad "what was committed is lost by kill -9"
[ ! -e names.db-wal ] || bad "a killed run's journal stays for ever"
run_live names -d names.db -q
ask @127.0.0.53 www.example
sleep 0.2
end_live
[ "$(number names.db 'SELECT count(*) FROM captures')" = 2 ] ||
	bad "a store cannot be gone on with"
[ ! -e names.db-wal ] || bad "a journal stays at the end"

### Rotation: no message is lost between files, old files go, others stay
mkdir files
chmod 777 files
touch files/dns-old.db files/dns-20260101T000000Z.db.bak
run_live rotate -q -d files/dns.db -w files/dns.pcap --rotate 10s --keep 1h
for old in 20260101 20260102; do
	touch "files/dns-${old}T000000Z.db" "files/dns-${old}T000000Z.db-wal"
done
for i in 1 2 3 4 5 6 7 8 9 10; do
	ask @127.0.0.53 www.example
	sleep 1.2
done
end_live
grep -q '^of the last file, files/dns-.*Z\.db:$' rotate.err ||
	bad "the summary does not tell which part it is of"
grep -q '^of ' same.err && bad "a summary of all tells of a part"
[ ! -e files/dns-20260101T000000Z.db ] || bad "an old store stays"
[ ! -e files/dns-20260101T000000Z.db-wal ] || bad "its journal stays"
[ -e files/dns-20260102T000000Z.db ] ||
	bad "a store is removed which may have gone on until now"
for other in files/dns-old.db files/dns-20260101T000000Z.db.bak; do
	[ -e $other ] || bad "$other is removed, which is another's"
done
rm files/dns-20260102* files/dns-old.db files/dns-20260101T000000Z.db.bak
count=0
for store in files/dns-*.db; do
	seen=$(number "$store" 'SELECT count(*) FROM messages')
	count=$((count + seen))
	file=$(number "$store" 'SELECT file FROM captures')
	[ "$file" = "${store%.db}.pcap" ] || bad "$store is of \"$file\""
done
[ "$count" = 20 ] || bad "$count of 20 messages are in the files"
set -- files/dns-*.db
[ $# -ge 2 ] || bad "there is but one file"

### An interface that goes down for a moment
inside ip link add pair0 type veth peer name pair1
inside ip addr add 10.9.0.1/24 dev pair0
inside ip link set pair1 up
inside ip link set pair0 up
run_live pair -i pair0 --fields qr,name --filter qr==Q
inside ip link set pair0 down
until_true 3 grep -q 'pair0: the interface is down' pair.err ||
	bad "it is not told that an interface is down: $(cat pair.err)"
inside ip link set pair0 up
inside ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:02 dev pair0
heard() {
	ask @10.9.0.2 after.example
	grep -q after.example pair.out
}
until_true 1 heard || bad "an interface that was down is not heard again"
end_live
[ "$(grep -c 'is down' pair.err)" = 1 ] || bad "it is down more than once"
run_live gone -q -i pair0
inside ip link del pair0
wait "$live" && bad "a run without any interface ends well"
grep -q 'pair0: .*disappeared$' gone.err || bad "it does not say what is gone"
grep -q '^addresses: ' gone.err || bad "there is no summary of what was"

### A disk that becomes full, where there may be one of our own
mkdir disk
on_disk='mount -t tmpfs -o size=8M,mode=777 tmpfs disk && exec "$@"'
if inside sh -c "$on_disk" sh true 2>/dev/null; then
	$inside sh -c "$on_disk" sh \
		"$program" live -q -d disk/dns.db >disk.out 2>disk.err &
	live=$!
	jobs="$jobs $live"
	until_true 10 grep -q '^listening on' disk.err || bad "no disk"
	ask @127.0.0.53 www.example
	sleep 2
	cat /dev/zero >"/proc/$live/root$work/disk/filler" 2>/dev/null
	# Until none of them finds room any more.
	# shellcheck disable=SC2016
	until_true 10 eval 'ask @127.0.0.53 www.example; ! kill -0 "$live"'
	wait "$live" && bad "a run whose disk is full ends well"
	grep -q 'disk is full' disk.err || bad "it is not told that a disk is full"
	grep -q '^timeliness: 1 of 1 ' disk.err ||
		bad "there is no summary of what was stored: $(cat disk.err)"
fi

### What cannot work says why
refused() {
	pattern=$1
	shift
	"$@" >refused.out 2>refused.err && bad "$* works"
	grep -q -e "$pattern" refused.err || bad "$*: $(cat refused.err)"
}
refused 'CAP_NET_RAW.*setcap cap_net_raw+ep' \
	ip netns exec "$space" setpriv --reuid=65534 --regid=65534 \
	--clear-groups "$program" live -i lo --duration 1s
refused 'no such interface' ip netns exec "$space" "$program" live -i nosuch
refused 'filter "port foo"' \
	ip netns exec "$space" "$program" live -i lo --bpf 'port foo'
refused 'File exists' \
	ip netns exec "$space" "$program" live -i lo -w same.pcap
refused 'which files' "$program" live --rotate 1h
refused 'give both' "$program" live -d x.db --keep 1h
refused 'neither a time' "$program" live -d x.db --rotate 5x
refused 'no time at all' "$program" live --duration 0s
refused 'no time at all' "$program" live --timeout 0
refused 'at least 10s' "$program" live -d x.db --rotate 9s
refused 'c0 is there twice' "$program" live -i c0,c1,c0
refused 'any is all' "$program" live -i c0,any
refused '--quiet prints none' "$program" live -q --fields qr
refused '--watch shows a page' "$program" live --watch --count 1
touch root.db
refused 'the user that live becomes cannot write to it' \
	ip netns exec "$space" "$program" live -i lo -d root.db
[ ! -e x.db ] || bad "a store is made by a wrong command"

### Under load, only by hand: the share that is lost, beside tcpdump's.  Who
### listens first changes from round to round.
share() { awk -v lost="$1" -v all="$2" 'BEGIN {
	printf "%.3f", 100 * lost / (all + (all == 0)) }'; }
listen_ours() { run_live load -i lo "$@"; }
listen_tcpdump() {
	$inside tcpdump -i lo -B 32768 -w load.pcap 'port 53' 2>tcpdump.err &
	dump=$!
	jobs="$jobs $dump"
	until_true 10 grep -q listening tcpdump.err || bad "tcpdump is deaf"
}
# load NAME ROUND ARGUMENT...
load() {
	what=$1 round=$2
	shift 2
	[ $((round % 2)) = 0 ] || listen_ours "$@"
	listen_tcpdump
	[ $((round % 2)) = 1 ] || listen_ours "$@"
	rate=$(inside dnsperf -s 127.0.0.53 -d load.txt -l 5 |
		sed -n 's/ *Queries per second: *//p')
	sleep 1
	end_live
	kill "$dump"
	wait "$dump" 2>/dev/null
	rm -f load.db* load.pcap
	lost=$(sed -n 's/^lo: .* \([0-9]*\) packets* w.* lost.*/\1/p' load.err)
	seen=$(sed -n 's/^lo: \([0-9]*\) packets.*/\1/p' load.err)
	# It counts those that it wrote; the kernel saw each of them twice.
	missed=$(sed -n 's/ packets* dropped by kernel$//p' tcpdump.err)
	wrote=$(sed -n 's/ packets* captured$//p' tcpdump.err)
	echo "$what: $rate queries/s; live lost ${lost:=0} packets," \
		"$(share "$lost" $((lost + seen)))%," \
		"tcpdump $missed, $(share "$missed" $((missed + wrote)))%"
	[ "$lost" -le "$missed" ] || bad "$what: live loses more than tcpdump"
}
# ticks PID: the processor time so far, that of its children's included
ticks() {
	for task in "$1" $(cat "/proc/$1/task/$1/children"); do
		sed 's/.*) //' "/proc/$task/stat"
	done | awk '{ sum += $12 + $13 } END { print sum }'
}
# The processor time of live with lines and of tshark with the same fields, at
# once, per packet of ours.
cost() {
	run_live cost -i lo
	$inside tshark -i lo -f 'port 53' -l -T fields -e frame.time_epoch \
		-e ip.src -e ip.dst -e dns.id -e dns.qry.name -e dns.time \
		>/dev/null 2>tshark.err &
	peer=$!
	jobs="$jobs $peer"
	until_true 10 grep -q "Capturing on" tshark.err || bad "tshark is deaf"
	sleep 1
	ours=$(ticks "$live") theirs=$(ticks "$peer")
	inside dnsperf -s 127.0.0.53 -d load.txt -l 5 -Q 4000 >/dev/null
	sleep 2
	ours=$(($(ticks "$live") - ours))
	theirs=$(($(ticks "$peer") - theirs))
	end_live
	kill -INT "$peer"
	wait "$peer" 2>/dev/null
	seen=$(sed -n 's/^lo: \([0-9]*\) packets.*/\1/p' cost.err)
	awk -v a="$ours" -v b="$theirs" -v n="$seen" -v hz="$(getconf CLK_TCK)" \
		'BEGIN { printf "cost: live %.1f us, tshark %.1f us " \
			"of processor a packet, %.2f\n",
			1e6 * a / hz / n, 1e6 * b / hz / n, a / b }'
}
if [ -n "${LIVE_LOAD-}" ]; then
	for i in 0 1 2 3 4 5 6 7 8 9; do
		echo "n$i.example A"
	done >load.txt
	for round in 1 2 3 4; do
		load store "$round" -q -d load.db
		load lines "$round"
	done
	for round in 1 2 3; do
		cost
	done
fi
exit "$failed"
