# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # shares its variables with record.sh
# The lab: a Kubernetes node with its pods and upstreams, made of network
# namespaces, and the tools to record on it.  Read by record.sh, which has
# already left the machine's own namespaces: everything made here vanishes
# with the last process.
#
#   client  10.244.0.5  --azvcli05--+                    +-- 168.63.129.16 ...
#   client2 10.244.0.6  --azvcli06--+ n1 --eth0-- outside +-- 10.225.0.x
#   dns     10.244.0.9  --azvdns09--+                    +--cable-- far
#   client3 10.244.0.7  --azvcli07--+ (in some cases)    |
#   dns2    10.244.1.9  --azvdns19--- n2 --eth0--cable---+ (in some cases)
#
# The VIP 10.0.0.10 exists only as kube-proxy's DNAT in n1.

run=/run/lab		# tmpfs of our own: sockets, logs, unfinished captures
recorders=()
waiting=()
urgent=(chrt --fifo 50)	# a busy machine must not make delays longer
held=0			# queues of packets that hold() made

in_ns() { ip netns exec "$@"; }

# pod NS COMMAND...: runs with that pod's /etc/resolv.conf and nsswitch.conf.
# Its failure is part of the game: many of the lookups are meant to fail.
pod() {
	in_pod "$@" >>"$run/clients.log" 2>&1 || true
}

in_pod() { # NS COMMAND...
	local ns=$1
	shift
	# shellcheck disable=SC2016  # for the inner shell
	nsenter --net="/run/netns/$ns" unshare --mount sh -c '
		mount --bind "$0/resolv.conf" /etc/resolv.conf
		mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf
		exec "$@"' "$run/$ns" "$@"
}

resolv_conf() { # NS LINE...
	local ns=$1
	shift
	mkdir -p "$run/$ns"
	printf '%s\n' "$@" >"$run/$ns/resolv.conf"
	echo 'hosts: dns' >"$run/$ns/nsswitch.conf"
}

cluster_resolv_conf() { # NS [NAMESERVER]
	resolv_conf "$1" \
		'search default.svc.cluster.local svc.cluster.local cluster.local' \
		"nameserver ${2:-10.0.0.10}" 'options ndots:5'
}

new_ns() {
	ip netns add "$1"
	in_ns "$1" sysctl -q -w net.ipv6.conf.all.accept_dad=0 \
		net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.default.router_solicitations=0 \
		net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	ip -n "$1" link set lo up
}

# A pod at the end of a routed veth, as Azure's CNI makes them: /32 address,
# the gateway answered for by the node.
new_pod() { # NS NODE-DEVICE LAST-BYTE [NODE NET]
	local ns=$1 device=$2 byte=$3 node=${4:-n1} net=${5:-0}
	local address=10.244.$net.$byte address6=fd00:10:244:$net::$byte
	new_ns "$ns"
	ip link add "$device" address "02:00:00:0$net:01:0$byte" netns "$node" \
		type veth peer name eth0 address "02:00:00:0$net:02:0$byte" \
		netns "$ns"
	ip -n "$node" address add fe80::1/64 dev "$device" nodad
	ip -n "$node" link set "$device" up
	in_ns "$node" sysctl -q -w "net.ipv4.conf.$device.proxy_arp=1" \
		"net.ipv4.neigh.$device.proxy_delay=0"
	ip -n "$ns" address add "$address/32" dev eth0
	ip -n "$ns" address add "$address6/128" dev eth0 nodad
	ip -n "$ns" link set eth0 up
	ip -n "$ns" route add 169.254.1.1 dev eth0
	ip -n "$ns" route add default via 169.254.1.1
	ip -n "$ns" -6 route add default via fe80::1 dev eth0
	ip -n "$node" route add "$address/32" dev "$device"
	ip -n "$node" -6 route add "$address6/128" dev "$device"
	cluster_resolv_conf "$ns"
}

lab_up() {
	local address
	mkdir -p "$run"
	for address in n1 outside far; do
		new_ns "$address"
	done
	ip link add eth0 address 02:00:00:00:03:04 netns n1 \
		type veth peer name eth0 address 02:00:00:00:03:01 netns outside
	ip -n n1 address add 10.224.0.4/24 dev eth0
	ip -n n1 address add fd00:224::4/64 dev eth0 nodad
	ip -n n1 link set eth0 up
	ip -n outside address add 10.224.0.1/24 dev eth0
	ip -n outside address add fd00:224::1/64 dev eth0 nodad
	ip -n outside link set eth0 up
	ip -n n1 route add default via 10.224.0.1
	ip -n n1 -6 route add default via fd00:224::1
	for address in 168.63.129.16 10.225.0.{10,30,40,50,60,70,80}; do
		ip -n outside address add "$address/32" dev lo
	done
	ip -n outside address add fd00:168::16/128 dev lo nodad
	in_ns outside iptables -A INPUT -d 10.225.0.30 -j DROP

	new_pod client azvcli05 5
	new_pod client2 azvcli06 6
	new_pod dns azvdns09 9
	service_at 10.244.0.9
	in_ns n1 iptables -t nat -A POSTROUTING -s 10.244.0.0/16 \
		! -d 10.244.0.0/16 -o eth0 -j MASQUERADE
	in_ns n1 ip6tables -t nat -A POSTROUTING -s fd00:10:244::/48 -o eth0 \
		-j MASQUERADE
}

# kube-proxy, as far as DNS needs it; over IPv6 the first pod always answers.
service_at() { # ADDRESS
	local protocol
	in_ns n1 iptables -t nat -F PREROUTING
	in_ns n1 ip6tables -t nat -F PREROUTING
	for protocol in udp tcp; do
		in_ns n1 iptables -t nat -A PREROUTING -d 10.0.0.10 \
			-p $protocol --dport 53 -j DNAT --to-destination "$1:53"
		in_ns n1 ip6tables -t nat -A PREROUTING -d fd00:10::10 \
			-p $protocol --dport 53 -j DNAT \
			--to-destination '[fd00:10:244::9]:53'
	done
}

# The service without endpoints: kube-proxy refuses instead of translating.
service_without_endpoints() {
	local protocol
	in_ns n1 iptables -t nat -F PREROUTING
	for protocol in udp tcp; do
		in_ns n1 iptables -A FORWARD -d 10.0.0.10 -p $protocol \
			--dport 53 -j REJECT --reject-with icmp-port-unreachable
	done
}

# second_node_up [MS]: n2 with a DNS pod, at the end of a cable of that length.
second_node_up() {
	new_ns n2
	background "$run/n2.log" "${urgent[@]}" python3 wire.py --delay "${1:-0}" \
		outside:node2 n2:eth0
	wait_for grep -qs ready "$run/n2.log"
	ip -n outside link set node2 address 02:00:00:00:03:02
	ip -n n2 link set eth0 address 02:00:00:00:03:05
	ip -n outside address add 10.224.0.1/32 dev node2
	ip -n outside link set node2 up
	ip -n n2 address add 10.224.0.5/32 dev eth0
	ip -n n2 link set eth0 up
	ip -n n2 route add 10.224.0.1 dev eth0
	ip -n n2 route add default via 10.224.0.1
	ip -n outside route add 10.224.0.5 dev node2
	ip -n outside route add 10.244.0.0/24 via 10.224.0.4
	ip -n outside route add 10.244.1.0/24 via 10.224.0.5 dev node2
	new_pod dns2 azvdns19 9 n2 1
	in_ns n2 iptables -t nat -A POSTROUTING -s 10.244.0.0/16 \
		! -d 10.244.0.0/16 -o eth0 -j MASQUERADE
}

# hold NS MS RULE...: what the rule of iptables takes waits so long there.
hold() {
	local ns=$1 ms=$2
	shift 2
	held=$((held + 1))
	background "$run/hold$held.log" ip netns exec "$ns" \
		"${urgent[@]}" python3 hold.py "$held" "$ms"
	wait_for grep -qs ready "$run/hold$held.log"
	in_ns "$ns" iptables -t mangle -A "$@" -j NFQUEUE --queue-num "$held"
}

# cable_up [OPTION...]: the cable to the slow upstream, 20 ms long by default.
cable_up() {
	[ $# -gt 0 ] || set -- --delay 20
	background "$run/cable.log" "${urgent[@]}" python3 wire.py "$@" \
		outside:cable0 far:cable1
	wait_for grep -qs ready "$run/cable.log"
	ip -n outside link set cable0 address 02:00:00:00:04:01
	ip -n far link set cable1 address 02:00:00:00:04:02
	ip -n outside address add 10.225.20.1/24 dev cable0
	ip -n outside link set cable0 up
	ip -n far address add 10.225.20.2/24 dev cable1
	ip -n far link set cable1 up
	ip -n far route add default via 10.225.20.1
	in_ns far unbound -d -c conf/unbound-far.conf \
		>>"$run/servers.log" 2>&1 &
	wait_for dig_at far 10.225.20.2 ready.test
	# Learn the neighbours now, not in a recording.
	wait_for dig_at n1 10.225.20.2 ready.test
}

background() { # LOG COMMAND...
	local log=$1
	shift
	"$@" >"$log" 2>&1 &
}

# NAME... of conf/unbound-NAME.conf, or nsd.
servers_up() {
	local name
	for name; do
		case $name in
		nsd)	in_ns outside nsd -d -c conf/nsd.conf ;;
		*)	in_ns outside unbound -d -c "conf/unbound-$name.conf" ;;
		esac >>"$run/servers.log" 2>&1 &
	done
	for name; do
		case $name in
		azure)	wait_for dig_at n1 168.63.129.16 ready.test
			wait_for dig_at client fd00:168::16 ready.test ;;
		trunc)	wait_for dig_at n1 10.225.0.40 ready.test ;;
		nsd)	wait_for dig_at n1 10.225.0.50 ready.test ;;
		lame)	wait_for dig_at n1 10.225.0.60 ready.test ;;
		wrong)	wait_for dig_at n1 10.225.0.70 ready.test ;;
		strict)	wait_for dig_at n1 10.225.0.80 ready.test ;;
		esac
	done
}

# coredns_in NS: starts one and leaves its process in coredns_pid.
coredns_in() {
	LAB_ZONES=$run/zones ip netns exec "$1" "$coredns" -conf conf/Corefile \
		>>"$run/servers.log" 2>&1 &
	coredns_pid=$!
}

coredns_up() {
	mkdir -p "$run/zones"
	cp zones/cluster.local.zone zones/10.in-addr.arpa.zone "$run/zones"
	coredns_in dns
	wait_for dig_at client 10.0.0.10 dns-version.cluster.local
	wait_for dig_at client2 10.0.0.10 dns-version.cluster.local
	wait_for dig_at client fd00:10::10 dns-version.cluster.local
	sleep 2	# the loop plugin's own question has gone by
}

# The whole lab, which most cases want.
lab_with_dns() {
	lab_up
	servers_up azure nsd
	coredns_up
}

# two_nodes_with_dns [MS]: the service is on the other node, so far away.
two_nodes_with_dns() {
	lab_with_dns
	second_node_up "$@"
	coredns_in dns2
	service_at 10.244.1.9
	wait_for dig_at client 10.0.0.10 dns-version.cluster.local
	wait_for dig_at client2 10.0.0.10 dns-version.cluster.local
	sleep 2
}

dig_at() { # NS SERVER NAME
	in_ns "$1" dig +time=3 +tries=1 "@$2" "$3" >"$run/ready.log" 2>&1
}

wait_for() {
	local end=$((SECONDS + 15))
	while [ $SECONDS -lt $end ]; do
		"$@" && return
		sleep 0.1
	done
	echo "gave up waiting for: $*" >&2
	tail -n 20 "$run"/*.log >&2
	exit 1
}

# What goes on in the background is started by ip itself, without in_ns, so
# that the process we know is the one to end.
# record FILE NS INTERFACE [TCPDUMP-OPTION...] [FILTER]
# starts a recording and comes back when it runs.
record() {
	local file=$1 ns=$2 interface=$3
	shift 3
	ip netns exec "$ns" tcpdump -Z root -n -U -s 0 -B 65536 --immediate-mode -i "$interface" \
		-w "$run/$file" "$@" 2>"$run/$file.log" &
	recorders+=("$!")
	wait_for grep -qs 'listening on' "$run/$file.log"
	sleep 0.1
}

# record_pcapng FILE DUMPCAP-OPTION...: the same by dumpcap, in n1.
record_pcapng() {
	local file=$1
	shift
	ip netns exec n1 dumpcap -q -B 64 "$@" -w "$run/$file" 2>"$run/$file.log" &
	recorders+=("$!")
	wait_for grep -qs '^File:' "$run/$file.log"
	sleep 0.3
}

# Everything about DNS that a node has to say.
dns_filter='port 53 or icmp or (icmp6 and ip6[40] < 133)'

# A recording with holes is worth nothing.
nothing_dropped() {
	local log
	for log in "$run"/*.pcap.log; do
		[ -e "$log" ] || continue
		grep -q '^0 packets dropped by kernel' "$log" && continue
		cat "$log" >&2
		exit 1
	done
}

# stop_recording: ends all recordings and keeps them.
stop_recording() {
	local pid file
	sleep 0.3
	for pid in "${recorders[@]}"; do
		kill "$pid"
		wait "$pid" || true
	done
	recorders=()
	nothing_dropped
	for file in "$run"/*.pcapng; do
		[ ! -e "$file" ] || python3 rewrite.py neutral "$file" "$file"
		[ ! -e "$file" ] || chmod 644 "$file"
	done
	for file in "$run"/*.pcap "$run"/*.pcapng; do
		[ ! -e "$file" ] || mv "$file" "$out"/
	done
}
