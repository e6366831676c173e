/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/lookups_private.h"

#include <stddef.h>

#include "correlate/lookups.h"
#include "store/inserter_private.h"
#include "store/store_private.h"

/* As in the view question. */
enum column {
	ID,
	CLIENT,
	NAME,
	BASE,
	WORD,
	BASE_LENGTH,
	MADE,
	TRANSPORT,
	QTYPE,
	DNS_ID,
	CLIENT_PORT,
	SERVER,
	ATTEMPTS,
	TIME_NS,
	LAST_ATTEMPT_NS,
	DONE_NS,
	EDNS_SIZE,
	RCODE,
	FATE,
	HAS_SOME
};

static const char questions_sql[] = "SELECT * FROM temp.question";

/* Captures of several nodes, or ones that came in later. */
static const char sorted_sql[] =
	"SELECT * FROM temp.question ORDER BY coalesce(time_ns, 0), id";

static const char member_sql[] = "INSERT INTO lookup_member (exchange, step)";

static const char course_sql[] =
	"INSERT INTO temp.course (id, client, name, base_length, qtype, "
	"time_ns, last_name, transactions, queries, names, made, best, worst, "
	"repeated_ns, done_ns, took_ns, since_ns, rcode, sign, asks_a, "
	"asks_aaaa, base_asked, has_nodata, has_servfail)";

static const char forgotten_sql[] = "INSERT INTO temp.forgotten (exchange)";

static const char clear_sql[] =
	"DELETE FROM lookup_member; DELETE FROM temp.course;"
	"DELETE FROM temp.forgotten;";

struct collector {
	struct store *store;
	sqlite3_stmt *questions;
	struct inserter *inserter;
	struct lookups *lookups;
};

static void put_member(void *context, int64_t exchange, int64_t first,
		       unsigned how)
{
	struct inserter *w = context;

	inserter_begin_row(w, member_sql);
	inserter_number(w, exchange);
	/* By schema.sql. */
	inserter_number(w, (exchange - first) * 8 + how);
	inserter_end(w);
}

static void put_first(struct inserter *w, const struct lookup_question *q)
{
	inserter_number(w, q->exchange);
	inserter_number(w, q->client);
	inserter_number(w, q->name);
	inserter_number(w, q->base_length);
	inserter_number(w, q->qtype);
	inserter_if(w, q->has_time, q->asked_ns);
}

static void put_course(void *context, const struct lookup_course *course)
{
	struct inserter *w = context;

	inserter_begin_row(w, course_sql);
	put_first(w, course->first);
	inserter_number(w, course->last_name);
	inserter_number(w, course->transactions);
	inserter_number(w, course->queries);
	inserter_number(w, course->names);
	inserter_number(w, course->made);
	inserter_number(w, course->best);
	inserter_number(w, course->worst);
	inserter_number(w, course->repeated_ns);
	inserter_optional(w, course->done_ns, LOOKUP_NEVER);
	inserter_optional(w, course->took_ns, LOOKUP_NEVER);
	inserter_optional(w, course->since_ns, LOOKUP_NEVER);
	inserter_optional(w, course->rcode, -1);
	inserter_optional(w, course->sign, 0);
	inserter_number(w, course->asks_a);
	inserter_number(w, course->asks_aaaa);
	inserter_number(w, course->base_asked);
	inserter_number(w, course->has_nodata);
	inserter_number(w, course->has_servfail);
	inserter_end(w);
}

static void put_forgotten(void *context, int64_t exchange)
{
	struct inserter *w = context;

	inserter_begin_row(w, forgotten_sql);
	inserter_number(w, exchange);
	inserter_end(w);
}

static int32_t number_or_none(sqlite3_stmt *row, enum column column)
{
	return sqlite3_column_type(row, column) != SQLITE_NULL
		       ? sqlite3_column_int(row, column)
		       : -1;
}

/* So far from the largest numbers that differences of times are none. */
static int64_t span_of(sqlite3_stmt *row, enum column column)
{
	static const int64_t most_ns = INT64_MAX / 2;
	int64_t span_ns = sqlite3_column_int64(row, column);

	if (span_ns > most_ns)
		return most_ns;
	return span_ns < -most_ns ? -most_ns : span_ns;
}

static int64_t time_of(sqlite3_stmt *row, enum column column)
{
	int64_t time_ns = span_of(row, column);

	return time_ns > 0 ? time_ns : 0;
}

static struct lookup_question read_question(sqlite3_stmt *row)
{
	return (struct lookup_question){
		.exchange = sqlite3_column_int64(row, ID),
		.asked_ns = time_of(row, TIME_NS),
		.repeated_ns = span_of(row, LAST_ATTEMPT_NS),
		.done_ns = time_of(row, DONE_NS),
		.client = (uint32_t)sqlite3_column_int64(row, CLIENT),
		.server = (uint32_t)sqlite3_column_int64(row, SERVER),
		.name = (uint32_t)sqlite3_column_int64(row, NAME),
		.base = sqlite3_column_int64(row, BASE),
		.word = (uint32_t)sqlite3_column_int64(row, WORD),
		.attempts = (uint32_t)sqlite3_column_int64(row, ATTEMPTS),
		.edns_size = number_or_none(row, EDNS_SIZE),
		.rcode = (int16_t)number_or_none(row, RCODE),
		.base_length = (uint16_t)sqlite3_column_int(row, BASE_LENGTH),
		.qtype = (uint16_t)sqlite3_column_int(row, QTYPE),
		.dns_id = (uint16_t)sqlite3_column_int(row, DNS_ID),
		.port = (uint16_t)sqlite3_column_int(row, CLIENT_PORT),
		.transport = (uint8_t)sqlite3_column_int(row, TRANSPORT),
		.fate = (uint8_t)sqlite3_column_int(row, FATE),
		.made = (uint8_t)sqlite3_column_int(row, MADE),
		.has_time = sqlite3_column_type(row, TIME_NS) != SQLITE_NULL,
		.is_done = sqlite3_column_type(row, DONE_NS) != SQLITE_NULL,
		.has_some = sqlite3_column_int(row, HAS_SOME) != 0,
	};
}

/* 1: all of them; 0: they do not come in the order of time; -1: reported. */
static int collect(struct collector *c)
{
	struct lookup_question q;
	int64_t last_ns = INT64_MIN;
	int rc;

	while ((rc = sqlite3_step(c->questions)) == SQLITE_ROW &&
	       !inserter_failed(c->inserter)) {
		q = read_question(c->questions);
		if (q.asked_ns < last_ns)
			return 0;
		last_ns = q.asked_ns;
		lookups_add(c->lookups, &q);
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		return store_fail(c->store);
	lookups_finish(c->lookups);
	return inserter_drain(c->inserter) == 0 ? 1 : -1;
}

static int collect_by(struct store *s, const char *sql)
{
	struct collector c = { .store = s, .inserter = inserter_new(s) };
	struct lookups_sink sink = { c.inserter, put_member, put_course,
				     put_forgotten };
	int rc = -1;

	inserter_stay_alone(c.inserter);
	c.questions = store_prepare(s, sql);
	c.lookups = lookups_new(&sink);
	if (c.questions != NULL)
		rc = collect(&c);
	lookups_free(c.lookups);
	sqlite3_finalize(c.questions);
	inserter_free(c.inserter);
	return rc;
}

int lookups_collect(struct store *s)
{
	int rc = store_run(s, clear_sql) == 0 ? collect_by(s, questions_sql)
					      : -1;

	if (rc == 0)
		rc = store_run(s, clear_sql) == 0 ? collect_by(s, sorted_sql)
						  : -1;
	return rc == 1 ? 0 : -1;
}
