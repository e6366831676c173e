/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/table.h"

#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

struct paper {
	FILE *file;
	char *text;
	size_t len;
};

static void open_paper(struct paper *p)
{
	p->file = open_memstream(&p->text, &p->len);
	assert_non_null(p->file);
}

static void assert_paper(struct paper *p, const char *expected)
{
	assert_int_equal(fclose(p->file), 0);
	assert_string_equal(p->text, expected);
	free(p->text);
}

/* The name is vital because it is the first. */
static struct table *people(struct paper *p, int terminal_width)
{
	struct table *t;

	open_paper(p);
	t = table_new(p->file, terminal_width);
	table_add_column(t, "NAME", false);
	table_add_column(t, "COUNT", false);
	table_add_column(t, "WHERE", false);
	return t;
}

static void add_row(struct table *t, const char *name, const char *count,
		    const char *where)
{
	table_add_cell(t, name, false);
	table_add_cell(t, count, true);
	table_add_cell(t, where, false);
}

static void test_columns_are_as_wide_as_their_widest_cell(void **state)
{
	struct paper p;
	struct table *t = people(&p, 0);

	(void)state;
	add_row(t, "a", "1", "here");
	add_row(t, "a.long.example.", "1234567", "");
	table_finish(t);
	table_free(t);
	assert_paper(&p, "NAME               COUNT  WHERE\n"
			 "a                      1  here\n"
			 "a.long.example.  1234567\n");
}

static void test_a_table_without_rows_has_its_headings(void **state)
{
	struct paper p;
	struct table *t = people(&p, 0);

	(void)state;
	table_finish(t);
	table_free(t);
	assert_paper(&p, "NAME  COUNT  WHERE\n");
}

static void test_code_points_count_not_bytes(void **state)
{
	struct paper p;
	struct table *t = people(&p, 0);

	(void)state;
	add_row(t, "\303\244\303\266\303\274\342\202\254s", "5\302\265s", "x");
	add_row(t, "aeious", "5ms", "x");
	table_finish(t);
	table_free(t);
	assert_paper(&p,
		     "NAME    COUNT  WHERE\n"
		     "\303\244\303\266\303\274\342\202\254s     5\302\265s  x\n"
		     "aeious    5ms  x\n");
}

static void test_a_narrow_terminal_cuts_and_leaves_out(void **state)
{
	static const struct {
		int terminal_width;
		const char *expected;
	} cases[] = {
		{ 55, "NAME                                    COUNT  WHERE\n"
		      "a.very.long.name.in.svc.cluster.local.      1  "
		      "10.0.0.1\n" },
		{ 40, "NAME                     COUNT  WHERE\n"
		      "a.very.long.name.in.sv\342\200\246      1  10.0.0.1\n" },
		{ 30, "NAME                  COUNT\n"
		      "a.very.long.name.in\342\200\246      1\n"
		      "(1 columns do not fit this terminal; through "
		      "\"| less -S\" all are shown)\n" },
		{ 20, "NAME\n"
		      "a.very.long.name.in\342\200\246\n"
		      "(2 columns do not fit this terminal; through "
		      "\"| less -S\" all are shown)\n" },
		{ 1, "NAME\n"
		     "a.very.\342\200\246\n"
		     "(2 columns do not fit this terminal; through "
		     "\"| less -S\" all are shown)\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct paper p;
		struct table *t = people(&p, cases[i].terminal_width);

		add_row(t, "a.very.long.name.in.svc.cluster.local.", "1",
			"10.0.0.1");
		table_finish(t);
		table_free(t);
		assert_paper(&p, cases[i].expected);
	}
}

static void test_nothing_is_cut_where_there_is_no_terminal(void **state)
{
	char name[3000];
	struct paper p;
	struct table *t = people(&p, 0);

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	add_row(t, name, "1", "");
	table_finish(t);
	table_free(t);
	fflush(p.file);
	assert_non_null(strstr(p.text, name));
	fclose(p.file);
	free(p.text);
}

static void test_a_vital_last_column_stays_whole(void **state)
{
	struct paper p;
	struct table *t;

	(void)state;
	open_paper(&p);
	t = table_new(p.file, 20);
	table_add_column(t, "CAUSE", false);
	table_add_column(t, "COUNT", false);
	table_add_column(t, "EVIDENCE", true);
	add_row(t, "the name has a typo", "1",
		"names that were only ever denied");
	table_finish(t);
	table_free(t);
	assert_paper(&p,
		     "CAUSE      EVIDENCE\n"
		     "the name\342\200\246  names that were only ever denied\n"
		     "(1 columns do not fit this terminal; through "
		     "\"| less -S\" all are shown)\n");
}

/* Later cells may be wider than the first batch: nothing gets lost. */
static void test_many_rows_come_in_order(void **state)
{
	enum { MANY = 2500 };
	struct paper p;
	struct table *t = people(&p, 0);
	char *line, *rest;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		char number[32];

		snprintf(number, sizeof(number), "%d", i * 1000);
		add_row(t, "n", number, "w");
	}
	table_finish(t);
	table_free(t);
	fclose(p.file);
	rest = p.text;
	assert_non_null(strsep(&rest, "\n"));
	for (int i = 0; i < MANY; i++) {
		line = strsep(&rest, "\n");
		assert_non_null(line);
		assert_int_equal(strtol(line + 1, NULL, 10), i * 1000);
	}
	assert_string_equal(rest, "");
	free(p.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_are_as_wide_as_their_widest_cell),
		cmocka_unit_test(test_a_table_without_rows_has_its_headings),
		cmocka_unit_test(test_code_points_count_not_bytes),
		cmocka_unit_test(test_a_narrow_terminal_cuts_and_leaves_out),
		cmocka_unit_test(test_a_vital_last_column_stays_whole),
		cmocka_unit_test(
			test_nothing_is_cut_where_there_is_no_terminal),
		cmocka_unit_test(test_many_rows_come_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
