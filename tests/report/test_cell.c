/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/cell.h"

#include "store/rows.h"
#include "store/store.h"
#include "tests/test.h"

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

static void test_the_name_of_a_column_tells_what_its_numbers_are(void **state)
{
	static const struct {
		const char *column;
		enum cell_shape shape;
		const char *heading;
	} cases[] = {
		{ "name", SHAPE_PLAIN, "NAME" },
		{ "num_answers", SHAPE_PLAIN, "NUM ANSWERS" },
		{ "latency_ns", SHAPE_DURATION, "LATENCY" },
		{ "p99_ns", SHAPE_DURATION, "P99" },
		{ "asked_ns", SHAPE_TIME, "ASKED" },
		{ "answered_ns", SHAPE_TIME, "ANSWERED" },
		{ "first_ns", SHAPE_TIME, "FIRST" },
		{ "last_ns", SHAPE_TIME, "LAST" },
		{ "time_ns", SHAPE_TIME, "TIME" },
		{ "last_seen_ns", SHAPE_TIME, "LAST SEEN" },
		{ "at_last_ns", SHAPE_DURATION, "AT LAST" },
		{ "share_pct", SHAPE_PERCENT, "SHARE %" },
		{ "ns", SHAPE_PLAIN, "NS" },
		{ "", SHAPE_PLAIN, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text heading = { 0 };

		assert_int_equal(cell_shape_of(cases[i].column),
				 cases[i].shape);
		cell_add_heading(&heading, cases[i].column);
		assert_string_equal(text_string(&heading), cases[i].heading);
		text_release(&heading);
	}
}

static void test_writes_a_value_for_people_for_json_and_for_csv(void **state)
{
	static const struct {
		const char *sql;
		enum cell_shape shape;
		const char *text, *json, *csv;
		bool is_number;
	} cases[] = {
		{ "NULL", SHAPE_PLAIN, "", "null", "", false },
		{ "NULL", SHAPE_DURATION, "", "null", "", false },
		{ "NULL", SHAPE_TIME, "", "null", "", false },
		{ "NULL", SHAPE_PERCENT, "", "null", "", false },
		{ "42", SHAPE_PLAIN, "42", "42", "42", true },
		{ "-42", SHAPE_PLAIN, "-42", "-42", "-42", true },
		{ "-9223372036854775808", SHAPE_PLAIN, "-9223372036854775808",
		  "-9223372036854775808", "-9223372036854775808", true },
		{ "14020000", SHAPE_DURATION, "14.02ms", "14020000", "14020000",
		  true },
		{ "0", SHAPE_DURATION, "0ns", "0", "0", true },
		{ "0", SHAPE_TIME, "1970-01-01T00:00:00.000000Z", "0", "0",
		  true },
		{ "3.46", SHAPE_PERCENT, "3.5%", "3.46", "3.46", true },
		{ "1.5", SHAPE_PLAIN, "1.5", "1.5", "1.5", true },
		{ "9e999", SHAPE_PLAIN, "Inf", "null", "", true },
		{ "-9e999", SHAPE_PLAIN, "-Inf", "null", "", true },
		{ "'a.example.'", SHAPE_PLAIN, "a.example.", "\"a.example.\"",
		  "a.example.", false },
		{ "'a,b'", SHAPE_PLAIN, "a,b", "\"a,b\"", "\"a,b\"", false },
		{ "'say \"a\"'", SHAPE_PLAIN, "say \"a\"", "\"say \\\"a\\\"\"",
		  "\"say \"\"a\"\"\"", false },
		{ "'=1+1'", SHAPE_PLAIN, "=1+1", "\"=1+1\"", "\"'=1+1\"",
		  false },
		{ "'-5'", SHAPE_PLAIN, "-5", "\"-5\"", "-5", false },
		{ "char(27) || '[2J'", SHAPE_PLAIN, "\\027[2J",
		  "\"\\u001b[2J\"", "\\027[2J", false },
		{ "'a' || char(10) || 'b'", SHAPE_PLAIN, "a\\010b", "\"a\\nb\"",
		  "a\\010b", false },
		{ "CAST(x'ff41' AS TEXT)", SHAPE_PLAIN, "\\255A",
		  "\"\xef\xbf\xbd"
		  "A\"",
		  "\\255A", false },
		{ "''", SHAPE_PLAIN, "", "\"\"", "", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text sql = { 0 }, text = { 0 }, json = { 0 },
			    csv = { 0 };
		struct rows *r;

		text_addf(&sql, "SELECT %s", cases[i].sql);
		r = rows_open(*state, text_string(&sql));
		assert_non_null(r);
		assert_int_equal(rows_next(r), 1);
		cell_add_text(&text, r, 0, cases[i].shape);
		cell_add_json(&json, r, 0);
		cell_add_csv(&csv, r, 0);
		assert_string_equal(text_string(&text), cases[i].text);
		assert_string_equal(text_string(&json), cases[i].json);
		assert_string_equal(text_string(&csv), cases[i].csv);
		assert_int_equal(cell_is_number(r, 0), cases[i].is_number);
		rows_close(r);
		text_release(&sql);
		text_release(&text);
		text_release(&json);
		text_release(&csv);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_the_name_of_a_column_tells_what_its_numbers_are),
		cmocka_unit_test(
			test_writes_a_value_for_people_for_json_and_for_csv),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
