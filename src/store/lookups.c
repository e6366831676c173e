/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/lookups_private.h"

#include <stddef.h>

#include "correlate/lookups.h"
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

static const char member_sql[] = "INSERT INTO lookup_member "
				 "VALUES (?1, ?2, ?3)";

static const char course_sql[] =
	"INSERT INTO temp.course VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
	"?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)";

static const char forgotten_sql[] =
	"UPDATE capture SET forgotten = forgotten + 1 "
	"WHERE id = (SELECT query_capture FROM exchange WHERE id = ?1)";

static const char clear_sql[] =
	"DELETE FROM lookup_member; DELETE FROM temp.course;"
	"UPDATE capture SET forgotten = 0 WHERE forgotten != 0;";

struct collector {
	struct store *store;
	sqlite3_stmt *questions, *member, *course, *forgotten;
	struct lookups *lookups;
	bool failed;
};

static void put_member(void *context, int64_t exchange, int64_t first,
		       unsigned how)
{
	struct collector *c = context;

	sqlite3_bind_int64(c->member, 1, exchange);
	sqlite3_bind_int64(c->member, 2, first);
	sqlite3_bind_int64(c->member, 3, how);
	c->failed = c->failed || store_step(c->store, c->member) != 0;
}

static void bind_unless(sqlite3_stmt *statement, int i, int64_t value,
			int64_t none)
{
	if (value != none)
		sqlite3_bind_int64(statement, i, value);
	else
		sqlite3_bind_null(statement, i);
}

static void bind_first(sqlite3_stmt *to, const struct lookup_question *q)
{
	sqlite3_bind_int64(to, 1, q->exchange);
	sqlite3_bind_int64(to, 2, q->client);
	sqlite3_bind_int64(to, 3, q->name);
	sqlite3_bind_int64(to, 4, q->base_length);
	sqlite3_bind_int64(to, 5, q->qtype);
	bind_unless(to, 6, q->has_time ? q->asked_ns : LOOKUP_NEVER,
		    LOOKUP_NEVER);
}

static void put_course(void *context, const struct lookup_course *course)
{
	struct collector *c = context;
	sqlite3_stmt *to = c->course;

	bind_first(to, course->first);
	sqlite3_bind_int64(to, 7, course->last_name);
	sqlite3_bind_int64(to, 8, course->transactions);
	sqlite3_bind_int64(to, 9, course->queries);
	sqlite3_bind_int64(to, 10, course->names);
	sqlite3_bind_int64(to, 11, course->made);
	sqlite3_bind_int64(to, 12, course->best);
	sqlite3_bind_int64(to, 13, course->worst);
	sqlite3_bind_int64(to, 14, course->repeated_ns);
	bind_unless(to, 15, course->done_ns, LOOKUP_NEVER);
	bind_unless(to, 16, course->took_ns, LOOKUP_NEVER);
	bind_unless(to, 17, course->rcode, -1);
	bind_unless(to, 18, course->sign, 0);
	sqlite3_bind_int64(to, 19, course->asks_a);
	sqlite3_bind_int64(to, 20, course->asks_aaaa);
	sqlite3_bind_int64(to, 21, course->base_asked);
	sqlite3_bind_int64(to, 22, course->has_nodata);
	sqlite3_bind_int64(to, 23, course->has_servfail);
	c->failed = c->failed || store_step(c->store, to) != 0;
}

static void count_forgotten(void *context, int64_t exchange)
{
	struct collector *c = context;

	sqlite3_bind_int64(c->forgotten, 1, exchange);
	c->failed = c->failed || store_step(c->store, c->forgotten) != 0;
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
		.base = (uint32_t)sqlite3_column_int64(row, BASE),
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

	while ((rc = sqlite3_step(c->questions)) == SQLITE_ROW && !c->failed) {
		q = read_question(c->questions);
		if (q.asked_ns < last_ns)
			return 0;
		last_ns = q.asked_ns;
		lookups_add(c->lookups, &q);
	}
	if (rc != SQLITE_DONE && !c->failed)
		return store_fail(c->store);
	lookups_finish(c->lookups);
	return c->failed ? -1 : 1;
}

static int collect_by(struct store *s, const char *sql)
{
	struct collector c = { .store = s };
	struct lookups_sink sink = { &c, put_member, put_course,
				     count_forgotten };
	int rc = -1;

	c.questions = store_prepare(s, sql);
	c.member = store_prepare(s, member_sql);
	c.course = store_prepare(s, course_sql);
	c.forgotten = store_prepare(s, forgotten_sql);
	c.lookups = lookups_new(&sink);
	if (c.questions != NULL && c.member != NULL && c.course != NULL &&
	    c.forgotten != NULL)
		rc = collect(&c);
	lookups_free(c.lookups);
	sqlite3_finalize(c.questions);
	sqlite3_finalize(c.member);
	sqlite3_finalize(c.course);
	sqlite3_finalize(c.forgotten);
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
