/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ICMP (RFC 792) and ICMPv6 (RFC 4443) as far as they report errors.  What a
 * host or router quotes is cut as a matter of course: that is no damage.
 */
#include "packet/packet_private.h"

/* RFC 792; source quench is not sent any more (RFC 6633). */
enum {
	ICMP_UNREACHABLE = 3,
	ICMP_SOURCE_QUENCH = 4,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER_PROBLEM = 12
};

enum { ICMP_FRAGMENTATION_NEEDED = 4 };

/* RFC 4443, 3. */
enum {
	ICMPV6_UNREACHABLE = 1,
	ICMPV6_TOO_BIG = 2,
	ICMPV6_TIME_EXCEEDED = 3,
	ICMPV6_PARAMETER_PROBLEM = 4
};

static bool is_error(const struct icmp_error *e)
{
	if (e->family == 6)
		return e->type >= ICMPV6_UNREACHABLE &&
		       e->type <= ICMPV6_PARAMETER_PROBLEM;
	return e->type == ICMP_UNREACHABLE || e->type == ICMP_SOURCE_QUENCH ||
	       e->type == ICMP_TIME_EXCEEDED ||
	       e->type == ICMP_PARAMETER_PROBLEM;
}

static uint32_t mtu_of(const struct icmp_error *e, uint32_t rest)
{
	if (e->family == 6)
		return e->type == ICMPV6_TOO_BIG ? rest : 0;
	/* RFC 1191, 4; routers that don't know it leave 0. */
	return e->type == ICMP_UNREACHABLE &&
			       e->code == ICMP_FRAGMENTATION_NEEDED
		       ? rest & 0xffff
		       : 0;
}

/* Extensions may stand behind the quote (RFC 4884, 3); 0: there are none. */
static size_t quote_len(const struct icmp_error *e, uint32_t rest)
{
	if (e->family == 6)
		return e->type == ICMPV6_UNREACHABLE ||
				       e->type == ICMPV6_TIME_EXCEEDED
			       ? (rest >> 24) * (size_t)8
			       : 0;
	return e->type != ICMP_SOURCE_QUENCH ? (rest >> 16 & 0xff) * (size_t)4
					     : 0;
}

static void limit_quote(struct packet *k, size_t len)
{
	if (len > 0 && len < reader_left(&k->r) + k->cut)
		packet_limit(k, len);
}

bool icmp_has_protocol(uint16_t protocol)
{
	return protocol == IP_PROTOCOL_ICMP || protocol == IP_PROTOCOL_ICMPV6;
}

enum packet_verdict icmp_open(struct packet *k, struct icmp_error *e)
{
	uint32_t rest;

	*e = (struct icmp_error){ .reporter = k->src.address,
				  .receiver = k->dst.address,
				  .ttl = k->ttl,
				  .ip_id = k->ip_id };
	e->family = k->protocol == IP_PROTOCOL_ICMPV6 ? 6 : 4;
	e->type = read_u8(&k->r);
	e->code = read_u8(&k->r);
	skip(&k->r, 2); /* checksum */
	rest = read_u32(&k->r);
	if (!reader_ok(&k->r))
		return packet_too_short(k);
	if (!is_error(e))
		return PACKET_OTHER;
	e->mtu = mtu_of(e, rest);
	limit_quote(k, quote_len(e, rest));
	k->protocol = e->family == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
	k->more_fragments = k->reassembled = false;
	return PACKET_TAKEN;
}

void icmp_read_payload(struct packet *k, struct datagram *d)
{
	struct segment s = { .piece = *d };

	if (d->transport == TRANSPORT_UDP)
		udp_open(k, d);
	else if (tcp_open(k, &s) == PACKET_TAKEN)
		*d = s.piece;
}
