/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void test_one_file_has_many_names(void **state)
{
	char folder[] = "/tmp/test_path-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	fclose(fopen("file", "w"));
	fclose(fopen("other", "w"));
	assert_int_equal(symlink("file", "symbolic"), 0);
	assert_int_equal(link("file", "hard"), 0);
	assert_true(path_is_same("file", "./file"));
	assert_true(path_is_same("file", "symbolic"));
	assert_true(path_is_same("hard", "file"));
	assert_true(path_is_same(".", folder));
	assert_false(path_is_same("file", "other"));
	assert_false(path_is_same("nothing", "nothing"));
	assert_false(path_is_same("/dev/null", "/dev/null"));
	unlink("file");
	unlink("other");
	unlink("symbolic");
	unlink("hard");
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_file_has_many_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
