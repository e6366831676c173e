/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Small packets of the kinds that a filter may let pass or not.  Nobody but
 * libpcap's filters sees them: checksums are left out.
 */
#include "capture/scope_private.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>

enum {
	PROTOCOL_ICMP = 1,
	PROTOCOL_IPV4 = 4,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_FRAGMENT = 44,
	PROTOCOL_GRE = 47,
	PROTOCOL_ICMPV6 = 58,
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_BRIDGING = 0x6558,
	DNS_PORT = 53,
	CLIENT_PORT = 40000,
	IPV4_LEN = 20,
	IPV6_LEN = 40,
	/* The second of a message of 1,500 bytes. */
	FRAGMENT_OFFSET = 1480 / 8,
};

static void put(struct scope_packet *p, uint64_t value, size_t bytes)
{
	assert(p->len + bytes <= sizeof(p->data));
	while (bytes-- > 0)
		p->data[p->len++] = (uint8_t)(value >> 8 * bytes);
}

static void put_bytes(struct scope_packet *p, const void *bytes, size_t len)
{
	assert(p->len + len <= sizeof(p->data));
	memcpy(p->data + p->len, bytes, len);
	p->len += len;
}

/* A query for the root's addresses, or its answer. */
static void put_dns(struct scope_packet *p, bool is_response)
{
	put(p, 0x102d, 2);
	put(p, is_response ? 0x8180 : 0x0100, 2);
	put(p, 1, 2);
	put(p, 0, 6);
	put(p, 0, 1);
	put(p, 0x00010001, 4);
}

static void put_ports(struct scope_packet *p, uint16_t src, uint16_t dst)
{
	put(p, src, 2);
	put(p, dst, 2);
}

static void put_udp(struct scope_packet *p, uint16_t src, uint16_t dst,
		    const struct scope_packet *payload)
{
	put_ports(p, src, dst);
	put(p, 8 + payload->len, 2);
	put(p, 0, 2);
	put_bytes(p, payload->data, payload->len);
}

static void put_tcp(struct scope_packet *p, uint16_t src, uint16_t dst,
		    const struct scope_packet *payload)
{
	put_ports(p, src, dst);
	put(p, 1, 4);
	put(p, 1, 4);
	put(p, 0x5018, 2); /* five words; PSH, ACK */
	put(p, 0xffff, 2);
	put(p, 0, 4);
	put(p, payload->len, 2);
	put_bytes(p, payload->data, payload->len);
}

static void put_ipv4(struct scope_packet *p, uint8_t protocol,
		     uint16_t fragment, const struct scope_variant *v,
		     const struct scope_packet *payload)
{
	put(p, 0x4500, 2);
	put(p, IPV4_LEN + payload->len, 2);
	put(p, 1, 2);
	put(p, fragment, 2);
	put(p, 64, 1);
	put(p, protocol, 1);
	put(p, 0, 2);
	put_bytes(p, v->src, 4);
	put_bytes(p, v->dst, 4);
	put_bytes(p, payload->data, payload->len);
}

static void put_ipv6(struct scope_packet *p, uint8_t protocol,
		     const struct scope_variant *v,
		     const struct scope_packet *payload)
{
	put(p, 0x60000000, 4);
	put(p, payload->len, 2);
	put(p, protocol, 1);
	put(p, 64, 1);
	put_bytes(p, v->src, 16);
	put_bytes(p, v->dst, 16);
	put_bytes(p, payload->data, payload->len);
}

/* What IP carries, without its header. */
static void put_dns_transport(struct scope_packet *p, bool is_tcp,
			      bool is_response)
{
	uint16_t src = is_response ? DNS_PORT : CLIENT_PORT;
	uint16_t dst = is_response ? CLIENT_PORT : DNS_PORT;
	struct scope_packet dns = { 0 };

	put_dns(&dns, is_response);
	if (is_tcp)
		put_tcp(p, src, dst, &dns);
	else
		put_udp(p, src, dst, &dns);
}

/* A whole query in IPv4, as it goes through tunnels. */
static void put_inner(struct scope_packet *p)
{
	static const uint8_t src[4] = { 192, 0, 2, 1 },
			     dst[4] = { 192, 0, 2, 2 };
	struct scope_packet udp = { 0 };

	put_dns_transport(&udp, false, false);
	put_ipv4(p, PROTOCOL_UDP, 0,
		 &(struct scope_variant){ .src = src, .dst = dst }, &udp);
}

static void put_inner_ethernet(struct scope_packet *p)
{
	put(p, 0x020000000001, 6);
	put(p, 0x020000000002, 6);
	put(p, ETHERTYPE_IPV4, 2);
	put_inner(p);
}

static void put_vxlan(struct scope_packet *p, uint16_t port)
{
	struct scope_packet vxlan = { 0 };

	put(&vxlan, 0x08000000, 4);
	put(&vxlan, 1 << 8, 4);
	put_inner_ethernet(&vxlan);
	put_udp(p, CLIENT_PORT, port, &vxlan);
}

static void put_geneve(struct scope_packet *p)
{
	struct scope_packet geneve = { 0 };

	put(&geneve, 0, 2);
	put(&geneve, ETHERTYPE_BRIDGING, 2);
	put(&geneve, 1 << 8, 4);
	put_inner_ethernet(&geneve);
	put_udp(p, CLIENT_PORT, 6081, &geneve);
}

static void put_gre(struct scope_packet *p)
{
	put(p, 0, 2);
	put(p, ETHERTYPE_IPV4, 2);
	put_inner(p);
}

/* "Port unreachable", of either family, with what it is about. */
static void put_icmp(struct scope_packet *p, bool is_ipv6,
		     const struct scope_variant *v)
{
	struct scope_variant quoted = { .src = v->dst, .dst = v->src };
	struct scope_packet udp = { 0 };

	put(p, is_ipv6 ? 0x0104 : 0x0303, 2);
	put(p, 0, 6);
	put_dns_transport(&udp, false, false);
	if (is_ipv6)
		put_ipv6(p, PROTOCOL_UDP, &quoted, &udp);
	else
		put_ipv4(p, PROTOCOL_UDP, 0, &quoted, &udp);
}

static void put_later_fragment(struct scope_packet *p, bool is_ipv6)
{
	if (is_ipv6) {
		put(p, PROTOCOL_UDP, 1);
		put(p, 0, 1);
		put(p, FRAGMENT_OFFSET << 3, 2);
		put(p, 1, 4);
	}
	put(p, 0, 8);
}

/* Of IP: which protocol, and where in the whole it belongs. */
struct carrier {
	uint8_t protocol;
	uint16_t fragment;
	bool only_ipv4, only_ipv6;
};

static struct carrier put_payload(struct scope_packet *p,
				  enum scope_probe probe,
				  const struct scope_variant *v)
{
	switch (probe) {
	case PROBE_UDP_TO_53:
	case PROBE_UDP_FROM_53:
		put_dns_transport(p, false, probe == PROBE_UDP_FROM_53);
		return (struct carrier){ .protocol = PROTOCOL_UDP };
	case PROBE_TCP_TO_53:
	case PROBE_TCP_FROM_53:
		put_dns_transport(p, true, probe == PROBE_TCP_FROM_53);
		return (struct carrier){ .protocol = PROTOCOL_TCP };
	case PROBE_ICMP_ERROR:
		put_icmp(p, false, v);
		return (struct carrier){ .protocol = PROTOCOL_ICMP,
					 .only_ipv4 = true };
	case PROBE_ICMPV6_ERROR:
		put_icmp(p, true, v);
		return (struct carrier){ .protocol = PROTOCOL_ICMPV6,
					 .only_ipv6 = true };
	case PROBE_LATER_FRAGMENT:
		put_later_fragment(p, false);
		return (struct carrier){ .protocol = PROTOCOL_UDP,
					 .fragment = FRAGMENT_OFFSET,
					 .only_ipv4 = true };
	case PROBE_LATER_FRAGMENT_IPV6:
		put_later_fragment(p, true);
		return (struct carrier){ .protocol = PROTOCOL_FRAGMENT,
					 .only_ipv6 = true };
	case PROBE_VXLAN_4789:
	case PROBE_VXLAN_8472:
		put_vxlan(p, probe == PROBE_VXLAN_4789 ? 4789 : 8472);
		return (struct carrier){ .protocol = PROTOCOL_UDP };
	case PROBE_GENEVE:
		put_geneve(p);
		return (struct carrier){ .protocol = PROTOCOL_UDP };
	case PROBE_GRE:
		put_gre(p);
		return (struct carrier){ .protocol = PROTOCOL_GRE };
	case PROBE_IP_IN_IP:
	case SCOPE_PROBES:
		break;
	}
	put_inner(p);
	return (struct carrier){ .protocol = PROTOCOL_IPV4 };
}

/* False where nothing is known of the link type, or it has not the family. */
static bool put_link(struct scope_packet *p, int linktype,
		     const struct scope_variant *v)
{
	uint32_t family = v->is_ipv6 ? AF_INET6 : AF_INET;
	uint16_t ethertype = v->is_ipv6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;

	switch (linktype) {
	case 0: /* NULL: of the machine where it was captured, or ours */
		put_bytes(p, &family, 4);
		return true;
	case 1: /* EN10MB */
		put(p, 0x020000000001, 6);
		put(p, 0x020000000002, 6);
		put(p, ethertype, 2);
		return true;
	case 101: /* RAW */
		return true;
	case 108: /* LOOP */
		put(p, family, 4);
		return true;
	case 113: /* LINUX_SLL */
		put(p, v->is_outgoing ? 4 : 0, 2);
		put(p, 0x00010006, 4);
		put(p, 0x0200000000010000, 8);
		put(p, ethertype, 2);
		return true;
	case 228: /* IPV4 */
		return !v->is_ipv6;
	case 229: /* IPV6 */
		return v->is_ipv6;
	case 276: /* LINUX_SLL2 */
		put(p, ethertype, 2);
		put(p, 7, 6);
		put(p, 1, 2);
		put(p, v->is_outgoing ? 4 : 0, 1);
		put(p, 6, 1);
		put(p, 0x0200000000010000, 8);
		return true;
	default:
		return false;
	}
}

bool scope_packet_make(struct scope_packet *p, enum scope_probe probe,
		       int linktype, const struct scope_variant *v)
{
	struct scope_packet payload = { 0 };
	struct carrier carrier;

	p->len = 0;
	carrier = put_payload(&payload, probe, v);
	if ((v->is_ipv6 ? carrier.only_ipv4 : carrier.only_ipv6) ||
	    !put_link(p, linktype, v))
		return false;
	if (v->is_ipv6)
		put_ipv6(p, carrier.protocol, v, &payload);
	else
		put_ipv4(p, carrier.protocol, carrier.fragment, v, &payload);
	return true;
}
