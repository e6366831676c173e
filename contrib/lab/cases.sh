# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # shares its variables with record.sh
# One function for each case: what happens in the lab, and where it is
# recorded.  captures.txt says what each file is for.

cases() {
	declare -F | sed -n 's/^declare -f case_//p' | tr _ -
}

getent_at() { pod "$1" getent ahosts "$2"; }
musl_at() { pod "$1" "$tools/lookup-musl" "$2"; }
go_at() { pod "$1" "$tools/lookup-go" "$2"; }
dig_in() { pod "$1" dig +tries=1 "${@:2}"; }
ask_in() { pod "$1" python3 clients/ask.py "${@:2}"; }

# meanwhile COMMAND... goes on in the background until all_done.
meanwhile() {
	"$@" &
	waiting+=("$!")
}

all_done() {
	wait "${waiting[@]}"
	waiting=()
}

# So that what nobody answers is decided when the recording ends: a query
# waits for 15 s, and the last packet tells how late it is.
wait_time_passes() {
	sleep 16
	dig_in client web.default.svc.cluster.local
}

case_first_session() {
	lab_with_dns
	servers_up lame
	cable_up
	record first-session.pcap dns eth0 "$dns_filter"
	# A pod that waits for an upstream which never answers; the others go
	# on meanwhile.
	local name
	meanwhile getent_at client2 www.silent.example.
	getent_at client kubernetes.default
	getent_at client web
	getent_at client api.shop
	sleep 0.5
	getent_at client microsoft.com
	go_at client2 www.example.com
	sleep 0.7
	musl_at client2 ipv4only.example.com.
	getent_at client myheadless
	for name in www a.many b.many c.many d.many; do
		getent_at client "$name.slow.example."
		sleep 0.4
	done
	dig_in client www.refused.example
	dig_in client www.lame.example
	dig_in client example.com MX
	dig_in client -x 10.0.0.10
	sleep 1
	dig_in client myheadless.default.svc.cluster.local
	dig_in client microsoft.com
	getent_at client2 myaks-troubleshoot
	getent_at client nosuch.example.com.
	dig_in client _http._tcp.myheadless.default.svc.cluster.local SRV
	go_at client2 api.shop.svc.cluster.local.
	sleep 3
	getent_at client e.many.slow.example.
	dig_in client www.refused.example AAAA
	dig_in client microsoft.com
	all_done
	wait_time_passes
	stop_recording
}

case_node_any() {
	lab_with_dns
	record node-any.pcap n1 any "$dns_filter"
	getent_at client microsoft.com.
	dig_in client2 web.default.svc.cluster.local
	dig_in client www.example.com
	dig_in client +tcp nosuch.example.com
	sleep 0.2
	stop_recording
}

case_failures() {
	lab_with_dns
	servers_up lame wrong
	record failures.pcap dns eth0 "$dns_filter"
	dig_in client microsoft.com
	dig_in client www.lame.example
	dig_in client www.refused.example
	dig_in client nosuch.example.com
	dig_in client ipv4only.example.com AAAA
	dig_in client www.wrong.example
	dig_in client api.default.svc.cluster.local
	dig_in client +time=8 www.silent.example
	dig_in client +time=1 @10.244.0.9 other.silent.example
	wait_time_passes
	stop_recording
}

case_slow_upstream() {
	local name
	lab_with_dns
	cable_up
	record slow-upstream.pcap dns eth0 "$dns_filter"
	for name in a b c d e f; do
		getent_at client "$name.many.slow.example."
		getent_at client "$name.many.fast.example."
	done
	stop_recording
}

case_silent_upstream() {
	lab_with_dns
	record silent-upstream.pcap n1 eth0 "$dns_filter"
	record silent-upstream-glibc.pcap client eth0 "$dns_filter"
	record silent-upstream-musl.pcap client2 eth0 "$dns_filter"
	meanwhile getent_at client www.silent.example.
	meanwhile musl_at client2 api.silent.example.
	sleep 1
	dig_in client microsoft.com
	all_done
	wait_time_passes
	stop_recording
}

# Asked directly, the silent upstream leaves it to the client to ask again.
case_retransmissions() {
	lab_up
	servers_up azure
	resolv_conf client 'nameserver 10.225.0.30' 'nameserver 168.63.129.16'
	resolv_conf client2 'nameserver 10.225.0.30' 'nameserver 168.63.129.16'
	record retransmissions-glibc.pcap client eth0 "$dns_filter"
	getent_at client www.example.com
	resolv_conf client 'nameserver 10.225.0.30'
	getent_at client www.example.com
	stop_recording
	resolv_conf client2 'nameserver 10.225.0.30'
	record retransmissions-musl.pcap client2 eth0 "$dns_filter"
	musl_at client2 www.example.com
	stop_recording
	resolv_conf client2 'nameserver 10.225.0.30'
	record retransmissions-go.pcap client2 eth0 "$dns_filter"
	go_at client2 www.example.com.
	stop_recording
}

case_truncated_then_tcp() {
	lab_with_dns
	servers_up trunc
	record truncated-then-tcp.pcap dns eth0 "$dns_filter"
	getent_at client many.trunc.example.
	dig_in client many.trunc.example TXT
	dig_in client +ignore +noedns many.example.com
	stop_recording
}

case_tcp_pipelined() {
	lab_up
	servers_up azure
	cable_up
	record tcp-pipelined.pcap client eth0 "$dns_filter"
	ask_in client --tcp 168.63.129.16 www.behind.example microsoft.com \
		example.com/AAAA nosuch.example.com a.many.behind.example/AAAA
	stop_recording
}

case_odd_names() {
	lab_up
	servers_up azure
	record odd-names.pcap client eth0 "$dns_filter"
	local name
	for name in 'a\.b' 'with\032space' 'semi\;colon' 'ctl\001\027byte' \
		'high\195\164\255' UPPER MiXeD 'com\,ma' '\=cmd' 'quo\"te' \
		'<b>tag</b>' 'nul\000l' "$(long_label).$(long_label).$(long_label).long"; do
		dig_in client @168.63.129.16 "$name.example.com"
	done
	dig_in client @168.63.129.16 .
	dig_in client @168.63.129.16 text.example.com TXT
	dig_in client @168.63.129.16 example.com HTTPS
	dig_in client @168.63.129.16 _dns.example.com SVCB
	dig_in client @168.63.129.16 _ldap._tcp.example.com SRV
	dig_in client @168.63.129.16 example.com CAA
	dig_in client @168.63.129.16 -x 203.0.113.10
	dig_in client @168.63.129.16 example.com TYPE65280
	dig_in client @168.63.129.16 id.server CH TXT
	stop_recording
}

long_label() {
	echo x23456789012345678901234567890123456789012345678901234567890123
}

# A local cache which mixes upper and lower case against forged answers.
case_mixed_case() {
	lab_up
	servers_up azure
	in_ns client2 unbound -d -c conf/unbound-caps.conf \
		>>"$run/servers.log" 2>&1 &
	wait_for dig_at client2 127.0.0.53 ready.test
	record mixed-case.pcap client2 eth0 "$dns_filter"
	dig_in client2 @127.0.0.53 www.microsoft.com
	dig_in client2 @127.0.0.53 www.example.com
	dig_in client2 @127.0.0.53 nosuch.example.com
	stop_recording
}

case_duplicates() {
	lab_up
	servers_up azure
	cable_up --delay 5 --twice
	record duplicates.pcap n1 eth0 "$dns_filter"
	dig_in client @10.225.20.2 www.slow.example
	dig_in client @10.225.20.2 a.many.slow.example AAAA
	dig_in client @10.225.20.2 nosuch.example.com
	dig_in client @168.63.129.16 microsoft.com
	sleep 0.2
	stop_recording
}

case_snaplen_cut() {
	lab_with_dns
	record snaplen-cut.pcap dns eth0 -s 96 "$dns_filter"
	getent_at client microsoft.com.
	dig_in client www.example.com
	dig_in client many.example.com
	dig_in client _http._tcp.myheadless.default.svc.cluster.local SRV
	stop_recording
}

case_addresses_change() {
	local name=myheadless.default.svc.cluster.local
	lab_with_dns
	record addresses-change.pcap client eth0 "$dns_filter"
	dig_in client $name
	dig_in client $name AAAA
	dig_in client web.default.svc.cluster.local
	# A third pod becomes ready, then the first one goes away.
	change_zone "s/^\(@.*hostmaster[^ ]* \)1 /\12 /
		/^myheadless.*207$/a myheadless.default.svc A 10.244.2.31"
	wait_for grep -qs 'with 2 SOA serial' "$run/servers.log"
	sleep 5.5	# as long as the old answer lives in the cache
	dig_in client $name
	dig_in client $name AAAA
	change_zone 's/^\(@.*hostmaster[^ ]* \)2 /\13 /
		/^myheadless.*146$/d'
	wait_for grep -qs 'with 3 SOA serial' "$run/servers.log"
	sleep 5.5
	dig_in client $name
	dig_in client web.default.svc.cluster.local
	stop_recording
}

change_zone() { # SED-SCRIPT
	sed -i -e "$1" "$run/zones/cluster.local.zone"
}

# Answers for services, first right ones, then wrong ones, and what the cluster
# knew at that time.
case_services() {
	local zone=svc.cluster.local
	lab_with_dns
	cat zones/services.zone >>"$run/zones/cluster.local.zone"
	change_zone 's/^\(@.*hostmaster[^ ]* \)1 /\12 /'
	wait_for grep -qs 'with 2 SOA serial' "$run/servers.log"
	right_answers
	wrong_answers
	python3 snapshot.py >"$out/services.json"
}

right_answers() {
	local name
	record services.pcap dns eth0 "$dns_filter"
	getent_at client kubernetes.default
	getent_at client web
	getent_at client "web.default.$zone"
	getent_at client api.shop
	getent_at client2 myheadless
	getent_at client2 db.shop
	go_at client "db-1.db.shop.$zone."
	getent_at client partner
	for name in peers legacy idle; do
		dig_in client2 "$name.shop.$zone"
	done
	for name in _pg._tcp.db db _http._tcp.api _none._tcp.api; do
		dig_in client "$name.shop.$zone" SRV
	done
	dig_in client +noedns "many.shop.$zone"
	getent_at client microsoft.com
	stop_recording
}

wrong_answers() {
	local name
	record services-wrong.pcap dns eth0 "$dns_filter"
	for name in orders cart search ghost remade moved broken gone nosuch; do
		dig_in client "$name.shop.$zone"
	done
	dig_in client "web.shop.$zone"
	dig_in client "_http._tcp.cart.shop.$zone" SRV
	stop_recording
}

case_upstreams() {
	local name
	lab_with_dns
	servers_up lame
	cable_up
	record upstreams.pcap dns eth0 "$dns_filter"
	for name in $(seq 1 12); do
		meanwhile dig_in client2 +time=10 "n$name.silent.example"
	done
	for name in $(seq 1 30); do
		dig_in client "n$name.many.fast.example"
		dig_in client "n$name.many.slow.example"
		dig_in client "n$name.refused.example"
		[ "$name" -gt 20 ] || dig_in client "n$name.lame.example"
		sleep 0.1
	done
	all_done
	wait_time_passes
	stop_recording
}

# One TCP segment for each frame, as on a wire.
no_segmentation_offload() {
	ip -n outside link set eth0 gso_max_segs 1
	ip -n client link set eth0 gso_max_segs 1
}

case_tcp_segments() {
	lab_up
	servers_up azure
	no_segmentation_offload
	record tcp-segments.pcap client eth0 "$dns_filter"
	ask_in client --tcp --mss 100 168.63.129.16 many.example.com
	ask_in client --tcp --mss 100 --pause 0.1 168.63.129.16 \
		"$(long_label).$(long_label).$(long_label).long.example.com" \
		microsoft.com
	stop_recording
}

case_tcp_reordered() {
	lab_up
	servers_up azure
	cable_up --delay 5 --swap 3
	record tcp-reordered.pcap n1 eth0 "$dns_filter"
	ask_in client --tcp --mss 100 10.225.20.2 many.example.com \
		www.slow.example
	stop_recording
}

case_tcp_retransmitted() {
	lab_up
	servers_up azure
	cable_up --delay 5 --lose 5
	record tcp-retransmitted.pcap far cable1 "$dns_filter"
	ask_in client --tcp --mss 100 10.225.20.2 many.example.com \
		www.slow.example
	sleep 0.5
	stop_recording
}

# Frames that the recording lost, though the connection didn't.
case_tcp_gap() {
	lab_up
	servers_up azure
	record tcp-gap.pcap client eth0 "$dns_filter"
	ask_in client --tcp --pause 0.1 168.63.129.16 microsoft.com \
		www.microsoft.com api.example.com ipv4only.example.com \
		example.com
	stop_recording
	# The response to the second and the query of the fourth question.
	lose_frames tcp-gap.pcap \
		'dns.flags.response==1 && dns.qry.name=="www.microsoft.com"' \
		'dns.flags.response==0 && dns.qry.name=="ipv4only.example.com"'
}

lose_frames() { # FILE DISPLAY-FILTER...
	local file=$out/$1 filter
	local lost=()
	shift
	for filter; do
		mapfile -t -O "${#lost[@]}" lost < <(tshark -n -r "$file" \
			-Y "$filter" -T fields -e frame.number 2>/dev/null)
	done
	editcap -F pcap "$file" "$run/rest.pcap" "${lost[@]}" 2>/dev/null
	mv "$run/rest.pcap" "$file"
}

case_tcp_midstream() {
	lab_up
	servers_up azure
	meanwhile ask_in client --tcp --pause 0.5 168.63.129.16 \
		microsoft.com www.microsoft.com api.example.com \
		ipv4only.example.com nosuch.example.com example.com/AAAA
	sleep 1.2
	record tcp-midstream.pcap client eth0 "$dns_filter"
	all_done
	stop_recording
}

case_ipv6() {
	lab_with_dns
	cluster_resolv_conf client fd00:10::10
	record ipv6-sll2.pcap n1 any "$dns_filter"
	getent_at client microsoft.com.
	dig_in client api.shop.svc.cluster.local AAAA
	dig_in client +tcp nosuch.example.com
	dig_in client @fd00:168::16 www.example.com
	stop_recording
}

case_ipv6_extension() {
	lab_up
	servers_up azure
	record ipv6-extension.pcap client eth0 ip6
	ask_in client --dstopts fd00:168::16 microsoft.com
	ask_in client --hopopts fd00:168::16 www.example.com/AAAA
	ask_in client --hopopts --dstopts fd00:168::16 nosuch.example.com
	ask_in client --tcp --dstopts fd00:168::16 api.example.com
	ask_in client fd00:168::16 example.com
	stop_recording
}

case_vlan() {
	lab_up
	servers_up azure
	cable_up --delay 1 --mirror outside:mirror0 --tags 10
	mirror_up
	record vlan.pcap outside mirror0
	mirrored_lookups
	stop_recording
}

case_qinq() {
	lab_up
	servers_up azure
	cable_up --delay 1 --mirror outside:mirror0 --tags 200,10
	mirror_up
	record qinq.pcap outside mirror0
	mirrored_lookups
	stop_recording
}

# In GRE, ERSPAN II, Geneve, IPIP and 6in4, one after the other.
case_tunnels() {
	lab_up
	servers_up azure
	cable_up --delay 1 --mirror outside:mirror0 \
		--tunnels gre,erspan,geneve,ip
	ip -n outside address add fd00:225:20::1/64 dev cable0 nodad
	ip -n far address add fd00:225:20::2/64 dev cable1 nodad
	wait_for dig_at outside fd00:225:20::2 ready.test
	mirror_up
	record tunnels.pcap outside mirror0 \
		'proto gre or udp port 6081 or proto 4 or proto 41'
	mirrored_lookups
	for _ in erspan geneve ip; do
		pkill -USR1 -f wire.py
		mirrored_lookups
	done
	in_ns outside dig @fd00:225:20::2 www.slow.example >/dev/null
	in_ns outside dig +tcp @fd00:225:20::2 microsoft.com >/dev/null
	stop_recording
}

mirror_up() {
	in_ns outside sysctl -q -w net.ipv6.conf.mirror0.disable_ipv6=1
	ip -n outside link set mirror0 up
	sleep 2	# until the ends of the cable have said what they must
}

mirrored_lookups() {
	dig_in client @10.225.20.2 www.slow.example
	dig_in client @10.225.20.2 nosuch.example.com AAAA
	dig_in client +tcp @10.225.20.2 microsoft.com
}

case_edns() {
	lab_up
	servers_up azure nsd strict
	cable_up
	ip -n n1 address add 10.224.0.99/24 dev eth0
	record edns.pcap n1 eth0 "$dns_filter"
	# Extended errors: prohibited, bogus, stale.
	dig_in n1 -b 10.224.0.99 @168.63.129.16 microsoft.com
	dig_in client @10.225.0.80 www.fast.example
	dig_in client @10.225.0.80 brief.behind.example
	ip -n outside link set cable0 down
	sleep 1.5
	dig_in client @10.225.0.80 brief.behind.example
	dig_in client @168.63.129.16 +nsid microsoft.com
	dig_in client @10.225.0.50 +nsid www.fast.example	# and a cookie
	dig_in client @168.63.129.16 +subnet=203.0.113.0/24 microsoft.com
	dig_in client @168.63.129.16 +subnet=2001:db8:7::/48 microsoft.com AAAA
	dig_in client @168.63.129.16 +dnssec microsoft.com
	dig_in client @168.63.129.16 +cdflag +noad microsoft.com
	dig_in client @168.63.129.16 +edns=1 +noednsnegotiation microsoft.com
	dig_in client @168.63.129.16 +padding=128 microsoft.com
	dig_in client @168.63.129.16 +ednsopt=65001:6c6162 microsoft.com
	dig_in client @168.63.129.16 +bufsize=1232 microsoft.com
	dig_in client @168.63.129.16 +tcp +keepalive microsoft.com
	dig_in client @168.63.129.16 +noedns microsoft.com
	stop_recording
}

case_id_reuse() {
	lab_up
	servers_up azure
	record id-reuse.pcap client eth0 "$dns_filter"
	ask_in client --port 40000 --id 4660 --times 3 --pause 0.3 \
		168.63.129.16 microsoft.com
	# The same id and port for other questions.
	ask_in client --port 40000 --id 4660 168.63.129.16 microsoft.com/AAAA \
		www.example.com
	stop_recording
}

case_wrong_source() {
	lab_with_dns
	record wrong-source.pcap client eth0 "$dns_filter"
	dig_in client web.default.svc.cluster.local
	# Replies of the DNS pod go past conntrack: nobody puts the VIP back.
	in_ns n1 iptables -t raw -A PREROUTING -s 10.244.0.9 -p udp \
		--sport 53 -j CT --notrack
	dig_in client +time=2 web.default.svc.cluster.local
	getent_at client microsoft.com.
	stop_recording
}

case_cut_at_both_ends() {
	lab_up
	servers_up azure
	cable_up --delay 700
	meanwhile dig_in client @10.225.20.2 www.slow.example
	meanwhile dig_in client @10.225.20.2 a.many.slow.example
	sleep 0.5
	record cut-at-both-ends.pcap client eth0 "$dns_filter"
	sleep 1.2
	dig_in client @168.63.129.16 microsoft.com
	meanwhile dig_in client @10.225.20.2 b.many.slow.example
	sleep 0.3
	stop_recording
	all_done
}

case_sll1() {
	lab_with_dns
	record sll1.pcap n1 any -y LINUX_SLL "$dns_filter"
	getent_at client microsoft.com.
	dig_in client2 web.default.svc.cluster.local
	dig_in client +tcp nosuch.example.com
	stop_recording
}

# A link without Ethernet, as of a VPN.
tun_up() {
	background "$run/tun.log" python3 wire.py --tun client:tun0 outside:tun1
	wait_for grep -qs ready "$run/tun.log"
	ip -n client address add 10.99.0.1/24 dev tun0
	ip -n client address add fd00:99::1/64 dev tun0 nodad
	ip -n client link set tun0 up
	ip -n outside address add 10.99.0.2/24 dev tun1
	ip -n outside address add fd00:99::2/64 dev tun1 nodad
	ip -n outside link set tun1 up
	ip -n client route add 168.63.129.16 via 10.99.0.2
	ip -n client -6 route add fd00:168::16 via fd00:99::2
}

case_raw_tun() {
	lab_up
	servers_up azure
	tun_up
	record raw-tun.pcap client tun0 "$dns_filter"
	dig_in client @168.63.129.16 microsoft.com
	dig_in client @fd00:168::16 www.example.com AAAA
	dig_in client +tcp @168.63.129.16 nosuch.example.com
	stop_recording
}

case_loopback() {
	lab_up
	servers_up azure
	in_ns client2 unbound -d -c conf/unbound-caps.conf \
		>>"$run/servers.log" 2>&1 &
	wait_for dig_at client2 127.0.0.53 ready.test
	record loopback.pcap client2 lo "$dns_filter"
	record loopback-any.pcap client2 any "$dns_filter"
	dig_in client2 @127.0.0.53 microsoft.com
	dig_in client2 @127.0.0.53 nosuch.example.com
	stop_recording
}

# The same traffic in all formats.
case_formats() {
	local file
	lab_with_dns
	record formats-micro.pcap n1 azvcli05 "$dns_filter"
	record formats-nano.pcap n1 azvcli05 --time-stamp-precision=nano \
		"$dns_filter"
	record_pcapng formats.pcapng -f "$dns_filter" -i azvcli05 -i any
	getent_at client microsoft.com.
	dig_in client www.example.com
	dig_in client +tcp nosuch.example.com
	stop_recording
	record_pcapng later.pcapng -f "$dns_filter" -i any
	dig_in client api.example.com
	stop_recording
	for file in formats-micro.pcap formats-nano.pcap formats.pcapng; do
		python3 rewrite.py byteswap "$out/$file" \
			"$out/${file/formats/formats-big-endian}"
	done
	cat "$out/formats-big-endian.pcapng" "$out/later.pcapng" \
		>"$out/formats-sections.pcapng"
	rm "$out/later.pcapng"
	cut_short formats-micro.pcap formats-cut.pcap
	cut_short formats.pcapng formats-cut.pcapng
}

# Ends in the middle of a packet, as a file copied while it is written.
cut_short() { # FROM TO
	head -c "$(($(stat -c %s "$out/$1") * 2 / 3))" "$out/$1" >"$out/$2"
}

case_mdns_llmnr() {
	local host
	new_ns lan1
	new_ns lan2
	mkdir -p "$run"
	ip link add eth0 address 02:00:00:00:05:01 netns lan1 \
		type veth peer name eth0 address 02:00:00:00:05:02 netns lan2
	for host in 1 2; do
		ip -n lan$host address add 192.168.77.$host/24 dev eth0
		ip -n lan$host link set eth0 up
		resolv_conf lan$host
	done
	background "$run/answer.log" ip netns exec lan2 \
		python3 clients/ask.py --multicast --answer 192.168.77.2
	wait_for grep -qs ready "$run/answer.log"
	record mdns-llmnr.pcap lan1 eth0 'port 5353 or port 5355'
	ask_in lan1 --multicast 192.168.77.1
	stop_recording
}

case_port_5300() {
	lab_up
	servers_up azure
	record port-5300.pcap client eth0 'port 5300'
	dig_in client -p 5300 @168.63.129.16 microsoft.com
	dig_in client -p 5300 @168.63.129.16 nosuch.example.com
	dig_in client -p 5300 +tcp @168.63.129.16 www.example.com
	stop_recording
}

case_fragments() {
	lab_up
	servers_up azure
	record fragments.pcap client eth0 \
		'port 53 or (ip[6:2] & 0x3fff != 0) or ip6[6] = 44'
	record fragments-first-only.pcap client eth0 'port 53'
	dig_in client +ignore +bufsize=4096 @168.63.129.16 big.example.com TXT
	dig_in client +ignore +bufsize=4096 @fd00:168::16 big.example.com TXT
	dig_in client +bufsize=1232 @168.63.129.16 microsoft.com
	stop_recording
}

# The service whose endpoint no longer listens, then without endpoints.
case_unreachable() {
	lab_up
	record unreachable.pcap n1 any "$dns_filter"
	dig_in client web.default.svc.cluster.local	# nothing listens there
	service_without_endpoints
	dig_in client web.default.svc.cluster.local
	getent_at client2 web
	dig_in client +tcp +time=1 web.default.svc.cluster.local
	stop_recording
}

case_unreachable_ipv6() {
	lab_up
	record unreachable-ipv6.pcap n1 any "$dns_filter"
	dig_in client @fd00:10::10 web.default.svc.cluster.local
	dig_in client @fd00:10:244::9 microsoft.com AAAA
	stop_recording
}

# kube-proxy's rules are missing: the VIP leaves the node as it is.
case_vip_leak() {
	lab_with_dns
	in_ns outside iptables -A FORWARD -d 10.0.0.10 -j DROP
	ip -n outside route add blackhole 10.0.0.10/32
	record vip-leak.pcap n1 any "$dns_filter"
	dig_in client +time=1 web.default.svc.cluster.local
	in_ns n1 iptables -t nat -F PREROUTING
	dig_in client +time=1 web.default.svc.cluster.local
	dig_in client2 +time=1 microsoft.com
	stop_recording
}

# Of the A and AAAA of one socket, the AAAA is lost inside the node: what the
# conntrack race looks like.
case_one_of_a_pair() {
	lab_with_dns
	record one-of-a-pair.pcap n1 any "$dns_filter"
	getent_at client microsoft.com.
	in_ns n1 iptables -t mangle -A FORWARD -i azvcli05 -p udp --dport 53 \
		-m string --algo bm --hex-string '|00001c0001|' \
		-m statistic --mode nth --every 2 --packet 0 -j DROP
	getent_at client api.example.com.
	sleep 0.5
	stop_recording
}

case_mixed_upstreams() {
	local name
	lab_with_dns
	servers_up wrong
	record mixed-upstreams.pcap dns eth0 "$dns_filter"
	for name in www a.many b.many c.many d.many e.many; do
		dig_in client "$name.mixed.example"
	done
	stop_recording
}

case_other_opcodes() {
	lab_up
	servers_up azure nsd
	record other-opcodes.pcap client eth0 "$dns_filter"
	dig_in client @10.225.0.50 fast.example AXFR
	dig_in client @10.225.0.50 +opcode=notify fast.example SOA
	dig_in client @10.225.0.50 +opcode=update fast.example SOA
	dig_in client @10.225.0.50 +opcode=status fast.example
	dig_in client @10.225.0.50 +header-only
	dig_in client @10.225.0.50 www.fast.example ANY
	dig_in client @10.225.0.50 www.fast.example
	stop_recording
}

# An overlay between the nodes: each message inside and outside of VXLAN.
case_vxlan() {
	local end
	lab_up
	servers_up azure
	ip -n n1 link add flannel.1 type vxlan id 1 dstport 8472 \
		local 10.224.0.4 remote 10.224.0.1
	ip -n outside link add flannel.1 type vxlan id 1 dstport 8472 \
		local 10.224.0.1 remote 10.224.0.4
	ip -n n1 address add 10.244.0.1/32 dev flannel.1
	ip -n outside address add 10.244.1.1/32 dev flannel.1
	for end in n1 outside; do
		in_ns $end sysctl -q -w net.ipv6.conf.flannel/1.disable_ipv6=1
		ip -n $end link set flannel.1 up
	done
	ip -n n1 route add 10.244.1.1 dev flannel.1
	ip -n n1 route add 10.225.0.10 via 10.244.1.1 dev flannel.1
	ip -n outside route add 10.244.0.1 dev flannel.1
	ip -n outside route add 10.244.0.0/24 via 10.244.0.1 dev flannel.1
	wait_for dig_at client 10.225.0.10 ready.test
	record vxlan.pcap n1 any 'port 53 or udp port 8472'
	dig_in client @10.225.0.10 microsoft.com
	dig_in client @10.225.0.10 nosuch.example.com
	dig_in client +tcp @10.225.0.10 www.example.com
	stop_recording
}
