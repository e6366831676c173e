/* SPDX-License-Identifier: BSD-3-Clause */
/* The TCP header (RFC 9293, 3.1).  What is done with segments: connection.c. */
#include "packet/packet_private.h"

enum { TCP_HEADER_LEN = 20 };

/* Frames that hold several segments merged by the kernel stay far below. */
enum { SEGMENT_MAX = 1 << 24 };

enum packet_verdict tcp_open(struct packet *k, struct segment *s)
{
	size_t header_len;

	s->seq = read_u32(&k->r);
	s->ack = read_u32(&k->r);
	header_len = (read_u8(&k->r) >> 4) * (size_t)4;
	s->flags = read_u8(&k->r);
	skip(&k->r, 2 + 2 + 2); /* window, checksum, urgent pointer */
	if (!reader_ok(&k->r))
		return packet_too_short(k);
	if (header_len < TCP_HEADER_LEN)
		return PACKET_DAMAGED;
	skip(&k->r, header_len - TCP_HEADER_LEN);
	if (!reader_ok(&k->r))
		return packet_too_short(k);
	if (reader_left(&k->r) + k->cut > SEGMENT_MAX)
		return PACKET_DAMAGED;
	s->piece.payload = reader_rest(&k->r);
	s->piece.wire_len = (uint32_t)(reader_left(&k->r) + k->cut);
	return PACKET_TAKEN;
}
