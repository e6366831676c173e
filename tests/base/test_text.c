/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/text.h"

#include <string.h>

#include "tests/test.h"

typedef void (*add)(struct text *t, const char *string);

struct pair {
	const char *in, *out;
};

static void assert_adds(add add_text, const struct pair *rows, size_t count)
{
	struct text t = { 0 };

	for (size_t i = 0; i < count; i++) {
		text_clear(&t);
		add_text(&t, rows[i].in);
		assert_string_equal(text_string(&t), rows[i].out);
		assert_int_equal(t.len, strlen(rows[i].out));
	}
	text_release(&t);
}

static void test_grows_as_needed(void **state)
{
	struct text t = { 0 };

	(void)state;
	assert_string_equal(text_string(&t), "");
	for (int i = 0; i < 1000; i++)
		text_addf(&t, "%03d,", i);
	assert_int_equal(t.len, 4000);
	assert_memory_equal(text_string(&t) + 3996, "999,", 5);
	text_clear(&t);
	assert_string_equal(text_string(&t), "");
	text_add(&t, "again");
	text_add_bytes(&t, "\0x", 2);
	text_add_bytes(&t, NULL, 0);
	assert_int_equal(t.len, 7);
	assert_memory_equal(text_string(&t), "again\0x", 8);
	text_release(&t);
	assert_string_equal(text_string(&t), "");
	text_release(&t);
}

static void test_takes_long_formatted_text(void **state)
{
	struct text t = { 0 };

	(void)state;
	text_addf(&t, "%5000s", "end");
	assert_int_equal(t.len, 5000);
	assert_string_equal(text_string(&t) + 4997, "end");
	text_release(&t);
}

static void test_a_terminal_gets_no_commands(void **state)
{
	static const struct pair rows[] = {
		{ "", "" },
		{ "www.example.com.", "www.example.com." },
		{ "\x1b[31mred", "\\027[31mred" },
		{ "a\tb\nc\r\x7f", "a\\009b\\010c\\013\\127" },
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "\xe2\x82\xac \xf0\x9f\x90\xb3",
		  "\xe2\x82\xac \xf0\x9f\x90\xb3" },
		/* C1: CSI in one byte, raw and as UTF-8. */
		{ "\x9b", "\\155" },
		{ "\xc2\x9b", "\\194\\155" },
		/* Right-to-left override, zero width space. */
		{ "\xe2\x80\xae", "\\226\\128\\174" },
		{ "\xe2\x80\x8b", "\\226\\128\\139" },
		/* No UTF-8: cut, overlong, a surrogate, too large. */
		{ "\xc3", "\\195" },
		{ "\xc0\xaf", "\\192\\175" },
		{ "\xed\xa0\x80", "\\237\\160\\128" },
		{ "\xf4\x90\x80\x80", "\\244\\144\\128\\128" },
		{ "\xff"
		  "a",
		  "\\255a" },
		{ "\xe2\x82"
		  "a",
		  "\\226\\130a" },
	};

	(void)state;
	assert_adds(text_add_terminal_safe, rows, COUNT(rows));
}

static void test_json_is_valid_whatever_comes(void **state)
{
	static const struct pair rows[] = {
		{ "", "\"\"" },
		{ "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
		{ "\n\r\t\x01\x1f\x7f", "\"\\n\\r\\t\\u0001\\u001f\\u007f\"" },
		{ "\xc3\xbc", "\"\xc3\xbc\"" },
		{ "\xf0\x9f\x90\xb3", "\"\xf0\x9f\x90\xb3\"" },
		{ "\xff", "\"\xef\xbf\xbd\"" },
		{ "\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xe2\x80\xa8", "\"\\u2028\"" },
		{ "\xe2\x80\xae", "\"\\u202e\"" },
	};

	(void)state;
	assert_adds(text_add_json, rows, COUNT(rows));
}

static void test_a_spreadsheet_gets_no_formulas(void **state)
{
	static const struct pair rows[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "a,b", "\"a,b\"" },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"" },
		{ "two\nlines", "\"two\nlines\"" },
		{ "=1+1", "\"'=1+1\"" },
		{ "+cmd", "\"'+cmd\"" },
		{ "-cmd", "\"'-cmd\"" },
		{ "@SUM(A1)", "\"'@SUM(A1)\"" },
		{ "\tx", "\"'\tx\"" },
		{ "-1", "-1" },
		{ "+1.5", "+1.5" },
		{ "-1+2", "\"'-1+2\"" },
		{ "-0x1", "\"'-0x1\"" },
		{ "-nan", "\"'-nan\"" },
		{ "-", "\"'-\"" },
		{ "-infinity", "\"'-infinity\"" },
		{ "a=b", "a=b" },
	};

	(void)state;
	assert_adds(text_add_csv, rows, COUNT(rows));
}

static void test_a_shell_reads_one_word(void **state)
{
	static const struct pair rows[] = {
		{ "", "''" },
		{ "a.pcap#1,b-2", "a.pcap#1,b-2" },
		{ "#1", "'#1'" },
		{ "=ls", "'=ls'" },
		{ "a b", "'a b'" },
		{ "$(id) \"*\"", "'$(id) \"*\"'" },
		{ "gr\xc3\xbc\xc3\x9f e", "'gr\xc3\xbc\xc3\x9f e'" },
		{ "it's", "$'it\\047s'" },
		{ "`id`|x\\", "$'\\140id\\140\\174x\\134'" },
		{ "a\nb\x1b[", "$'a\\012b\\033['" },
		{ "\xe2\x80\xaex", "$'\\342\\200\\256x'" },
		{ "\xff", "$'\\377'" },
	};

	(void)state;
	assert_adds(text_add_shell, rows, COUNT(rows));
}

static void test_counts_columns_by_code_points(void **state)
{
	(void)state;
	assert_int_equal(text_columns(""), 0);
	assert_int_equal(text_columns("abc"), 3);
	assert_int_equal(text_columns("gr\xc3\xbc\xc3\x9f"), 4);
	assert_int_equal(text_columns("14.02\xc2\xb5s"), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows_as_needed),
		cmocka_unit_test(test_takes_long_formatted_text),
		cmocka_unit_test(test_a_terminal_gets_no_commands),
		cmocka_unit_test(test_json_is_valid_whatever_comes),
		cmocka_unit_test(test_a_spreadsheet_gets_no_formulas),
		cmocka_unit_test(test_a_shell_reads_one_word),
		cmocka_unit_test(test_counts_columns_by_code_points),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
