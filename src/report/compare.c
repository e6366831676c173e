/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The facts of both are put into temporary tables of one, where SQL compares
 * them.
 */
#include "report/compare.h"

#include <string.h>

#include "base/text.h"

static const struct step files[] = {
#include "report/compare.inc"
};

enum { FACTS, JUDGE, COMPARE };

/* What follows "-- @NAME" up to the next mark; *at is moved behind it. */
static bool next_section(const char **at, struct text *name, struct text *sql)
{
	static const char mark[] = "\n-- @";
	const char *start = strstr(*at, mark), *end;

	if (start == NULL)
		return false;
	start += strlen(mark);
	text_clear(name);
	text_add_bytes(name, start, strcspn(start, "\n"));
	start += strcspn(start, "\n");
	end = strstr(start, mark);
	text_clear(sql);
	text_add_bytes(sql, start,
		       end != NULL ? (size_t)(end - start) : strlen(start));
	*at = start;
	return true;
}

static void bind_cell(struct rows *to, const struct rows *from, int column)
{
	char name[16];

	snprintf(name, sizeof(name), ":%d", column);
	if (rows_type(from, column) == CELL_INTEGER)
		rows_bind_integer(to, name, rows_integer(from, column));
	else if (rows_type(from, column) != CELL_NULL)
		rows_bind_text(to, name, rows_text(from, column));
}

static int put_row(struct store *to, const char *insert, const char *side,
		   const struct rows *from)
{
	struct rows *r = rows_open_own(to, insert);
	int rc = -1;

	if (r != NULL) {
		rows_bind_text(r, ":side", side);
		for (int i = 0; i < rows_num_columns(from); i++)
			bind_cell(r, from, i);
		rc = rows_next(r);
	}
	rows_close(r);
	return rc;
}

static void make_insert(struct text *insert, const char *table,
			const struct rows *from)
{
	text_clear(insert);
	text_addf(insert, "INSERT INTO temp.%s VALUES (:side", table);
	for (int i = 0; i < rows_num_columns(from); i++)
		text_addf(insert, ", :%d", i);
	text_add(insert, ")");
}

/* The rows of a statement on one side go to the table it is named after. */
static int copy_rows(struct store *from, struct store *to, const char *side,
		     const struct text *section[2], int64_t threshold_ns)
{
	struct rows *r = rows_open(from, text_string(section[1]));
	struct text insert = { 0 };
	int rc = -1;

	if (r != NULL) {
		rows_bind_integer(r, ":threshold_ns", threshold_ns);
		make_insert(&insert, text_string(section[0]), r);
		while ((rc = rows_next(r)) == 1)
			if (put_row(to, text_string(&insert), side, r) < 0) {
				rc = -1;
				break;
			}
	}
	rows_close(r);
	text_release(&insert);
	return rc;
}

static int copy_facts(struct store *from, struct store *to, const char *side,
		      int64_t threshold_ns)
{
	struct text name = { 0 }, sql = { 0 };
	const struct text *section[2] = { &name, &sql };
	const char *at = files[FACTS].sql;
	int rc = 0;

	while (rc == 0 && next_section(&at, &name, &sql))
		if (strcmp(text_string(&name), "tables") != 0)
			rc = copy_rows(from, to, side, section, threshold_ns);
	text_release(&name);
	text_release(&sql);
	return rc;
}

/* The only section of a file, or the first. */
static int run_first(struct store *s, const char *at)
{
	struct text name = { 0 }, sql = { 0 };
	int rc = next_section(&at, &name, &sql)
			 ? store_run(s, text_string(&sql))
			 : -1;

	text_release(&name);
	text_release(&sql);
	return rc;
}

int compare_run(struct store *before, struct store *after,
		const struct report_request *request, struct output *o)
{
	const struct step *steps[] = { &files[COMPARE] };
	struct report_request comparison = *request;
	int64_t threshold_ns = request->parameters->threshold_ns;

	comparison.steps = steps;
	comparison.num_steps = 1;
	comparison.is_bare = true;
	if (run_first(before, files[FACTS].sql) != 0 ||
	    copy_facts(before, before, "before", threshold_ns) != 0 ||
	    copy_facts(after, before, "after", threshold_ns) != 0 ||
	    run_first(before, files[JUDGE].sql) != 0)
		return -1;
	return report_run(before, &comparison, o);
}
