/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/pattern.h"

#include <string.h>
#include <time.h>

#include "tests/test.h"

static void test_matches_anywhere_and_tells_case_apart(void **state)
{
	static const struct {
		const char *expression, *text;
		bool matches;
	} rows[] = {
		{ "myheadless", "a.myheadless.default.svc.", true },
		{ "^my", "a.my", false },
		{ "com\\.$", "example.com.", true },
		{ "com", "EXAMPLE.COM.", false },
		{ "(?i)com", "EXAMPLE.COM.", true },
		{ "", "anything", true },
		{ "^$", "", true },
		{ "a|b", "cab", true },
		{ "[0-9]+-[0-9]+", "10-244", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char why[PATTERN_WHY_MAX];
		size_t where;
		struct pattern *p = pattern_new(rows[i].expression, why,
						&where);

		assert_non_null(p);
		assert_int_equal(
			pattern_matches(p, rows[i].text, strlen(rows[i].text)),
			rows[i].matches);
		pattern_free(p);
	}
}

static void test_the_text_ends_where_its_length_says(void **state)
{
	char why[PATTERN_WHY_MAX];
	size_t where;
	struct pattern *p = pattern_new("abc", why, &where);

	(void)state;
	assert_false(pattern_matches(p, "abc", 2));
	assert_true(pattern_matches(p, "\0abc", 4));
	pattern_free(p);
	pattern_free(NULL);
}

static void test_says_what_is_wrong_and_where(void **state)
{
	static const char *const rows[] = { "a(b", "[", "a{2,1}", "*a" };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char why[PATTERN_WHY_MAX] = "";
		size_t where = SIZE_MAX;

		assert_null(pattern_new(rows[i], why, &where));
		assert_true(strlen(why) > 0);
		/* Exactly where depends on the version of PCRE2. */
		assert_true(where <= strlen(rows[i]));
	}
}

/* A name that an attacker chose must not stop the work. */
static void test_matching_is_bounded(void **state)
{
	static const char *const expressions[] = { "(a+)+b", "(a|a)*b",
						   "(a*)*b", "((a?)*)*b" };
	char text[1000];

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < COUNT(expressions); i++) {
		char why[PATTERN_WHY_MAX];
		size_t where;
		struct pattern *p = pattern_new(expressions[i], why, &where);
		clock_t start = clock();

		assert_non_null(p);
		assert_false(pattern_matches(p, text, sizeof(text)));
		assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
		pattern_free(p);
	}
}

static void test_a_named_group_gives_its_part_of_the_text(void **state)
{
	static const struct {
		const char *expression, *text, *group; /* NULL: none */
	} rows[] = {
		{ "^(?<node>[^-]+)-", "node7-eth0.pcap", "node7" },
		{ "(?<other>x)(?<node>.*)", "axbc", "bc" },
		{ "^(?<node>a+)$", "b", NULL },
		{ "^(?:(?<node>a)|b)$", "b", NULL },
		{ "(?<node>)", "text", "" },
		{ "node", "node", NULL },
		{ "(?<other>node)", "node", NULL },
		/* The bounds hold here too. */
		{ "^(?<node>a+)+b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char why[PATTERN_WHY_MAX];
		size_t where;
		struct bytes group = { 0 };
		struct pattern *p = pattern_new(rows[i].expression, why,
						&where);

		assert_non_null(p);
		assert_int_equal(pattern_has_group(p, "node"),
				 strstr(rows[i].expression, "<node>") != NULL);
		assert_int_equal(pattern_group(p, "node", rows[i].text,
					       strlen(rows[i].text), &group),
				 rows[i].group != NULL);
		if (rows[i].group != NULL) {
			assert_int_equal(group.len, strlen(rows[i].group));
			assert_memory_equal(group.data, rows[i].group,
					    group.len);
		}
		pattern_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches_anywhere_and_tells_case_apart),
		cmocka_unit_test(test_the_text_ends_where_its_length_says),
		cmocka_unit_test(test_says_what_is_wrong_and_where),
		cmocka_unit_test(test_matching_is_bounded),
		cmocka_unit_test(test_a_named_group_gives_its_part_of_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
