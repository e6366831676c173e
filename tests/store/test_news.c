/* SPDX-License-Identifier: BSD-3-Clause */
/* Stores that grow: what is new in them, and what goes. */
#include "store/news.h"

#include "base/text.h"
#include "store/prune.h"
#include "store/rows.h"
#include "tests/test.h"

enum { ANSWERED = 0, UNANSWERED = 2, PENDING = 3 };

static int set_up(void **state)
{
	struct store *s = store_open_live(NULL);

	*state = s;
	if (s == NULL)
		return -1;
	return store_run(s, "INSERT INTO capture (id, file, sha256, format, "
			    "run) VALUES (1, 'live', 'x', 'live', 1);"
			    "INSERT INTO address VALUES (1, '10.0.0.1'),"
			    " (2, '10.0.0.2'), (3, '10.0.0.3');");
}

static int tear_down(void **state)
{
	store_close(*state);
	return 0;
}

/* Each has a name of its own. */
static void put(struct store *s, int id, int state, int response_frame)
{
	struct text sql = { 0 };

	text_addf(&sql,
		  "INSERT OR IGNORE INTO name VALUES (%d, 'n%d.example.');"
		  "REPLACE INTO exchange (id, state, traits, client, server, "
		  "socket, name, question, time_ns, query_capture, "
		  "query_frame, query_head, response_capture, response_frames, "
		  "response_head, response_after_ns) "
		  "VALUES (%d, %d, 0, 1, 2, 7, %d, 1, %d, 1, %d, 0, ",
		  id, id, id, state, id, id, 10 * id);
	if (response_frame != 0)
		text_addf(&sql, "1, %d, 0, 5)", response_frame - 10 * id);
	else
		text_add(&sql, "NULL, NULL, NULL, NULL)");
	assert_int_equal(store_run(s, text_string(&sql)), 0);
	text_release(&sql);
}

/* "10 Q pending_at_end, 11 R answered", and no news any more. */
static void assert_news(struct store *s, const char *expected)
{
	struct rows *r = rows_open(
		s, "SELECT group_concat(frame || ' ' || qr || ' ' || state, "
		   "', ') FROM (SELECT * FROM trace ORDER BY frame)");

	assert_int_equal(news_exist(s), expected[0] != '\0');
	assert_non_null(r);
	assert_int_equal(rows_next(r), 1);
	assert_string_equal(rows_text(r, 0), expected);
	rows_close(r);
	assert_int_equal(news_forget(s), 0);
}

static int64_t count(struct store *s, const char *sql)
{
	struct rows *r = rows_open(s, sql);
	int64_t number;

	assert_non_null(r);
	assert_int_equal(rows_next(r), 1);
	number = rows_integer(r, 0);
	rows_close(r);
	return number;
}

static void test_each_message_is_news_once(void **state)
{
	struct store *s = *state;

	put(s, 1, ANSWERED, 11);
	assert_int_equal(news_start(s), 0);
	assert_news(s, "");
	put(s, 2, PENDING, 0);
	assert_news(s, "20 Q pending_at_end");
	put(s, 2, PENDING, 0);
	assert_news(s, "");
	put(s, 2, ANSWERED, 21);
	put(s, 3, ANSWERED, 31);
	assert_news(s, "21 R answered, 30 Q answered, 31 R answered");
	put(s, 3, ANSWERED, 31);
	assert_news(s, "");
}

static void test_a_query_that_nothing_answers_is_news_again(void **state)
{
	struct store *s = *state;

	assert_int_equal(news_start(s), 0);
	put(s, 1, PENDING, 0);
	assert_news(s, "10 Q pending_at_end");
	put(s, 1, UNANSWERED, 0);
	assert_news(s, "10 Q unanswered");
	put(s, 1, UNANSWERED, 0);
	assert_news(s, "");
	put(s, 1, 1, 15);
	assert_news(s, "15 R answered_late");
}

static void test_afterwards_all_is_seen(void **state)
{
	struct store *s = *state;

	put(s, 1, ANSWERED, 11);
	assert_int_equal(news_start(s), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM messages"), 0);
	assert_int_equal(news_stop(s), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM messages"), 2);
	assert_int_equal(news_start(s), 0);
	assert_int_equal(news_stop(s), 0);
}

static void test_what_is_old_goes_with_all_that_is_its_own(void **state)
{
	struct store *s = *state;

	for (int id = 1; id <= 10; id++)
		put(s, id, id == 2 ? PENDING : ANSWERED,
		    id == 2 ? 0 : 10 * id + 1);
	/* Number 2 was asked at 2 ns, and may still be answered. */
	assert_int_equal(store_prune(s, 4, 2), 0);
	assert_int_equal(count(s, "SELECT count(*) FROM exchange"), 5);
	assert_int_equal(count(s, "SELECT min(id) FROM exchange"), 2);
	assert_int_equal(count(s, "SELECT count(*) FROM name"), 5);
	assert_int_equal(count(s, "SELECT count(*) FROM address"), 2);
	assert_int_equal(store_prune(s, 4, 3), 0);
	assert_int_equal(count(s, "SELECT min(id) FROM exchange"), 7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_each_message_is_news_once),
		TEST(test_a_query_that_nothing_answers_is_news_again),
		TEST(test_afterwards_all_is_seen),
		TEST(test_what_is_old_goes_with_all_that_is_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
