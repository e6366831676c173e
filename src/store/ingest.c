/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/ingest.h"

#include <stdlib.h>

#include "base/memory.h"
#include "store/ingest_private.h"

static const char exchange_sql[] =
	"REPLACE INTO exchange (id, state, kind, notes, transport, client, "
	"client_port, server, server_port, dns_id, name, qtype, qclass, "
	"attempts, last_attempt_ns, time_ns, "
	"query_capture, query_frame, query_interface, query_direction, "
	"query_flags, query_size, query_detail, "
	"response_capture, response_frame, response_interface, "
	"response_direction, response_flags, response_size, response_detail, "
	"response_after_ns, response_name, rcode, answers, ttl, negative_ttl, "
	"leader, query_copy_of, response_copy_of) "
	"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
	"?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, "
	"?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39)";

/* The first parameters of the two halves of an exchange. */
enum { QUERY_HALF = 17, RESPONSE_HALF = 24, RESPONSE_ONLY = 31, COPIES = 37 };

static const char stray_sql[] =
	"INSERT INTO stray (exchange, role, attempt, kind, transport, src, "
	"src_port, dst, dst_port, dns_id, name, qtype, qclass, time_ns, "
	"capture, frame, interface, direction, flags, size, detail, "
	"rcode, answers, ttl, copy_of) "
	"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
	"?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)";

enum { STRAY_HALF = 15, STRAY_RESPONSE_ONLY = 22, STRAY_COPY = 25 };

void ingest_bind_text(sqlite3_stmt *statement, int i, const char *text)
{
	sqlite3_bind_text(statement, i, text, -1, SQLITE_STATIC);
}

/* NULL in the row for the number that stands for none. */
void ingest_bind_number(sqlite3_stmt *statement, int i, int64_t number,
			int64_t none)
{
	if (number == none)
		sqlite3_bind_null(statement, i);
	else
		sqlite3_bind_int64(statement, i, number);
}

static int find_first_exchange(struct ingest *in)
{
	sqlite3_stmt *statement = store_prepare(
		in->store, "SELECT coalesce(max(id), 0) + 1 FROM exchange");

	if (statement == NULL)
		return -1;
	if (sqlite3_step(statement) == SQLITE_ROW)
		in->first_exchange = sqlite3_column_int64(statement, 0);
	else
		store_fail(in->store);
	sqlite3_finalize(statement);
	return in->first_exchange != 0 ? 0 : -1;
}

static void release(struct ingest *in)
{
	sqlite3_finalize(in->put_exchange);
	sqlite3_finalize(in->put_stray);
	network_release(&in->network);
	free(in->interfaces);
	free(in);
}

void ingest_abandon(struct ingest *in)
{
	if (in == NULL)
		return;
	/* A full disk may have rolled back already: then this does nothing. */
	sqlite3_exec(in->store->db, "ROLLBACK", NULL, NULL, NULL);
	values_forget(in->values);
	release(in);
}

struct ingest *ingest_begin(struct store *s, int64_t wait_ns)
{
	struct ingest *in = must_calloc(1, sizeof(*in));

	in->store = s;
	in->values = s->values;
	in->wait_ns = wait_ns;
	in->network.store = s;
	if (store_run(s, "BEGIN IMMEDIATE") != 0) {
		release(in);
		return NULL;
	}
	in->put_exchange = store_prepare(s, exchange_sql);
	in->put_stray = store_prepare(s, stray_sql);
	if (in->put_exchange != NULL && in->put_stray != NULL &&
	    find_first_exchange(in) == 0)
		return in;
	ingest_abandon(in);
	return NULL;
}

int64_t ingest_first_exchange(const struct ingest *in)
{
	return in->first_exchange;
}

bool ingest_failed(const struct ingest *in)
{
	return in->failed;
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
	s->name = values_name(in->values, m->has_question ? m->name : "");
	s->answers = s->is_response ? values_answers(in->values, m) : 0;
	s->detail = values_detail(in->values, d, m, verdict_name(d, m));
	in->failed = s->name < 0 || s->answers < 0 || s->detail < 0;
}

/* Seven columns that every message has, from parameter i on. */
static void bind_message(sqlite3_stmt *statement, int i,
			 const struct sighting *s)
{
	sqlite3_bind_int64(statement, i, s->capture);
	sqlite3_bind_int64(statement, i + 1, (int64_t)s->frame);
	ingest_bind_number(statement, i + 2, s->interface, 0);
	ingest_bind_number(statement, i + 3, s->direction, DIRECTION_UNKNOWN);
	if (s->has_header)
		sqlite3_bind_int(statement, i + 4, s->flags);
	sqlite3_bind_int64(statement, i + 5, s->size);
	ingest_bind_number(statement, i + 6, s->detail, 0);
}

static int64_t put_address(struct ingest *in, const struct endpoint *endpoint)
{
	int64_t number = values_address(in->values, &endpoint->address);

	in->failed |= number < 0;
	return number;
}

static void bind_response(struct ingest *in, const struct exchange *x)
{
	sqlite3_stmt *statement = in->put_exchange;
	const struct sighting *s = &x->response;
	int64_t start = x->has_query ? x->query.time_ns : s->time_ns;
	bool has_time = s->has_time && (!x->has_query || x->query.has_time);

	bind_message(statement, RESPONSE_HALF, s);
	if (has_time)
		sqlite3_bind_int64(statement, RESPONSE_ONLY,
				   s->time_ns - start);
	/* 0 where it has no question of its own. */
	if (x->has_query && s->name != x->query.name)
		sqlite3_bind_int64(statement, RESPONSE_ONLY + 1, s->name);
	sqlite3_bind_int(statement, RESPONSE_ONLY + 2, s->rcode);
	ingest_bind_number(statement, RESPONSE_ONLY + 3, s->answers, 0);
	ingest_bind_number(statement, RESPONSE_ONLY + 4, s->min_ttl, -1);
	ingest_bind_number(statement, RESPONSE_ONLY + 5, s->negative_ttl, -1);
}

static void bind_copies(sqlite3_stmt *statement, const struct exchange *x)
{
	ingest_bind_number(statement, COPIES, x->leader, 0);
	if (x->has_query)
		ingest_bind_number(statement, COPIES + 1, x->query.copy_of, 0);
	if (x->has_response)
		ingest_bind_number(statement, COPIES + 2, x->response.copy_of,
				   0);
}

void ingest_exchange(struct ingest *in, const struct exchange *x)
{
	sqlite3_stmt *statement = in->put_exchange;
	const struct sighting *s = x->has_query ? &x->query : &x->response;
	const struct endpoint *client = s->is_response ? &s->dst : &s->src;
	const struct endpoint *server = s->is_response ? &s->src : &s->dst;
	/* One that was cut before its question takes the other's. */
	const struct sighting *question = s->has_question || !x->has_response
						  ? s
						  : &x->response;

	if (in->failed)
		return;
	sqlite3_clear_bindings(statement);
	sqlite3_bind_int64(statement, 1, x->id);
	sqlite3_bind_int(statement, 2, (int)x->state);
	sqlite3_bind_int(statement, 3, (int)s->kind);
	sqlite3_bind_int(statement, 4, (int)x->notes);
	sqlite3_bind_int(statement, 5, (int)s->transport);
	sqlite3_bind_int64(statement, 6, put_address(in, client));
	sqlite3_bind_int(statement, 7, client->port);
	sqlite3_bind_int64(statement, 8, put_address(in, server));
	sqlite3_bind_int(statement, 9, server->port);
	sqlite3_bind_int(statement, 10, s->id);
	sqlite3_bind_int64(statement, 11, question->name);
	sqlite3_bind_int(statement, 12, question->qtype);
	sqlite3_bind_int(statement, 13, question->qclass);
	sqlite3_bind_int64(statement, 14, x->attempts);
	if (s->has_time && x->has_query)
		sqlite3_bind_int64(statement, 15,
				   x->last_asked_ns - s->time_ns);
	if (s->has_time)
		sqlite3_bind_int64(statement, 16, s->time_ns);
	if (x->has_query)
		bind_message(statement, QUERY_HALF, &x->query);
	if (x->has_response)
		bind_response(in, x);
	bind_copies(statement, x);
	if (!in->failed)
		in->failed = store_step(in->store, statement) != 0;
}

static void bind_stray(struct ingest *in, const struct stray *stray)
{
	sqlite3_stmt *statement = in->put_stray;
	const struct sighting *s = &stray->message;

	ingest_bind_number(statement, 1, stray->exchange, 0);
	sqlite3_bind_int(statement, 2, (int)stray->role);
	ingest_bind_number(statement, 3, stray->attempt, 0);
	sqlite3_bind_int(statement, 4, (int)s->kind);
	sqlite3_bind_int(statement, 5, (int)s->transport);
	sqlite3_bind_int64(statement, 6, put_address(in, &s->src));
	sqlite3_bind_int(statement, 7, s->src.port);
	sqlite3_bind_int64(statement, 8, put_address(in, &s->dst));
	sqlite3_bind_int(statement, 9, s->dst.port);
	if (s->has_header)
		sqlite3_bind_int(statement, 10, s->id);
	sqlite3_bind_int64(statement, 11, s->name);
	sqlite3_bind_int(statement, 12, s->qtype);
	sqlite3_bind_int(statement, 13, s->qclass);
	if (s->has_time)
		sqlite3_bind_int64(statement, 14, s->time_ns);
	bind_message(statement, STRAY_HALF, s);
	ingest_bind_number(statement, STRAY_COPY, s->copy_of, 0);
}

void ingest_stray(struct ingest *in, const struct stray *stray)
{
	const struct sighting *s = &stray->message;

	if (in->failed)
		return;
	sqlite3_clear_bindings(in->put_stray);
	bind_stray(in, stray);
	if (s->is_response) {
		sqlite3_bind_int(in->put_stray, STRAY_RESPONSE_ONLY, s->rcode);
		ingest_bind_number(in->put_stray, STRAY_RESPONSE_ONLY + 1,
				   s->answers, 0);
		ingest_bind_number(in->put_stray, STRAY_RESPONSE_ONLY + 2,
				   s->min_ttl, -1);
	}
	if (!in->failed)
		in->failed = store_step(in->store, in->put_stray) != 0;
	in->last_stray = sqlite3_last_insert_rowid(in->store->db);
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
	if (!in->failed)
		in->failed = network_put_icmp(&in->network, n) != 0;
}

void ingest_connection(struct ingest *in, const struct connection *c,
		       int64_t interface)
{
	if (!in->failed)
		in->failed = network_put_connection(&in->network, c,
						    interface) != 0;
}

int ingest_pause(struct ingest *in)
{
	in->failed = in->failed || store_run(in->store, "COMMIT") != 0;
	if (in->failed)
		return -1;
	in->store->is_new = false;
	return 0;
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
	if (in->failed || store_run(in->store, "COMMIT") != 0) {
		ingest_abandon(in);
		return -1;
	}
	in->store->is_new = false;
	release(in);
	return 0;
}
