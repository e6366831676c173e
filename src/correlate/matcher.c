/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An exchange is handed on as soon as it is settled: at its first response, or
 * when waiting is over.  Answered ones stay in memory for a while, to know a
 * second response when it comes.
 */
#include "correlate/matcher.h"

#include <stdlib.h>

#include "base/duration.h"
#include "base/memory.h"
#include "correlate/waiting_private.h"

static const int64_t early_ns = NS_PER_SECOND / 1000;

/* Responses this near to the start of a capture may answer older queries. */
static const int64_t start_ns = 5 * NS_PER_SECOND;

/*
 * How long an exchange is remembered, beyond its wait time: a response that
 * comes then is late, not one that nobody had asked for.
 */
static int64_t keep_ns(const struct matcher_options *options)
{
	static const int64_t least_ns = 30 * NS_PER_SECOND;

	if (options->wait_ns > INT64_MAX / 2)
		return INT64_MAX;
	return options->wait_ns > least_ns / 2 ? 2 * options->wait_ns
					       : least_ns;
}

struct matcher {
	struct matcher_options options;
	struct matcher_sinks sinks;
	struct waiting_list *waiting;
	bool started;
	int64_t first_ns, now_ns;
	uint64_t undecided;
};

struct matcher *matcher_new(const struct matcher_options *options,
			    const struct matcher_sinks *sinks)
{
	struct matcher *m = must_calloc(1, sizeof(*m));

	m->options = *options;
	m->sinks = *sinks;
	m->waiting = waiting_list_new(options->ceiling);
	return m;
}

void matcher_free(struct matcher *m)
{
	if (m == NULL)
		return;
	waiting_list_free(m->waiting);
	free(m);
}

uint64_t matcher_undecided(const struct matcher *m)
{
	return m->undecided;
}

static struct belonging hand_on_stray(struct matcher *m,
				      const struct sighting *s,
				      const struct waiting *w,
				      enum stray_role role)
{
	struct stray stray = { .role = role, .message = *s };

	if (w != NULL)
		stray.exchange = w->id;
	/* Without its question it does not look like one. */
	if (role == ROLE_CONTINUATION)
		stray.message.kind = KIND_TRANSFER;
	if (role == ROLE_ATTEMPT)
		stray.attempt = w->exchange->attempts;
	m->sinks.stray(m->sinks.context, &stray);
	return (struct belonging){ stray.exchange, w != NULL ? w->leader : 0,
				   true };
}

static struct belonging belongs_to(const struct waiting *w)
{
	return (struct belonging){ w->id, w->leader, false };
}

/* The exchange is settled; its entry stays for those that come after. */
static void settle(struct matcher *m, struct waiting *w,
		   enum exchange_state state)
{
	w->exchange->state = state;
	m->sinks.exchange(m->sinks.context, w->exchange);
	waiting_finish(m->waiting, w);
}

static enum exchange_state unanswered_state(const struct waiting *w,
					    enum exchange_state otherwise)
{
	if (w->wrong_source_seen)
		return STATE_WRONG_SOURCE;
	if (w->other_place_seen)
		return STATE_ANSWERED_ELSEWHERE;
	return w->icmp_seen ? STATE_ICMP_ERROR : otherwise;
}

static void settle_unanswered(struct matcher *m, struct waiting *w,
			      enum exchange_state otherwise)
{
	settle(m, w, unanswered_state(w, otherwise));
}

static void settle_orphan(struct matcher *m, struct waiting *w)
{
	const struct sighting *s = &w->exchange->response;
	/* Before it there may only be a clock that was set back. */
	bool at_start = s->has_time && s->time_ns >= m->first_ns &&
			s->time_ns - m->first_ns <= start_ns;

	settle(m, w, at_start ? STATE_ORPHAN_AT_START : STATE_ORPHAN_RESPONSE);
}

/* Answered ones go first: they cost nothing but a duplicate's name. */
static void make_room(struct matcher *m)
{
	struct waiting *w = waiting_oldest(m->waiting, STAGE_DONE);

	if (w == NULL && (w = waiting_oldest(m->waiting, STAGE_EARLY)) != NULL)
		settle_orphan(m, w);
	if (w == NULL) {
		w = waiting_oldest(m->waiting, STAGE_PENDING);
		settle(m, w, STATE_UNDECIDED);
		m->undecided++;
	}
	waiting_remove(m->waiting, w);
}

static void follow(struct waiting *w, const struct sighting *s)
{
	w->exchange->leader = s->leader;
	w->exchange->leg = s->leg;
	w->leader = s->leader != 0 ? s->leader : w->id;
}

static struct waiting *start(struct matcher *m, const struct asked *asked,
			     const struct sighting *s)
{
	struct waiting *w;

	if (waiting_is_full(m->waiting))
		make_room(m);
	w = waiting_add(m->waiting, asked, s);
	w->id = w->exchange->id = (*m->options.next_id)++;
	follow(w, s);
	w->exchange->attempts = !s->is_response;
	w->exchange->last_asked_ns = s->time_ns;
	w->since_ns = s->has_time ? s->time_ns : m->now_ns;
	return w;
}

/* 0 where one of the two carries no time: then order is all there is. */
static int64_t elapsed(const struct sighting *from, const struct sighting *to)
{
	return from->has_time && to->has_time ? to->time_ns - from->time_ns : 0;
}

static void answer(struct matcher *m, struct waiting *w)
{
	struct exchange *x = w->exchange;
	int64_t waited = elapsed(&x->query, &x->response);

	if (x->query.has_question && x->response.has_question &&
	    !key128_equal(x->query.spelling, x->response.spelling))
		x->notes |= NOTE_CASE_DIFFERS;
	if (!x->query.has_question || !x->response.has_question)
		x->notes |= NOTE_WEAK_MATCH;
	if (!x->query.has_question)
		x->notes |= NOTE_QUERY_UNREADABLE;
	if (waited < 0)
		x->notes |= NOTE_BEFORE_QUERY;
	settle(m, w,
	       x->attempts > 1 || waited > m->options.wait_ns
		       ? STATE_ANSWERED_LATE
		       : STATE_ANSWERED);
}

/* Without times the order counts, and the response came before it. */
static bool is_early(const struct sighting *query,
		     const struct sighting *response)
{
	return query->has_time && response->has_time &&
	       elapsed(query, response) >= -early_ns;
}

static struct belonging take_query(struct matcher *m, struct waiting *w,
				   const struct sighting *s)
{
	struct exchange *x = w->exchange;

	x->query = *s;
	x->has_query = true;
	x->attempts = 1;
	x->last_asked_ns = s->time_ns;
	x->has_late_leader = s->leader != 0 && w->leader == w->id;
	follow(w, s);
	answer(m, w);
	return belongs_to(w);
}

static struct belonging feed_query(struct matcher *m, const struct asked *asked,
				   const struct sighting *s)
{
	struct waiting *w = waiting_find(m->waiting, asked);

	if (w != NULL && w->stage == STAGE_EARLY &&
	    is_early(s, &w->exchange->response))
		return take_query(m, w, s);
	if (w != NULL && w->stage == STAGE_PENDING &&
	    elapsed(&w->exchange->query, s) <= m->options.wait_ns) {
		w->exchange->attempts++;
		w->exchange->last_asked_ns = s->time_ns;
		return hand_on_stray(m, s, w, ROLE_ATTEMPT);
	}
	/* The id is used again: what was asked before is over. */
	if (w != NULL && w->stage == STAGE_PENDING)
		settle_unanswered(m, w, STATE_UNANSWERED);
	if (w != NULL && w->stage == STAGE_DONE)
		waiting_remove(m->waiting, w);
	return belongs_to(start(m, asked, s));
}

/*
 * A pending query that a response fits only in part: one of the two has no
 * question to compare (FORMERR with QDCOUNT 0, a message cut short), or the
 * response comes from somewhere else than was asked.
 */
static struct waiting *find_partly(struct matcher *m, const struct asked *asked,
				   const struct sighting *s, bool *is_weak)
{
	unsigned budget = CLIENT_BUDGET;
	struct waiting *w = waiting_first_of_client(m->waiting, asked);

	for (; w != NULL; w = waiting_next_of_client(w, &budget)) {
		const struct asked *query = &w->asked;

		if (w->stage != STAGE_PENDING ||
		    !asked_same_place(query, asked) ||
		    elapsed(&w->exchange->query, s) < -early_ns)
			continue;
		*is_weak = endpoint_equal(&query->server, &asked->server);
		if (*is_weak && (!s->has_question || !query->has_question))
			return w;
		if (!*is_weak && s->transport == TRANSPORT_UDP &&
		    s->has_question && query->has_question &&
		    key128_equal(query->question, s->question))
			return w;
	}
	return NULL;
}

/*
 * Only the first message of a transfer repeats the question for certain
 * (RFC 5936, 2.2.1).
 */
static bool is_of_transfer(const struct waiting *w, const struct sighting *s)
{
	return w->is_transfer && s->transport == TRANSPORT_TCP;
}

static struct belonging hand_on_further(struct matcher *m,
					const struct sighting *s,
					const struct waiting *w)
{
	return hand_on_stray(m, s, w,
			     is_of_transfer(w, s) ? ROLE_CONTINUATION
						  : ROLE_DUPLICATE);
}

static struct belonging take_response(struct matcher *m, struct waiting *w,
				      const struct sighting *s)
{
	w->exchange->response = *s;
	w->exchange->has_response = true;
	answer(m, w);
	return belongs_to(w);
}

/* A response without question says only by its like where it belongs. */
static bool repeats(const struct waiting *w, const struct asked *asked,
		    const struct sighting *s)
{
	if (!w->is_answered || !asked_same_place(&w->asked, asked) ||
	    !endpoint_equal(&w->asked.server, &asked->server))
		return false;
	return is_of_transfer(w, s) || !w->response_has_question;
}

/* The answered query that a response without question belongs to. */
static struct waiting *find_answered(struct matcher *m,
				     const struct asked *asked,
				     const struct sighting *s)
{
	unsigned budget = CLIENT_BUDGET;
	struct waiting *w = NULL;

	if (!s->has_question)
		w = waiting_first_of_client(m->waiting, asked);
	while (w != NULL && !repeats(w, asked, s))
		w = waiting_next_of_client(w, &budget);
	return w;
}

static struct belonging feed_partly(struct matcher *m,
				    const struct asked *asked,
				    const struct sighting *s)
{
	bool is_weak = false;
	struct waiting *w = find_partly(m, asked, s, &is_weak);

	if (w != NULL && is_weak)
		return take_response(m, w, s);
	if (w != NULL) {
		w->wrong_source_seen = true;
		return hand_on_stray(m, s, w, ROLE_WRONG_SOURCE);
	}
	w = find_answered(m, asked, s);
	if (w != NULL)
		return hand_on_further(m, s, w);
	return belongs_to(start(m, asked, s));
}

/*
 * A path may take queries and responses over different interfaces of a node,
 * before or behind NAT, inside a tunnel or not: then a query without a response
 * at its own place must not be called unanswered.
 */
static void note_other_places(struct matcher *m, const struct asked *asked)
{
	unsigned budget = CLIENT_BUDGET;
	struct waiting *w = waiting_first_of_client(m->waiting, asked);

	for (; w != NULL; w = waiting_next_of_client(w, &budget))
		if (w->stage == STAGE_PENDING &&
		    !asked_same_place(&w->asked, asked) &&
		    asked->has_question &&
		    key128_equal(w->asked.question, asked->question))
			w->other_place_seen = true;
}

static struct belonging feed_response(struct matcher *m,
				      const struct asked *asked,
				      const struct sighting *s)
{
	struct waiting *w = waiting_find(m->waiting, asked);

	note_other_places(m, asked);
	if (w != NULL && w->stage == STAGE_PENDING &&
	    elapsed(&w->exchange->query, s) >= -early_ns)
		return take_response(m, w, s);
	if (w != NULL && w->is_answered)
		return hand_on_further(m, s, w);
	return feed_partly(m, asked, s);
}

struct belonging matcher_feed(struct matcher *m, const struct sighting *s)
{
	struct asked asked;

	/* Multicast: the answer comes from elsewhere, from many, or not. */
	if (!s->has_header || s->kind == KIND_MDNS || s->kind == KIND_LLMNR)
		return hand_on_stray(m, s, NULL, ROLE_UNPAIRED);
	asked = asked_of(s);
	return s->is_response ? feed_response(m, &asked, s)
			      : feed_query(m, &asked, s);
}

void matcher_feed_icmp(struct matcher *m, const struct icmp_notice *n)
{
	struct icmp_notice notice = *n;
	struct waiting *w = NULL;

	/* What a segment carries is known by its connection alone. */
	if (n->quoted.transport == TRANSPORT_UDP)
		w = waiting_find_quoted(m->waiting, n);
	if (w != NULL) {
		notice.exchange = w->id;
		w->icmp_seen |= w->stage == STAGE_PENDING &&
				!n->quoted.is_response;
	}
	m->sinks.icmp(m->sinks.context, &notice);
}

/* The oldest of a stage, if its first message is older than that. */
static struct waiting *older_than(struct matcher *m, enum stage stage,
				  int64_t age_ns)
{
	struct waiting *w = waiting_oldest(m->waiting, stage);

	return w != NULL && m->now_ns - w->since_ns > age_ns ? w : NULL;
}

void matcher_clock(struct matcher *m, int64_t time_ns)
{
	int64_t kept_ns = keep_ns(&m->options);
	struct waiting *w;

	if (!m->started)
		m->first_ns = m->now_ns = time_ns;
	m->started = true;
	/* Back a little: files of several interfaces.  Far: a clock was set. */
	if (time_ns > m->now_ns || m->now_ns - time_ns > kept_ns)
		m->now_ns = time_ns;
	while ((w = older_than(m, STAGE_EARLY, early_ns)) != NULL)
		settle_orphan(m, w);
	while ((w = older_than(m, STAGE_PENDING, kept_ns)) != NULL)
		settle_unanswered(m, w, STATE_UNANSWERED);
	while ((w = older_than(m, STAGE_DONE, kept_ns)) != NULL)
		waiting_remove(m->waiting, w);
}

static bool is_overdue(const struct matcher *m, const struct waiting *w,
		       int64_t now_ns)
{
	const struct sighting *query = &w->exchange->query;

	return query->has_time && now_ns - query->time_ns > m->options.wait_ns;
}

/* Of a query that waits although nothing more was captured after last_ns. */
static void settle_at_end(struct matcher *m, struct waiting *w, int64_t last_ns)
{
	settle_unanswered(m, w,
			  is_overdue(m, w, last_ns) ? STATE_UNANSWERED
						    : STATE_PENDING_AT_END);
}

void matcher_finish(struct matcher *m)
{
	struct waiting *w;

	while ((w = waiting_oldest(m->waiting, STAGE_EARLY)) != NULL)
		settle_orphan(m, w);
	while ((w = waiting_oldest(m->waiting, STAGE_PENDING)) != NULL)
		settle_at_end(m, w, m->now_ns);
	while ((w = waiting_oldest(m->waiting, STAGE_DONE)) != NULL)
		waiting_remove(m->waiting, w);
}

void matcher_finish_place(struct matcher *m, uint32_t place, int64_t last_ns)
{
	struct waiting *w = waiting_oldest(m->waiting, STAGE_PENDING), *newer;

	for (; w != NULL; w = newer) {
		newer = w->newer;
		if (w->asked.place == place)
			settle_at_end(m, w, last_ns);
	}
}

/* Once for each thing that can be said of it. */
static void hand_on_unsettled(struct matcher *m, struct waiting *w,
			      enum exchange_state state)
{
	struct exchange *x = w->exchange;

	if (w->is_told && x->state == state && w->told_attempts == x->attempts)
		return;
	w->is_told = true;
	w->told_attempts = x->attempts;
	x->state = state;
	m->sinks.exchange(m->sinks.context, x);
	x->was_handed_on = true;
}

void matcher_checkpoint(struct matcher *m)
{
	struct waiting *w = waiting_oldest(m->waiting, STAGE_EARLY);

	for (; w != NULL; w = w->newer)
		hand_on_unsettled(m, w, STATE_ORPHAN_RESPONSE);
	w = waiting_oldest(m->waiting, STAGE_PENDING);
	for (; w != NULL; w = w->newer)
		hand_on_unsettled(
			m, w,
			is_overdue(m, w, m->now_ns)
				? unanswered_state(w, STATE_UNANSWERED)
				: STATE_PENDING_AT_END);
}
