/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/calendar.h"
#include "tests/test.h"

#include <stdio.h>

static const struct {
	int64_t seconds;
	const char *text;
} dates[] = {
	{ 0, "1970-01-01 00:00:00" },
	{ -1, "1969-12-31 23:59:59" },
	{ 951782399, "2000-02-28 23:59:59" },
	{ 951782400, "2000-02-29 00:00:00" },
	{ 2147483648, "2038-01-19 03:14:08" },
	{ 4107542399, "2100-02-28 23:59:59" },
	{ 4107542400, "2100-03-01 00:00:00" },
	{ UINT32_MAX, "2106-02-07 06:28:15" },
	{ -9223372037, "1677-09-21 00:12:43" },
	{ 9223372036, "2262-04-11 23:47:16" },
};

static void test_writes_and_reads_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(dates); i++) {
		char text[32];
		struct tm tm;

		calendar_of(dates[i].seconds, &tm);
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
		assert_string_equal(text, dates[i].text);
		assert_int_equal(calendar_seconds(&tm), dates[i].seconds);
	}
}

/* Each day of 800 years follows the one before. */
static void test_no_day_is_left_out(void **state)
{
	struct tm tm, before;

	(void)state;
	calendar_of(INT64_C(-150001) * 86400, &before);
	for (int64_t day = -150000; day < 150000; day++) {
		calendar_of(day * 86400 + 86399, &tm);
		assert_int_equal(calendar_seconds(&tm), day * 86400 + 86399);
		assert_int_equal(tm.tm_hour * 100 + tm.tm_min, 2359);
		assert_true(tm.tm_mday == before.tm_mday + 1 ||
			    (tm.tm_mday == 1 && tm.tm_mon != before.tm_mon));
		before = tm;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writes_and_reads_dates),
		cmocka_unit_test(test_no_day_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
