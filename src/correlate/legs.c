/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A ring of the queries that arrived last; those with the same server and
 * question are chained, newest first, as in copies.c.
 */
#include "correlate/legs.h"

#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/memory.h"

enum {
	RING = 1 << 15,
	CHAINS = 4 * RING, /* so that few of them are of several keys */
	BUDGET = 32        /* of one server and question are looked at */
};

/* How long CoreDNS asks on: tries begin within 5 s, the last one waits 2 s. */
static const int64_t window_ns = 13 * NS_PER_SECOND / 2;

/* Nearer together than this, what order they are taken in is chance. */
static const int64_t chance_ns = NS_PER_SECOND / 1000;

/* CoreDNS asks on when it has waited that long for its upstream. */
static const int64_t again_ns = 2 * NS_PER_SECOND;
static const int64_t again_slack_ns = NS_PER_SECOND / 20;

/* Copies of one response are nearer together. */
static const int64_t copies_ns = NS_PER_SECOND / 20;

/* What is new is forwarded sooner, if it is at all. */
static const int64_t fresh_ns = NS_PER_SECOND / 20;

/* Packets of several queues are in disorder by less. */
static const int64_t disorder_ns = NS_PER_SECOND / 1000;

/* Chains are walked through these alone: what they lead to stays cold. */
struct link {
	struct key128 key;
	uint64_t before;   /* the one before it in its chain; 0: none */
	uint16_t port, id; /* of the client */
};

struct arrival {
	int64_t exchange;
	int64_t message; /* that its copies tell; 0: it has none yet */
	int64_t time_ns;
	int64_t forwarded_ns; /* the last time */
	int64_t answered_ns;
	struct endpoint client;
	uint32_t ifindex, place; /* where it was seen last */
	uint16_t id;
	bool went_out; /* there */
	bool is_forwarded, is_answered;
};

struct legs {
	struct arrival ring[RING];
	struct link links[RING]; /* of what is in the ring */
	uint64_t chains[CHAINS]; /* number of the newest; 0: none */
	uint64_t last;
};

struct legs *legs_new(void)
{
	return must_calloc_large(1, sizeof(struct legs));
}

void legs_free(struct legs *l)
{
	free(l);
}

/* Packed by hand: hashed as bytes, so that none may be padding. */
struct place_key {
	struct key128 question;
	uint8_t address[16];
	uint8_t address_len, unused[7];
};

_Static_assert(sizeof(struct place_key) == 40, "padding would be hashed");

/* 127.0.0.0/8, 169.254.0.0/16, ::1, fe80::/10: the host itself. */
static bool is_host_only(const struct address *a)
{
	static const uint8_t loopback[16] = { [15] = 1 };

	if (a->len == 4)
		return a->bytes[0] == 127 ||
		       (a->bytes[0] == 169 && a->bytes[1] == 254);
	return memcmp(a->bytes, loopback, sizeof(loopback)) == 0 ||
	       (a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80);
}

/* address: NULL stands for the host's own resolver, wherever it is asked. */
static struct key128 place_key(const struct address *address,
			       const struct sighting *s)
{
	struct place_key key = { .question = s->question };

	if (address != NULL && !is_host_only(address)) {
		memcpy(key.address, address->bytes, sizeof(key.address));
		key.address_len = address->len;
	}
	return hash_key(&key, sizeof(key));
}

static struct arrival *numbered(struct legs *l, uint64_t number)
{
	return &l->ring[number & (RING - 1)];
}

static const struct link *link_of(const struct legs *l, uint64_t number)
{
	return &l->links[number & (RING - 1)];
}

/* From that number on, the newest one with the key; 0: none. */
static uint64_t with_key(const struct legs *l, uint64_t number,
			 struct key128 key)
{
	while (number != 0 && number + RING > l->last) {
		if (key128_equal(link_of(l, number)->key, key))
			return number;
		number = link_of(l, number)->before;
	}
	return 0;
}

static uint64_t newest(const struct legs *l, struct key128 key)
{
	return with_key(l, l->chains[key.a & (CHAINS - 1)], key);
}

static uint64_t before(const struct legs *l, uint64_t number, struct key128 key)
{
	return with_key(l, link_of(l, number)->before, key);
}

/* Who asks itself, or has no question, or no time, is no leg. */
static bool is_eligible(const struct sighting *s)
{
	return s->kind == KIND_QUERY && s->has_question && s->has_time &&
	       !address_equal(&s->src.address, &s->dst.address);
}

static bool is_recent(const struct arrival *a, const struct sighting *s)
{
	int64_t age_ns = s->time_ns - a->time_ns;

	return age_ns >= -disorder_ns && age_ns <= window_ns &&
	       !endpoint_equal(&a->client, &s->src);
}

static bool is_due(const struct arrival *a, const struct sighting *s)
{
	int64_t late_ns = s->time_ns - a->forwarded_ns - again_ns;

	return late_ns >= -again_slack_ns && late_ns <= again_slack_ns;
}

/* Seen to go to where this query comes from. */
static bool is_delivered(const struct arrival *a, const struct sighting *s)
{
	return a->went_out && s->direction == DIRECTION_IN &&
	       a->ifindex == s->ifindex && a->place == s->place;
}

/* What is known of those that a query may have been sent for. */
struct candidates {
	struct arrival *same_id; /* CoreDNS up to 1.8.6 keeps the client's id */
	struct arrival *first;   /* the oldest not forwarded yet */
	struct arrival *second;  /* the one after that */
	struct arrival *due;     /* forwarded, and now again by the clock */
	struct arrival *again;   /* forwarded, the longest time ago */
	bool are_delivered;
	int64_t exchange; /* of one of them, answered or not; 0: none */
	bool are_several; /* others as well */
	unsigned count;   /* that are not answered */
};

static void keep_oldest(struct arrival **oldest, struct arrival *a)
{
	if (*oldest == NULL || a->forwarded_ns <= (*oldest)->forwarded_ns)
		*oldest = a;
}

static void consider_open(struct candidates *c, struct arrival *a,
			  const struct sighting *s)
{
	c->count++;
	if (a->id == s->id)
		c->same_id = a;
	if (!a->is_forwarded) {
		c->second = c->first;
		c->first = a;
		return;
	}
	keep_oldest(&c->again, a);
	if (is_due(a, s))
		keep_oldest(&c->due, a);
}

static void consider(struct candidates *c, struct arrival *a,
		     const struct sighting *s)
{
	c->are_several |= c->exchange != 0 && c->exchange != a->exchange;
	c->exchange = a->exchange;
	if (!a->is_answered)
		consider_open(c, a, s);
}

/* One that was lost on the way to the server made it ask nobody. */
static void prefer_delivered(struct candidates *c, const struct arrival *a,
			     const struct sighting *s)
{
	if (!c->are_delivered && is_delivered(a, s))
		*c = (struct candidates){ .are_delivered = true };
}

static struct candidates find_candidates(struct legs *l, struct key128 key,
					 const struct sighting *s)
{
	struct candidates found = { 0 };
	uint64_t number = newest(l, key);

	for (unsigned i = 0; i < BUDGET && number != 0; i++) {
		struct arrival *a = numbered(l, number);

		if (is_recent(a, s)) {
			prefer_delivered(&found, a, s);
			if (is_delivered(a, s) == found.are_delivered)
				consider(&found, a, s);
		}
		number = before(l, number, key);
	}
	return found;
}

/* One query for each that came in, in their order; then second tries. */
static struct arrival *choose(const struct candidates *c,
			      const struct sighting *s)
{
	if (c->same_id != NULL)
		return c->same_id;
	if (c->first != NULL &&
	    (c->due == NULL || s->time_ns - c->first->time_ns <= fresh_ns))
		return c->first;
	return c->due != NULL ? c->due : c->again;
}

static enum leg_confidence judge(const struct candidates *c,
				 const struct arrival *chosen)
{
	if (!c->are_several || chosen == c->same_id)
		return LEG_EXACT;
	if (chosen == c->first && c->second != NULL &&
	    c->second->exchange != chosen->exchange &&
	    c->second->time_ns - chosen->time_ns <= chance_ns)
		return LEG_AMBIGUOUS;
	return LEG_LIKELY;
}

static struct leg take(const struct candidates *c, const struct sighting *s)
{
	struct arrival *a = choose(c, s);

	if (a == NULL)
		return (struct leg){ 0 };
	a->is_forwarded = true;
	a->forwarded_ns = s->time_ns;
	return (struct leg){ a->exchange, judge(c, a) };
}

struct leg legs_find(struct legs *l, const struct sighting *s)
{
	struct candidates c;

	if (s->is_response || !is_eligible(s))
		return (struct leg){ 0 };
	c = find_candidates(l, place_key(&s->src.address, s), s);
	/* The host's own resolver sends from an address of the host. */
	if (c.count == 0 && s->direction == DIRECTION_OUT)
		c = find_candidates(l, place_key(NULL, s), s);
	return take(&c, s);
}

static bool is_of(const struct legs *l, uint64_t number,
		  const struct endpoint *client, uint16_t id)
{
	const struct link *link = link_of(l, number);

	return link->id == id && link->port == client->port &&
	       endpoint_equal(&l->ring[number & (RING - 1)].client, client);
}

/*
 * The one that this is a copy of: a client that asks again is no copy, though
 * it asks the same.
 */
static struct arrival *find_copied(struct legs *l, struct key128 key,
				   const struct sighting *s, int64_t exchange)
{
	uint64_t number = newest(l, key);

	for (unsigned i = 0; i < BUDGET && number != 0; i++) {
		struct arrival *a = numbered(l, number);

		if (is_of(l, number, &s->src, s->id) &&
		    a->exchange == exchange &&
		    (a->message == 0 || a->message == s->copy_of))
			return a;
		number = before(l, number, key);
	}
	return NULL;
}

static struct arrival *add(struct legs *l, struct key128 key,
			   const struct sighting *s, int64_t exchange)
{
	uint64_t *chain = &l->chains[key.a & (CHAINS - 1)];
	struct arrival *a = numbered(l, ++l->last);

	*a = (struct arrival){ .exchange = exchange,
			       .time_ns = s->time_ns,
			       .client = s->src,
			       .id = s->id };
	l->links[l->last & (RING - 1)] = (struct link){ key, *chain,
							s->src.port, s->id };
	*chain = l->last;
	return a;
}

/* A copy on its way to the same server is no second arrival. */
static void arrive(struct legs *l, const struct sighting *s, int64_t exchange)
{
	struct key128 key = place_key(&s->dst.address, s);
	struct arrival *a = s->copy_of != 0 ? find_copied(l, key, s, exchange)
					    : NULL;

	if (a == NULL)
		a = add(l, key, s, exchange);
	a->message = s->copy_of;
	a->ifindex = s->ifindex;
	a->place = s->place;
	a->went_out = s->direction == DIRECTION_OUT;
}

/* With that response, or the message that it is a copy of. */
static bool is_answered_by(const struct arrival *a, const struct sighting *r)
{
	return a->is_answered && r->copy_of != 0 &&
	       r->time_ns - a->answered_ns <= copies_ns;
}

static void close_arrival(struct arrival *a, const struct sighting *r)
{
	a->is_answered = true;
	a->answered_ns = r->time_ns;
}

/* first: the oldest so far that the server asked others for. */
static void close_or_keep(struct arrival *a, const struct sighting *r,
			  struct arrival **first)
{
	if (a->is_answered)
		return;
	if (a->is_forwarded)
		*first = a;
	else
		close_arrival(a, r);
}

/*
 * A client that asked again has a response for each: the first one is for the
 * first that the server asked others for.  The rest it had, or did not get.
 */
static void answer(struct legs *l, const struct sighting *r)
{
	struct key128 key = place_key(&r->src.address, r);
	struct arrival *first = NULL;
	uint64_t number = newest(l, key);

	for (unsigned i = 0; i < BUDGET && number != 0; i++) {
		if (is_of(l, number, &r->dst, r->id)) {
			struct arrival *a = numbered(l, number);

			if (is_answered_by(a, r))
				return;
			close_or_keep(a, r, &first);
		}
		number = before(l, number, key);
	}
	if (first != NULL)
		close_arrival(first, r);
}

void legs_feed(struct legs *l, const struct sighting *s, int64_t exchange)
{
	if (!is_eligible(s))
		return;
	if (s->is_response)
		answer(l, s);
	else
		arrive(l, s, exchange);
}
