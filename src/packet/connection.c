/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which stream a segment belongs to, and what the flags say of a connection.
 * It is told by its endpoints and by where it was seen, so that copies of one segment on several interfaces, or
 * on the way in and on the way out, go to streams of their own.
 */
#include "packet/stream_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"

/* Two streams each. */
enum { CONNECTIONS_MAX = 32768, BUCKETS = 65536 };

enum { BUFFERED_MAX = 64 * 1024 * 1024 };

struct entry {
	struct key128 key;
	struct entry *chain;         /* in the same bucket */
	struct entry *newer, *older; /* by last use */
	struct connection facts;
	struct stream streams[2]; /* from the lower endpoint, from the other */
};

struct connections {
	struct reassembly all;
	struct entry *buckets[BUCKETS];
	struct entry *newest, *oldest;
	size_t count;
};

static uint8_t *put_endpoint(uint8_t *at, const struct endpoint *e)
{
	*at++ = e->address.len;
	memcpy(at, e->address.bytes, sizeof(e->address.bytes));
	at += sizeof(e->address.bytes);
	memcpy(at, &e->port, sizeof(e->port));
	return at + sizeof(e->port);
}

/* Which of the two streams: 0 from the lower endpoint. */
static int side_of(const struct datagram *d)
{
	uint8_t src[32] = { 0 }, dst[32] = { 0 };

	put_endpoint(src, &d->src);
	put_endpoint(dst, &d->dst);
	return memcmp(src, dst, sizeof(src)) > 0;
}

/* What comes in here goes out there. */
static enum frame_direction reverse(enum frame_direction direction)
{
	switch (direction) {
	case DIRECTION_IN:
		return DIRECTION_OUT;
	case DIRECTION_OUT:
		return DIRECTION_IN;
	default:
		return direction;
	}
}

static struct key128 key_of(const struct datagram *d, int side)
{
	uint8_t bytes[64] = { 0 }, *at = bytes;
	bool swapped = side == 1;

	memcpy(at, &d->place, 4);
	memcpy(at + 4, &d->ifindex, 4);
	at[8] = (uint8_t)(swapped ? reverse(d->direction) : d->direction);
	at[9] = d->tunnels;
	at = put_endpoint(at + 10, swapped ? &d->dst : &d->src);
	at = put_endpoint(at, swapped ? &d->src : &d->dst);
	return hash_key(bytes, (size_t)(at - bytes));
}

static struct entry **bucket_of(struct connections *c, struct key128 key)
{
	return &c->buckets[key.a % BUCKETS];
}

static void unlink_use(struct connections *c, struct entry *n)
{
	*(n->newer != NULL ? &n->newer->older : &c->newest) = n->older;
	*(n->older != NULL ? &n->older->newer : &c->oldest) = n->newer;
}

static void link_newest(struct connections *c, struct entry *n)
{
	n->newer = NULL;
	n->older = c->newest;
	*(n->older != NULL ? &n->older->newer : &c->oldest) = n;
	c->newest = n;
}

static struct entry *find(struct connections *c, struct key128 key)
{
	struct entry *n = *bucket_of(c, key);

	while (n != NULL && (n->key.a != key.a || n->key.b != key.b))
		n = n->chain;
	return n;
}

static void hand_on(struct connections *c, const struct entry *n)
{
	c->all.sinks.connection(c->all.sinks.context, &n->facts);
}

static void forget_oldest(struct connections *c)
{
	struct entry *n = c->oldest;
	struct entry **at = bucket_of(c, n->key);

	for (int side = 0; side < 2; side++) {
		if (n->streams[side].state == STREAM_OPEN)
			c->all.tally->streams_dropped++;
		stream_forget(&n->streams[side], &c->all);
	}
	hand_on(c, n);
	while (*at != n)
		at = &(*at)->chain;
	*at = n->chain;
	unlink_use(c, n);
	c->count--;
	free(n);
}

static struct entry *add(struct connections *c, struct key128 key)
{
	struct entry *n;

	if (c->count == CONNECTIONS_MAX)
		forget_oldest(c);
	n = must_calloc(1, sizeof(*n));
	n->key = key;
	n->chain = *bucket_of(c, key);
	*bucket_of(c, key) = n;
	link_newest(c, n);
	c->count++;
	return n;
}

/* Segments that carry nothing don't make a connection worth remembering. */
static bool begins_something(const struct segment *s)
{
	if (s->flags & TCP_RST)
		return false;
	return s->flags & TCP_SYN || s->piece.wire_len > 0;
}

static bool is_first_syn(const struct segment *s)
{
	return (s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

/*
 * A client's SYN of another number: what the server sends from now on belongs
 * to the new connection too, even if its own SYN is not captured.
 */
static bool replaces(const struct stream *s, const struct segment *segment)
{
	return is_first_syn(segment) && s->state != STREAM_UNSEEN &&
	       s->first != segment->seq + 1;
}

static bool is_on_wanted_port(const struct connections *c,
			      const struct endpoint *e)
{
	const struct packet_options *o = c->all.options;

	for (size_t i = 0; i < o->num_ports; i++)
		if (o->ports[i] == e->port)
			return true;
	return false;
}

/* Whether the sender of a connection's first segment is its client. */
static bool is_from_client(const struct connections *c, const struct segment *s)
{
	if (s->flags & TCP_SYN)
		return !(s->flags & TCP_ACK);
	return is_on_wanted_port(c, &s->piece.dst);
}

static struct moment moment_of(const struct datagram *d)
{
	return (struct moment){ .frame = d->frame,
				.source = d->source,
				.time_ns = d->time_ns,
				.has_time = d->has_time };
}

static struct connection begin_facts(const struct connections *c,
				     const struct segment *s)
{
	const struct datagram *d = &s->piece;
	bool from_client = is_from_client(c, s);

	return (struct connection){
		.client = from_client ? d->src : d->dst,
		.server = from_client ? d->dst : d->src,
		.first = moment_of(d),
		.midstream = !(s->flags & TCP_SYN),
		.interface = d->interface,
		.ifindex = d->ifindex,
		.direction = from_client ? d->direction : reverse(d->direction),
		.tunnels = d->tunnels,
	};
}

static void note_flags(struct connection *facts, const struct segment *s)
{
	const struct datagram *d = &s->piece;
	bool from_client = endpoint_equal(&d->src, &facts->client);
	enum connection_side side = from_client ? SIDE_CLIENT : SIDE_SERVER;

	if (is_first_syn(s) && facts->syns++ == 0)
		facts->syn = moment_of(d);
	if (s->flags & TCP_SYN && s->flags & TCP_ACK &&
	    facts->syn_ack.frame == 0)
		facts->syn_ack = moment_of(d);
	if (s->flags & TCP_RST) {
		if (facts->rst.frame == 0) {
			facts->rst = moment_of(d);
			facts->rst_by = side;
		}
		return;
	}
	if (s->flags & TCP_FIN && facts->fin.frame == 0) {
		facts->fin = moment_of(d);
		facts->fin_by = side;
	}
	facts->data[side] |= d->wire_len > 0;
}

/* A SYN where something else was known is the start of another connection. */
static void take_facts(struct connections *c, struct entry *n, int side,
		       const struct segment *segment)
{
	bool is_new = n->facts.first.frame == 0;

	if (!is_new && (replaces(&n->streams[side], segment) ||
			(is_first_syn(segment) && n->facts.midstream))) {
		hand_on(c, n);
		is_new = true;
	}
	if (is_new)
		n->facts = begin_facts(c, segment);
	note_flags(&n->facts, segment);
}

void connections_take(struct connections *c, const struct segment *segment)
{
	int side = side_of(&segment->piece);
	struct key128 key = key_of(&segment->piece, side);
	struct entry *n = find(c, key);

	if (n == NULL && !begins_something(segment))
		return;
	if (n == NULL)
		n = add(c, key);
	unlink_use(c, n);
	link_newest(c, n);
	take_facts(c, n, side, segment);
	if (replaces(&n->streams[side], segment))
		stream_forget(&n->streams[!side], &c->all);
	/* First the acknowledgement: the answer comes after its question. */
	if (segment->flags & TCP_ACK)
		stream_acknowledge(&n->streams[!side], segment->ack, &c->all);
	stream_take(&n->streams[side], segment, &c->all);
	while (c->all.buffered > BUFFERED_MAX)
		forget_oldest(c);
}

/* What is quoted went the other way. */
void connections_take_icmp(struct connections *c, const struct icmp_error *e)
{
	struct datagram d = e->quoted;
	struct entry *n;

	d.direction = reverse(d.direction);
	n = find(c, key_of(&d, side_of(&d)));
	if (n == NULL || n->facts.icmp.frame != 0)
		return;
	n->facts.icmp = moment_of(&d);
	n->facts.icmp_type = e->type;
	n->facts.icmp_code = e->code;
}

struct connections *connections_new(const struct reassembly *all)
{
	struct connections *c = must_calloc(1, sizeof(*c));

	c->all = *all;
	return c;
}

void connections_finish(struct connections *c)
{
	for (struct entry *n = c->oldest; n != NULL; n = n->newer) {
		for (int side = 0; side < 2; side++)
			stream_forget(&n->streams[side], &c->all);
		hand_on(c, n);
	}
}

static void discard_datagram(void *context, const struct datagram *d)
{
	(void)context;
	(void)d;
}

static void discard_connection(void *context, const struct connection *c)
{
	(void)context;
	(void)c;
}

void connections_free(struct connections *c)
{
	if (c == NULL)
		return;
	c->all.sinks.datagram = discard_datagram;
	c->all.sinks.connection = discard_connection;
	while (c->oldest != NULL)
		forget_oldest(c);
	assert(c->all.buffered == 0);
	free(c->all.spare.data);
	free(c->all.spare_piece);
	free(c);
}
