/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/redaction.h"

#include <string.h>

#include "store/rows.h"
#include "tests/test.h"

static struct store *open_redacted(const char *sql)
{
	static const uint8_t key[REDACT_KEY_SIZE] = { 4, 2 };
	struct store *s = store_open_temporary();

	assert_non_null(s);
	assert_int_equal(store_run(s, sql), 0);
	store_set_redactor(s, redactor_new(key));
	return s;
}

static void test_each_text_column_has_a_rule(void **state)
{
	struct store *s = store_open_temporary();
	struct rows *r = rows_open(
		s, "SELECT t.name, c.name FROM sqlite_schema AS t "
		   "JOIN pragma_table_info(t.name) AS c "
		   "WHERE t.type = 'table' AND c.type != 'INTEGER' "
		   "ORDER BY 1, 2");
	int count = 0;

	(void)state;
	assert_non_null(r);
	for (; rows_next(r) == 1; count++)
		if (!redaction_knows(rows_text(r, 0), rows_text(r, 1)))
			fail_msg("no rule for %s.%s in rules[] of "
				 "src/store/redaction.c",
				 rows_text(r, 0), rows_text(r, 1));
	assert_true(count > 80);
	rows_close(r);
	store_close(s);
}

static void test_a_column_without_a_rule_is_refused(void **state)
{
	struct store *s = open_redacted("ALTER TABLE name ADD COLUMN x TEXT");

	(void)state;
	assert_int_equal(store_redact(s), -1);
	store_close(s);
}

static int64_t ask(struct store *s, const char *sql)
{
	struct rows *r = rows_open(s, sql);
	int64_t answer = -1;

	if (r != NULL && rows_next(r) == 1)
		answer = rows_integer(r, 0);
	rows_close(r);
	return answer;
}

/* One's pseudonym may be another's original, where both are keys. */
static void test_all_rows_are_mapped_once(void **state)
{
	struct store *s = open_redacted(
		"WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 "
		"FROM n WHERE i < 255) "
		"INSERT INTO namespace SELECT char(113, 97 + i / 16, 97 + i % 16) "
		"FROM n; INSERT INTO name (text) SELECT name || '.example.com.' "
		"FROM namespace");

	(void)state;
	assert_int_equal(store_redact(s), 0);
	assert_int_equal(store_redact(s), 0);
	assert_int_equal(ask(s, "SELECT count(*) FROM namespace"), 256);
	assert_int_equal(ask(s, "SELECT count(DISTINCT text) FROM name "
				"JOIN namespace AS s ON text = s.name || "
				"'.example.com.'"),
			 256);
	assert_true(ask(s, "SELECT count(*) FROM namespace "
			   "WHERE name GLOB 'q[a-p][a-p]'") < 128);
	store_close(s);
}

/* What looked like a slip is one still. */
static void test_slips_are_those_of_the_originals(void **state)
{
	struct store *s = open_redacted(
		"INSERT INTO name (text) VALUES ('orders.acme.com.'), "
		"('ordres.acme.com.')");

	(void)state;
	assert_int_equal(store_redact(s), 0);
	assert_int_equal(ask(s, "SELECT edits(a.text, b.text, 2) "
				"FROM name AS a JOIN name AS b "
				"ON b.id > a.id"),
			 1);
	store_close(s);
}

static void test_without_a_redactor_nothing_changes(void **state)
{
	struct store *s = store_open_temporary();

	(void)state;
	assert_int_equal(store_run(s, "INSERT INTO name (text) "
				      "VALUES ('acme.com.')"),
			 0);
	assert_int_equal(store_redact(s), 0);
	assert_int_equal(ask(s, "SELECT text = 'acme.com.' FROM name"), 1);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_text_column_has_a_rule),
		cmocka_unit_test(test_a_column_without_a_rule_is_refused),
		cmocka_unit_test(test_all_rows_are_mapped_once),
		cmocka_unit_test(test_slips_are_those_of_the_originals),
		cmocka_unit_test(test_without_a_redactor_nothing_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
