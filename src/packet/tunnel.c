/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Anyone may use the UDP port of a tunnel for something else: what does not
 * look like that tunnel's header is not taken for one.
 */
#include "packet/tunnel_private.h"

#include <stddef.h>

enum { IP_PROTOCOL_IPV4 = 4, IP_PROTOCOL_IPV6 = 41, IP_PROTOCOL_GRE = 47 };

enum { ETHERTYPE_ETHERNET = 0x6558, ETHERTYPE_ERSPAN = 0x88be };

enum {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_VERSION = 0x0007
};

enum { VXLAN_HAS_ID = 0x08 };

/* What follows is an IP header, or something else by its EtherType. */
static enum packet_verdict enter(struct packet *k, struct tunnel tunnel,
				 uint16_t ethertype)
{
	if (k->tunnels == TUNNELS_MAX)
		return PACKET_OTHER;
	tunnel.src = k->src.address;
	tunnel.dst = k->dst.address;
	k->protocol = ethertype;
	if (ethertype == ETHERTYPE_ETHERNET)
		ethernet_open(k);
	if (!reader_ok(&k->r))
		return packet_too_short(k);
	k->outer[k->tunnels++] = tunnel;
	k->incomplete |= k->more_fragments;
	k->more_fragments = false;
	k->reassembled = false;
	return PACKET_TAKEN;
}

/*
 * https://datatracker.ietf.org/doc/draft-foschiano-erspan, 4.2: type II has a
 * header and numbers its packets, type I neither.
 */
static enum packet_verdict open_erspan(struct packet *k, bool has_header)
{
	struct tunnel tunnel = { .kind = TUNNEL_ERSPAN, .has_key = has_header };

	if (has_header) {
		tunnel.key = read_u32(&k->r) & 0x3ff;
		skip(&k->r, 4);
	}
	return enter(k, tunnel, ETHERTYPE_ETHERNET);
}

/* RFC 2784, 2.1 and 2890, 2; the routing of RFC 1701 is gone. */
static enum packet_verdict open_gre(struct packet *k)
{
	uint16_t flags = read_u16(&k->r), type = read_u16(&k->r);
	struct tunnel tunnel = { .kind = TUNNEL_GRE,
				 .has_key = flags & GRE_KEY };

	if (!reader_ok(&k->r))
		return packet_too_short(k);
	if (flags & (GRE_VERSION | GRE_ROUTING))
		return PACKET_OTHER;
	if (flags & GRE_CHECKSUM)
		skip(&k->r, 4);
	if (flags & GRE_KEY)
		tunnel.key = read_u32(&k->r);
	if (flags & GRE_SEQUENCE)
		skip(&k->r, 4);
	return type == ETHERTYPE_ERSPAN ? open_erspan(k, flags & GRE_SEQUENCE)
					: enter(k, tunnel, type);
}

static enum packet_verdict enter_ip(struct packet *k, uint16_t ethertype,
				    enum tunnel_kind in_ipv4,
				    enum tunnel_kind in_ipv6)
{
	struct tunnel tunnel = { .kind = k->src.address.len == 4 ? in_ipv4
								 : in_ipv6 };

	return enter(k, tunnel, ethertype);
}

enum packet_verdict tunnel_open(struct packet *k)
{
	switch (k->protocol) {
	case IP_PROTOCOL_IPV4:
		return enter_ip(k, ETHERTYPE_IPV4, TUNNEL_IPIP, TUNNEL_4IN6);
	case IP_PROTOCOL_IPV6:
		return enter_ip(k, ETHERTYPE_IPV6, TUNNEL_6IN4, TUNNEL_6IN6);
	case IP_PROTOCOL_GRE:
		return open_gre(k);
	default:
		return PACKET_OTHER;
	}
}

/* RFC 7348, 5: all but the flag and the identifier is to be ignored. */
static enum packet_verdict open_vxlan(struct packet *k)
{
	struct tunnel tunnel = { .kind = TUNNEL_VXLAN, .has_key = true };
	uint8_t flags = read_u8(&k->r);

	skip(&k->r, 3);
	tunnel.key = read_u32(&k->r) >> 8;
	if (!reader_ok(&k->r) || !(flags & VXLAN_HAS_ID))
		return PACKET_OTHER;
	return enter(k, tunnel, ETHERTYPE_ETHERNET);
}

/* RFC 8926, 3.4. */
static enum packet_verdict open_geneve(struct packet *k)
{
	struct tunnel tunnel = { .kind = TUNNEL_GENEVE, .has_key = true };
	uint8_t first = read_u8(&k->r);
	uint16_t type;

	skip(&k->r, 1);
	type = read_u16(&k->r);
	tunnel.key = read_u32(&k->r) >> 8;
	skip(&k->r, (first & 0x3f) * (size_t)4);
	if (!reader_ok(&k->r) || first >> 6 != 0)
		return PACKET_OTHER;
	return enter(k, tunnel, type);
}

static const struct carrier {
	uint16_t port;
	enum packet_verdict (*open)(struct packet *k);
} carriers[] = {
	{ 4789, open_vxlan },
	{ 8472, open_vxlan }, /* before there was a standard: Linux' default */
	{ 6081, open_geneve },
};

/* Senders choose their own port as they like: only where it goes to counts. */
static const struct carrier *find_carrier(uint16_t port)
{
	for (size_t i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++)
		if (carriers[i].port == port)
			return &carriers[i];
	return NULL;
}

bool tunnel_has_port(uint16_t port)
{
	return find_carrier(port) != NULL;
}

enum packet_verdict tunnel_open_udp(struct packet *k)
{
	const struct carrier *carrier = find_carrier(k->dst.port);

	return carrier != NULL ? carrier->open(k) : PACKET_OTHER;
}
