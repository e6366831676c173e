/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What follows from what, and that memory is bounded; what it means is tested
 * in tests/store/test_lookups.c.
 */
#include "correlate/lookups.h"

#include <stdlib.h>

#include "base/duration.h"
#include "base/text.h"
#include "tests/test.h"

#define MS (NS_PER_SECOND / 1000)

/* What came out: "1>1.0" is exchange 1 in the lookup that begins with 1. */
struct seen {
	struct text members, courses;
	uint64_t num_members, num_courses, num_forgotten;
	int64_t transactions;
	bool is_quiet;
};

static void see_member(void *context, int64_t exchange, int64_t first,
		       unsigned how)
{
	struct seen *seen = context;

	seen->num_members++;
	if (!seen->is_quiet)
		text_addf(&seen->members, " %d>%d.%u", (int)exchange,
			  (int)first, how);
}

static void see_course(void *context, const struct lookup_course *c)
{
	struct seen *seen = context;

	seen->num_courses++;
	seen->transactions += c->transactions;
	if (!seen->is_quiet)
		text_addf(&seen->courses, " %d:%d/%d best %u worst %u sign %u",
			  (int)c->first->exchange, (int)c->transactions,
			  (int)c->names, c->best, c->worst, c->sign);
}

static void see_forgotten(void *context, int64_t exchange)
{
	struct seen *seen = context;

	assert_true(exchange > 0);
	seen->num_forgotten++;
}

static struct lookups *begin(struct seen *seen)
{
	struct lookups_sink sink = { seen, see_member, see_course,
				     see_forgotten };

	*seen = (struct seen){ 0 };
	return lookups_new(&sink);
}

static void end(struct lookups *l, struct seen *seen, const char *members,
		const char *courses)
{
	lookups_finish(l);
	lookups_free(l);
	assert_string_equal(text_string(&seen->members), members);
	assert_string_equal(text_string(&seen->courses), courses);
	text_release(&seen->members);
	text_release(&seen->courses);
}

/* Of one client, all names of one base; answered 1 ms later. */
static struct lookup_question ask(int64_t exchange, uint32_t word,
				  uint16_t qtype, int64_t asked_ns)
{
	return (struct lookup_question){
		.exchange = exchange,
		.asked_ns = 1000 * NS_PER_SECOND + asked_ns,
		.done_ns = 1000 * NS_PER_SECOND + asked_ns + MS,
		.client = 1,
		.server = 2,
		.base = 7,
		.word = word,
		.name = word,
		.made = word != 7,
		.attempts = 1,
		.edns_size = -1,
		.rcode = -1,
		.qtype = qtype,
		.dns_id = (uint16_t)(100 * exchange),
		.port = (uint16_t)(40000 + word),
		.fate = FATE_RECORDS,
		.has_time = true,
		.is_done = true,
	};
}

static void walks_through_a_search_list(void **state)
{
	struct seen seen;
	struct lookups *l = begin(&seen);
	struct lookup_question q;

	(void)state;
	for (uint32_t word = 9; word >= 7; word--) {
		q = ask(2 * (9 - word) + 1, word, 1, (9 - word) * 3 * MS);
		q.fate = word > 7 ? FATE_DENIED : FATE_RECORDS;
		lookups_add(l, &q);
		q.exchange++;
		q.qtype = 28;
		lookups_add(l, &q);
	}
	end(l, &seen, " 1>1.0 2>1.4 3>1.5 4>1.4 5>1.5 6>1.4",
	    " 1:6/3 best 1 worst 1 sign 16");
}

static void does_not_go_on_where_there_is_the_other_type(void **state)
{
	struct seen seen;
	struct lookups *l = begin(&seen);
	struct lookup_question a = ask(1, 8, 1, 0), aaaa = ask(2, 8, 28, MS);
	struct lookup_question next = ask(3, 7, 1, 5 * MS);

	(void)state;
	a.fate = FATE_NO_DATA;
	lookups_add(l, &a);
	lookups_add(l, &aaaa);
	lookups_add(l, &next);
	end(l, &seen, " 1>1.0 2>1.4 3>3.0",
	    " 1:2/1 best 1 worst 2 sign 16 3:1/1 best 1 worst 1 sign 0");
}

static void waits_for_the_other_type(void **state)
{
	struct seen seen;
	struct lookups *l = begin(&seen);
	struct lookup_question a = ask(1, 8, 1, 0), next = ask(2, 7, 1, 5 * MS);
	struct lookup_question aaaa = ask(3, 8, 28, 50 * MS);

	(void)state;
	a.fate = FATE_NO_DATA;
	lookups_add(l, &a);
	lookups_add(l, &next);
	lookups_add(l, &aaaa);
	end(l, &seen, " 1>1.0 2>2.0 3>1.4",
	    " 1:2/1 best 1 worst 2 sign 16 2:1/1 best 1 worst 1 sign 0");
}

static void asks_again_and_over_tcp(void **state)
{
	struct seen seen;
	struct lookups *l = begin(&seen);
	struct lookup_question q = ask(1, 7, 1, 0);

	(void)state;
	q.fate = FATE_NOTHING;
	q.is_done = false;
	lookups_add(l, &q);
	q = ask(2, 7, 1, 5000 * MS);
	q.dns_id = 100;
	q.fate = FATE_TRUNCATED;
	lookups_add(l, &q);
	q = ask(3, 7, 1, 5010 * MS);
	q.transport = 1;
	lookups_add(l, &q);
	q = ask(4, 7, 1, 5500 * MS);
	lookups_add(l, &q);
	end(l, &seen, " 1>1.0 2>1.1 3>1.3 4>4.0",
	    " 1:3/1 best 1 worst 1 sign 0 4:1/1 best 1 worst 1 sign 0");
}

static void ends_after_half_a_minute(void **state)
{
	struct seen seen;
	struct lookups *l = begin(&seen);
	struct lookup_question q;

	(void)state;
	for (int i = 0; i < 4; i++) {
		q = ask(i + 1, 7, 1, i * 14000 * MS);
		q.dns_id = 1;
		q.fate = FATE_NOTHING;
		q.is_done = false;
		lookups_add(l, &q);
	}
	end(l, &seen, " 1>1.0 2>1.1 3>1.1 4>4.0",
	    " 1:3/1 best 7 worst 7 sign 0 4:1/1 best 7 worst 7 sign 0");
}

/* More at a time than are kept, and each of them comes out once. */
/* As many questions, so far apart. */
static void ask_often(struct seen *seen, unsigned count, int64_t apart_ns)
{
	struct lookups *l = begin(seen);
	struct lookup_question q;

	seen->is_quiet = true;
	for (unsigned i = 1; i <= count; i++) {
		q = ask(i, i % 3, 1, i * apart_ns);
		q.fate = i % 3 != 0 ? FATE_DENIED : FATE_RECORDS;
		q.base = i % 7;
		q.dns_id = (uint16_t)i;
		lookups_add(l, &q);
	}
	end(l, seen, "", "");
	assert_int_equal(seen->num_members, count);
	assert_int_equal(seen->transactions, count);
	assert_true(seen->num_courses > 0);
}

static void forgets_what_is_too_much(void **state)
{
	static const unsigned ring = 1 << 18, count = 600000;
	struct seen seen;

	(void)state;
	ask_often(&seen, count, 0);
	assert_true(seen.num_forgotten >= count - ring);
	/* Half of it within 30 s. */
	ask_often(&seen, count, 60 * NS_PER_SECOND / ring);
	assert_int_equal(seen.num_forgotten, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_through_a_search_list),
		cmocka_unit_test(does_not_go_on_where_there_is_the_other_type),
		cmocka_unit_test(waits_for_the_other_type),
		cmocka_unit_test(asks_again_and_over_tcp),
		cmocka_unit_test(ends_after_half_a_minute),
		cmocka_unit_test(forgets_what_is_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
