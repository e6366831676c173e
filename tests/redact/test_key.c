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

static void remove_seen(void)
{
	char seen[sizeof(path) + 8];

	snprintf(seen, sizeof(seen), "%s.seen", path);
	unlink(seen);
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

static char *mapped(struct redactor *r, const char *name)
{
	struct text to = { 0 };

	redact_text(r, REDACT, REDACT_NAME, name, &to);
	return to.data;
}

static void assert_revealed(struct redactor *r, const char *line,
			    const char *original, size_t ambiguous)
{
	struct text to = { 0 };
	struct redact_found found = redact_reveal_line(r, line, &to);

	assert_string_equal(text_string(&to), original);
	assert_int_equal(found.ambiguous, ambiguous);
	text_release(&to);
}

/* The beginning of a name that a search list went on with, as reports show. */
static char *beginning(const char *name)
{
	const char *end = strchr(strchr(name, '.') + 1, '.') + 1;
	char *base = strdup(name);

	assert_non_null(base);
	base[end - name] = '\0';
	return base;
}

static void relative_names_come_back_or_stay(void **state)
{
	struct redactor *r;
	char *longer, *base, *label, *line;

	(void)state;
	unlink(path);
	r = redactor_open(path, true);
	assert_non_null(r);
	longer = mapped(r, "api.shop.payments.svc.cluster.local.");
	base = beginning(longer);
	/* as it is a suffix, the label would come back as another one */
	assert_revealed(r, base, "api.shop.", 0);
	assert_revealed(r, longer, "api.shop.payments.svc.cluster.local.", 0);
	/* one label in a text */
	label = mapped(r, "payments");
	assert_true(asprintf(&line, "namespace %s of number 42.", label) > 0);
	assert_revealed(r, line, "namespace payments of number 42.", 0);
	redactor_free(r);
	free(line);
	free(label);
	free(base);
	free(longer);
	remove_seen();
}

/* Of three letters one in some hundreds looks like a top-level domain. */
static void what_looks_like_a_suffix_is_no_other_name(void **state)
{
	char name[] = "web.aaa.ns.svc.cluster.local.", *longer, *base, *back;
	enum { NAMES = 4 * 26 * 26 };
	struct redactor *r;
	size_t stayed = 0;

	(void)state;
	write_key("000102030405060708090a0b0c0d0e0f"
		  "101112131415161718191a1b1c1d1e1f\n",
		  0600);
	r = redactor_open(path, true);
	assert_non_null(r);
	for (int i = 0; i < NAMES; i++) {
		struct text to = { 0 };
		struct redact_found found;

		name[4] = (char)('a' + i / 26 / 26);
		name[5] = (char)('a' + i / 26 % 26);
		name[6] = (char)('a' + i % 26);
		longer = mapped(r, name);
		base = beginning(longer);
		found = redact_reveal_line(r, base, &to);
		back = beginning(name);
		if (found.ambiguous > 0)
			assert_string_equal(to.data + 4, base + 4);
		else
			assert_string_equal(to.data, back);
		stayed += found.ambiguous;
		text_release(&to);
		free(back);
		free(base);
		free(longer);
	}
	assert_in_range(stayed, redactor_has_suffixes(), NAMES / 20);
	redactor_free(r);
	remove_seen();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_made_once),
		cmocka_unit_test(a_bad_key_is_refused_and_stays),
		cmocka_unit_test(a_key_that_others_read_is_refused),
		cmocka_unit_test(relative_names_come_back_or_stay),
		cmocka_unit_test(what_looks_like_a_suffix_is_no_other_name),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
