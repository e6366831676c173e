#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# contrib/kubectl-dnsforensics against a kubectl that is a stub (stubs/kubectl):
# what it runs, what it says when that fails, and that its debug pod is gone
# whatever happens.
set -u
LC_ALL=C TZ=UTC
export LC_ALL TZ

top=$(CDPATH='' cd "${TOP_SRCDIR:-$(dirname "$0")/../..}" && pwd)
plugin=$top/contrib/kubectl-dnsforensics
program=${DNSFORENSICS:-$top/build/dnsforensics}
node=aks-np1-41844487-vmss000000
TOP_SRCDIR=$top DNSFORENSICS=$program
export TOP_SRCDIR DNSFORENSICS

skip() {
	echo "kubectl: skipped: $*"
	exit 77
}

command -v setsid >/dev/null || skip 'setsid is not installed'
command -v jq >/dev/null || command -v python3 >/dev/null ||
	skip 'neither jq nor python3 is installed'

work=$(mktemp -d) || exit 1
STUB=$work/stub STUB_ANSWER=$top/tests/contrib/cluster.json STUB_FAILS=
export STUB STUB_ANSWER STUB_FAILS
mkdir -p "$STUB/image" "$work/bin" "$work/here"
trap 'rm -rf "$work"' EXIT
cp "$top/tests/contrib/stubs/tcpdump" "$STUB"
cp "$top/tests/contrib/stubs/kubectl" "$work/bin"
cp "$top/tests/contrib/stubs/chroot" "$STUB/image"

# tools FOLDER TOOL...: makes it a folder for PATH that has only these
tools() {
	folder=$1
	shift
	mkdir -p "$folder"
	for tool; do
		where=$(command -v "$tool") && ln -sf "$where" "$folder"
	done
}

# What the image of the debug pod has, and no tcpdump.
tools "$STUB/image" sh cat date du head ls mkdir mv sleep yes
cd "$work/here" || exit 1
PATH=$work/bin:$PATH

failed=0
bad() {
	printf '%s: %s\n' "$case" "$*"
	failed=1
}

# Begins a case, in an empty folder.
case=
begin() { # NAME [FAILURE...]
	case=$1
	shift
	STUB_FAILS=$*
	rm -rf "$STUB/pod" "$STUB/pod.pid" "$STUB/image/tcpdump" "$work"/here/*
	path=$PATH
	: >"$STUB/calls"
}

# ask STATUS ARGUMENT...: runs the plugin.
ask() {
	expected=$1
	shift
	PATH=$path "$plugin" "$@" >"$work/stdout" 2>"$work/stderr" </dev/null
	got=$?
	[ "$got" -eq "$expected" ] || {
		bad "status $got, not $expected"
		cat "$work/stderr"
	}
}

says() { # PATTERN: the last of what was said
	tail -n 1 "$work/stderr" | grep -q -e "^kubectl dnsforensics: $1" ||
		bad "it says: $(cat "$work/stderr")"
}

says_one_line() { # PATTERN
	says "$1"
	[ "$(wc -l <"$work/stderr")" -eq 1 ] ||
		bad "it says more than a line: $(cat "$work/stderr")"
}

called() { grep -q -e "$1" "$STUB/calls" || bad "not called: $1"; }
not_called() { ! grep -e "$1" "$STUB/calls" || bad "called: $1"; }

# The dead may wait for somebody to bury them.
is_running() {
	kill -0 "$1" 2>/dev/null && ! grep -qs '^State:.Z' "/proc/$1/status"
}

# Nothing remains, neither in the cluster nor here.
is_clean() {
	called '^kubectl .*delete pod node-debugger-x-abcde --ignore-not-found'
	[ -z "$(find . -name '*.part')" ] || bad 'half a file is left'
	[ -e "$STUB/pod.pid" ] || return
	for _ in 1 2 3 4 5 6 7 8 9; do
		is_running "$(cat "$STUB/pod.pid")" || return
		sleep 0.2
	done
	bad 'what the pod ran is still there'
}

### snapshot

begin 'a snapshot holds no secrets'
ask 0 snapshot -o snap.json
says_one_line 'snap.json$'
called "^kubectl get pods,services,endpointslices,endpoints,nodes,namespaces \
--all-namespaces -o json$"
! grep -o 'SECRET[a-z-]*' snap.json || bad 'secrets are in it'
for kept in '"podIP":"10.244.0.5"' '"fd00:10:244::5"' '"app":"test-pod"' \
	'"hostNetwork":false' '"containerPort":8080' '"clusterIP":"10.0.0.10"' \
	'"targetPort":53' '"ready":true' '"address":"10.224.0.4"' \
	'"exitCode":1' '"kind":"Namespace"' '"name":"ndots"' \
	'"kind":"ReplicaSet"'; do
	grep -qF -e "$kept" snap.json || bad "it lacks $kept"
done
[ "$(stat -c %a snap.json 2>/dev/null || echo 600)" = 600 ] ||
	bad 'others may read it'

# A PATH with all that the plugin needs, but for the named ones.
without() { # TOOL...
	rm -rf "$work/few"
	tools "$work/few" sh sed grep mktemp date rm mv cat tr head sleep wc \
		tail jq
	python=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null) &&
		ln -s "$python" "$work/few/python3"
	cp "$work/bin/kubectl" "$work/few"
	for tool; do rm -f "$work/few/$tool"; done
	path=$work/few
}

if command -v jq >/dev/null && command -v python3 >/dev/null; then
	begin 'jq and python3 leave the same'
	ask 0 snapshot -o jq.json
	without jq
	ask 0 snapshot -o python.json
	jq -S . jq.json >jq.sorted
	jq -S . python.json | cmp - jq.sorted || bad 'they differ'
fi

begin 'neither jq nor python3'
without jq python3
ask 1 snapshot -o snap.json
says_one_line 'neither jq nor python3 .* --full$'
ask 0 snapshot -o full.json --full
grep -q 'with --full there are passwords' "$work/stderr" || bad 'no warning'
cmp full.json "$STUB_ANSWER" || bad 'not the whole'
[ ! -e snap.json ] || bad 'a file'

begin 'a name of its own, and standard output'
ask 0 snapshot --context prod --kubeconfig k.conf
ls dnsforensics-snapshot-??????????????UTC.json >/dev/null || bad 'no file'
called '^kubectl --context=prod --kubeconfig=k.conf get pods'
ask 0 snapshot -o -
grep -q '"kind":"List"' "$work/stdout" || bad 'nothing on stdout'

begin 'no rights' rights
ask 1 snapshot -o snap.json
says_one_line 'no rights to read the cluster: (Forbidden): pods is forbidden'
[ -z "$(ls)" ] || bad 'a file is left'

begin 'rights for some' some
ask 0 snapshot -o snap.json
grep -q 'not all could be read: .*nodes' "$work/stderr" || bad 'no warning'
grep -q '"podIP"' snap.json || bad 'the rest is lost'

begin 'no cluster' unreachable
ask 1 snapshot -o snap.json
says_one_line 'the cluster cannot be reached to read the cluster: Unable to'
[ -z "$(ls)" ] || bad 'a file is left'

begin 'no JSON' nonsense
ask 1 snapshot -o snap.json
says_one_line "kubectl's answer cannot be read: "
[ -z "$(ls)" ] || bad 'a file is left'

begin 'no such folder'
ask 1 snapshot -o nosuch/snap.json
says_one_line 'nosuch/snap.json.part cannot be written$'
not_called .

begin 'no kubectl'
without kubectl
ask 1 snapshot
says_one_line 'kubectl is not on PATH$'

begin 'a snapshot that is only shown'
ask 0 snapshot --dry-run
not_called .
[ "$(cat "$work/stdout")" = "kubectl get pods,services,endpointslices,\
endpoints,nodes,namespaces --all-namespaces -o json" ] ||
	bad "$(cat "$work/stdout")"
[ -z "$(ls)" ] || bad 'a file'

### capture

begin "a capture by the node's tcpdump"
ask 0 capture --node "$node" --duration 1s -n debug --filter 'port 53'
says "dnsforensics-$node-.*UTC.tar.gz: 3 packets dropped by kernel$"
called "^kubectl --namespace=debug auth can-i create pods --subresource=exec"
called "^kubectl --namespace=debug debug node/$node --image=[^ ]*busybox:2.0 \
--profile=sysadmin -- sh -c "
called '^kubectl --namespace=debug delete pod node-debugger-x-abcde'
is_clean
archive=$(echo dnsforensics-*)
tar -xzf "$archive"
cmp "${archive%.tar.gz}.pcap" "$top/testdata/node-any.pcap" ||
	bad 'another capture'
[ "$(head -n 1 tcpdump.log)" = \
	"tcpdump -i any -nn -s 0 -U -w - 'port 53'" ] || bad "$(cat tcpdump.log)"
grep -q '"ifname":"azvcli05"' ip-resources.txt || bad 'no names of interfaces'

# What all of this is for: the program knows whose it is and what it lacks.
if [ -x "$program" ]; then
	"$program" report --step capture "$archive" >sheet 2>&1
	for word in "$node" 'port 53' azvcli05; do
		grep -qF -e "$word" sheet || bad "the trust sheet lacks $word"
	done
	grep -q '3 .*dropped' sheet || bad 'the trust sheet lacks the drops'

	begin 'a report'
	cp "$top/testdata/node-any.pcap" dnsforensics-n1-20260301140000UTC.pcap
	tar -czf dnsforensics-n1-20260301140000UTC.tar.gz -- *.pcap
	cp dnsforensics-n1-20260301140000UTC.tar.gz \
		dnsforensics-n1-20260301130000UTC.tar.gz
	cp dnsforensics-n1-20260301140000UTC.tar.gz \
		dnsforensics-n1-b-20260301130000UTC.tar.gz
	ask 0 report --dry-run -- --step slow
	[ "$(cat "$work/stdout")" = "$program report --step slow \
./dnsforensics-n1-20260301140000UTC.tar.gz \
./dnsforensics-n1-b-20260301130000UTC.tar.gz" ] ||
		bad "$(cat "$work/stdout")"
	says_one_line 'no snapshot in \.'
	ask 0 report dnsforensics-n1-20260301140000UTC.tar.gz
	grep -q microsoft.com "$work/stdout" || bad 'no report'
fi

begin 'a report with a snapshot'
mkdir "$work/here/k8s"
cat >k8s/program <<'END'
#!/bin/sh
[ "$2" != --help ] || echo "      --k8s FILE   the snapshot"
printf '%s\n' "$*"
END
chmod +x k8s/program
for name in snapshot-20260301140000UTC.json snapshot-20260302140000UTC.json \
	n1-20260301140000UTC.tar.gz; do
	: >"k8s/dnsforensics-$name"
done
DNSFORENSICS=k8s/program ask 0 report -C k8s
[ "$(cat "$work/stdout")" = "report --k8s \
k8s/dnsforensics-snapshot-20260302140000UTC.json \
k8s/dnsforensics-n1-20260301140000UTC.tar.gz" ] || bad "$(cat "$work/stdout")"
DNSFORENSICS=k8s/program ask 0 report -C k8s --snapshot x.json 'a b.pcap' \
	-- --limit 3
[ "$(cat "$work/stdout")" = 'report --k8s x.json a b.pcap --limit 3' ] ||
	bad "$(cat "$work/stdout")"

begin 'a report without a capture'
ask 1 report
says_one_line 'there is no capture in \.$'
DNSFORENSICS=nosuch ask 1 report
says_one_line 'nosuch is not on PATH'

begin "a capture by the image's tcpdump"
cp "$STUB/tcpdump" "$STUB/image"
rm "$STUB/image/chroot"
ask 0 capture --node "$node" --duration 1s -o x.tar.gz
[ "$(tar -tzf x.tar.gz | wc -l)" -eq 2 ] || bad "$(tar -tzf x.tar.gz)"
cp "$top/tests/contrib/stubs/chroot" "$STUB/image"

begin 'a transfer that breaks off' broken
ask 0 capture --node "$node" --duration 1s -o x.tar.gz
tar -xzf x.tar.gz
cmp dnsforensics-*.pcap "$top/testdata/node-any.pcap" || bad 'another capture'

begin 'a capture that grows too large' flood
cp "$STUB/tcpdump" "$STUB/image"
ask 0 capture --node "$node" --duration 50s --max-size 1 -o x.tar.gz
tar -xzf x.tar.gz
[ "$(wc -c <"$(echo dnsforensics-*.pcap)")" -gt 1000000 ] || bad 'it is small'

begin 'a capture of no size'
ask 2 capture --node "$node" --max-size 0
says_one_line 'no size in MB: 0'
not_called .

# Each failure, and what is said; those behind the pod's start remove it.
capture_fails() { # PATTERN
	ask 1 capture --node "$node" --duration 1s --timeout 2s
	says "$1"
	[ -z "$(ls)" ] || bad 'a file is left'
}

begin 'no such node'
ask 1 capture --node nosuch
says_one_line 'there is no node nosuch; kubectl get nodes lists them$'
not_called ' debug '

begin 'a node of Windows'
ask 1 capture --node win1
says_one_line 'win1 runs Windows: '
not_called ' debug '

begin 'no rights for pods' can-i
capture_fails 'no rights to create pods in the namespace of this context; -n names'
not_called ' debug '

begin 'PodSecurity' security
capture_fails 'pods that see the node are not allowed here'
not_called '^kubectl delete '

begin 'an old kubectl' old
capture_fails 'this kubectl knows no --profile=sysadmin'

begin 'an image that is not there' image
capture_fails "$node cannot get the image .* (ImagePullBackOff): --image"
is_clean

begin 'a pod that does not start' pending
capture_fails 'the debug pod did not start within 2 s (Pending Container'
is_clean

begin 'a pod that ends' ended
capture_fails 'the debug pod ended at once: sh: chroot: Operation not'
is_clean

begin 'no connection into the pod' exec
capture_fails 'cannot see the end of the capture: unable to upgrade'
is_clean

begin 'tcpdump has no permission' permission
capture_fails "tcpdump wrote nothing: .*You don't have permission"
is_clean

begin 'no tcpdump at all' host
capture_fails 'neither the image nor node .* has tcpdump: --image'
is_clean

begin 'a pod that cannot be removed' delete
ask 0 capture --node "$node" --duration 1s -o x.tar.gz
grep -q 'the debug pod is left: kubectl delete pod node-debugger-x-abcde: ' \
	"$work/stderr" || bad 'it does not say so'
kill -- "-$(cat "$STUB/pod.pid")"

# interrupt SIGNAL STATUS: while it captures, or before the pod's name is known
interrupt() {
	"$plugin" capture --node "$node" --duration 60s >"$work/stdout" \
		2>"$work/stderr" </dev/null &
	running=$!
	tries=0
	until [ -s "$STUB/pod/state" ] || grep -q ' debug ' "$STUB/calls" &&
		[ "$STUB_FAILS" = slow ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] || break
		sleep 0.1
	done
	sleep 0.5
	kill -s "$1" "$running"
	[ "$STUB_FAILS" != slow ] || pkill -P "$running" 2>/dev/null
	wait "$running"
	got=$?
	[ "$got" -eq "$2" ] || bad "status $got, not $2: $(cat "$work/stderr")"
	says 'interrupted$'
	is_clean
	[ -z "$(ls)" ] || bad 'a file is left'
}

begin 'ended while it captures'
interrupt TERM 143
begin 'the terminal goes away while it captures'
interrupt HUP 129
if command -v pkill >/dev/null; then
	begin 'ended while the pod is made' slow
	interrupt TERM 143
fi

begin 'a capture that is only shown'
ask 0 capture --node "$node" --dry-run --duration 5m -o 'a b.tar.gz'
not_called .
grep -q "^kubectl debug node/$node --image=[^ ]* --profile=sysadmin -- sh -c" \
	"$work/stdout" || bad 'it does not show the pod'
grep -q "^kubectl delete pod node-debugger-$node-xxxxx " "$work/stdout" ||
	bad 'it does not show how the pod is removed'
grep -q "^tar -czf 'a b.tar.gz.part' " "$work/stdout" || bad 'nor the archive'
[ -z "$(ls)" ] || bad 'a file'

### Words

begin 'help'
ask 0 --help
grep -q '^Usage: kubectl dnsforensics snapshot' "$work/stdout" || bad 'no help'
ask 0 capture --help
for words in 'nosuch' 'capture' 'capture --node' 'capture --node a;b' \
	'snapshot --nosuch' 'snapshot -o' 'report --snapshot' \
	'capture --node n --duration 1y' 'capture --node n --duration 0s' \
	'capture --node n --timeout x'; do
	# shellcheck disable=SC2086
	ask 2 $words
	says_one_line '.*; --help tells more$'
done
ask 2 capture --node n --filter "it's"
says_one_line 'a filter of one line'
not_called .

[ "$failed" -ne 0 ] || echo 'kubectl: all is well'
exit "$failed"
