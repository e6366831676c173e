/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/recent.h"

#include <string.h>

/* How many transactions are looked at, whatever the span is. */
enum { MOST = 20000 };

static const struct {
	const char *name, *summary, *sql;
} files[] = {
#include "report/recent.inc"
};

static const char *sql_of(const char *name)
{
	size_t i = 0;

	while (strcmp(files[i].name, name) != 0)
		i++;
	return files[i].sql;
}

int recent_prepare(struct store *s)
{
	return store_run(s, sql_of("setup"));
}

static void bind(struct rows *r, const struct recent_span *span)
{
	rows_bind_integer(r, ":since_ns", span->since_ns);
	rows_bind_integer(r, ":now_ns", span->now_ns);
	rows_bind_real(r, ":seconds", span->seconds);
	rows_bind_integer(r, ":most", MOST);
	rows_bind_integer(r, ":limit", span->limit);
	if (span->name_regex != NULL)
		rows_bind_text(r, ":name_regex", span->name_regex);
	if (span->sort != NULL)
		rows_bind_text(r, ":sort", span->sort);
}

static bool is_list(const char *name)
{
	return strcmp(name, "servers") == 0 || strcmp(name, "names") == 0 ||
	       strcmp(name, "clients") == 0;
}

struct rows *recent_open(struct store *s, const char *name,
			 const struct recent_span *span)
{
	const char *file = is_list(name) ? "subjects" : name;
	struct rows *r = rows_open_own(s, sql_of(file));

	if (r == NULL)
		return NULL;
	bind(r, span);
	rows_bind_text(r, ":list", name);
	return r;
}

static int run(struct store *s, const char *name,
	       const struct recent_span *span)
{
	struct rows *r = recent_open(s, name, span);
	int rc = r != NULL ? rows_next(r) : -1;

	rows_close(r);
	return rc;
}

int recent_fill(struct store *s, const struct recent_span *span)
{
	if (store_run(s, "DELETE FROM temp.span; DELETE FROM temp.recent") !=
		    0 ||
	    run(s, "span", span) != 0)
		return -1;
	return run(s, "fill", span);
}
