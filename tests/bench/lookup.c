/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/bench/lookup.h"

#include "base/duration.h"

enum { EDNS_SIZE = 1232, CLUSTER_TTL = 30, NEGATIVE_TTL = 30 };
/* What CoreDNS does not forward, and how often it knows the answer. */
enum { CACHED_PER_MILLE = 700, LOST_PER_MILLE = 2, CUT_PER_MILLE = 500 };

static const int64_t us = 1000, ms = 1000000;

/* One question and its way to an answer. */
struct question {
	struct lookup *lookup;
	const struct wire_name *name;
	const struct name *meant; /* NULL: the name doesn't exist */
	uint16_t type, id;
	bool in_cluster;
	struct path client;
};

/* A name that exists answers for itself; what a search makes of it is none. */
static enum fate fate_of(const struct question *q)
{
	return q->meant == NULL ? FATE_NXDOMAIN : q->meant->fate;
}

static uint16_t a_port(struct node *n)
{
	return (uint16_t)(32768 + dice_below(&n->dice, 28232));
}

static void ask(struct question *q, struct message *m, uint16_t id)
{
	message_begin(m, id, FLAG_RD, q->name, q->type);
}

/* Cached answers count down; a zone's are always the same. */
static uint32_t ttl_of(const struct question *q, int64_t time_ns)
{
	static const uint32_t bases[] = { 20, 60, 300, 3600 };
	uint32_t base;

	if (q->in_cluster)
		return CLUSTER_TTL;
	base = bases[q->meant->number >> 48 & 3];
	return base - (uint32_t)(time_ns / NS_PER_SECOND % base);
}

static void add_answers(const struct question *q, struct message *m,
			int64_t time_ns)
{
	const struct name *name = q->meant;
	uint32_t ttl = ttl_of(q, time_ns);
	size_t owner = QUESTION_OFFSET;
	/* CoreDNS' loadbalance turns them around. */
	uint32_t turn = dice_below(&q->lookup->node->dice, name->addresses);

	for (unsigned i = 0; i < name->chain; i++) {
		struct wire_name target = names_target(name, i);

		owner = message_add_cname(m, owner, &target, ttl);
	}
	for (unsigned i = 0; i < name->addresses; i++)
		message_add_address(m, owner, q->type,
				    name->number + (i + turn) % name->addresses,
				    ttl);
}

static void add_denial(const struct question *q, struct message *m)
{
	static const struct wire_name root = { .bytes = { 0 }, .len = 1 };

	message_add_soa(m,
			q->in_cluster ? &q->lookup->node->names.cluster : &root,
			NEGATIVE_TTL);
}

/* With the flags that CoreDNS or its upstream server gives. */
static void answer(const struct question *q, struct message *m, uint16_t id,
		   unsigned flags, int64_t time_ns)
{
	enum fate fate = fate_of(q);

	flags |= FLAG_QR | FLAG_RD;
	if (fate == FATE_NXDOMAIN)
		flags |= RCODE_NXDOMAIN;
	else if (fate != FATE_ANSWERED)
		flags |= RCODE_SERVFAIL;
	message_begin(m, id, (uint16_t)flags, q->name, q->type);
	if (fate == FATE_NXDOMAIN ||
	    (fate == FATE_ANSWERED && q->type == TYPE_AAAA &&
	     !q->meant->has_ipv6))
		add_denial(q, m);
	else if (fate == FATE_ANSWERED)
		add_answers(q, m, time_ns);
}

/* A few take long, as they do. */
static int64_t upstream_delay(struct dice *d)
{
	if (dice_chance(d, 10))
		return dice_span(d, 40 * ms, 1900 * ms);
	return dice_span(d, 1 * ms, 40 * ms);
}

static void begin_upstream(struct question *q, struct path *p)
{
	struct lookup *l = q->lookup;
	struct node *n = l->node;
	uint16_t ports[2];

	ports[0] = a_port(n);
	ports[1] = a_port(n);
	*p = (struct path){ .wire = n->wire,
			    .dice = &n->dice,
			    .over_tcp = q->client.over_tcp };
	place_upstream_path(p, n->options.link, l->server, l->client.is_ipv6,
			    ports);
}

static int64_t forward_once(struct question *q, struct message *m,
			    int64_t time_ns)
{
	struct dice *d = &q->lookup->node->dice;
	uint16_t id = (uint16_t)dice_next(d);
	struct path upstream;

	begin_upstream(q, &upstream);
	ask(q, m, id);
	message_add_edns(m, EDNS_SIZE);
	time_ns = path_ask(&upstream, m, time_ns);
	if (fate_of(q) == FATE_SILENCE)
		return time_ns;
	time_ns += upstream_delay(d);
	answer(q, m, id, FLAG_RA, time_ns);
	message_add_edns(m, EDNS_SIZE);
	return path_answer(&upstream, m, time_ns);
}

/* CoreDNS gives up a silent server after 2 s, and the query after three. */
static int64_t forward(struct question *q, struct message *m, int64_t time_ns)
{
	if (fate_of(q) != FATE_SILENCE)
		return forward_once(q, m, time_ns);
	for (int attempt = 0; attempt < 3; attempt++)
		forward_once(q, m, time_ns + 2 * attempt * NS_PER_SECOND);
	return time_ns + 6 * NS_PER_SECOND;
}

/* What goes on upstream is seen only where the server is. */
static bool sees_upstream(const struct lookup *l)
{
	return l->server < LOCAL_SERVERS;
}

static bool is_forwarded(const struct question *q)
{
	bool must = fate_of(q) >= FATE_SERVFAIL;

	return !q->in_cluster && sees_upstream(q->lookup) &&
	       (must || !dice_chance(&q->lookup->node->dice, CACHED_PER_MILLE));
}

/* glibc and musl ask again with the same id and port. */
static int64_t ask_again(struct question *q, const struct message *asked,
			 int64_t time_ns)
{
	return path_ask(&q->client, asked, time_ns + 5 * NS_PER_SECOND);
}

/* Over TCP the answer that was cut is asked for anew, at the same server. */
static int64_t answer_cut(struct question *q, int64_t time_ns)
{
	struct message m;

	message_begin(&m, q->id, FLAG_QR | FLAG_RD | FLAG_RA | FLAG_TC, q->name,
		      q->type);
	return path_answer(&q->client, &m, time_ns);
}

static struct path client_path(const struct lookup *l, uint16_t port,
			       bool over_tcp)
{
	struct node *n = l->node;
	struct path p = { .wire = n->wire,
			  .dice = &n->dice,
			  .over_tcp = over_tcp };

	place_client_path(&p, n->options.link, &l->client, port, l->server);
	return p;
}

/* The time at which the client has its answer, or gives up. */
static int64_t converse(struct question *q, int64_t time_ns)
{
	struct node *n = q->lookup->node;
	struct message asked, m;
	bool forwarded;
	int64_t asked_ns = time_ns;

	ask(q, &asked, q->id);
	time_ns = path_ask(&q->client, &asked, time_ns);
	if (!q->client.over_tcp && dice_chance(&n->dice, LOST_PER_MILLE)) {
		ask_again(q, &asked, asked_ns);
		return asked_ns + 10 * NS_PER_SECOND;
	}
	time_ns += dice_span(&n->dice, 30 * us, 900 * us);
	forwarded = is_forwarded(q);
	if (forwarded)
		time_ns = forward(q, &m, time_ns) + 50 * us;
	if (!q->client.over_tcp && time_ns - asked_ns > 5 * NS_PER_SECOND)
		ask_again(q, &asked, asked_ns);
	answer(q, &m, q->id,
	       q->in_cluster ? FLAG_AA
	       : forwarded   ? FLAG_RA
			     : FLAG_AA | FLAG_RA,
	       time_ns);
	return path_answer(&q->client, &m, time_ns);
}

/* Some go to TCP at once, the others after an answer that was cut. */
static int64_t converse_over_tcp(struct question *q, int64_t time_ns)
{
	struct node *n = q->lookup->node;
	struct message asked;

	if (dice_chance(&n->dice, CUT_PER_MILLE)) {
		ask(q, &asked, q->id);
		time_ns = path_ask(&q->client, &asked, time_ns) + 300 * us;
		time_ns = answer_cut(q, time_ns) + 100 * us;
	}
	q->id = (uint16_t)dice_next(&n->dice);
	q->client = client_path(q->lookup, a_port(n), true);
	return converse(q, time_ns);
}

/* A and AAAA at once from one socket, as stub resolvers do. */
static int64_t ask_pair(struct lookup *l, const struct wire_name *name,
			const struct name *meant, bool in_cluster,
			int64_t time_ns)
{
	static const uint16_t types[] = { TYPE_A, TYPE_AAAA };
	uint16_t port = a_port(l->node);
	int64_t end_ns = time_ns;

	for (int i = 0; i < 2; i++) {
		struct question q = {
			.lookup = l,
			.name = name,
			.meant = meant,
			.type = types[i],
			.id = (uint16_t)dice_next(&l->node->dice),
			.in_cluster = in_cluster,
			.client = client_path(l, port, false),
		};
		int64_t begin_ns = time_ns + i * 15 * us, done_ns;

		done_ns = l->over_tcp ? converse_over_tcp(&q, begin_ns)
				      : converse(&q, begin_ns);
		end_ns = done_ns > end_ns ? done_ns : end_ns;
	}
	return end_ns + dice_span(&l->node->dice, 10 * us, 200 * us);
}

static bool is_same(const struct wire_name *a, const struct wire_name *b)
{
	if (a->len != b->len)
		return false;
	for (unsigned i = 0; i < a->len; i++)
		if (a->bytes[i] != b->bytes[i])
			return false;
	return true;
}

/* Go, Alpine's trailing dots, ndots:1: no search list. */
static bool has_search(const struct lookup *l, const struct name *name)
{
	return name->in_cluster || l->habit % 10 < 7;
}

void lookup_run(struct lookup *l, const struct name *name)
{
	const struct names *names = &l->node->names;
	unsigned namespace_ = (l->habit >> 8) % NAMESPACES;
	int64_t time_ns = l->node->now_ns;
	const struct wire_name *search;

	for (unsigned i = 0; has_search(l, name) &&
			     (search = names_search(names, namespace_, i));
	     i++) {
		struct wire_name tried = name->asked;
		bool found;

		wire_name_append(&tried, search);
		found = is_same(&tried, &name->full);
		time_ns = ask_pair(l, &tried, found ? name : NULL,
				   i + 1 < SEARCHES, time_ns);
		if (found)
			return;
	}
	ask_pair(l, &name->full, name, name->in_cluster, time_ns);
}
