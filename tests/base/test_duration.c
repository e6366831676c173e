/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/duration.h"

#include <inttypes.h>

#include "tests/test.h"

static void test_reads_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
	} rows[] = {
		{ "0", 0 },
		{ "0ns", 0 },
		{ "850ns", 850 },
		{ "5us", 5000 },
		{ "5\xc2\xb5s", 5000 },
		{ "5\xce\xbcs", 5000 },
		{ "5ms", 5000000 },
		{ "1.5s", 1500000000 },
		{ "0.1ms", 100000 },
		{ "1s", NS_PER_SECOND },
		{ "2m", 120 * NS_PER_SECOND },
		{ "1h", 3600 * NS_PER_SECOND },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t ns = -1;

		assert_true(duration_parse(rows[i].text, &ns));
		assert_true(ns == rows[i].ns);
	}
}

static void test_refuses_what_is_no_duration(void **state)
{
	static const char *const rows[] = {
		"",      "5",   "ms",  "5 ms", "-5ms",         "5msx", "5xs",
		"1..5s", "1.s", ".5s", "0x5s", "nans",         "infs", "1e3s",
		"+5s",   " 5s", "5S",  "1.5",  "99999999999h",
	};
	int64_t ns;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (duration_parse(rows[i], &ns))
			print_message("\"%s\"\n", rows[i]);
		assert_false(duration_parse(rows[i], &ns));
	}
}

static void test_writes_durations_as_the_guide_does(void **state)
{
	static const struct {
		int64_t ns;
		const char *text;
	} rows[] = {
		{ 0, "0ns" },
		{ 850, "850ns" },
		{ 999, "999ns" },
		{ 5060000, "5.06ms" },
		{ 14020000, "14.02ms" },
		{ 1500, "1.50\xc2\xb5s" },
		{ NS_PER_SECOND, "1.00s" },
		{ 2 * NS_PER_SECOND, "2.00s" },
		{ 90 * NS_PER_SECOND, "90.00s" },
		{ -5060000, "-5.06ms" },
		{ -1, "-1ns" },
	};
	char text[DURATION_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_ptr_equal(duration_format(rows[i].ns, text), text);
		assert_string_equal(text, rows[i].text);
	}
	duration_format(INT64_MAX, text);
	duration_format(INT64_MIN, text);
}

static void test_reads_points_of_time(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
	} rows[] = {
		{ "1970-01-01", 0 },
		{ "1970-01-01T00:00Z", 0 },
		{ "1970-01-01 00:01", 60 * NS_PER_SECOND },
		{ "2026-03-01T14:03:11Z", 1772373791 * NS_PER_SECOND },
		{ "2026-03-01 14:03:11", 1772373791 * NS_PER_SECOND },
		{ "2026-03-01T14:03:11.5Z",
		  1772373791 * NS_PER_SECOND + 500000000 },
		{ "2026-03-01T14:03:11.123456789Z",
		  1772373791 * NS_PER_SECOND + 123456789 },
		{ "1772373791", 1772373791 * NS_PER_SECOND },
		{ "1772373791.25", 1772373791 * NS_PER_SECOND + 250000000 },
		{ "2026-03-01T15:33:11+01:30", 1772373791 * NS_PER_SECOND },
		{ "2026-02-28T23:03:11.0-15:00", 1772373791 * NS_PER_SECOND },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t ns = -1;

		assert_true(timestamp_parse(rows[i].text, &ns));
		assert_true(ns == rows[i].ns);
	}
}

static void test_refuses_what_is_no_point_of_time(void **state)
{
	static const char *const rows[] = {
		"",
		"now",
		"2026-03-01T14:03:11+1:00",
		"2026-03-01T14:03:11+01:60",
		"2026-03-01T14:03:11+01:00Z",
		"14:03",
		"2026-13-01",
		"2026-03-01T25:00Z",
		"2026-03-01x",
		"9999-01-01",
		"99999999999999",
		"12x",
	};
	int64_t ns;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (timestamp_parse(rows[i], &ns))
			print_message("\"%s\"\n", rows[i]);
		assert_false(timestamp_parse(rows[i], &ns));
	}
}

static void test_reads_times_beside_a_capture(void **state)
{
	/* From 23:50 to 00:20, ten seconds and a half past the minute. */
	const int64_t day = 86400 * NS_PER_SECOND, s = NS_PER_SECOND;
	const int64_t first = 20000 * day - 590 * s, last = first + 1800 * s;
	const struct {
		const char *text;
		int64_t ns;
	} rows[] = {
		{ "23:50", 20000 * day - 600 * s },
		{ "23:55:01.5", 20000 * day - 299 * s + s / 2 },
		{ "00:05", 20000 * day + 300 * s },
		/* Neither day has it: the first one's. */
		{ "12:00", 20000 * day - day / 2 },
		{ "-5m", last - 300 * s },
		{ "-0", last },
		{ "2026-03-01T14:03:11Z", 1772373791 * s },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct when when;

		assert_true(when_parse(rows[i].text, &when));
		assert_true(when_at(&when, first, last) == rows[i].ns);
	}
}

static void test_times_beside_a_capture_stay_in_range(void **state)
{
	const struct when ago = { WHEN_FROM_END, 3600 * NS_PER_SECOND };
	const struct when midnight = { WHEN_OF_DAY, 0 };

	(void)state;
	assert_true(when_at(&ago, INT64_MIN, INT64_MIN) == INT64_MIN);
	assert_true(when_at(&midnight, INT64_MIN, INT64_MAX) == INT64_MIN);
	assert_true(when_at(&midnight, INT64_MAX, INT64_MAX) == INT64_MAX);
}

static void test_refuses_what_is_no_time(void **state)
{
	static const char *const rows[] = {
		"",     "-",    "24:00",     "12:60",       "12:00:60",
		"1:00", "12:0", "12:00x",    "12:00:00.5x", "-5",
		"-5x",  "--5m", "yesterday",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct when when;

		if (when_parse(rows[i], &when))
			print_message("\"%s\"\n", rows[i]);
		assert_false(when_parse(rows[i], &when));
	}
}

static void test_writes_points_of_time(void **state)
{
	static const struct {
		int64_t ns;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00.000000Z" },
		{ 1772373791 * NS_PER_SECOND + 123456000,
		  "2026-03-01T14:03:11.123456Z" },
		{ 1772373791 * NS_PER_SECOND + 123456789,
		  "2026-03-01T14:03:11.123456789Z" },
		{ -1, "1969-12-31T23:59:59.999999999Z" },
		{ -NS_PER_SECOND, "1969-12-31T23:59:59.000000Z" },
	};
	char text[TIMESTAMP_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t ns = 1;

		assert_ptr_equal(timestamp_format(rows[i].ns, text), text);
		assert_string_equal(text, rows[i].text);
		assert_true(timestamp_parse(text, &ns));
		assert_true(ns == rows[i].ns);
	}
	timestamp_format(INT64_MAX, text);
	timestamp_format(INT64_MIN, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_durations),
		cmocka_unit_test(test_refuses_what_is_no_duration),
		cmocka_unit_test(test_writes_durations_as_the_guide_does),
		cmocka_unit_test(test_reads_points_of_time),
		cmocka_unit_test(test_refuses_what_is_no_point_of_time),
		cmocka_unit_test(test_reads_times_beside_a_capture),
		cmocka_unit_test(test_times_beside_a_capture_stay_in_range),
		cmocka_unit_test(test_refuses_what_is_no_time),
		cmocka_unit_test(test_writes_points_of_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
