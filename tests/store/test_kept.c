/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/kept.h"

#include "tests/store/folder.h"

static const char *const tables[] = { "verdict_a", "verdict_b", NULL };

/* A store without a capture is nothing that stays. */
static const char capture_sql[] = "INSERT INTO capture (file, sha256, format) "
				  "VALUES ('w', 'w', 'pcap')";

static const char make_sql[] =
	"CREATE TEMP TABLE verdict_a AS SELECT 'a' AS x, 1 AS y;"
	"CREATE TEMP TABLE verdict_b (x)";

static struct store *open_and_keep(const char *path)
{
	struct store *s = store_open_for_ingest(path);

	assert_non_null(s);
	assert_int_equal(kept_holds(s, "me"), 0);
	assert_int_equal(kept_drop(s), 0);
	assert_int_equal(store_run(s, capture_sql), 0);
	assert_int_equal(kept_begin(s), 0);
	assert_int_equal(store_run(s, make_sql), 0);
	assert_int_equal(kept_write(s, tables, "me"), 0);
	assert_int_equal(kept_holds(s, "me"), 1);
	return s;
}

static void test_who_opens_it_next_sees_the_tables(void **state)
{
	char number[16];
	struct folder f;
	struct store *s;

	(void)state;
	folder_make(&f);
	s = open_and_keep(f.file);

	store_close(s);
	s = store_open(f.file);
	assert_int_equal(kept_holds(s, "me"), 1);
	assert_int_equal(kept_holds(s, "another"), 0);
	assert_int_equal(kept_show(s), 0);
	assert_string_equal(ask(s,
				"SELECT y + (SELECT count(*) FROM "
				"temp.verdict_b) FROM temp.verdict_a",
				number, sizeof(number)),
			    "1");
	store_close(s);
	folder_remove(&f);
}

/* One each: what makes them void, and what was kept is replaced after. */
static void test_changes_make_them_void(void **state)
{
	static const char *const changes[] = {
		"INSERT INTO capture (file, sha256, format) "
		"VALUES ('x', 'y', 'pcap')",
		"INSERT INTO snapshot (file, sha256, items) "
		"VALUES ('x', 'y', 0)",
		"UPDATE rollup SET bar_ns = NULL",
	};
	struct folder f;
	struct store *s;

	(void)state;
	folder_make(&f);
	s = open_and_keep(f.file);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		assert_int_equal(store_run(s, changes[i]), 0);
		assert_int_equal(kept_holds(s, "me"), 0);
		assert_int_equal(kept_begin(s), 0);
		assert_int_equal(kept_write(s, tables, "me"), 0);
		assert_int_equal(kept_holds(s, "me"), 1);
	}
	store_close(s);
	folder_remove(&f);
}

static void test_a_table_that_is_not_there_changes_nothing(void **state)
{
	static const char *const wrong[] = { "verdict_a", "verdict_c", NULL };
	struct folder f;
	struct stderr_caught caught;
	struct store *s;

	(void)state;
	folder_make(&f);
	s = open_and_keep(f.file);
	assert_int_equal(kept_begin(s), 0);
	stderr_catch(&caught);
	assert_int_equal(kept_write(s, wrong, "another"), -1);
	assert_non_null(strstr(stderr_release(&caught), "verdict_c"));
	kept_abandon(s);
	assert_int_equal(kept_holds(s, "me"), 1);
	assert_int_equal(kept_drop(s), 0);
	assert_int_equal(kept_holds(s, "me"), 0);
	store_close(s);
	folder_remove(&f);
}

/* Who sends a store may have written what he likes into it. */
static void test_names_are_no_statements(void **state)
{
	struct stderr_caught caught;
	struct folder f;
	struct store *s;
	char number[16];

	(void)state;
	folder_make(&f);
	s = open_and_keep(f.file);
	assert_int_equal(store_run(s,
				   "INSERT INTO kept VALUES ("
				   "'x AS SELECT 1; DELETE FROM capture; --',"
				   " 'me'), ('\"; DELETE FROM capture; --',"
				   " 'me')"),
			 0);
	stderr_catch(&caught);
	kept_show(s);
	stderr_release(&caught);
	assert_int_equal(kept_drop(s), 0);
	assert_string_equal(
		ask(s, "SELECT count(*) FROM capture", number, sizeof(number)),
		"1");
	store_close(s);
	folder_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_opens_it_next_sees_the_tables),
		cmocka_unit_test(test_names_are_no_statements),
		cmocka_unit_test(test_changes_make_them_void),
		cmocka_unit_test(
			test_a_table_that_is_not_there_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
