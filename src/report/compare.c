/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The facts of both are put into temporary tables of one, where SQL compares
 * them.
 */
#include "report/compare.h"

#include <string.h>

#include "base/text.h"
#include "report/sections.h"
#include "store/redaction.h"

static const struct step files[] = {
#include "report/compare.inc"
};

enum { FACTS, JUDGE, COMPARE };

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
		     const struct sql_section *section, int64_t threshold_ns)
{
	struct rows *r = rows_open(from, section->sql);
	struct text insert = { 0 };
	int rc = -1;

	if (r != NULL) {
		rows_bind_integer(r, ":threshold_ns", threshold_ns);
		make_insert(&insert, section->name, r);
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
	struct sql_section section = { 0 };
	const char *at = files[FACTS].sql;
	int rc = 0;

	while (rc == 0 && sql_section_next(&section, &at))
		if (strcmp(section.name, "tables") != 0)
			rc = copy_rows(from, to, side, &section, threshold_ns);
	sql_section_release(&section);
	return rc;
}

/* The only section of a file, or the first. */
static int run_first(struct store *s, const char *at)
{
	struct sql_section section = { 0 };
	int rc = sql_section_next(&section, &at) ? store_run(s, section.sql)
						 : -1;

	sql_section_release(&section);
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
	if (store_redact(before) != 0 || store_redact(after) != 0 ||
	    run_first(before, files[FACTS].sql) != 0 ||
	    copy_facts(before, before, "before", threshold_ns) != 0 ||
	    copy_facts(after, before, "after", threshold_ns) != 0 ||
	    run_first(before, files[JUDGE].sql) != 0)
		return -1;
	return report_run(before, &comparison, o);
}
