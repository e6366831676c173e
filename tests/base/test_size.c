/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/size.h"

#include "tests/test.h"

static void test_reads_sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} rows[] = {
		{ "0", 0 },
		{ "1048576", 1048576 },
		{ "64k", 65536 },
		{ "64K", 65536 },
		{ "500M", UINT64_C(524288000) },
		{ "500MB", UINT64_C(524288000) },
		{ "500MiB", UINT64_C(524288000) },
		{ "5G", UINT64_C(5368709120) },
		{ "5g", UINT64_C(5368709120) },
		{ "2T", UINT64_C(2199023255552) },
		{ "12B", 12 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t bytes = 1;

		assert_true(size_parse(rows[i].text, &bytes));
		assert_true(bytes == rows[i].bytes);
	}
}

static void test_refuses_what_is_no_size(void **state)
{
	static const char *const rows[] = { "",    "M",
					    "-1",  "+1",
					    " 1",  "5m",
					    "5x",  "1.5G",
					    "5 M", "5MM",
					    "5iB", "8388608T",
					    "1h",  "9223372036854775808" };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t bytes;

		if (size_parse(rows[i], &bytes))
			fail_msg("\"%s\" is taken for a size", rows[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_sizes),
		cmocka_unit_test(test_refuses_what_is_no_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
