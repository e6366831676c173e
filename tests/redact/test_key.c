/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "redact/redactor.h"

static char folder[] = "/tmp/test_key.XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/key", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void write_key(const char *text, mode_t mode)
{
	FILE *file;

	unlink(path);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
}

static void a_key_is_made_once(void **state)
{
	struct redactor *made = redactor_open(path, true), *again;
	struct stat st;

	(void)state;
	assert_non_null(made);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, 65);
	again = redactor_open(path, true);
	assert_non_null(again);
	assert_string_equal(redactor_check(made), redactor_check(again));
	redactor_free(made);
	redactor_free(again);
}

static void a_bad_key_is_refused_and_stays(void **state)
{
	static const char *const bad[] = {
		"", "abc\n",
		("g123456789abcdef0123456789abcdef"
		 "0123456789abcdef0123456789abcdef")
	};
	struct stat st;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		write_key(bad[i], 0600);
		assert_null(redactor_open(path, true));
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_size, strlen(bad[i]));
	}
}

static void a_key_that_others_read_is_refused(void **state)
{
	(void)state;
	write_key("0123456789abcdef0123456789abcdef"
		  "0123456789abcdef0123456789abcdef\n",
		  0640);
	assert_null(redactor_open(path, true));
	assert_int_equal(chmod(path, 0400), 0);
	redactor_free(redactor_open(path, false));
	unlink(path);
	assert_null(redactor_open(path, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_made_once),
		cmocka_unit_test(a_bad_key_is_refused_and_stays),
		cmocka_unit_test(a_key_that_others_read_is_refused),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
