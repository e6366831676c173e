# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # shares its variables with record.sh
# Cases about the way of a lookup: which hop took the time, where it was last
# seen, and what the application made of it.  What was done to each is written
# down beside the captures, in hops.tsv, last-seen.tsv and lookups.tsv.

# What each hop costs.  On the node the time passes between two of its
# interfaces, at the server behind the pod's, at the upstream in its cable.
case_hops() {
	cluster_of_slow_hops
	printf 'file\tname\tqtype\tnth\thop\tms\n' >"$run/hops.tsv"
	record hops-node.pcap n1 any "$dns_filter"
	hop_lookups node
	stop_recording
	hops_of_lookups hops-node.pcap node 50 80 100 60

	service_at 10.244.1.9
	wait_for dig_at client 10.0.0.10 dns-version.cluster.local
	sleep 2
	record hops-n1.pcap n1 any "$dns_filter"
	record hops-n2.pcap n2 any "$dns_filter"
	hop_lookups nodes
	stop_recording
	python3 rewrite.py later:1.7 "$out/hops-n2.pcap" "$out/hops-n2.pcap"
	hops_of_lookups hops-n1.pcap,hops-n2.pcap nodes 80 80 160 90
	mv "$run/hops.tsv" "$out/hops.tsv"
}

# On n1 50 ms there and 60 ms back; 80 ms in either DNS pod; 100 ms to the
# upstream and back; 30 ms in each direction between n1 and n2.
cluster_of_slow_hops() {
	lab_with_dns
	cable_up --delay 50
	second_node_up 30
	coredns_in dns2
	hold n1 50 FORWARD -i azvcli+ -p udp --dport 53
	hold n1 60 FORWARD -o azvcli+ -p udp --sport 53
	hold dns 80 INPUT -p udp --dport 53
	hold dns2 80 INPUT -p udp --dport 53
	# The first answer to this name is lost, wherever it comes from.
	in_ns outside iptables -A FORWARD -i cable0 -p udp --sport 53 \
		-m string --algo bm --string again -m statistic --mode nth \
		--every 2 --packet 0 -j DROP
}

hop_lookups() { # NAME-OF-SET
	local name
	for name in a b c; do
		dig_in client "$name.$1.many.slow.example"
	done
	dig_in client "a.$1.many.slow.example"		# from the cache
	dig_in client web.default.svc.cluster.local	# from a zone of its own
	dig_in client2 api.shop.svc.cluster.local AAAA
	getent_at client "both.$1.many.slow.example."
	dig_in client2 +time=8 "again.$1.many.slow.example"
	dig_in client2 "b.$1.many.slow.example"
}

# hops_of_lookups FILE NAME-OF-SET OUT SERVER UPSTREAM BACK
hops_of_lookups() {
	local file=$1 set=$2.many.slow.example out_ms=$3 server=$4 up=$5 back=$6
	local name type nth
	while read -r name type nth up; do
		printf "$file\t$name\t$type\t$nth\t%s\t%s\n" \
			path_out "$out_ms" server "$server" \
			upstream "$up" path_back "$back" >>"$run/hops.tsv"
	done <<-END
	a.$set A 1 $up
	b.$set A 1 $up
	c.$set A 1 $up
	a.$set A 2 0
	web.default.svc.cluster.local A 1 0
	api.shop.svc.cluster.local AAAA 1 0
	both.$set A 1 $up
	both.$set AAAA 1 $up
	again.$set A 1 $((2000 + up))
	b.$set A 2 0
	END
}

# The lookups that go well, of another client, beside the one that doesn't.
healthy() {
	dig_in client2 +time=2 "${@:-web.default.svc.cluster.local}"
}

# It goes on for so long that what nobody answered is decided.
others_go_on() {
	local _
	for _ in 1 2 3 4 5 6; do
		sleep 3
		healthy
	done
	stop_recording
}

# lost NAME [OPTION...]: the lookup that gets no answer.
lost() {
	dig_in client +time=2 "$@"
}

case_last_seen_client_veth() {
	lab_with_dns
	record last-seen-client-veth.pcap n1 any "$dns_filter"
	healthy
	in_ns n1 iptables -A FORWARD -i azvcli05 -p udp --dport 53 -j DROP
	lost www.example.com
	healthy www.example.com
	others_go_on
}

record_both_nodes() { # NAME
	record "$1-n1.pcap" n1 any "$dns_filter"
	record "$1-n2.pcap" n2 any "$dns_filter"
}

case_last_seen_left_node() {
	two_nodes_with_dns
	record_both_nodes last-seen-left-node
	healthy
	in_ns outside iptables -A FORWARD -s 10.244.0.5 -j DROP
	lost www.example.com
	healthy www.example.com
	others_go_on
}

case_last_seen_other_node() {
	two_nodes_with_dns
	record_both_nodes last-seen-other-node
	healthy
	in_ns n2 iptables -A FORWARD -s 10.244.0.5 -o azvdns19 -j DROP
	lost www.example.com
	healthy www.example.com
	others_go_on
}

# CoreDNS hangs until the kubelet kills it: what waits in its socket goes with
# it.  Meanwhile the other client asks the upstream itself.
case_last_seen_dns_pod() {
	lab_with_dns
	record last-seen-dns-pod.pcap n1 any "$dns_filter"
	healthy www.example.com
	kill -STOP "$coredns_pid"
	lost microsoft.com
	healthy @168.63.129.16 microsoft.com
	dns_pod_restarts
	others_go_on
}

dns_pod_restarts() {
	dns_pod_dies
	dns_pod_starts
}

dns_pod_dies() {
	kill -KILL "$coredns_pid"
	wait "$coredns_pid" 2>/dev/null || true	# without a word about it
	sleep 0.5
}

dns_pod_starts() {
	coredns_in dns
	sleep 2
}

# The upstream's answer reached the DNS pod; CoreDNS hangs.
case_last_seen_forwarded() {
	lab_with_dns
	cable_up --delay 300
	record last-seen-forwarded.pcap n1 any "$dns_filter"
	healthy www.example.com
	meanwhile lost a.many.slow.example
	sleep 0.3
	kill -STOP "$coredns_pid"
	all_done
	healthy @168.63.129.16 microsoft.com
	dns_pod_restarts
	others_go_on
}

# One that CoreDNS gives up at last, and one before whose end it is killed.
case_last_seen_upstream_silent() {
	lab_with_dns
	record last-seen-upstream-silent.pcap n1 any "$dns_filter"
	healthy www.example.com
	dig_in client +time=8 a.silent.example
	healthy www.fast.example
	meanwhile lost b.silent.example
	sleep 1
	dns_pod_restarts
	all_done
	others_go_on
}

case_last_seen_response() {
	lab_with_dns
	record last-seen-response.pcap n1 any "$dns_filter"
	healthy
	in_ns n1 iptables -A FORWARD -o azvcli05 -p udp --sport 53 -j DROP
	lost www.example.com
	healthy www.example.com
	others_go_on
}

case_last_seen_response_wire() {
	two_nodes_with_dns
	record_both_nodes last-seen-response-wire
	healthy
	in_ns outside iptables -A FORWARD -d 10.244.0.5 -j DROP
	lost www.example.com
	healthy www.example.com
	others_go_on
}

case_last_seen_gave_up() {
	lab_with_dns
	cable_up --delay 700
	record last-seen-gave-up.pcap n1 any "$dns_filter"
	healthy www.example.com
	dig_in client +time=1 a.many.slow.example
	healthy microsoft.com
	dig_in client +time=1 a.many.silent.example
	others_go_on
}

# Rules of a policy that says no: as such, and as if nobody listened.
case_last_seen_reject() {
	local reason
	lab_with_dns
	record last-seen-reject.pcap n1 any "$dns_filter"
	healthy
	for reason in icmp-admin-prohibited icmp-port-unreachable; do
		in_ns n1 iptables -I FORWARD -i azvcli05 -p udp --dport 53 \
			-j REJECT --reject-with $reason
		lost "${reason#icmp-}.example.com"
		healthy www.example.com
	done
	others_go_on
}

case_last_seen_no_endpoints() {
	lab_with_dns
	record last-seen-no-endpoints.pcap n1 any "$dns_filter"
	healthy
	service_without_endpoints
	lost www.example.com
	healthy @10.244.0.9 www.example.com
	in_ns n1 iptables -F FORWARD
	service_at 10.244.0.9
	others_go_on
}

case_last_seen_dead_server() {
	lab_with_dns
	record last-seen-dead-server.pcap n1 any "$dns_filter"
	healthy
	dns_pod_dies
	lost www.example.com
	healthy @168.63.129.16 www.example.com
	dns_pod_starts
	others_go_on
}

# The answer comes after the client has asked again, but still to its socket.
case_last_seen_late() {
	lab_with_dns
	cable_up --delay 700
	resolv_conf client 'nameserver 10.0.0.10' 'options timeout:1 attempts:3'
	record last-seen-late.pcap n1 any "$dns_filter"
	healthy
	getent_at client a.many.slow.example.
	healthy www.example.com
	others_go_on
}

# Answers of six seconds for a resolver that waits five, and the recording knows
# nothing of ICMP.
case_too_late() {
	local name
	lab_with_dns
	record too-late.pcap client2 eth0 'udp port 53'
	for name in www.example.com. microsoft.com. web.default.svc.cluster.local.
	do
		musl_at client2 "$name"
	done
	hold dns 6000 OUTPUT -p udp --sport 53
	musl_at client2 api.example.com.
	sleep 4
	stop_recording
}

# Over a second each: first the DNS pod is slow, then its node, then an upstream
# at the end of a long cable.
case_slow_hops() {
	lab_with_dns
	cable_up --delay 700
	record slow-hops.pcap n1 any "$dns_filter"
	record slow-client.pcap client eth0 "$dns_filter"
	slow_one web.default.svc.cluster.local
	hold dns 1200 INPUT -p udp --dport 53
	slow_one www.example.com
	in_ns dns iptables -t mangle -F INPUT
	hold n1 600 FORWARD -i azvcli+ -p udp --dport 53
	hold n1 600 FORWARD -o azvcli+ -p udp --sport 53
	slow_one api.example.com
	in_ns n1 iptables -t mangle -F FORWARD
	slow_one a.many.slow.example
	stop_recording
}

# A zone that is forwarded to the service of the DNS pod itself, each time 100 ms
# later so that the recording stays small.
case_forwarding_loop() {
	lab_with_dns
	in_ns n1 iptables -t nat -A POSTROUTING -s 10.244.0.9 -d 10.244.0.9 \
		-j MASQUERADE
	hold n1 100 FORWARD -i azvdns09 -o azvdns09 -p udp --dport 53
	record forwarding-loop.pcap n1 any "$dns_filter"
	healthy
	dig_in client +time=1 www.loop.example
	stop_recording
}

slow_one() {
	dig_in client +time=5 "$1"
	healthy
	dig_in client +time=5 microsoft.com
}

# The same lookups of three resolvers, and what each told its application.
case_lookups() {
	local name resolver
	lab_with_dns
	servers_up trunc
	new_pod client3 azvcli07 7
	printf 'client\tresolver\tname\toutcome\tipv4\tipv6\tms\texit\n' \
		>"$run/lookups.tsv"
	record lookups.pcap n1 any "$dns_filter"
	for name in microsoft.com. www.example.com api.shop \
		nosuch.example.com. ipv4only.example.com.; do
		look_up_by_all "$name"
	done
	# Go asks for large answers: cut short as long as the cache hasn't them.
	for resolver in go glibc musl; do
		look_up $resolver many.trunc.example.
	done
	look_up_by_all v6fails.many.fast.example.
	first_tries_are_lost
	look_up_by_all www.silent.example.
	wait_time_passes
	stop_recording
	mv "$run/lookups.tsv" "$out/lookups.tsv"
}

first_tries_are_lost() {
	local rule=(FORWARD -p udp --dport 53 -m string --algo bm
		--string firstlost -j DROP)
	in_ns n1 iptables -t mangle -A "${rule[@]}"
	meanwhile look_up_by_all firstlost.many.fast.example.
	sleep 1
	in_ns n1 iptables -t mangle -D "${rule[@]}"
	all_done
}

# All three at the same time.
look_up_by_all() { # NAME
	local resolver pids=()
	for resolver in glibc musl go; do
		look_up $resolver "$1" &
		pids+=($!)
	done
	wait "${pids[@]}"
}

look_up() { # RESOLVER NAME
	local ns address said status=0
	case $1 in
	glibc)	ns=client address=10.244.0.5 ;;
	musl)	ns=client2 address=10.244.0.6 ;;
	go)	ns=client3 address=10.244.0.7 ;;
	esac
	said=$(in_pod $ns "$tools/lookup-$1" "$2") || status=$?
	printf '%s\t%s\t%s\t%s\n' $address "$1" "$said" $status \
		>>"$run/lookups.tsv"
}
