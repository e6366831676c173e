/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A ring of what was seen last; what has the same content is chained, newest
 * first.  Places in the ring are numbered on and on, so that a chain ends
 * where it leads to one that was used again.
 */
#include "correlate/copies.h"

#include <stdlib.h>

#include "base/duration.h"
#include "base/hash.h"
#include "base/memory.h"

enum {
	RING = 1 << 15,
	CHAINS = 4 * RING, /* so that few of them are of several contents */
	/* How many of the same content are looked at, and stay told apart. */
	BUDGET = 32
};

/* In one kernel, under pressure; 2 to 400 us are common. */
static const int64_t window_ns = NS_PER_SECOND / 20;

/*
 * Queues may hold a packet for longer, but resolvers ask again after a second:
 * what is nearer comes first.
 */
static const int64_t queued_ns = NS_PER_SECOND;

/* How far clocks of two nodes may be apart, and its packets on the way. */
static const int64_t nodes_apart_ns = 10 * NS_PER_SECOND;

/* Chains are walked through these alone: what is told apart stays cold. */
struct link {
	struct key128 content;
	uint64_t before; /* the one before it in its chain; 0: none */
};

struct seen {
	uint64_t message;     /* number of its first sighting here */
	struct copied copied; /* what that one is called */
	uint64_t frame;
	int64_t time_ns;
	bool has_time;
	uint64_t packet_id;
	uint32_t source;
	struct copy_place place;
	struct endpoint src, dst;
	uint32_t ifindex, datagram_place;
	uint16_t ip_id;
	uint8_t direction, tunnels, ttl, transport;
};

struct copies {
	struct seen ring[RING];
	struct link links[RING]; /* of what is in the ring */
	uint64_t chains[CHAINS]; /* number of the newest; 0: none */
	uint64_t last;
	uint32_t node;            /* of the first one */
	bool has_nodes;           /* others were seen as well */
	uint32_t first_place;     /* of what was repeated last */
	struct crossing crossing; /* of what was fed last */
};

struct copies *copies_new(void)
{
	return must_calloc_large(1, sizeof(struct copies));
}

void copies_free(struct copies *c)
{
	free(c);
}

/* From that number on, the newest with that content; 0: none. */
static uint64_t with_content(const struct copies *c, uint64_t number,
			     struct key128 content)
{
	while (number != 0 && number + RING > c->last) {
		const struct link *link = &c->links[number & (RING - 1)];

		if (key128_equal(link->content, content))
			return number;
		number = link->before;
	}
	return 0;
}

static uint64_t newest(const struct copies *c, struct key128 content)
{
	return with_content(c, c->chains[content.a & (CHAINS - 1)], content);
}

static uint64_t before(const struct copies *c, uint64_t number,
		       struct key128 content)
{
	return with_content(c, c->links[number & (RING - 1)].before, content);
}

static struct seen *numbered(struct copies *c, uint64_t number)
{
	return &c->ring[number & (RING - 1)];
}

static struct seen see(const struct datagram *d, const struct copy_place *place)
{
	return (struct seen){
		.frame = d->frame,
		.time_ns = d->time_ns,
		.has_time = d->has_time,
		.packet_id = d->packet_id,
		.source = d->source,
		.place = *place,
		.src = d->src,
		.dst = d->dst,
		.ifindex = d->ifindex,
		.datagram_place = d->place,
		.ip_id = d->ip_id,
		.direction = (uint8_t)d->direction,
		.tunnels = d->tunnels,
		.ttl = d->ttl,
		.transport = (uint8_t)d->transport,
	};
}

/* Seen once more there, whoever sent it. */
static bool same_spot(const struct seen *a, const struct seen *b)
{
	return a->place.interface == b->place.interface &&
	       a->ifindex == b->ifindex && a->direction == b->direction &&
	       a->tunnels == b->tunnels;
}

static bool same_ends(const struct seen *a, const struct seen *b)
{
	return endpoint_equal(&a->src, &b->src) &&
	       endpoint_equal(&a->dst, &b->dst);
}

/* etl2pcapng numbers packets: the same one shows several times. */
static bool same_record(const struct seen *a, const struct seen *b)
{
	/* One TCP segment may well ask the same several times. */
	if (a->frame == b->frame && a->source == b->source)
		return false;
	if (a->packet_id != 0 && a->packet_id == b->packet_id)
		return true;
	/* Some writers stamp all alike. */
	return a->place.times_advance && b->place.times_advance &&
	       a->has_time && b->has_time && a->time_ns == b->time_ns &&
	       a->ttl == b->ttl && a->ip_id == b->ip_id;
}

static bool is_multicast(const struct endpoint *e)
{
	const struct address *a = &e->address;

	return a->len == 4 ? a->bytes[0] >> 4 == 0xe : a->bytes[0] == 0xff;
}

/* What goes to a group is never translated: to another it is another one. */
static bool may_be_translated(const struct seen *old, const struct seen *new)
{
	return endpoint_equal(&old->dst, &new->dst) ||
	       (!is_multicast(&old->dst) && !is_multicast(&new->dst));
}

static int64_t apart_ns(const struct seen *a, const struct seen *b)
{
	return a->time_ns > b->time_ns ? a->time_ns - b->time_ns
				       : b->time_ns - a->time_ns;
}

static bool is_near(const struct seen *old, const struct seen *new)
{
	if (apart_ns(old, new) > queued_ns)
		return false;
	return new->time_ns >= old->time_ns ? new->ttl <= old->ttl
					    : new->ttl >= old->ttl;
}

/*
 * NAT changes one end, or both; it has happened by the time that a packet
 * leaves, but not when it comes in.
 */
static bool is_translated(const struct seen *old, const struct seen *new)
{
	const struct seen *later = new->time_ns >= old->time_ns ? new : old;

	return later->direction == DIRECTION_OUT &&
	       (endpoint_equal(&old->src, &new->src) ||
		endpoint_equal(&old->dst, &new->dst));
}

static bool is_copy(const struct seen *old, const struct seen *new)
{
	bool has_id = old->ip_id != 0 && new->ip_id != 0;

	if (!is_near(old, new) || old->transport != new->transport ||
	    !may_be_translated(old, new))
		return false;
	/* Of TCP the card may have joined or cut the segments. */
	if (has_id && new->transport == TRANSPORT_UDP)
		return old->ip_id == new->ip_id;
	return same_ends(old, new) || is_translated(old, new);
}

/* What a client sends again is told apart by the IP identification. */
static bool is_elsewhere(const struct seen *a, const struct seen *b)
{
	bool has_id = a->ip_id != 0 && b->ip_id != 0 &&
		      a->transport == TRANSPORT_UDP;

	if (a->place.node == b->place.node || a->copied.exchange == 0 ||
	    a->transport != b->transport || !a->has_time || !b->has_time ||
	    apart_ns(a, b) > nodes_apart_ns)
		return false;
	if (has_id)
		return a->ip_id == b->ip_id &&
		       (endpoint_equal(&a->src, &b->src) ||
			endpoint_equal(&a->dst, &b->dst));
	return same_ends(a, b);
}

/* It leaves the one node and comes in at the other; else routers count down. */
static bool is_before(const struct seen *a, const struct seen *b)
{
	if (a->direction != b->direction && a->direction != DIRECTION_UNKNOWN &&
	    b->direction != DIRECTION_UNKNOWN)
		return a->direction == DIRECTION_OUT;
	return a->ttl != b->ttl ? a->ttl > b->ttl : a->time_ns < b->time_ns;
}

/* The nearest in time of the same content. */
static void find_crossing(struct copies *c, struct key128 content,
			  const struct seen *s)
{
	const struct seen *found = NULL, *old;
	unsigned budget = BUDGET;
	uint64_t number = c->has_nodes ? newest(c, content) : 0;

	for (; number != 0 && budget-- > 0;
	     number = before(c, number, content)) {
		old = numbered(c, number);
		if (is_elsewhere(old, s) &&
		    (found == NULL || apart_ns(old, s) < apart_ns(found, s)))
			found = old;
	}
	c->crossing = (struct crossing){ 0 };
	if (found != NULL)
		c->crossing = (struct crossing){ found->copied,
						 is_before(found, s) };
}

struct crossing copies_crossing(const struct copies *c)
{
	return c->crossing;
}

static bool is_among(uint64_t message, const uint64_t *taken, unsigned count)
{
	while (count-- > 0)
		if (taken[count] == message)
			return true;
	return false;
}

/* Those of one content, the newest first. */
struct same_content {
	const struct seen *fits[BUDGET];
	uint64_t taken[BUDGET]; /* messages that were at this spot already */
	unsigned num_fits, num_taken;
};

/* True for the same record once more. */
static bool look_at(struct copies *c, struct same_content *known,
		    const struct seen *old, const struct seen *s)
{
	if (!same_spot(old, s)) {
		if (is_copy(old, s))
			known->fits[known->num_fits++] = old;
		return false;
	}
	if (!same_ends(old, s) || !same_record(old, s)) {
		known->taken[known->num_taken++] = old->message;
		return false;
	}
	c->first_place = old->datagram_place;
	return true;
}

/*
 * The oldest message that was not at this spot yet, as a second try follows the
 * first through all places; what waited in a queue goes with the newest.
 */
static const struct seen *choose(const struct same_content *known,
				 const struct seen *s)
{
	const struct seen *queued = NULL;

	for (unsigned i = known->num_fits; i-- > 0;) {
		const struct seen *old = known->fits[i];

		if (is_among(old->message, known->taken, known->num_taken))
			continue;
		if (apart_ns(old, s) <= window_ns)
			return old;
		queued = old;
	}
	return queued;
}

static enum copy_verdict find(struct copies *c, struct key128 content,
			      struct seen *s)
{
	struct same_content known;
	unsigned budget = BUDGET;
	uint64_t number = newest(c, content);
	const struct seen *old;

	known.num_fits = known.num_taken = 0;
	for (; number != 0 && budget > 0; number = before(c, number, content)) {
		old = numbered(c, number);
		if (old->place.node != s->place.node)
			continue;
		budget--;
		if (look_at(c, &known, old, s))
			return COPY_REPEAT;
	}
	old = choose(&known, s);
	if (old == NULL)
		return COPY_NONE;
	s->message = old->message;
	s->copied = old->copied;
	return COPY_ANOTHER;
}

static void remember(struct copies *c, struct key128 content,
		     const struct seen *s)
{
	uint64_t *chain = &c->chains[content.a & (CHAINS - 1)];
	struct seen *seen = numbered(c, ++c->last);

	*seen = *s;
	if (seen->message == 0)
		seen->message = c->last;
	c->links[c->last & (RING - 1)] = (struct link){ content, *chain };
	*chain = c->last;
}

static void note_node(struct copies *c, uint32_t node)
{
	if (c->last == 0)
		c->node = node;
	c->has_nodes |= c->node != node;
}

enum copy_verdict copies_feed(struct copies *c, const struct datagram *d,
			      const struct copy_place *place,
			      struct copied *original)
{
	struct key128 content = hash_key(d->payload.data, d->payload.len);
	struct seen s = see(d, place);
	enum copy_verdict verdict = find(c, content, &s);

	note_node(c, place->node);
	find_crossing(c, content, &s);
	*original = s.copied;
	if (verdict != COPY_REPEAT)
		remember(c, content, &s);
	return verdict;
}

void copies_name(struct copies *c, const struct copied *name)
{
	c->ring[c->last & (RING - 1)].copied = *name;
}

uint32_t copies_first_place(const struct copies *c)
{
	return c->first_place;
}
