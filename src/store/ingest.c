/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/ingest.h"

#include <stdlib.h>

#include "base/memory.h"
#include "store/ingest_private.h"
#include "store/rollup.h"

#define EXCHANGE_COLUMNS                                                    \
	"INTO exchange (id, state, traits, client, server, socket, name, "  \
	"question, last_attempt_ns, time_ns, query_capture, query_frame, "  \
	"query_interface, query_head, query_detail, response_capture, "     \
	"response_frames, response_interface, response_head, "              \
	"response_detail, response_after_ns, response_name, answers, ttl, " \
	"negative_ttl, leader, query_copy_of, response_copy_of, leg)"

static const char insert_exchange_sql[] = "INSERT " EXCHANGE_COLUMNS;
static const char replace_exchange_sql[] = "REPLACE " EXCHANGE_COLUMNS;

/* How many columns the two halves of an exchange have. */
enum { HALF_COLUMNS = 5, RESPONSE_COLUMNS = 5 };

/* What most have: of flags RD, and those of a cluster's server for its zone. */
enum { USUAL_PORT = 53, QUERY_FLAGS = 0x0100, RESPONSE_FLAGS = 0x8580 };

static const char stray_sql[] =
	"INSERT INTO stray (id, exchange, role, attempt, kind, transport, src, "
	"src_port, dst, dst_port, dns_id, name, qtype, qclass, time_ns, "
	"capture, frame, interface, direction, flags, size, detail, "
	"rcode, answers, ttl, copy_of)";

/* Which numbers are free. */
static int find_numbers(struct ingest *in)
{
	in->first_exchange = 1 + store_ask(in->store,
					   "SELECT coalesce(max(id), "
					   "0) FROM exchange");
	in->last_stray = store_ask(in->store,
				   "SELECT coalesce(max(id), 0) FROM stray");
	if (in->first_exchange <= 0 || in->last_stray < 0)
		return -1;
	return values_begin(in->values);
}

static void release(struct ingest *in)
{
	order_free(in->order);
	inserter_free(in->store->inserter);
	in->store->inserter = NULL;
	free(in->interfaces);
	free(in);
}

void ingest_abandon(struct ingest *in)
{
	struct store *s;

	if (in == NULL)
		return;
	s = in->store;
	values_forget(in->values);
	release(in);
	/* A full disk may have rolled back already: then this does nothing. */
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

struct ingest *ingest_begin(struct store *s, int64_t wait_ns)
{
	struct ingest *in = must_calloc(1, sizeof(*in));

	in->store = s;
	in->values = s->values;
	in->order = order_new();
	in->wait_ns = wait_ns;
	if (store_run(s, "BEGIN IMMEDIATE") != 0) {
		release(in);
		return NULL;
	}
	if (find_numbers(in) != 0) {
		ingest_abandon(in);
		return NULL;
	}
	s->inserter = inserter_new(s);
	return in;
}

int64_t ingest_first_exchange(const struct ingest *in)
{
	return in->first_exchange;
}

bool ingest_failed(const struct ingest *in)
{
	return in->failed || inserter_failed(in->store->inserter);
}

/* Whose fault a cut is: the capture's, lost fragments' or segments'. */
static const char *verdict_name(const struct datagram *d,
				const struct dns_message *m)
{
	if (m->verdict == DNS_SNAP_TRUNCATED && d->fragment_missing)
		return "frag_incomplete";
	if (m->verdict == DNS_SNAP_TRUNCATED && d->stream_gap)
		return "stream_gap";
	return dns_verdict_name(m->verdict);
}

void ingest_values(struct ingest *in, const struct datagram *d,
		   const struct dns_message *m, struct sighting *s)
{
	if (in->failed)
		return;
	ingest_count_message(in, s->interface, s->is_response);
	ingest_note_sender(in, s->interface, d);
	s->name = values_name(in->values, m->has_question ? m->name : "");
	s->answers = s->is_response ? values_answers(in->values, m) : 0;
	s->detail = values_detail(in->values, d, m, verdict_name(d, m));
}

static void put_nulls(struct inserter *w, int count)
{
	while (count-- > 0)
		inserter_null(w);
}

static void put_message(struct inserter *w, const struct sighting *s)
{
	inserter_number(w, s->capture);
	inserter_number(w, (int64_t)s->frame);
	inserter_optional(w, s->interface, 0);
	inserter_optional(w, s->direction, DIRECTION_UNKNOWN);
	inserter_if(w, s->has_header, s->flags);
	inserter_number(w, s->size);
	inserter_optional(w, s->detail, 0);
}

/* For exchange, whose generated columns take it apart. */
static int64_t make_head(const struct sighting *s, int usual_flags)
{
	return (int64_t)(s->flags - usual_flags) * (1 << 16) + s->size;
}

/* frame: behind that of the query, if there is one. */
static void put_half(struct inserter *w, const struct sighting *s,
		     int64_t frame, int usual_flags)
{
	inserter_number(w, s->capture);
	inserter_number(w, frame);
	inserter_optional(w, s->interface, 0);
	inserter_number(w, make_head(s, usual_flags));
	inserter_optional(w, s->detail, 0);
}

static void put_response(struct inserter *w, const struct exchange *x)
{
	const struct sighting *s = &x->response;
	int64_t start = x->has_query ? x->query.time_ns : s->time_ns;
	int64_t query_frame = x->has_query ? (int64_t)x->query.frame : 0;
	bool has_time = s->has_time && (!x->has_query || x->query.has_time);

	put_half(w, s, (int64_t)s->frame - query_frame, RESPONSE_FLAGS);
	inserter_if(w, has_time, s->time_ns - start);
	/* 0 where it has no question of its own. */
	inserter_if(w, x->has_query && s->name != x->query.name, s->name);
	inserter_optional(w, s->answers, 0);
	inserter_optional(w, s->min_ttl, -1);
	inserter_optional(w, s->negative_ttl, -1);
}

static void put_halves(struct inserter *w, const struct exchange *x)
{
	if (x->has_query)
		put_half(w, &x->query, (int64_t)x->query.frame, QUERY_FLAGS);
	else
		put_nulls(w, HALF_COLUMNS);
	if (x->has_response)
		put_response(w, x);
	else
		put_nulls(w, HALF_COLUMNS + RESPONSE_COLUMNS);
}

static void put_links(struct inserter *w, const struct exchange *x)
{
	inserter_optional(w, x->leader, 0);
	inserter_optional(w, x->has_query ? x->query.copy_of : 0, 0);
	inserter_optional(w, x->has_response ? x->response.copy_of : 0, 0);
	inserter_optional(w, x->leg.parent * 4 + x->leg.confidence, 0);
}

/* What followed an exchange that was found to follow another follows that. */
static int follow_late_leaders(struct ingest *in)
{
	static const char sql[] =
		"UPDATE exchange SET leader = o.leader FROM exchange AS o"
		" WHERE exchange.leader = o.id AND o.leader IS NOT NULL";

	if (in->late_leaders == 0)
		return 0;
	in->late_leaders--;
	return store_run(in->store, sql);
}

/* The message that tells who asked whom. */
static const struct sighting *first_message(const struct exchange *x)
{
	return x->has_query ? &x->query : &x->response;
}

/* One that was cut before its question takes the other's. */
static const struct sighting *message_with_question(const struct exchange *x)
{
	const struct sighting *s = first_message(x);

	return !s->has_question && x->has_response ? &x->response : s;
}

/* For exchange, as is make_head(). */
static int64_t make_traits(const struct exchange *x)
{
	const struct sighting *s = first_message(x);
	uint16_t qclass = message_with_question(x)->qclass;
	int64_t traits = s->transport << 4 | s->kind << 5;

	if (x->has_query)
		traits |= x->query.direction;
	if (x->has_response)
		traits |= x->response.direction << 2 | (x->response.rcode >> 4)
							       << 17;
	/* IN is 0 there. */
	return traits | (int64_t)x->notes << 9 |
	       (int64_t)(uint16_t)(qclass - 1) << 25;
}

/* Most ports are above 2^15: so they need no more room than others. */
static int64_t make_socket(uint16_t port, uint16_t id)
{
	return (int64_t)(int16_t)port * (1 << 16) + id;
}

static int64_t make_question(const struct exchange *x, uint16_t server_port)
{
	uint16_t port = (uint16_t)(server_port - USUAL_PORT);

	return ((int64_t)x->attempts - 1) * (INT64_C(1) << 32) +
	       ((int64_t)port << 16) + message_with_question(x)->qtype;
}

static void put_times(struct inserter *w, const struct exchange *x)
{
	const struct sighting *s = first_message(x);

	inserter_if(w, s->has_time && x->has_query,
		    x->last_asked_ns - s->time_ns);
	inserter_if(w, s->has_time, s->time_ns);
}

static void put_exchange(struct ingest *in, const struct exchange *x)
{
	const struct sighting *s = first_message(x);
	const struct endpoint *client = s->is_response ? &s->dst : &s->src;
	const struct endpoint *server = s->is_response ? &s->src : &s->dst;
	/* A new value makes a row of its own, so before this one begins. */
	int64_t client_number = values_address(in->values, &client->address);
	int64_t server_number = values_address(in->values, &server->address);
	struct inserter *w = in->store->inserter;

	inserter_begin_row(w, x->was_handed_on ? replace_exchange_sql
					       : insert_exchange_sql);
	inserter_number(w, x->id);
	inserter_number(w, x->state);
	inserter_number(w, make_traits(x));
	inserter_number(w, client_number);
	inserter_number(w, server_number);
	inserter_number(w, make_socket(client->port, s->id));
	inserter_number(w, message_with_question(x)->name);
	inserter_number(w, make_question(x, server->port));
	put_times(w, x);
	put_halves(w, x);
	put_links(w, x);
	inserter_end(w);
	/* Copies may come after the next settling, but not after two. */
	if (x->has_late_leader)
		in->late_leaders = 2;
}

void ingest_exchange(struct ingest *in, const struct exchange *x)
{
	const struct exchange *first;

	if (in->failed)
		return;
	in->has_news = true;
	if (order_is_full(in->order) && order_take(in->order, &first))
		put_exchange(in, first);
	order_put(in->order, x);
}

void ingest_put_exchanges(struct ingest *in)
{
	const struct exchange *x;

	while (!in->failed && order_take(in->order, &x))
		put_exchange(in, x);
}

static void put_stray(struct ingest *in, const struct stray *stray)
{
	const struct sighting *s = &stray->message;
	int64_t src = values_address(in->values, &s->src.address);
	int64_t dst = values_address(in->values, &s->dst.address);
	struct inserter *w = in->store->inserter;

	inserter_begin_row(w, stray_sql);
	inserter_number(w, ++in->last_stray);
	inserter_optional(w, stray->exchange, 0);
	inserter_number(w, stray->role);
	inserter_optional(w, stray->attempt, 0);
	inserter_number(w, s->kind);
	inserter_number(w, s->transport);
	inserter_number(w, src);
	inserter_number(w, s->src.port);
	inserter_number(w, dst);
	inserter_number(w, s->dst.port);
	inserter_if(w, s->has_header, s->id);
	inserter_number(w, s->name);
	inserter_number(w, s->qtype);
	inserter_number(w, s->qclass);
	inserter_if(w, s->has_time, s->time_ns);
	put_message(w, s);
}

void ingest_stray(struct ingest *in, const struct stray *stray)
{
	const struct sighting *s = &stray->message;
	struct inserter *w = in->store->inserter;

	if (in->failed)
		return;
	in->has_news = true;
	put_stray(in, stray);
	inserter_if(w, s->is_response, s->rcode);
	inserter_optional(w, s->is_response ? s->answers : 0, 0);
	inserter_optional(w, s->is_response ? s->min_ttl : -1, -1);
	inserter_optional(w, s->copy_of, 0);
	inserter_end(w);
}

/* As the view _message has them. */
int64_t ingest_message(int64_t exchange, bool is_response)
{
	return 4 * exchange + is_response;
}

int64_t ingest_last_stray(const struct ingest *in)
{
	return 4 * in->last_stray + 2;
}

void ingest_icmp(struct ingest *in, const struct icmp_notice *n)
{
	if (in->failed)
		return;
	in->has_news = true;
	network_put_icmp(in->store, n);
}

void ingest_connection(struct ingest *in, const struct connection *c,
		       int64_t interface)
{
	if (in->failed)
		return;
	in->has_news = true;
	network_put_connection(in->store, c, interface);
}

int ingest_settle(struct ingest *in)
{
	ingest_put_exchanges(in);
	ingest_put_late_counts(in);
	if (in->failed || inserter_drain(in->store->inserter) != 0)
		return -1;
	return follow_late_leaders(in);
}

static int end_transaction(struct ingest *in)
{
	if (ingest_settle(in) != 0 ||
	    (in->has_news && rollup_void(in->store) != 0) ||
	    store_run(in->store, "COMMIT") != 0)
		return -1;
	in->has_news = false;
	in->store->is_new = false;
	return 0;
}

int ingest_pause(struct ingest *in)
{
	in->failed = end_transaction(in) != 0;
	return in->failed ? -1 : 0;
}

int ingest_resume(struct ingest *in)
{
	in->failed |= store_run(in->store, "BEGIN IMMEDIATE") != 0;
	return in->failed ? -1 : 0;
}

int ingest_checkpoint(struct ingest *in)
{
	return ingest_pause(in) == 0 ? ingest_resume(in) : -1;
}

int ingest_commit(struct ingest *in)
{
	if (end_transaction(in) != 0) {
		ingest_abandon(in);
		return -1;
	}
	release(in);
	return 0;
}
