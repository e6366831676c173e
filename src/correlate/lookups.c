/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A ring of the questions of the last 30 s.  Each knows, from when it comes in,
 * the ones before it that it may follow from; what it does follow from is told
 * a little later, when the other one of each pair is known.
 */
#include "correlate/lookups.h"

#include <stdlib.h>

#include "base/duration.h"
#include "base/hash.h"
#include "base/memory.h"
#include "correlate/course_private.h"

enum {
	RING_LEAST = 1 << 12,
	RING_MOST = 1 << 18, /* what is older is forgotten sooner then */
	BUDGET = 256,        /* of one chain are looked at */
	DENIED_MAX = 16,
	SOCKETS_MAX = 8 /* of the other one of a pair */
};

static const int64_t pair_ns = NS_PER_SECOND / 10;
static const int64_t search_ns = NS_PER_SECOND;

/* How a question follows from another one; as the header has it. */
enum how { FIRST, REPEATED, RETRIED, OVER_TCP, PAIRED, SEARCHED };

/* All numbers count questions from 1; 0: none. */
struct asked {
	struct lookup_question q;
	uint64_t family; /* the client, the base and what is asked for */
	uint64_t topic;  /* of it, the name and the type */
	uint32_t before; /* in its chain, and in that of its id */
	uint32_t before_with_id;
	uint32_t same, other; /* the last one of its topic, and of its pair's */
	uint32_t path;        /* of it and its parents the nearest of another */
	uint32_t path_before; /* topic, and the one before that */
	uint32_t denied_before, denied_after;
	uint32_t course;  /* number */
	bool has_pair;    /* the next one of the other type is known */
	bool is_absolved; /* one of them told more, at the same time */
};

struct chains {
	uint32_t *newest; /* by topic; by topic and id; denied, by family */
	uint32_t *newest_with_id;
	uint32_t *denied;
};

struct lookups {
	struct lookups_sink sink;
	struct asked *ring;
	struct chains chains;
	uint32_t size;                /* of the ring, and of chains */
	uint32_t first, linked, last; /* first: the oldest one in memory */
	struct courses *courses;
};

/* Hashed as bytes, so that none may be padding. */
struct topic_key {
	int64_t base;
	uint32_t client, word;
	int64_t qtype;
};

static uint64_t make_key(const struct lookup_question *q, uint32_t word,
			 uint16_t qtype)
{
	struct topic_key key = { q->base, q->client, word, qtype };

	return hash_key(&key, sizeof(key)).a;
}

/* A and AAAA are asked for together, other types for themselves. */
static bool has_two(uint16_t qtype)
{
	return qtype == 1 || qtype == 28;
}

static uint64_t family_key(const struct lookup_question *q)
{
	return make_key(q, UINT32_MAX, has_two(q->qtype) ? 1 : q->qtype);
}

static uint64_t topic_key(const struct lookup_question *q, uint16_t qtype)
{
	return make_key(q, q->word, qtype);
}

static uint64_t with_id(const struct asked *a)
{
	return a->topic + a->q.dns_id * UINT64_C(0x9e3779b97f4a7c15);
}

static struct asked *numbered(struct lookups *l, uint32_t number)
{
	if (number < l->first || number > l->last)
		return NULL;
	return &l->ring[number & (l->size - 1)];
}

static uint32_t *chain_of(const struct lookups *l, uint32_t *chains,
			  uint64_t key)
{
	return &chains[(key >> 7) & (l->size - 1)];
}

static void make_chains(struct lookups *l)
{
	size_t count = l->size;

	l->chains.newest = must_calloc(count, sizeof(uint32_t));
	l->chains.newest_with_id = must_calloc(count, sizeof(uint32_t));
	l->chains.denied = must_calloc(count, sizeof(uint32_t));
}

static void free_chains(struct chains *c)
{
	free(c->newest);
	free(c->newest_with_id);
	free(c->denied);
}

struct lookups *lookups_new(const struct lookups_sink *sink)
{
	struct lookups *l = must_calloc(1, sizeof(*l));

	l->sink = *sink;
	l->size = RING_LEAST;
	l->ring = must_calloc(l->size, sizeof(*l->ring));
	l->first = 1;
	l->courses = courses_new(&l->sink);
	make_chains(l);
	return l;
}

void lookups_free(struct lookups *l)
{
	if (l == NULL)
		return;
	courses_free(l->courses);
	free_chains(&l->chains);
	free(l->ring);
	free(l);
}

/* The newest one of a topic that is older than that one. */
static uint32_t find_topic(struct lookups *l, uint64_t topic)
{
	uint32_t number = *chain_of(l, l->chains.newest, topic);
	struct asked *a = numbered(l, number);

	for (int i = 0; i < BUDGET && a != NULL; i++) {
		if (a->topic == topic)
			return number;
		number = a->before;
		a = numbered(l, number);
	}
	return 0;
}

static void chain_up(struct lookups *l, struct asked *a, uint32_t number)
{
	uint32_t *chain = chain_of(l, l->chains.newest, a->topic);
	uint32_t *ids = chain_of(l, l->chains.newest_with_id, with_id(a));

	a->before = *chain;
	*chain = number;
	a->before_with_id = *ids;
	*ids = number;
}

/* What was denied, by when: the last one first. */
static void chain_denied(struct lookups *l, struct asked *a, uint32_t number)
{
	uint32_t *chain = chain_of(l, l->chains.denied, a->family);
	struct asked *after = NULL, *before = numbered(l, *chain);
	uint32_t before_number = *chain, after_number = 0;

	for (int i = 0;
	     i < BUDGET && before != NULL && before->q.done_ns > a->q.done_ns;
	     i++) {
		after = before;
		after_number = before_number;
		before_number = before->denied_before;
		before = numbered(l, before_number);
	}
	a->denied_before = before != NULL ? before_number : 0;
	a->denied_after = after_number;
	if (before != NULL)
		before->denied_after = number;
	if (after != NULL)
		after->denied_before = number;
	else
		*chain = number;
}

static bool is_denied(const struct asked *a)
{
	return a->q.is_done && a->q.fate >= FATE_NO_DATA &&
	       a->q.fate <= FATE_ERROR;
}

static void unchain_denied(struct lookups *l, const struct asked *a)
{
	struct asked *after = numbered(l, a->denied_after);
	struct asked *before = numbered(l, a->denied_before);

	if (after != NULL)
		after->denied_before = a->denied_before;
	else
		*chain_of(l, l->chains.denied, a->family) = a->denied_before;
	if (before != NULL)
		before->denied_after = a->denied_after;
}

/* A name that has records of the other type was not denied. */
static void absolve(struct lookups *l, struct asked *a)
{
	struct asked *o = numbered(l, a->other);

	if (o != NULL && o->q.fate == FATE_RECORDS &&
	    a->q.asked_ns - o->q.asked_ns <= pair_ns)
		a->is_absolved = true;
	for (int i = 0; i < BUDGET && o != NULL && !o->has_pair &&
			a->q.asked_ns - o->q.asked_ns <= pair_ns;
	     i++) {
		o->has_pair = true;
		o->is_absolved |= a->q.fate == FATE_RECORDS;
		o = numbered(l, o->same);
	}
}

static void put_into_chains(struct lookups *l, uint32_t number)
{
	struct asked *a = numbered(l, number);

	chain_up(l, a, number);
	if (is_denied(a))
		chain_denied(l, a, number);
}

static void take_in(struct lookups *l, const struct lookup_question *q)
{
	struct asked *a = &l->ring[++l->last & (l->size - 1)];

	*a = (struct asked){ .q = *q,
			     .family = family_key(q),
			     .topic = topic_key(q, q->qtype) };
	a->same = find_topic(l, a->topic);
	if (has_two(q->qtype))
		a->other = find_topic(l, topic_key(q, 29 - q->qtype));
	absolve(l, a);
	put_into_chains(l, l->last);
}

static bool is_between(int64_t value, int64_t least, int64_t most)
{
	return value >= least && value <= most;
}

/* The same before, with this id. */
static uint32_t find_repeated(struct lookups *l, const struct asked *a,
			      enum how *how)
{
	uint32_t number = a->before_with_id;
	const struct asked *s = numbered(l, number);

	for (int i = 0; i < BUDGET && s != NULL; i++) {
		if (a->q.asked_ns - s->q.asked_ns > LOOKUP_NS)
			return 0;
		if (s->topic == a->topic && s->q.dns_id == a->q.dns_id &&
		    (s->q.port == a->q.port || s->q.fate >= FATE_ERROR ||
		     (s->q.is_done && s->q.done_ns > a->q.asked_ns) ||
		     a->q.transport > s->q.transport)) {
			*how = a->q.transport > s->q.transport ? OVER_TCP
							       : REPEATED;
			return number;
		}
		number = s->before_with_id;
		s = numbered(l, number);
	}
	return 0;
}

/* Or where that came to nothing. */
static bool is_retried(const struct lookup_question *p,
		       const struct lookup_question *q)
{
	int64_t since_ns;

	if (!p->is_done || p->done_ns > q->asked_ns)
		return is_between(q->asked_ns - p->asked_ns - p->repeated_ns,
				  NS_PER_SECOND / 10 * 9,
				  NS_PER_SECOND / 10 * 55);
	since_ns = q->asked_ns - p->done_ns;
	/* All resolvers go on at once; later it is asked for anew. */
	if (p->fate == FATE_ERROR)
		return q->has_time && since_ns <= NS_PER_SECOND / 5;
	/* glibc starts anew with more room after a large answer */
	return p->transport > q->transport && p->fate < FATE_DENIED &&
	       since_ns <= NS_PER_SECOND / 200;
}

static bool is_over_tcp(const struct lookup_question *p,
			const struct lookup_question *q)
{
	return p->is_done && p->done_ns <= q->asked_ns &&
	       p->fate == FATE_TRUNCATED && q->transport > p->transport &&
	       q->asked_ns - p->done_ns <= 5 * NS_PER_SECOND;
}

static uint32_t find_same(struct lookups *l, const struct asked *a,
			  enum how *how)
{
	const struct asked *p = numbered(l, a->same);
	uint32_t number;

	if (p == NULL || a->q.asked_ns - p->q.asked_ns > LOOKUP_NS)
		return 0;
	number = find_repeated(l, a, how);
	if (number != 0)
		return number;
	*how = RETRIED;
	if (is_retried(&p->q, &a->q))
		return a->same;
	*how = OVER_TCP;
	return is_over_tcp(&p->q, &a->q) ? a->same : 0;
}

/* Whether another name of the family was denied since then. */
static bool goes_on(struct lookups *l, const struct asked *a, int64_t since_ns)
{
	const struct asked *d = numbered(
		l, *chain_of(l, l->chains.denied, a->family));

	for (int i = 0; i < BUDGET && d != NULL && d->q.done_ns >= since_ns;
	     i++) {
		if (d->family == a->family && d->q.word != a->q.word &&
		    d->q.done_ns <= a->q.asked_ns && !d->is_absolved)
			return true;
		d = numbered(l, d->denied_before);
	}
	return false;
}

/* From the same socket, if there is one; else the last one. */
static uint32_t find_socket(struct lookups *l, const struct asked *a)
{
	uint32_t number = a->other;
	const struct asked *s = numbered(l, number);

	for (int i = 0; i < SOCKETS_MAX; i++) {
		number = s->same;
		s = numbered(l, number);
		if (s == NULL || a->q.asked_ns - s->q.asked_ns > pair_ns)
			break;
		if (s->q.port == a->q.port)
			return number;
	}
	return a->other;
}

static uint32_t find_paired(struct lookups *l, const struct asked *a)
{
	const struct asked *o = numbered(l, a->other);
	bool is_near;

	if (o == NULL)
		return 0;
	is_near = a->q.asked_ns - o->q.asked_ns <= pair_ns;
	if (o->q.port == a->q.port)
		return is_near || (o->q.is_done &&
				   is_between(a->q.asked_ns - o->q.done_ns, 0,
					      pair_ns))
			       ? a->other
			       : 0;
	/*
	 * Not where it is the other one of another already, nor where it is
	 * another lookup's, when this one goes on to it.
	 */
	if (!is_near || a->same > a->other || goes_on(l, a, o->q.asked_ns))
		return 0;
	return find_socket(l, a);
}

/* The last name denied, which had no records of another type. */
static uint32_t find_denied(struct lookups *l, const struct asked *a,
			    uint32_t own)
{
	uint32_t number = *chain_of(l, l->chains.denied, a->family);
	const struct asked *d = numbered(l, number);
	int count = 0;

	for (int i = 0; i < BUDGET && d != NULL && count < DENIED_MAX; i++) {
		if (d->q.done_ns < a->q.asked_ns - search_ns)
			return 0;
		if (d->family == a->family && !d->is_absolved &&
		    d->q.done_ns <= a->q.asked_ns) {
			if (d->q.word != a->q.word && number < own)
				return number;
			count++;
		}
		number = d->denied_before;
		d = numbered(l, number);
	}
	return 0;
}

static uint32_t find_parent(struct lookups *l, const struct asked *a,
			    uint32_t own, enum how *how)
{
	uint32_t parent = find_same(l, a, how);

	if (parent != 0)
		return parent;
	*how = PAIRED;
	parent = find_paired(l, a);
	if (parent != 0)
		return parent;
	*how = SEARCHED;
	return find_denied(l, a, own);
}

/* Asked for on the way from the lookup's first to that one. */
static bool was_asked(struct lookups *l, const struct asked *parent,
		      const struct asked *a, enum how how)
{
	const struct asked *p = numbered(l, parent->path);

	while (p != NULL) {
		if (how == PAIRED ? p->topic == a->topic
				  : p->q.word == a->q.word)
			return true;
		p = numbered(l, p->path_before);
	}
	return false;
}

static bool begins(struct lookups *l, const struct asked *parent,
		   const struct asked *a, enum how how)
{
	int64_t since_ns;

	if (parent == NULL ||
	    !courses_since(l->courses, parent->course, &since_ns) ||
	    a->q.asked_ns - since_ns > LOOKUP_NS)
		return true;
	return how >= PAIRED && was_asked(l, parent, a, how);
}

static void link_next(struct lookups *l)
{
	uint32_t number = ++l->linked;
	struct asked *a = numbered(l, number);
	enum how how = FIRST;
	struct asked *parent = numbered(l, find_parent(l, a, number, &how));

	if (begins(l, parent, a, how)) {
		a->course = courses_begin(l->courses, &a->q);
		a->path = number;
		return;
	}
	a->course = parent->course;
	a->path = how >= PAIRED ? number : parent->path;
	a->path_before = how >= PAIRED ? parent->path : 0;
	courses_go_on(l->courses, a->course,
		      &(struct course_step){ &a->q, &parent->q, how });
}

static void forget_first(struct lookups *l)
{
	struct asked *a = numbered(l, l->first);

	if (l->first > l->linked)
		link_next(l);
	if (is_denied(a))
		unchain_denied(l, a);
	l->first++;
}

/* Into room for the most at once, which costs nothing until it is used. */
static void grow(struct lookups *l)
{
	uint32_t old = l->size;

	free_chains(&l->chains);
	if (old == RING_LEAST)
		l->ring = must_realloc(l->ring, RING_MOST, sizeof(*l->ring));
	l->size = 2 * old;
	make_chains(l);
	for (uint32_t i = l->first; i <= l->last; i++) {
		if ((i & old) != 0)
			l->ring[i & (l->size - 1)] = l->ring[i & (old - 1)];
		put_into_chains(l, i);
	}
}

static bool is_over(const struct lookup_question *q, int64_t now_ns)
{
	return q->asked_ns < now_ns - pair_ns - LOOKUP_NS;
}

static void make_room(struct lookups *l, int64_t now_ns)
{
	const struct asked *first = numbered(l, l->first);

	if (l->last - l->first + 1 < l->size)
		return;
	if (l->size < RING_MOST) {
		grow(l);
		return;
	}
	if (!is_over(&first->q, now_ns))
		l->sink.forgotten(l->sink.context, first->q.exchange);
	forget_first(l);
}

void lookups_add(struct lookups *l, const struct lookup_question *q)
{
	make_room(l, q->asked_ns);
	take_in(l, q);
	while (numbered(l, l->linked + 1)->q.asked_ns < q->asked_ns - pair_ns)
		link_next(l);
	while (is_over(&numbered(l, l->first)->q, q->asked_ns))
		forget_first(l);
	courses_end_before(l->courses, q->asked_ns - pair_ns - LOOKUP_NS);
}

void lookups_finish(struct lookups *l)
{
	while (l->linked < l->last)
		link_next(l);
	courses_end_before(l->courses, INT64_MAX);
}
