/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/bench/path.h"

#include <string.h>

static const int64_t us = 1000;

/* A packet that passes; what differs from hop to hop is filled in there. */
static int64_t pass(struct path *p, struct packet *packet, bool back,
		    int64_t time_ns, unsigned marks)
{
	packet->ip_id = (uint16_t)dice_next(p->dice);
	packet->ttl = back ? p->ttl_back : p->ttl_there;
	for (unsigned i = 0; i < p->num_hops; i++) {
		const struct hop *hop =
			&p->hops[back ? p->num_hops - 1 - i : i];

		if (i > 0)
			time_ns += dice_span(p->dice, 4 * us, 150 * us);
		packet->ifindex = hop->ifindex;
		packet->is_out = hop->is_out != back;
		packet->src = back ? hop->dst : hop->src;
		packet->dst = back ? hop->src : hop->dst;
		wire_send(p->wire, packet, time_ns,
			  marks | (i > 0 ? MARK_COPY : 0u));
		packet->ttl--;
	}
	return time_ns;
}

static int64_t pass_datagram(struct path *p, const struct message *m, bool back,
			     int64_t time_ns, unsigned marks)
{
	struct packet packet = { .protocol = PROTOCOL_UDP,
				 .payload = m->bytes,
				 .len = m->len };

	return pass(p, &packet, back, time_ns, marks);
}

static int64_t pass_segment(struct path *p, unsigned flags, bool back,
			    int64_t time_ns)
{
	uint32_t *seq = back ? &p->seq_back : &p->seq_there;
	struct packet packet = { .protocol = PROTOCOL_TCP,
				 .flags = (uint8_t)flags,
				 .seq = *seq,
				 .ack = back ? p->seq_there : p->seq_back };

	if ((flags & TCP_ACK) == 0)
		packet.ack = 0;
	*seq += (flags & (TCP_SYN | TCP_FIN)) != 0;
	return pass(p, &packet, back, time_ns, MARK_TCP);
}

/* RFC 7766, 8: length and message in one segment. */
static int64_t pass_framed(struct path *p, const struct message *m, bool back,
			   int64_t time_ns, unsigned marks)
{
	uint32_t *seq = back ? &p->seq_back : &p->seq_there;
	uint8_t framed[2 + MESSAGE_MAX] = { (uint8_t)(m->len >> 8),
					    (uint8_t)m->len };
	struct packet packet = { .protocol = PROTOCOL_TCP,
				 .flags = TCP_PSH | TCP_ACK,
				 .seq = *seq,
				 .ack = back ? p->seq_there : p->seq_back,
				 .payload = framed,
				 .len = m->len + 2 };

	memcpy(framed + 2, m->bytes, m->len);
	*seq += (uint32_t)packet.len;
	return pass(p, &packet, back, time_ns, marks | MARK_TCP);
}

static int64_t a_moment(struct path *p, int64_t time_ns)
{
	return time_ns + dice_span(p->dice, 10 * us, 120 * us);
}

static int64_t open_connection(struct path *p, int64_t time_ns)
{
	p->seq_there = (uint32_t)dice_next(p->dice);
	p->seq_back = (uint32_t)dice_next(p->dice);
	time_ns = a_moment(p, pass_segment(p, TCP_SYN, false, time_ns));
	time_ns = pass_segment(p, TCP_SYN | TCP_ACK, true, time_ns);
	time_ns = a_moment(p, time_ns);
	return a_moment(p, pass_segment(p, TCP_ACK, false, time_ns));
}

static void close_connection(struct path *p, int64_t time_ns)
{
	static const struct {
		unsigned flags;
		bool back;
	} segments[] = { { TCP_ACK, false },
			 { TCP_FIN | TCP_ACK, false },
			 { TCP_FIN | TCP_ACK, true },
			 { TCP_ACK, false } };

	for (unsigned i = 0; i < sizeof(segments) / sizeof(*segments); i++)
		time_ns = pass_segment(p, segments[i].flags, segments[i].back,
				       a_moment(p, time_ns));
}

int64_t path_ask(struct path *p, const struct message *m, int64_t time_ns)
{
	unsigned marks = MARK_MESSAGE | (p->has_asked ? 0u : MARK_ASKED);

	p->has_asked = true;
	if (!p->over_tcp)
		return pass_datagram(p, m, false, time_ns, marks);
	time_ns = open_connection(p, time_ns);
	return pass_framed(p, m, false, time_ns, marks);
}

int64_t path_answer(struct path *p, const struct message *m, int64_t time_ns)
{
	unsigned marks = MARK_MESSAGE | MARK_ANSWERED |
			 (m->bytes[3] & 15 ? MARK_FAILED : 0u);

	if (!p->over_tcp)
		return pass_datagram(p, m, true, time_ns, marks);
	time_ns = pass_framed(p, m, true, time_ns, marks);
	close_connection(p, time_ns);
	return time_ns;
}
