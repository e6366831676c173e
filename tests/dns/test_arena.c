/* SPDX-License-Identifier: BSD-3-Clause */
#include "dns/arena_private.h"

#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

enum { STRINGS = 200 };

/* Longer and longer ones, from small to larger than any chunk. */
static void fill(struct arena *a, char **strings)
{
	char text[STRINGS * STRINGS];

	for (size_t i = 0; i < STRINGS; i++) {
		memset(text, (int)('a' + i % 26), i * i);
		strings[i] = arena_string(a, text, i * i);
	}
}

static void assert_filled(char **strings)
{
	for (size_t i = 0; i < STRINGS; i++) {
		assert_int_equal(strlen(strings[i]), i * i);
		assert_int_equal(
			strspn(strings[i], (char[]){ (char)('a' + i % 26), 0 }),
			i * i);
	}
}

static void test_strings_stay_until_the_reset(void **state)
{
	char *strings[STRINGS];
	struct arena a = { 0 };

	(void)state;
	for (int round = 0; round < 3; round++) {
		fill(&a, strings);
		assert_filled(strings);
		arena_reset(&a);
	}
	arena_release(&a);
	assert_null(a.first);
	arena_release(&a);
}

static void test_memory_is_used_again(void **state)
{
	char *first[STRINGS], *second[STRINGS];
	struct arena a = { 0 };

	(void)state;
	arena_reset(&a);
	fill(&a, first);
	arena_reset(&a);
	fill(&a, second);
	assert_memory_equal(first, second, sizeof(first));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings_stay_until_the_reset),
		cmocka_unit_test(test_memory_is_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
