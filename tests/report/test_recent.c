/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A store of five minutes, 100 queries a second: each tenth gets no answer,
 * the others are answered after 1 or 2 ms, each seventh of all with SERVFAIL.
 */
#include "report/recent.h"

#include <string.h>

#include "base/duration.h"
#include "store/ingest.h"
#include "tests/test.h"

#define START_NS (INT64_C(1700000000) * NS_PER_SECOND)
#define STEP_NS  (NS_PER_SECOND / 100)

enum { QUERIES = 30000 };

static int64_t asked_ns(int i)
{
	return START_NS + i * STEP_NS;
}

static struct endpoint endpoint(uint8_t last, uint16_t port)
{
	return (struct endpoint){ .address = { .len = 4,
					       .bytes = { 10, 0, 0, last } },
				  .port = port };
}

static struct sighting sighting(int64_t capture, int64_t time_ns,
				bool is_response)
{
	return (struct sighting){
		.frame = 1,
		.time_ns = time_ns,
		.has_time = true,
		.capture = capture,
		.src = is_response ? endpoint(10, 53) : endpoint(5, 40000),
		.dst = is_response ? endpoint(5, 40000) : endpoint(10, 53),
		.kind = KIND_QUERY,
		.has_header = true,
		.is_response = is_response,
		.qtype = 1,
		.qclass = 1,
		.has_question = true,
		.min_ttl = -1,
		.negative_ttl = -1
	};
}

/* Those without an answer all have the second name. */
static void give_name(struct ingest *in, struct sighting *s, int i)
{
	struct datagram d = { 0 };
	struct dns_message m = { .has_header = true,
				 .has_question = true,
				 .name = i % 2 != 0 ? "Odd.example."
						    : "even.example.",
				 .type = 1,
				 .class = 1,
				 .min_ttl = -1,
				 .negative_ttl = -1,
				 .edns.ede_code = -1 };

	ingest_values(in, &d, &m, s);
}

static void put(struct ingest *in, int64_t capture, int i)
{
	struct exchange x = {
		.id = i,
		.state = i % 10 == 0 ? STATE_UNANSWERED : STATE_ANSWERED,
		.attempts = 1,
		.last_asked_ns = asked_ns(i),
		.has_query = true,
		.has_response = i % 10 != 0,
		.query = sighting(capture, asked_ns(i), false),
		.response = sighting(capture,
				     asked_ns(i) + 1000000 * (1 + i % 2), true)
	};

	x.response.rcode = i % 7 == 0 ? 2 : 0;
	x.response.flags = x.response.rcode; /* its lower bits are there */
	give_name(in, &x.query, i);
	x.response.name = x.query.name;
	ingest_exchange(in, &x);
}

static struct store *make_store(int queries)
{
	struct store *s = store_open_temporary();
	struct ingest_capture c = { .file = "live", .format = "live" };
	struct ingest_facts facts = { .sha256 = "00", .has_times = true };
	struct ingest *in = ingest_begin(s, 15 * NS_PER_SECOND);
	int64_t capture = ingest_add_capture(in, &c);

	for (int i = 1; i <= queries; i++)
		put(in, capture, i);
	assert_int_equal(ingest_end_capture(in, capture, &facts), 1);
	assert_int_equal(ingest_commit(in), 0);
	assert_int_equal(recent_prepare(s), 0);
	return s;
}

static int set_up(void **state)
{
	*state = make_store(QUERIES);
	return 0;
}

static int tear_down(void **state)
{
	store_close(*state);
	return 0;
}

static struct recent_span last_seconds(int64_t seconds)
{
	int64_t now_ns = asked_ns(QUERIES);

	return (struct recent_span){ .since_ns = now_ns -
						 seconds * NS_PER_SECOND,
				     .now_ns = now_ns,
				     .seconds = (double)seconds,
				     .sort = "worst",
				     .limit = 10 };
}

static int64_t cell(const struct rows *r, const char *name)
{
	int i = 0;

	while (strcmp(rows_column(r, i), name) != 0)
		i++;
	return rows_integer(r, i);
}

static struct rows *first_row(struct store *s, const char *name,
			      const struct recent_span *span)
{
	struct rows *r = recent_open(s, name, span);

	assert_non_null(r);
	assert_int_equal(rows_next(r), 1);
	return r;
}

/*
 * 6001 were asked, of which 5400 had an answer; 600 others, asked up to 15 s
 * before, were given up.
 */
static void test_a_query_is_unanswered_when_it_was_given_up(void **state)
{
	struct recent_span span = last_seconds(60);
	struct rows *r;

	assert_int_equal(recent_fill(*state, &span), 0);
	r = first_row(*state, "totals", &span);
	assert_int_equal(cell(r, "queries"), 6000);
	assert_int_equal(cell(r, "unanswered"), 600);
	assert_int_equal(cell(r, "per_second"), 100);
	assert_int_equal(cell(r, "p99_ns"), 2000000);
	assert_int_equal(cell(r, "since_ns"), span.since_ns);
	rows_close(r);
}

/* The last 20000 begin at number 10001. */
static void test_of_too_many_the_last_ones_are_looked_at(void **state)
{
	struct recent_span span = last_seconds(900);
	struct rows *r;

	assert_int_equal(recent_fill(*state, &span), 0);
	r = first_row(*state, "totals", &span);
	assert_int_equal(cell(r, "since_ns"), asked_ns(10001));
	assert_int_equal(cell(r, "queries"), 18000 + 1999);
	assert_int_equal(cell(r, "unanswered"), 1999);
	rows_close(r);
}

static void test_seconds_are_counted_from_the_first_whole_one(void **state)
{
	struct recent_span span = last_seconds(60);
	struct rows *r;

	span.since_ns += STEP_NS;
	assert_int_equal(recent_fill(*state, &span), 0);
	r = first_row(*state, "seconds", &span);
	assert_int_equal(cell(r, "second"), span.since_ns / NS_PER_SECOND + 1);
	assert_int_equal(cell(r, "queries"), 100);
	/* Ten without an answer, and of the others each seventh. */
	assert_in_range(cell(r, "failures"), 10 + 12, 10 + 14);
	rows_close(r);
}

static void test_lists_have_the_worst_first(void **state)
{
	struct recent_span span = last_seconds(60);
	struct rows *r;

	assert_int_equal(recent_fill(*state, &span), 0);
	r = first_row(*state, "names", &span);
	assert_string_equal(rows_text(r, 0), "even.example.");
	assert_int_equal(cell(r, "unanswered"), 600);
	assert_int_equal(rows_next(r), 1);
	assert_string_equal(rows_text(r, 0), "odd.example.");
	assert_int_equal(cell(r, "unanswered"), 0);
	assert_int_equal(rows_next(r), 0);
	rows_close(r);
	span.sort = "latency";
	r = first_row(*state, "names", &span);
	assert_string_equal(rows_text(r, 0), "odd.example.");
	rows_close(r);
	r = first_row(*state, "servers", &span);
	assert_string_equal(rows_text(r, 0), "10.0.0.10");
	rows_close(r);
	r = first_row(*state, "clients", &span);
	assert_string_equal(rows_text(r, 0), "10.0.0.5");
	rows_close(r);
}

static void test_only_names_like_a_pattern(void **state)
{
	struct recent_span span = last_seconds(60);
	struct rows *r;

	span.name_regex = "(?i)^odd";
	assert_int_equal(recent_fill(*state, &span), 0);
	r = first_row(*state, "totals", &span);
	assert_int_equal(cell(r, "queries"), 3000);
	assert_int_equal(cell(r, "unanswered"), 0);
	rows_close(r);
}

/* As after a rotation: nothing is known of what was before. */
static void test_a_young_store_has_a_shorter_span(void **state)
{
	struct store *s = make_store(200);
	struct recent_span span = last_seconds(60);
	struct rows *r;

	(void)state;
	span.now_ns = asked_ns(200);
	span.since_ns = span.now_ns - 60 * NS_PER_SECOND;
	assert_int_equal(recent_fill(s, &span), 0);
	r = first_row(s, "totals", &span);
	assert_int_equal(cell(r, "since_ns"), asked_ns(1));
	assert_int_equal(cell(r, "queries"), 180);
	rows_close(r);
	store_close(s);
}

static void test_an_empty_store_has_nothing(void **state)
{
	struct store *s = store_open_temporary();
	struct recent_span span = last_seconds(60);
	struct rows *r;

	(void)state;
	assert_int_equal(recent_prepare(s), 0);
	assert_int_equal(recent_fill(s, &span), 0);
	r = first_row(s, "totals", &span);
	assert_int_equal(cell(r, "queries"), 0);
	rows_close(r);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_a_query_is_unanswered_when_it_was_given_up),
		cmocka_unit_test(test_of_too_many_the_last_ones_are_looked_at),
		cmocka_unit_test(
			test_seconds_are_counted_from_the_first_whole_one),
		cmocka_unit_test(test_lists_have_the_worst_first),
		cmocka_unit_test(test_only_names_like_a_pattern),
		cmocka_unit_test(test_a_young_store_has_a_shorter_span),
		cmocka_unit_test(test_an_empty_store_has_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
