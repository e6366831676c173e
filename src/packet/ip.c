/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IPv4 (RFC 791) and IPv6 (RFC 8200) with its extension headers.  Checksums are
 * not looked at: on outgoing copies the network card has yet to fill them in.
 */
#include "packet/packet_private.h"

#include <string.h>

enum {
	IP_PROTOCOL_HOP_BY_HOP = 0,
	IP_PROTOCOL_ROUTING = 43,
	IP_PROTOCOL_FRAGMENT = 44,
	IP_PROTOCOL_AUTHENTICATION = 51,
	IP_PROTOCOL_DESTINATION = 60
};

enum { EXTENSIONS_MAX = 16 };

enum { IPV4_MORE_FRAGMENTS = 0x2000, IPV4_OFFSET_MASK = 0x1fff };

enum packet_verdict packet_too_short(const struct packet *k)
{
	return k->cut > 0 ? PACKET_TRUNCATED : PACKET_DAMAGED;
}

void packet_limit(struct packet *k, size_t len)
{
	size_t there = reader_left(&k->r);

	if (there > len)
		k->r.end = k->r.at + len;
	/*
	 * Also where the frame claims to be whole: a receiver discards such a
	 * packet, so it was the capture that lost the rest.
	 */
	k->cut = there < len ? len - there : 0;
}

static struct address read_address(struct reader *r, uint8_t len)
{
	struct bytes b = read_bytes(r, len);
	struct address a = { .len = len };

	memcpy(a.bytes, b.data, b.len);
	return a;
}

/* Total lengths of 0 come with segmentation offload: all that is there. */
static enum packet_verdict limit_ipv4(struct packet *k, size_t total_len,
				      size_t header_len)
{
	if (total_len == 0)
		return PACKET_TAKEN;
	if (total_len < header_len)
		return PACKET_DAMAGED;
	packet_limit(k, total_len - header_len);
	return PACKET_TAKEN;
}

/* One at offset 0 with none behind it is a whole packet (RFC 6946). */
static bool is_fragment(const struct packet *k)
{
	return k->more_fragments || k->fragment.offset != 0;
}

static enum packet_verdict read_ipv4(struct packet *k)
{
	uint8_t first = read_u8(&k->r);
	size_t header_len = (first & 0xf) * (size_t)4, total_len;
	uint16_t fragment;
	enum packet_verdict verdict;

	skip(&k->r, 1);
	total_len = read_u16(&k->r);
	k->fragment.id = k->ip_id = read_u16(&k->r);
	fragment = read_u16(&k->r);
	k->ttl = read_u8(&k->r);
	k->protocol = read_u8(&k->r);
	skip(&k->r, 2);
	k->src.address = read_address(&k->r, 4);
	k->dst.address = read_address(&k->r, 4);
	if (!reader_ok(&k->r))
		return packet_too_short(k);
	if (first >> 4 != 4 || header_len < 20)
		return PACKET_DAMAGED;
	skip(&k->r, header_len - 20);
	if (!reader_ok(&k->r))
		return packet_too_short(k);
	k->fragment.offset = (fragment & IPV4_OFFSET_MASK) * (size_t)8;
	k->more_fragments = fragment & IPV4_MORE_FRAGMENTS;
	verdict = limit_ipv4(k, total_len, header_len);
	return verdict == PACKET_TAKEN && is_fragment(k) ? PACKET_FRAGMENT
							 : verdict;
}

/* RFC 8200, 4.5.  Nobody sends fragments of fragments. */
static enum packet_verdict read_fragment_header(struct packet *k)
{
	uint16_t offset;

	if (k->reassembled)
		return PACKET_DAMAGED;
	k->protocol = read_u8(&k->r);
	skip(&k->r, 1);
	offset = read_u16(&k->r);
	k->fragment.id = read_u32(&k->r);
	k->fragment.offset = offset & 0xfff8;
	k->more_fragments = offset & 1;
	return is_fragment(k) ? PACKET_FRAGMENT : PACKET_TAKEN;
}

static void read_options_header(struct packet *k, size_t unit, size_t extra)
{
	k->protocol = read_u8(&k->r);
	skip(&k->r, (read_u8(&k->r) + extra) * unit - 2);
}

static enum packet_verdict read_extensions(struct packet *k)
{
	enum packet_verdict verdict = PACKET_TAKEN;

	for (int i = 0; i < EXTENSIONS_MAX && verdict == PACKET_TAKEN; i++) {
		switch (k->protocol) {
		case IP_PROTOCOL_HOP_BY_HOP:
		case IP_PROTOCOL_ROUTING:
		case IP_PROTOCOL_DESTINATION:
			read_options_header(k, 8, 1);
			break;
		case IP_PROTOCOL_AUTHENTICATION: /* RFC 4302, 2.2 */
			read_options_header(k, 4, 2);
			break;
		case IP_PROTOCOL_FRAGMENT:
			verdict = read_fragment_header(k);
			break;
		default:
			return PACKET_TAKEN;
		}
		if (!reader_ok(&k->r))
			return packet_too_short(k);
	}
	return verdict;
}

static enum packet_verdict read_ipv6(struct packet *k)
{
	uint8_t first = read_u8(&k->r);
	size_t payload_len;

	skip(&k->r, 3);
	payload_len = read_u16(&k->r);
	k->ip_id = 0;
	k->protocol = read_u8(&k->r);
	k->ttl = read_u8(&k->r);
	k->src.address = read_address(&k->r, 16);
	k->dst.address = read_address(&k->r, 16);
	if (!reader_ok(&k->r))
		return packet_too_short(k);
	if (first >> 4 != 6)
		return PACKET_DAMAGED;
	/* 0: a jumbogram (RFC 2675) or offload, as with IPv4. */
	if (payload_len != 0)
		packet_limit(k, payload_len);
	return read_extensions(k);
}

enum packet_verdict ip_open(struct packet *k)
{
	switch (k->protocol) {
	case ETHERTYPE_IPV4:
		return read_ipv4(k);
	case ETHERTYPE_IPV6:
		return read_ipv6(k);
	default:
		return PACKET_OTHER;
	}
}

enum packet_verdict ip_reopen(struct packet *k)
{
	return k->src.address.len == 16 ? read_extensions(k) : PACKET_TAKEN;
}
