/* SPDX-License-Identifier: BSD-3-Clause */
#include "k8s/documents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/filter/stderr.h"
#include "tests/test.h"

struct place {
	char folder[64];
	struct text path;
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	strcpy(p->folder, "/tmp/dnsforensics-test-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	struct text command = { 0 };

	text_addf(&command, "rm -r '%s'", p->folder);
	assert_int_equal(system(text_string(&command)), 0);
	text_release(&command);
	text_release(&p->path);
	free(p);
	return 0;
}

static const char *path_of(struct place *p, const char *name)
{
	text_clear(&p->path);
	text_addf(&p->path, "%s/%s", p->folder, name);
	return text_string(&p->path);
}

static void write_file(struct place *p, const char *name, const char *content,
		       size_t len)
{
	FILE *f = fopen(path_of(p, name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(content, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* "name: text; ..." of all; names without the folder. */
static int read_all(struct place *p, const char *path, struct text *all)
{
	struct documents *d = documents_open(path);
	int rc;

	if (d == NULL)
		return -2;
	while ((rc = documents_next(d)) == 1) {
		const char *name = documents_name(d);

		text_addf(all, "%s: ", name + strlen(p->folder) + 1);
		text_add_bytes(all, documents_text(d).data,
			       documents_text(d).len);
		text_add(all, "; ");
	}
	documents_close(d);
	return rc;
}

static void assert_content(struct place *p, const char *name,
			   const char *expected)
{
	struct text all = { 0 };

	assert_int_equal(read_all(p, path_of(p, name), &all), 0);
	assert_string_equal(text_string(&all), expected);
	text_release(&all);
}

#define WRITE(p, name, content) \
	write_file(p, name, content, sizeof(content) - 1)

static void test_encodings(void **state)
{
	struct place *p = *state;

	WRITE(p, "plain", "{\"\xc3\xa9\":1}");
	assert_content(p, "plain", "plain: {\"\xc3\xa9\":1}; ");
	WRITE(p, "bom", "\xef\xbb\xbf[]");
	assert_content(p, "bom", "bom: []; ");
	WRITE(p, "le", "\xff\xfe[\0\"\0\xe9\0\xac\x20\x3d\xd8\x00\xde\"\0]\0");
	assert_content(p, "le",
		       "le: [\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"]; ");
	WRITE(p, "be", "\xfe\xff\0[\0]");
	assert_content(p, "be", "be: []; ");
	WRITE(p, "bare", "[\0]\0");
	assert_content(p, "bare", "bare: []; ");
	/* Half a pair, alone or before another character; half a unit. */
	WRITE(p, "half", "\xff\xfe\x3d\xd8[\0\x3d\xd8]");
	assert_content(p, "half", "half: \xef\xbf\xbd[\xef\xbf\xbd; ");
}

static void test_directories_give_json_in_order(void **state)
{
	struct place *p = *state;
	struct text all = { 0 };

	assert_int_equal(mkdir(path_of(p, "b"), 0700), 0);
	assert_int_equal(mkdir(path_of(p, "b/web-1"), 0700), 0);
	assert_int_equal(mkdir(path_of(p, ".git"), 0700), 0);
	WRITE(p, "nodes.json", "[1]");
	WRITE(p, "a.json", "[2]");
	WRITE(p, "b/pods.json", "[3]");
	WRITE(p, "b/web-1/logs.txt", "{");
	WRITE(p, ".git/x.json", "[4]");
	WRITE(p, "x.jsonl", "{");
	assert_int_equal(symlink(".", path_of(p, "loop")), 0);
	assert_int_equal(read_all(p, p->folder, &all), 0);
	assert_string_equal(text_string(&all),
			    "a.json: [2]; b/pods.json: [3]; nodes.json: [1]; ");
	text_release(&all);
}

static void assert_said(struct place *p, const char *path, int rc,
			const char *what)
{
	struct text all = { 0 };
	struct stderr_caught caught;
	const char *said;
	int got;

	stderr_catch(&caught);
	got = read_all(p, path, &all);
	said = stderr_release(&caught);
	assert_int_equal(got, rc);
	if (strstr(said, what) == NULL)
		fail_msg("%s: %s", path, said);
	text_release(&all);
}

static void test_what_cannot_be_read_is_told(void **state)
{
	struct place *p = *state;

	assert_int_equal(mkdir(path_of(p, "none"), 0700), 0);
	assert_said(p, path_of(p, "none"), -2, "no .json files in this");
	assert_said(p, path_of(p, "absent"), -1, "No such file");
	WRITE(p, "empty", "");
	assert_said(p, path_of(p, "empty"), -1, "empty file, not JSON");
}

#ifdef HAVE_ARCHIVE
static void test_packed_json(void **state)
{
	struct place *p = *state;
	struct text command = { 0 };

	WRITE(p, "pods.json", "[1]");
	WRITE(p, "notes.txt", "no JSON");
	text_addf(&command,
		  "cd '%s' && tar czf x.tgz pods.json notes.txt && "
		  "gzip pods.json && tar czf y.tgz notes.txt",
		  p->folder);
	assert_int_equal(system(text_string(&command)), 0);
	text_release(&command);
	assert_content(p, "pods.json.gz", "pods.json.gz: [1]; ");
	assert_content(p, "x.tgz", "x.tgz!pods.json: [1]; ");
	assert_said(p, path_of(p, "y.tgz"), -1, "no JSON in it");
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_encodings, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			test_directories_give_json_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_what_cannot_be_read_is_told, set_up, tear_down),
#ifdef HAVE_ARCHIVE
		cmocka_unit_test_setup_teardown(test_packed_json, set_up,
						tear_down),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
