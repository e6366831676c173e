/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/inserter_private.h"

#include "base/memory.h"
#include "store/store_private.h"
#include "tests/store/folder.h"

enum { MANY = 50000, LONG_TEXT = 1 << 20 };

static const char thing_sql[] = "INSERT INTO thing (id, text)";
static const char other_sql[] = "INSERT INTO other (id, things)";
static const char count_sql[] =
	"INSERT INTO other SELECT ?1, count(*) FROM thing";

static int set_up(void **state)
{
	struct store *s = store_open_temporary();

	*state = s;
	return s != NULL ? store_run(s, "CREATE TABLE thing (id INTEGER "
					"PRIMARY KEY, text TEXT) STRICT; "
					"CREATE TABLE other (id INTEGER "
					"PRIMARY KEY, things INTEGER) STRICT; "
					"BEGIN")
			 : -1;
}

static int tear_down(void **state)
{
	store_close(*state);
	return 0;
}

static void put_thing(struct inserter *w, int64_t id, const char *text)
{
	inserter_begin_row(w, thing_sql);
	inserter_number(w, id);
	inserter_text(w, text);
	inserter_end(w);
}

static void put_count(struct inserter *w, int64_t id)
{
	inserter_begin_statement(w, count_sql);
	inserter_number(w, id);
	inserter_end(w);
}

static void put_other(struct inserter *w, int64_t id, int64_t things)
{
	inserter_begin_row(w, other_sql);
	inserter_number(w, id);
	inserter_optional(w, things, -1);
	inserter_end(w);
}

static void test_values_arrive_as_they_are(void **state)
{
	struct inserter *w = inserter_new(*state);

	put_thing(w, 7, "it's");
	put_thing(w, -8, NULL);
	put_thing(w, INT64_MAX, "");
	put_other(w, 1, -1);
	put_other(w, 2, 5);
	assert_int_equal(inserter_drain(w), 0);
	inserter_free(w);
	assert_answer(*state,
		      "SELECT group_concat(id || '=' || coalesce('<' || text "
		      "|| '>', 'null'), ' ') FROM (SELECT * FROM thing "
		      "ORDER BY id)",
		      "-8=null 7=<it's> 9223372036854775807=<>");
	assert_answer(*state,
		      "SELECT group_concat(id || '=' || coalesce(things, "
		      "'null'), ' ') FROM other",
		      "1=null 2=5");
}

/* One that counts sees those before it and none of those behind it. */
static void test_order_is_kept_between_tables_and_statements(void **state)
{
	struct inserter *w = inserter_new(*state);
	int64_t id = 0;

	for (int run = 1; run <= 40; run++) {
		for (int i = 0; i < run; i++)
			put_thing(w, ++id, "x");
		put_count(w, id);
	}
	assert_int_equal(inserter_drain(w), 0);
	inserter_free(w);
	assert_answer(*state, "SELECT count(*) FROM other", "40");
	assert_answer(*state, "SELECT count(*) FROM other WHERE id != things",
		      "0");
}

/* More than all batches hold, and no multiple of what is written at once. */
static void test_many_rows_all_arrive(void **state)
{
	struct inserter *w = inserter_new(*state);
	char text[64];

	for (int64_t id = 1; id <= MANY + 3; id++) {
		snprintf(text, sizeof(text), "%040d", (int)id);
		put_thing(w, id, text);
	}
	assert_int_equal(inserter_drain(w), 0);
	inserter_free(w);
	assert_answer(*state, "SELECT count(*) || ' ' || max(id) FROM thing",
		      "50003 50003");
	assert_answer(*state,
		      "SELECT count(*) FROM thing WHERE id + 0 != text + 0",
		      "0");
}

static void test_a_text_may_be_longer_than_a_batch(void **state)
{
	struct inserter *w = inserter_new(*state);
	char *text = must_calloc(LONG_TEXT + 1, 1);

	memset(text, 'x', LONG_TEXT);
	put_thing(w, 1, text);
	put_thing(w, 2, "behind it");
	free(text);
	assert_int_equal(inserter_drain(w), 0);
	inserter_free(w);
	assert_answer(*state, "SELECT group_concat(length(text)) FROM thing",
		      "1048576,9");
}

static void test_it_goes_on_after_a_drain(void **state)
{
	struct inserter *w = inserter_new(*state);

	assert_int_equal(inserter_drain(w), 0);
	put_thing(w, 1, "one");
	assert_int_equal(inserter_drain(w), 0);
	assert_answer(*state, "SELECT count(*) FROM thing", "1");
	put_thing(w, 2, "two");
	assert_int_equal(inserter_drain(w), 0);
	assert_answer(*state, "SELECT count(*) FROM thing", "2");
	inserter_free(w);
	assert_int_equal(inserter_drain(NULL), 0);
}

/* The same id twice, in the middle of many rows. */
static void test_a_failure_is_told_once_and_nothing_comes_after_it(void **state)
{
	struct inserter *w;
	struct stderr_caught caught;
	const char *told;

	stderr_catch(&caught);
	w = inserter_new(*state);
	for (int64_t id = 1; id <= MANY; id++) {
		put_thing(w, id == 20000 ? 1 : id, "x");
		if (id % 1000 == 0)
			put_count(w, id);
	}
	assert_int_equal(inserter_drain(w), -1);
	assert_true(inserter_failed(w));
	put_thing(w, MANY + 1, "too late");
	assert_int_equal(inserter_drain(w), -1);
	inserter_free(w);
	told = stderr_release(&caught);
	assert_non_null(strstr(told, "UNIQUE constraint failed: thing.id"));
	assert_ptr_equal(strchr(told, '\n'), told + strlen(told) - 1);
	assert_answer(*state, "SELECT max(id) < 20000 FROM thing", "1");
	assert_answer(*state, "SELECT max(id) FROM other", "19000");
}

static void test_what_was_not_drained_may_be_given_up(void **state)
{
	struct inserter *w = inserter_new(*state);

	for (int64_t id = 1; id <= MANY; id++)
		put_thing(w, id, "x");
	put_thing(w, 1, "would fail");
	inserter_free(w);
	inserter_free(NULL);
	assert_answer(*state,
		      "SELECT count(*) = coalesce(max(id), 0) "
		      "FROM thing",
		      "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_values_arrive_as_they_are,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_order_is_kept_between_tables_and_statements,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many_rows_all_arrive,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_text_may_be_longer_than_a_batch, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(test_it_goes_on_after_a_drain,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_failure_is_told_once_and_nothing_comes_after_it,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_what_was_not_drained_may_be_given_up, set_up,
			tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
