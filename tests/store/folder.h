/* SPDX-License-Identifier: BSD-3-Clause */
/* A folder of its own for each test that needs files. */
#ifndef TESTS_STORE_FOLDER_H
#define TESTS_STORE_FOLDER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/rows.h"
#include "store/store.h"
#include "tests/filter/stderr.h"
#include "tests/test.h"

struct folder {
	char path[64];
	char file[96]; /* "x.db" in it */
};

static inline void folder_make(struct folder *f)
{
	strcpy(f->path, "/tmp/dnsforensics-test-XXXXXX");
	assert_non_null(mkdtemp(f->path));
	snprintf(f->file, sizeof(f->file), "%s/x.db", f->path);
}

static inline void folder_remove(struct folder *f)
{
	unlink(f->file);
	/* Fails where a journal or the like was left. */
	assert_int_equal(rmdir(f->path), 0);
}

/* The first column of the first row, or "(none)"; NULL is "(null)". */
static inline const char *ask(struct store *s, const char *sql, char *out,
			      size_t size)
{
	struct rows *r = rows_open(s, sql);

	assert_non_null(r);
	if (rows_next(r) != 1)
		snprintf(out, size, "(none)");
	else if (rows_type(r, 0) == CELL_NULL)
		snprintf(out, size, "(null)");
	else
		snprintf(out, size, "%s", rows_text(r, 0));
	rows_close(r);
	return out;
}

static inline void assert_answer(struct store *s, const char *sql,
				 const char *expected)
{
	char got[1024];

	ask(s, sql, got, sizeof(got));
	if (strcmp(got, expected) != 0)
		print_error("%s\n", sql);
	assert_string_equal(got, expected);
}

#endif
