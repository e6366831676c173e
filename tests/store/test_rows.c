/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/rows.h"

#include "tests/store/folder.h"

static int set_up(void **state)
{
	*state = store_open_temporary();
	return *state != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	store_close(*state);
	return 0;
}

static void test_gives_values_with_their_types(void **state)
{
	struct rows *r = rows_open(
		*state, "SELECT 42 AS n, 1.5 AS r, 'text' AS \"t.x\", NULL");

	assert_non_null(r);
	assert_int_equal(rows_num_columns(r), 4);
	assert_string_equal(rows_column(r, 0), "n");
	assert_string_equal(rows_column(r, 2), "t.x");
	assert_int_equal(rows_next(r), 1);
	assert_int_equal(rows_type(r, 0), CELL_INTEGER);
	assert_int_equal(rows_integer(r, 0), 42);
	assert_int_equal(rows_type(r, 1), CELL_REAL);
	assert_true(rows_real(r, 1) > 1.4 && rows_real(r, 1) < 1.6);
	assert_int_equal(rows_type(r, 2), CELL_TEXT);
	assert_string_equal(rows_text(r, 2), "text");
	assert_int_equal(rows_type(r, 3), CELL_NULL);
	assert_string_equal(rows_text(r, 3), "");
	assert_int_equal(rows_next(r), 0);
	rows_close(r);
}

static void test_binds_parameters_by_name_and_ignores_unknown_ones(void **state)
{
	struct rows *r = rows_open(
		*state, "SELECT :limit + 1, :name || '!', :not_bound, "
			":share * 2");

	assert_non_null(r);
	rows_bind_integer(r, ":limit", 20);
	rows_bind_text(r, ":name", "o'brien");
	rows_bind_text(r, ":no_such", "x");
	rows_bind_integer(r, ":no_such_number", 1);
	rows_bind_real(r, ":share", 0.25);
	rows_bind_real(r, ":no_such_share", 0.25);
	assert_int_equal(rows_next(r), 1);
	assert_int_equal(rows_integer(r, 0), 21);
	assert_string_equal(rows_text(r, 1), "o'brien!");
	assert_int_equal(rows_type(r, 2), CELL_NULL);
	assert_string_equal(rows_text(r, 3), "0.5");
	rows_close(r);
}

static void test_takes_one_statement_and_what_is_none(void **state)
{
	static const char *const statements[] = {
		"SELECT 1",
		"SELECT 1;",
		"SELECT 1;;\n ;",
		"SELECT 1; -- done",
		"SELECT 1 -- done",
		"SELECT 1; /* done */ -- really\n",
		"-- first\nSELECT 1",
		"/* first */ SELECT 1",
		"WITH t(x) AS (VALUES (1)) SELECT x FROM t",
		"VALUES (1)",
		"EXPLAIN SELECT 1",
		"PRAGMA user_version",
		"SELECT count(*) FROM messages",
	};

	for (size_t i = 0; i < COUNT(statements); i++) {
		struct rows *r = rows_open(*state, statements[i]);

		if (r == NULL)
			print_error("%s\n", statements[i]);
		assert_non_null(r);
		assert_int_equal(rows_next(r), 1);
		rows_close(r);
	}
}

static void test_refuses_what_is_no_single_question(void **state)
{
	static const char reading[] = "dnsforensics: only statements that read "
				      "are allowed: SELECT, WITH, VALUES, "
				      "EXPLAIN\n";
	static const char one[] = "dnsforensics: one statement at a time: what "
				  "follows the first is not run\n";
	static const char none[] = "dnsforensics: there is no SQL statement in "
				   "this\n";
	static const struct {
		const char *sql, *message;
	} cases[] = {
		{ "INSERT INTO name (text) VALUES ('x')", reading },
		{ "INSERT INTO name (text) VALUES ('x') RETURNING id",
		  reading },
		{ "UPDATE name SET text = 'x'", reading },
		{ "DELETE FROM name", reading },
		{ "WITH t AS (SELECT 1) DELETE FROM name RETURNING id",
		  reading },
		{ "DROP TABLE name", reading },
		{ "DROP VIEW messages", reading },
		{ "CREATE TABLE x (y)", reading },
		{ "CREATE TEMP TABLE x (y)", reading },
		{ "ATTACH '/tmp/dnsforensics-never.db' AS x", reading },
		{ "DETACH main", reading },
		{ "PRAGMA user_version = 9", reading },
		{ "PRAGMA writable_schema = ON", reading },
		{ "PRAGMA journal_mode = DELETE", reading },
		{ "VACUUM", reading },
		{ "VACUUM INTO '/tmp/dnsforensics-never.db'", reading },
		{ "REINDEX", reading },
		{ "ANALYZE", reading },
		{ "BEGIN", reading },
		{ "BEGIN IMMEDIATE", reading },
		{ "COMMIT", reading },
		{ "SAVEPOINT x", reading },
		{ "SELECT 1; SELECT 2", one },
		{ "SELECT 1; DROP TABLE name", one },
		{ "SELECT 1; /* hidden */ DELETE FROM name", one },
		{ "SELECT 1; nonsense", one },
		{ "", none },
		{ " \n\t;", none },
		{ "-- only words", none },
		{ "/* only words */", none },
		{ "SELEC 1", "dnsforensics: near \"SELEC\": syntax error\n" },
		{ "SELECT nosuch FROM messages",
		  "dnsforensics: no such column: nosuch; "
		  "\"man dnsforensics-schema\" has the views and their "
		  "columns\n" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct stderr_caught caught;
		struct rows *r;
		const char *said;

		stderr_catch(&caught);
		r = rows_open(*state, cases[i].sql);
		rows_close(r);
		said = stderr_release(&caught);
		if (r != NULL || strcmp(said, cases[i].message) != 0)
			print_error("%s\n", cases[i].sql);
		assert_null(r);
		assert_string_equal(said, cases[i].message);
	}
	assert_int_not_equal(access("/tmp/dnsforensics-never.db", F_OK), 0);
	assert_answer(*state, "SELECT count(*) FROM name", "0");
}

static void test_functions_beside_those_of_sqlite(void **state)
{
	static const struct {
		const char *sql, *expected;
	} cases[] = {
		{ "SELECT 'a.example.' REGEXP '^a\\.'", "1" },
		{ "SELECT 'b.example.' REGEXP '^a\\.'", "0" },
		{ "SELECT 'A.example.' REGEXP '^a\\.'", "0" },
		{ "SELECT 'A.example.' REGEXP '(?i)^a\\.'", "1" },
		{ "SELECT 'abc' REGEXP ''", "1" },
		{ "SELECT '' REGEXP '^$'", "1" },
		{ "SELECT NULL REGEXP 'x'", "(null)" },
		{ "SELECT 'x' REGEXP NULL", "(null)" },
		{ "SELECT 53 REGEXP '^5'", "1" },
		/* The expression may change from row to row. */
		{ "SELECT group_concat(x REGEXP y) FROM (VALUES (1)), "
		  "(SELECT 'a' AS x, 'a' AS y UNION ALL SELECT 'a', 'b')",
		  "1,0" },
		{ "SELECT percentile(x, 50) FROM (SELECT 1 AS x UNION ALL "
		  "SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4)",
		  "2" },
		{ "SELECT percentile(column1, 99) FROM (VALUES (5), (1), (3))",
		  "5" },
		{ "SELECT percentile(column1, 0) FROM (VALUES (5), (1), (3))",
		  "1" },
		{ "SELECT percentile(column1, 100) FROM (VALUES (5), (1))",
		  "5" },
		{ "SELECT percentile(column1, 1000) FROM (VALUES (5), (1))",
		  "5" },
		{ "SELECT percentile(column1, -1) FROM (VALUES (5), (1))",
		  "1" },
		{ "SELECT percentile(column1, 50) FROM (VALUES (NULL), (7), "
		  "(NULL))",
		  "7" },
		{ "SELECT percentile(column1, 50) FROM (VALUES (NULL))",
		  "(null)" },
		{ "SELECT percentile(1, 50) FROM name", "(null)" },
		{ "SELECT percentile(-9223372036854775808, 50)",
		  "-9223372036854775808" },
		{ "SELECT percentile(value, 95) FROM ("
		  "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL "
		  "SELECT value + 1 FROM n LIMIT 1000) SELECT * FROM n)",
		  "950" },
		{ "SELECT edits('api.', 'api.', 2)", "0" },
		{ "SELECT edits('api.shpo.', 'api.shop.', 2)", "1" },
		{ "SELECT edits('ab', 'ba', 2)", "1" },
		{ "SELECT edits('ca', 'abc', 3)", "3" },
		{ "SELECT edits('kitten', 'sitting', 3)", "3" },
		{ "SELECT edits('kitten', 'sitting', 2)", "(null)" },
		{ "SELECT edits('', 'ab', 2)", "2" },
		{ "SELECT edits('', 'abc', 2)", "(null)" },
		{ "SELECT edits('aab', 'ab', 1)", "1" },
		{ "SELECT edits('web-1.x', 'web-12.x', 2)", "(null)" },
		{ "SELECT edits('web-1.x', 'web1.x', 2)", "1" },
		{ "SELECT edits(NULL, 'a', 2)", "(null)" },
		{ "SELECT edits(printf('%.255c', 'a'), "
		  "printf('%.255c', 'a') , 2)",
		  "0" },
		{ "SELECT edits('b' || printf('%.254c', 'a'), "
		  "printf('%.254c', 'a') || 'b', 2)",
		  "2" },
		{ "SELECT edits(printf('%.256c', 'a'), "
		  "printf('%.256c', 'a'), 2)",
		  "(null)" },
		{ "SELECT duration(14020000)", "14.02ms" },
		{ "SELECT duration(0)", "0ns" },
		{ "SELECT duration(NULL)", "(null)" },
		{ "SELECT utc(0)", "1970-01-01T00:00:00.000000Z" },
		{ "SELECT utc(1772373791123456789)",
		  "2026-03-01T14:03:11.123456789Z" },
		{ "SELECT utc(NULL)", "(null)" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_answer(*state, cases[i].sql, cases[i].expected);
}

static void test_a_broken_expression_ends_the_statement_with_a_reason(
	void **state)
{
	struct stderr_caught caught;
	struct rows *r = rows_open(*state, "SELECT 'x' REGEXP 'a('");
	const char *said;

	assert_non_null(r);
	stderr_catch(&caught);
	assert_int_equal(rows_next(r), -1);
	said = stderr_release(&caught);
	assert_non_null(strstr(said, "temporary store: "));
	assert_non_null(strstr(said, "parenthesis"));
	rows_close(r);
}

static void test_no_statement_brings_code_in(void **state)
{
	struct stderr_caught caught;
	struct rows *r;
	int rc = -1;

	stderr_catch(&caught);
	r = rows_open(*state, "SELECT load_extension('libm.so.6')");
	if (r != NULL)
		rc = rows_next(r);
	stderr_release(&caught);
	assert_int_equal(rc, -1);
	rows_close(r);
}

/* Backtracking without end is cut off. */
static void test_a_hostile_expression_comes_to_an_end(void **state)
{
	assert_answer(*state,
		      "SELECT coalesce(max(replace(hex(zeroblob(5000)), '0', "
		      "'a') || 'b' REGEXP '^(a+)+$'), 'none')",
		      "0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gives_values_with_their_types),
		cmocka_unit_test(
			test_binds_parameters_by_name_and_ignores_unknown_ones),
		cmocka_unit_test(test_takes_one_statement_and_what_is_none),
		cmocka_unit_test(test_refuses_what_is_no_single_question),
		cmocka_unit_test(test_functions_beside_those_of_sqlite),
		cmocka_unit_test(
			test_a_broken_expression_ends_the_statement_with_a_reason),
		cmocka_unit_test(test_no_statement_brings_code_in),
		cmocka_unit_test(test_a_hostile_expression_comes_to_an_end),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
