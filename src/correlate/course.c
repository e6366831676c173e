/* SPDX-License-Identifier: BSD-3-Clause */
#include "correlate/course_private.h"

#include <stdlib.h>

#include "base/duration.h"
#include "base/memory.h"

enum {
	RING_LEAST = 1 << 10,
	RING_MOST = 1 << 17,
	EDNS_SIZE_GLIBC = 1200,
	ID_STEP = 2000 /* from A to AAAA, where ids are made from the clock */
};

/* What is known of AAAA, or of A and what else is asked for; 0: nothing. */
struct half {
	int64_t said_ns, failed_ns, took_ns, since_ns;
	uint8_t best, worst, last;
};

/* And of both, for one name. */
struct ending {
	struct half halves[2];
	int64_t repeated_ns;
	uint32_t word, name;
	uint32_t next; /* of the lookup, an earlier one; or of those unused */
	uint32_t transactions, queries;
	int16_t rcode;
	uint8_t made;
	bool asks_a;
};

struct course {
	struct lookup_question first;
	uint32_t endings; /* the last name's; 0: none */
	uint8_t sign;
};

struct courses {
	const struct lookups_sink *sink;
	struct course *ring;
	uint32_t size, first, last;
	struct ending *endings; /* from 1 */
	uint32_t num_endings, unused;
};

struct courses *courses_new(const struct lookups_sink *sink)
{
	struct courses *c = must_calloc(1, sizeof(*c));

	c->sink = sink;
	c->size = RING_LEAST;
	c->ring = must_calloc(c->size, sizeof(*c->ring));
	c->first = 1;
	return c;
}

void courses_free(struct courses *c)
{
	if (c == NULL)
		return;
	free(c->endings);
	free(c->ring);
	free(c);
}

static struct course *numbered(const struct courses *c, uint32_t number)
{
	if (number < c->first || number > c->last)
		return NULL;
	return &c->ring[number & (c->size - 1)];
}

static void add_endings(struct courses *c)
{
	uint32_t count = c->num_endings != 0 ? 2 * c->num_endings : RING_LEAST;

	c->endings = must_realloc(c->endings, count, sizeof(*c->endings));
	for (uint32_t i = c->num_endings != 0 ? c->num_endings : 1; i < count;
	     i++) {
		c->endings[i].next = c->unused;
		c->unused = i;
	}
	c->num_endings = count;
}

static const struct half no_half = { .said_ns = LOOKUP_NEVER,
				     .failed_ns = LOOKUP_NEVER,
				     .took_ns = LOOKUP_NEVER,
				     .since_ns = LOOKUP_NEVER };

static struct ending *add_ending(struct courses *c, struct course *course,
				 const struct lookup_question *q)
{
	uint32_t i;

	if (c->unused == 0)
		add_endings(c);
	i = c->unused;
	c->unused = c->endings[i].next;
	c->endings[i] = (struct ending){ .word = q->word,
					 .name = q->name,
					 .made = q->made,
					 .repeated_ns = LOOKUP_NEVER,
					 .rcode = -1,
					 .halves = { no_half, no_half },
					 .next = course->endings };
	course->endings = i;
	return &c->endings[i];
}

static struct ending *find_ending(struct courses *c, struct course *course,
				  const struct lookup_question *q)
{
	for (uint32_t i = course->endings; i != 0; i = c->endings[i].next)
		if (c->endings[i].word == q->word)
			return &c->endings[i];
	return add_ending(c, course, q);
}

static void keep_least(int64_t *least, int64_t value)
{
	if (*least == LOOKUP_NEVER || value < *least)
		*least = value;
}

static void keep_most(int64_t *most, int64_t value)
{
	if (value > *most)
		*most = value;
}

static void add_to_half(struct half *h, const struct lookup_question *q)
{
	if (h->best == 0 || q->fate < h->best)
		h->best = q->fate;
	if (q->fate > h->worst)
		h->worst = q->fate;
	/* Or what it has in spite of it. */
	h->last = q->fate == FATE_TRUNCATED && q->has_some ? FATE_RECORDS
							   : q->fate;
	if (!q->is_done)
		return;
	keep_most(&h->failed_ns, q->done_ns);
	if (q->fate <= FATE_DENIED)
		keep_least(&h->said_ns, q->done_ns);
	if (q->fate > FATE_ERROR)
		return;
	keep_least(&h->took_ns, q->done_ns - q->asked_ns);
	keep_least(&h->since_ns, q->done_ns - q->asked_ns - q->repeated_ns);
}

static void add_to_ending(struct ending *e, const struct lookup_question *q)
{
	e->transactions++;
	e->queries += q->attempts;
	keep_most(&e->repeated_ns, q->asked_ns + q->repeated_ns);
	if (q->fate == FATE_ERROR && q->rcode > e->rcode)
		e->rcode = q->rcode;
	e->asks_a |= q->qtype == 1;
	add_to_half(&e->halves[q->qtype == 28], q);
}

static void end_first(struct courses *c);

static void end_early(struct courses *c, int64_t now_ns)
{
	const struct lookup_question *first = &numbered(c, c->first)->first;

	if (first->asked_ns >= now_ns - LOOKUP_NS)
		c->sink->forgotten(c->sink->context, first->exchange);
	end_first(c);
}

static void make_room(struct courses *c, int64_t now_ns)
{
	uint32_t size = c->size;

	if (c->last - c->first + 1 < size)
		return;
	if (size == RING_MOST) {
		end_early(c, now_ns);
		return;
	}
	c->size = 2 * size;
	c->ring = must_realloc(c->ring, c->size, sizeof(*c->ring));
	for (uint32_t i = c->first; i <= c->last; i++)
		if ((i & size) != 0)
			c->ring[i & (c->size - 1)] = c->ring[i & (size - 1)];
}

bool courses_since(const struct courses *c, uint32_t number, int64_t *since_ns)
{
	const struct course *course = numbered(c, number);

	if (course == NULL)
		return false;
	*since_ns = course->first.asked_ns;
	return true;
}

static bool is_between(int64_t value_ns, int64_t least_ms, int64_t most_ms)
{
	return value_ns >= least_ms * 1000000 && value_ns <= most_ms * 1000000;
}

/* By the pair's sockets, EDNS and ids. */
static unsigned sign_of_pair(const struct lookup_question *p,
			     const struct lookup_question *q)
{
	bool is_late = p->is_done && p->done_ns <= q->asked_ns;

	if (p->port != q->port && q->edns_size >= 0 &&
	    q->asked_ns - p->asked_ns <= NS_PER_SECOND / 200)
		return 8;
	if (p->port != q->port)
		return is_late ? 0 : 9;
	if (q->edns_size == EDNS_SIZE_GLIBC)
		return 7;
	if (q->edns_size >= 0)
		return 10;
	return (uint16_t)(q->dns_id - p->dns_id) < ID_STEP ? 16 : 17;
}

/* By when it repeats. */
static unsigned sign_of_times(const struct lookup_question *q)
{
	if (q->attempts != 2)
		return 0;
	if (is_between(q->repeated_ns, 2400, 2700))
		return 1;
	if (is_between(q->repeated_ns, 4900, 5300))
		return 4;
	return is_between(q->repeated_ns, 1900, 2200) ? 11 : 0;
}

/* By what it takes for a retry. */
static unsigned sign_of_retry(const struct course_step *s)
{
	const struct lookup_question *p = s->parent, *q = s->question;

	if (s->how == 1 && p->port != q->port)
		return 5;
	if (s->how == 1 && p->server != q->server &&
	    q->asked_ns - p->asked_ns <= NS_PER_SECOND / 500)
		return 3;
	if (s->how == 1 && p->fate == FATE_ERROR && p->is_done &&
	    is_between(q->asked_ns - p->done_ns, 0, 500))
		return 2;
	return s->how == 3 && p->dns_id == q->dns_id && p->fate < FATE_ERROR
		       ? 6
		       : 0;
}

/* What shows which resolver it was: a number of the table resolver_sign. */
static unsigned find_sign(const struct course_step *s)
{
	const struct lookup_question *p = s->parent, *q = s->question;
	unsigned sign;

	if (s->how == 4 && p->port != q->port)
		return sign_of_pair(p, q);
	/* Tools have EDNS and repeat with the same id as well. */
	if (q->edns_size >= 0 && q->edns_size != EDNS_SIZE_GLIBC && s->how != 4)
		return 0;
	sign = sign_of_times(q);
	if (sign != 0)
		return sign;
	return s->how == 4 ? sign_of_pair(p, q) : sign_of_retry(s);
}

static void add_step(struct courses *c, struct course *course,
		     const struct course_step *s)
{
	unsigned sign = find_sign(s);

	add_to_ending(find_ending(c, course, s->question), s->question);
	if (sign != 0 && (course->sign == 0 || sign < course->sign))
		course->sign = (uint8_t)sign;
	c->sink->member(c->sink->context, s->question->exchange,
			course->first.exchange, s->how);
}

uint32_t courses_begin(struct courses *c, const struct lookup_question *first)
{
	struct course *course;

	make_room(c, first->asked_ns);
	course = &c->ring[++c->last & (c->size - 1)];
	*course = (struct course){ .first = *first };
	add_step(c, course, &(struct course_step){ .question = first });
	return c->last;
}

void courses_go_on(struct courses *c, uint32_t number,
		   const struct course_step *step)
{
	add_step(c, numbered(c, number), step);
}

/* Of one that was asked for. */
static uint8_t fate_of_half(const struct half *h)
{
	if (h->best <= FATE_DENIED)
		return h->best;
	return h->worst >= FATE_UNDECIDED ? h->worst : h->last;
}

static int64_t done_of_half(const struct half *h)
{
	return h->said_ns != LOOKUP_NEVER ? h->said_ns : h->failed_ns;
}

/* The values of an ending; those of a course are what the last name has. */
static void judge(const struct ending *e, struct lookup_course *to)
{
	*to = (struct lookup_course){ .last_name = e->name,
				      .repeated_ns = e->repeated_ns,
				      .done_ns = LOOKUP_NEVER,
				      .took_ns = LOOKUP_NEVER,
				      .since_ns = LOOKUP_NEVER,
				      .rcode = e->rcode,
				      .made = e->made };
	for (int i = 0; i < 2; i++) {
		const struct half *h = &e->halves[i];
		uint8_t fate;

		if (h->best == 0)
			continue;
		fate = fate_of_half(h);
		if (to->best == 0 || fate < to->best)
			to->best = fate;
		if (fate > to->worst)
			to->worst = fate;
		keep_most(&to->done_ns, done_of_half(h));
		keep_most(&to->took_ns, h->took_ns);
		keep_most(&to->since_ns, h->since_ns);
	}
}

/* And what is known of all names. */
static void add_up(const struct ending *e, struct lookup_course *to)
{
	struct lookup_course own;

	judge(e, &own);
	to->transactions += e->transactions;
	to->queries += e->queries;
	to->names++;
	to->asks_a |= e->asks_a;
	to->asks_aaaa |= e->halves[1].best != 0;
	to->base_asked |= e->made == 0;
	to->has_nodata |= own.best == FATE_NO_DATA;
	to->has_servfail |= own.best == FATE_ERROR && e->rcode == 2;
}

static void end_first(struct courses *c)
{
	struct course *course = numbered(c, c->first);
	struct lookup_course all;
	uint32_t i = course->endings, next;

	judge(&c->endings[i], &all);
	all.first = &course->first;
	all.sign = course->sign;
	for (; i != 0; i = next) {
		add_up(&c->endings[i], &all);
		next = c->endings[i].next;
		c->endings[i].next = c->unused;
		c->unused = i;
	}
	c->first++;
	c->sink->course(c->sink->context, &all);
}

void courses_end_before(struct courses *c, int64_t time_ns)
{
	while (c->first <= c->last &&
	       numbered(c, c->first)->first.asked_ns < time_ns)
		end_first(c);
}
