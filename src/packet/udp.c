/* SPDX-License-Identifier: BSD-3-Clause */
/* UDP (RFC 768). */
#include "packet/packet_private.h"

enum { UDP_HEADER_LEN = 8, UDP_PORTS_LEN = 4 };

/*
 * A length beyond the IP payload, where the capture is whole and no fragments
 * follow, is the sender's lie: what was sent is what is there, so wire_len says
 * nothing else, and the message shows for itself whether it is complete.  (No
 * receiver delivers such a datagram: it stays unanswered.)
 */
enum packet_verdict udp_open(struct packet *k, struct datagram *d)
{
	size_t sent = reader_left(&k->r) + k->cut + UDP_PORTS_LEN;
	size_t len = read_u16(&k->r);

	skip(&k->r, 2);
	if (!reader_ok(&k->r))
		return packet_too_short(k);
	if (len < UDP_HEADER_LEN)
		return PACKET_DAMAGED;
	d->fragment_missing = k->more_fragments && len > sent;
	if (len > sent && !k->more_fragments)
		len = sent;
	packet_limit(k, len - UDP_HEADER_LEN);
	d->fragment_missing |= k->incomplete && k->cut > 0;
	d->payload = reader_rest(&k->r);
	d->wire_len = (uint32_t)(len - UDP_HEADER_LEN);
	return PACKET_TAKEN;
}
