/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/bench/hostile.h"

#include <string.h>

#include "tests/bench/names.h"

static const struct {
	const char *word;
	enum hostile how;
} words[] = {
	{ "names", HOSTILE_NAMES },
	{ "tuples", HOSTILE_TUPLES },
	{ "fragments", HOSTILE_FRAGMENTS },
	{ "streams", HOSTILE_STREAMS },
};

enum hostile hostile_named(const char *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].how;
	return HOSTILE_NONE;
}

static struct peer anybody(struct dice *d)
{
	uint16_t port = (uint16_t)(1024 + dice_below(d, 64512));
	struct peer p = { .port = port };
	uint64_t bits = dice_next(d);

	p.address[0] = 10;
	for (int i = 1; i < 4; i++)
		p.address[i] = (uint8_t)(bits >> 8 * i);
	return p;
}

/* One roll after the other: compilers order those of one expression freely. */
static struct packet a_packet(struct dice *d, uint8_t protocol)
{
	struct packet p = { .ifindex = 2, .ttl = 64, .protocol = protocol };

	p.src = anybody(d);
	p.dst = anybody(d);
	p.dst.port = 53;
	p.ip_id = (uint16_t)dice_next(d);
	return p;
}

static void send_message(struct wire *w, struct packet *p,
			 const struct message *m, int64_t time_ns,
			 unsigned marks)
{
	p->payload = m->bytes;
	p->len = m->len;
	wire_send(w, p, time_ns, MARK_MESSAGE | marks);
}

static void send_random_name(struct dice *d, struct wire *w, int64_t time_ns)
{
	static const struct wire_name root = { .bytes = { 0 }, .len = 1 };
	struct packet p = a_packet(d, PROTOCOL_UDP);
	struct wire_name name = names_random(d);
	uint16_t id = (uint16_t)dice_next(d);
	struct peer client = p.src;
	struct message m;

	message_begin(&m, id, FLAG_RD, &name, TYPE_A);
	send_message(w, &p, &m, time_ns, MARK_ASKED);
	message_begin(&m, id, FLAG_QR | FLAG_RA | FLAG_RD | RCODE_NXDOMAIN,
		      &name, TYPE_A);
	message_add_soa(&m, &root, 60);
	p.src = p.dst;
	p.dst = client;
	send_message(w, &p, &m, time_ns + dice_span(d, 1000000, 20000000),
		     MARK_ANSWERED | MARK_FAILED);
}

static struct message one_question(struct dice *d)
{
	struct wire_name name = { .len = 0 };
	struct message m;

	wire_name_add(&name, "www.example.com");
	wire_name_end(&name);
	message_begin(&m, (uint16_t)dice_next(d), FLAG_RD, &name, TYPE_A);
	message_add_edns(&m, 1232);
	return m;
}

static void send_tuple(struct dice *d, struct wire *w, int64_t time_ns)
{
	struct packet p = a_packet(d, PROTOCOL_UDP);
	struct message m = one_question(d);

	send_message(w, &p, &m, time_ns, MARK_ASKED);
}

/* 8 octets of header and 64 of the message, which is longer. */
static void send_fragment(struct dice *d, struct wire *w, int64_t time_ns)
{
	struct packet p = a_packet(d, PROTOCOL_UDP);
	struct message m = one_question(d);

	memset(m.bytes + m.len, 0, sizeof(m.bytes) - m.len);
	p.more_fragments = true;
	m.len = 64;
	send_message(w, &p, &m, time_ns, MARK_ASKED);
}

/* Half of them open a connection, half are in the middle of a message. */
static void send_segment(struct dice *d, struct wire *w, int64_t time_ns)
{
	struct packet p = a_packet(d, PROTOCOL_TCP);
	struct message m = one_question(d);
	uint8_t framed[2 + 32] = { 0, (uint8_t)m.len };

	p.seq = (uint32_t)dice_next(d);
	p.flags = TCP_SYN;
	if (dice_chance(d, 500)) {
		memcpy(framed + 2, m.bytes, sizeof(framed) - 2);
		p.flags = TCP_PSH | TCP_ACK;
		p.payload = framed;
		p.len = sizeof(framed);
	}
	wire_send(w, &p, time_ns, MARK_TCP);
}

void hostile_send(enum hostile how, struct dice *d, struct wire *w,
		  int64_t time_ns)
{
	switch (how) {
	case HOSTILE_NAMES:
		send_random_name(d, w, time_ns);
		break;
	case HOSTILE_TUPLES:
		send_tuple(d, w, time_ns);
		break;
	case HOSTILE_FRAGMENTS:
		send_fragment(d, w, time_ns);
		break;
	case HOSTILE_STREAMS:
		send_segment(d, w, time_ns);
		break;
	case HOSTILE_NONE:
		break;
	}
}
