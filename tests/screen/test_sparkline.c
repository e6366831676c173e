/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/sparkline.h"

#include "tests/test.h"

static void assert_bars(const double *values, size_t count, bool is_utf8,
			const char *expected)
{
	struct text t = { 0 };

	sparkline_add(&t, values, count, is_utf8);
	assert_string_equal(text_string(&t), expected);
	text_release(&t);
}

static void test_bars_are_as_tall_as_values_are_large(void **state)
{
	const double values[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };

	(void)state;
	assert_bars(values, COUNT(values), false, " .:-=+*%#");
	assert_bars(values, COUNT(values), true,
		    " \xe2\x96\x81\xe2\x96\x82\xe2\x96\x83\xe2\x96\x84"
		    "\xe2\x96\x85\xe2\x96\x86\xe2\x96\x87\xe2\x96\x88");
}

static void test_little_is_more_than_nothing(void **state)
{
	const double values[] = { 1000000, 0.001, 0, -1 };

	(void)state;
	assert_bars(values, COUNT(values), false, "#.  ");
}

static void test_nothing_is_a_row_without_bars(void **state)
{
	const double values[] = { 0, 0, -1 };

	(void)state;
	assert_bars(values, COUNT(values), true, "   ");
	assert_bars(values, 0, true, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bars_are_as_tall_as_values_are_large),
		cmocka_unit_test(test_little_is_more_than_nothing),
		cmocka_unit_test(test_nothing_is_a_row_without_bars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
