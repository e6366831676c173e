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
	sleep 5.5	# what was asked again is answered, too late
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
	sleep 2
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
	sleep 6	# what was asked again is answered, too late
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
	stop_recording
}
