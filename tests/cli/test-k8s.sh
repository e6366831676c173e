#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Names of pods and services from a snapshot of the cluster: the guide's five
# commands as the guide prints them, reports, selection by pods, and what is
# wrong with snapshots.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

dnsforensics() {
	run "$@"
}

# The guide's commands, with their line breaks: only what runs is replaced.
transcript k8s-guide
dnsforensics trace failures.pcap --k8s snapshot.json \
  --all-namespaces \
  --fields k8s.node,src,dst,name,qtype,rcode \
  --filter "qr==R,rcode!=Success"
dnsforensics trace slow-upstream.pcap --k8s snapshot.json --limit 8 \
  --all-namespaces \
  --fields k8s.node,src,dst,name,qtype,rcode,latency_ns \
  --filter "latency_ns_raw>5000000"
dnsforensics trace node-any.pcap --k8s snapshot.json --limit 8 \
  --all-namespaces \
  --fields src,dst,id,qr,name,nameserver,rcode,latency_ns \
  --filter "nameserver.addr==168.63.129.16"
dnsforensics trace node-any.pcap --k8s snapshot.json \
    -l app=test-pod \
    --fields k8s.node,k8s.namespace,k8s.podname,id,qtype,qr,name,rcode,latency_ns \
    --filter name==microsoft.com.
dnsforensics trace addresses-change.pcap --k8s snapshot.json \
  --fields k8s.podname,id,qtype,qr,name,rcode,num_answers,addresses  \
  --filter name~myheadless

# The same letter for letter, of captures that were ingested with a snapshot.
transcript k8s-guide-store
DNSFORENSICS_DB=$work/guide.db
export DNSFORENSICS_DB
run ingest failures.pcap node-any.pcap addresses-change.pcap --k8s snapshot.json
dnsforensics trace \
  --all-namespaces \
  --fields k8s.node,src,dst,name,qtype,rcode \
  --filter "qr==R,rcode!=Success"
dnsforensics trace \
  --all-namespaces \
  --fields k8s.node,src,dst,name,qtype,rcode,latency_ns \
  --filter "latency_ns_raw>5000000"
dnsforensics trace \
  --all-namespaces \
  --fields src,dst,id,qr,name,nameserver,rcode,latency_ns \
  --filter "nameserver.addr==168.63.129.16"
dnsforensics trace \
    -l app=test-pod \
    --fields k8s.node,k8s.namespace,k8s.podname,id,qtype,qr,name,rcode,latency_ns \
    --filter name==microsoft.com.
dnsforensics trace \
  --fields k8s.podname,id,qtype,qr,name,rcode,num_answers,addresses  \
  --filter name~myheadless
unset DNSFORENSICS_DB

transcript k8s-trace
run trace --k8s snapshot.json ipv6-sll2.pcap --limit 4 --format json --fields \
	src,src.k8s.kind,src.k8s.name,src.k8s.namespace,src.k8s.labels,dst,dst.k8s.kind,dst.k8s.name,dst.k8s.namespace,dst.k8s.labels
run trace --k8s snapshot.json node-any.pcap --limit 8 --fields \
	frame,k8s.podname,k8s.containername,k8s.podlabels,k8s.owner.kind,k8s.owner.name,src
run trace --k8s snapshot.json node-any.pcap --fields frame,src,dst \
	--filter "dst==s/kube-system/kube-dns" --limit 3
run trace --k8s snapshot.json node-any.pcap --fields frame,src,dst \
	--filter "src==n/aks-agentpool-10919919-vmss000000"

transcript k8s-report
run report --k8s snapshot.json --limit 3 --threshold 1ms failures.pcap
run report --k8s snapshot.json --step addresses addresses-change.pcap
run report --k8s snapshot.json --step addresses --format json --limit 2 \
	addresses-change.pcap
run report --k8s snapshot.json --step addresses --name-regex '^_http' \
	first-session.pcap
run report --k8s snapshot.json --step addresses --snapshot-time \
	2026-11-22T20:00:00Z addresses-change.pcap
run report --k8s snapshot.json --step addresses --expect 10.244.0.146 \
	--name-regex myheadless addresses-change.pcap

# verdicts OPTION... CAPTURE: what a report says of the answers for services
verdicts() {
	ask report --step addresses --limit 0 "$@"
	sed -n '/^Answers for services/,/^$/p; /^EndpointSlices/,/^$/p' \
		"$work/stdout" >"$work/part"
	mv "$work/part" "$work/stdout"
	note "dnsforensics report --step addresses --limit 0 $*"
}
transcript k8s-services
for names in '^(?!many)' '^many'; do
	verdicts --k8s services.json --name-regex "$names" services.pcap
	[ -s "$work/stdout" ] || bad "no verdicts on services.pcap"
	! grep -e missing -e unexpected -e 'no such service' "$work/stdout" ||
		bad "where all is well something was found"
done
verdicts --k8s services.json services-wrong.pcap
# The pod that has the address now did not have it then.
sed '/"name": "reports-/s/"2[^"]*Z"/"2099-01-01T00:00:00Z"/g' services.json \
	>"$work/later.json"
verdicts --k8s "$work/later.json" --name-regex orders \
	--snapshot-time "$(time_of services-wrong.pcap 1)" services-wrong.pcap
sed 's/"20[0-9-]*T/"2020-01-01T/g' services.json >"$work/old.json"
sed 's/\("lastHeartbeatTime": "\)[^"]*/\12099-01-01T00:00:00Z/' services.json \
	>"$work/young.json"
sed 's/"[A-Za-z]*\(Time\|Timestamp\)": "[^"]*"/"none": 0/g' services.json \
	>"$work/timeless.json"
grep -v '"kind": "Endpoint' services.json >"$work/no-endpoints.json"
for snapshot in old young timeless no-endpoints; do
	verdicts --k8s "$work/$snapshot.json" --name-regex \
		'orders|cart|remade|gone|moved' services-wrong.pcap
done
verdicts --k8s "$work/old.json" --name-regex '^(web|idle|api|partner)' \
	services.pcap
verdicts --k8s services.json --expect 10.244.1.31 services-wrong.pcap
[ ! -s "$work/stdout" ] || bad "--expect does not take precedence"

# What is wrong with a name that does not exist, by what the snapshot has.
# service NAMESPACE NAME SPEC: one in a snapshot of its own
service() {
	cat >"$work/service.json" <<JSON
[{"kind": "Namespace", "metadata": {"name": "$1"}},
{"kind": "Service", "metadata": {"namespace": "$1", "name": "$2"$4},
"spec": {$3}}]
JSON
	run report --k8s "$work/service.json" --step failures --format csv \
		--name api.default.svc.cluster.local failures.pcap
}
transcript k8s-hints
run report --k8s snapshot.json --step failures --limit 0 --name-regex \
	'^(microsoft|www.example|api|myaks)' first-session.pcap
run report --k8s snapshot.json --step failures --format json --name-regex \
	'^(microsoft|api)' first-session.pcap
run report --k8s snapshot.json --step failures --format csv --name-regex \
	'^api' failures.pcap
service default apis '"clusterIP": "10.0.0.7"' ''
service defaults other '"clusterIP": "10.0.0.7"' ''
service defaults api '"clusterIP": "10.0.0.7"' ''
service default api '"clusterIP": "None"' ''
service default api '"clusterIP": "10.0.0.7"' ''
service default api '"clusterIP": "10.0.0.7"' \
	', "creationTimestamp": "2026-11-23T00:00:00Z"'

# few OPTION...: how many messages are from or to such pods, and which
few() {
	run trace --k8s snapshot.json node-any.pcap --fields frame,src,dst \
		--limit 3 "$@"
}
transcript k8s-selection
few -n shop
few -n '!default,!kube-system'
few -n shop,default -p mypod
few -p mypod
few -p coredns-57d886c994-r2tsk -n kube-system --filter name==web.default.svc.cluster.local.
few -A -l 'tier in (front,back),app'
few -A -l '!pod-template-hash'
few -l app=nosuch
few -l 'app=='
few -l 'app in web'
few -n ''
run report --k8s snapshot.json node-any.pcap --step upstream -l app=web -n shop
run trace node-any.pcap -l app=web -n shop --fields frame --limit 1
run trace --k8s snapshot.json -l app=web -n shop node-any.pcap --format csv \
	--fields frame

# A store keeps its snapshot; another one changes only what is shown.
transcript k8s-store
mkdir "$work/dump" "$work/dump/shop"
cat >"$work/dump/shop/pods.json" <<'JSON'
{"kind": "PodList", "items": [{"metadata": {"namespace": "other", "name":
"pod", "creationTimestamp": "2026-11-22T20:00:00Z"}, "status": {"podIP":
"10.244.0.5"}}]}
JSON
owners="SELECT address, coalesce(shown, name) AS name FROM owners
	WHERE since_ns IS NOT NULL ORDER BY address, since_ns"
run ingest -d "$work/x.db" node-any.pcap
run ingest -d "$work/x.db" --k8s snapshot.json
run query -d "$work/x.db" "$owners"
run trace -d "$work/x.db" --k8s "$work/dump" --fields src --limit 1
run trace -d "$work/x.db" --fields src --limit 1
run ingest -d "$work/x.db" --k8s "$work/dump" \
	--snapshot-time 2026-11-22T23:00:00Z ipv6-sll2.pcap
run query -d "$work/x.db" "$owners"
run query -d "$work/x.db" --format csv \
	'SELECT file, items, utc(taken_ns) AS taken FROM snapshots'
run query -d "$work/x.db" --format json 'SELECT * FROM pods'

transcript k8s-errors
printf '{"kind": "List",\n "items": [{"kind": "Pod",}]}\n' >"$work/broken.json"
printf 'Error from server (Forbidden)\n' >"$work/text.json"
printf '{"kind": "SecretList", "items": []}\n' >"$work/secrets.json"
: >"$work/empty.json"
mkdir "$work/none"
for snapshot in broken.json text.json secrets.json empty.json none absent; do
	run trace --k8s "$work/$snapshot" node-any.pcap --limit 1
done
run ingest -d "$work/x.db" --k8s "$work/broken.json" node-any.pcap
run query -d "$work/x.db" --format csv 'SELECT file FROM snapshots'
run trace --snapshot-time 2026-11-22 node-any.pcap
run trace --k8s snapshot.json --snapshot-time soon node-any.pcap

# Names are foreign text.
transcript k8s-hostile
cat >"$work/hostile.json" <<'JSON'
[{"kind": "Pod", "metadata": {"namespace": "<b>", "name":
"a\u001b[31m\"',;\\|\u202e\n=1+1'); DROP TABLE pod; --", "labels": {"a,b": "c=d",
"x": "<script>"}}, "status": {"podIP": "10.244.0.5"}},
{"kind": "Pod", "metadata": {"namespace": "=cmd", "name": "@x"},
"status": {"podIP": "10.244.0.6"}},
{"kind": "Service", "metadata": {"namespace": "\ud800", "name": "%s%n"},
"spec": {"clusterIP": "10.0.0.10"}},
{"kind": {"kind": "Pod"}}, null, [[]]]
JSON
for format in columns json csv; do
	run trace --k8s "$work/hostile.json" node-any.pcap --filter frame\<=17 \
		--format "$format" --fields src,dst,k8s.podname,k8s.podlabels
done
cp node-any.pcap "$work" && cd "$work" || exit 1
for format in text json csv; do
	run report --k8s hostile.json node-any.pcap --step slow \
		--threshold 1ms --format "$format"
done
cd "$top/testdata" || exit 1
run trace --k8s "$work/hostile.json" node-any.pcap -A -l x -p "x' OR 1=1 --" \
	--fields src

# The same in the other ways in which snapshots come.
transcript k8s-forms
if command -v iconv >/dev/null && command -v gzip >/dev/null; then
	{
		printf '\377\376'
		iconv -f UTF-8 -t UTF-16LE snapshot.json
	} >"$work/powershell.json"
	gzip -c snapshot.json >"$work/snapshot.json.gz"
	for snapshot in snapshot.json "$work/powershell.json" \
		"$work/snapshot.json.gz"; do
		ask trace node-any.pcap --k8s "$snapshot"
		[ "$snapshot" = snapshot.json ] && cp "$work/stdout" "$work/first"
		cmp "$work/stdout" "$work/first" || bad "$snapshot reads otherwise"
	done
fi
status=0
"$program" trace node-any.pcap --k8s - --fields src --limit 1 \
	<snapshot.json >"$work/stdout" 2>"$work/stderr" || status=$?
note 'dnsforensics trace node-any.pcap --k8s - <snapshot.json'

transcripts_end
