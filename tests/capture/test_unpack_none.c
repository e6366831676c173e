/* SPDX-License-Identifier: BSD-3-Clause */
/* A build without libarchive says what to do with what it can't unpack. */
#include "tests/capture/files.h"

static void test_says_what_to_do_with_what_is_packed(void **state)
{
	static const struct {
		size_t offset;
		const char *magic;
		size_t len;
		const char *expected;
	} cases[] = {
		{ 0, "\x1f\x8b", 2, "gzip-compressed; decompress it first" },
		{ 0, "\x28\xb5\x2f\xfd", 4,
		  "zstd-compressed; decompress it first" },
		{ 0, "BZh9", 4, "bzip2-compressed; decompress it first" },
		{ 0, "PK\x03\x04", 4, "zip archive; unpack it first" },
		{ 257, "ustar", 5, "tar archive; unpack it first" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char head[512] = { 0 }, expected[256];
		const char *path;
		struct outcome *o;

		memcpy(head + cases[i].offset, cases[i].magic, cases[i].len);
		path = save_bytes(head, cases[i].offset + cases[i].len);
		o = read_capture(path);
		assert_false(o->opened);
		snprintf(expected, sizeof(expected),
			 "%s; this dnsforensics was built without libarchive",
			 cases[i].expected);
		assert_string_equal(reason(o, path), expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_says_what_to_do_with_what_is_packed),
	};

	return cmocka_run_group_tests(tests, NULL, remove_saved);
}
