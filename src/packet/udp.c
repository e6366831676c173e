/* SPDX-License-Identifier: BSD-3-Clause */
/* UDP (RFC 768). */
#include "packet/packet_private.h"

enum { UDP_HEADER_LEN = 8, UDP_PORTS_LEN = 4 };

/*
 * A length that lies, below the header's own or beyond the IP payload, is
 * damage and not a cut: no receiver delivers such a datagram, so to count it
 * as a question would invent one that nobody was asked.  A first fragment is
 * shorter than its length by nature.
 */
enum packet_verdict udp_open(struct packet *k, struct datagram *d)
{
	size_t sent = reader_left(&k->r) + k->cut + UDP_PORTS_LEN;
	size_t len = read_u16(&k->r);

	skip(&k->r, 2);
	if (!reader_ok(&k->r))
		return packet_too_short(k);
	if (len < UDP_HEADER_LEN || (len > sent && !k->more_fragments))
		return PACKET_DAMAGED;
	packet_limit(k, len - UDP_HEADER_LEN);
	d->payload = reader_rest(&k->r);
	d->wire_len = (uint32_t)(len - UDP_HEADER_LEN);
	d->fragment_missing = len > sent;
	return PACKET_TAKEN;
}
