/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/ladder.h"

#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "tests/test.h"

/* Rows as path.sql gives them, with the columns that are drawn. */
#define ROW(what, kind, from_name, from_lane, to_lane, after, frame, note)    \
	"SELECT 1 AS transaction_id, '" what "' AS what, '" kind "' AS kind," \
	"'" from_name "' AS from_name, " from_lane " AS from_lane,"           \
	"'server' AS to_name, " to_lane " AS to_lane, " after " AS after_ns," \
	"NULL AS gap_ns, " frame " AS frame, 'eth0' AS interface,"            \
	"'in' AS direction, 'Q' AS qr, 'beef' AS id, NULL AS rcode,"          \
	"'x.' AS name, 'A' AS qtype, 'unanswered' AS state,"                  \
	"1 AS attempts, NULL AS time_ns, NULL AS duration_ns,"                \
	"NULL AS origin, NULL AS confidence, NULL AS file, NULL AS node,"     \
	"'a' AS src, '" note "' AS note"

#define HEAD                                                                 \
	ROW("lookup", "query", "a", "NULL", "NULL", "NULL", "NULL", "")      \
	" UNION ALL " ROW(                                                   \
		"lane", "client", "a", "1", "NULL", "NULL", "NULL",          \
		"") " UNION ALL " ROW("lane", "upstream", "a", "2", "NULL",  \
				      "NULL", "NULL",                        \
				      "") " UNION ALL " ROW("lane",          \
							    "upstream", "a", \
							    "3", "NULL",     \
							    "NULL", "NULL",  \
							    "")

/* What is drawn of these rows, to be freed. */
static char *draw(const char *sql, int terminal_width)
{
	struct store *s = store_open_temporary();
	struct output o = { .terminal_width = terminal_width, .row_limit = -1 };
	struct rows *r;
	char *text = NULL;
	size_t len = 0;

	assert_non_null(s);
	r = rows_open(s, sql);
	assert_non_null(r);
	o.file = open_memstream(&text, &len);
	assert_int_equal(ladder_print(&o, r), 0);
	assert_int_equal(fclose(o.file), 0);
	rows_close(r);
	store_close(s);
	return text;
}

static void assert_drawn(const char *sql, int terminal_width, const char *part)
{
	char *text = draw(sql, terminal_width);

	if (strstr(text, part) == NULL)
		print_message("%s", text);
	assert_non_null(strstr(text, part));
	free(text);
}

static void test_arrows_go_from_lane_to_lane(void **state)
{
	(void)state;
	assert_drawn(HEAD " UNION ALL " ROW("message", "query", "a", "1", "3",
					    "0", "7", ""),
		     0,
		     "  AFTER   #           client      upstream    upstream2\n"
		     "    0ns  #7  eth0 in  |---------------------->|  "
		     "Q beef\n");
	assert_drawn(HEAD " UNION ALL " ROW("inferred", "query", "a", "3", "2",
					    "NULL", "NULL", ""),
		     0, "|           |<..........|  Q beef\n");
	/* Both ends in the lane that stands for many. */
	assert_drawn(HEAD " UNION ALL " ROW("message", "query", "a", "2", "2",
					    "0", "7", ""),
		     0, "|           *           |  Q beef\n");
	/* Lanes that there are not. */
	assert_drawn(HEAD " UNION ALL " ROW("message", "query", "a", "99", "-1",
					    "0", "7", ""),
		     0, "*           |           |  Q beef\n");
}

static void test_what_does_not_fit_goes_below_or_is_cut(void **state)
{
	static const char sql[] = HEAD
		" UNION ALL " ROW("icmp", "administratively prohibited", "a",
				  "1", "2", "0", "7", "as 192.0.2.1 port 4");

	(void)state;
	assert_drawn(sql, 70,
		     "|~~~~~~~>|        |  administratively prohibited\n"
		     "                        as 192.0.2.1 port 4\n");
	assert_drawn(sql, 40,
		     "|~~>|   |  admini\xe2\x80\xa6\n"
		     "                     as 192.0.2.1 port 4\n");
}

static void test_a_flood_is_cut_short(void **state)
{
	static const char sql[] = HEAD
		" UNION ALL SELECT m.* FROM (WITH RECURSIVE n (i) AS "
		"(VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 602)"
		" SELECT i FROM n) AS n JOIN (" ROW("message", "query", "a",
						    "1", "2", "0", "7",
						    "") ") AS m";

	(void)state;
	assert_drawn(sql, 0, "... 102 more messages of this lookup");
}

static void test_foreign_text_is_harmless(void **state)
{
	(void)state;
	assert_drawn(HEAD " UNION ALL " ROW("message", "query", "a", "1", "2",
					    "0", "7", "\033[2J"),
		     0, "Q beef  \\027[2J\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arrows_go_from_lane_to_lane),
		cmocka_unit_test(test_what_does_not_fit_goes_below_or_is_cut),
		cmocka_unit_test(test_a_flood_is_cut_short),
		cmocka_unit_test(test_foreign_text_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
