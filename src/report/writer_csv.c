/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rows of each step as RFC 4180 wants them, names of the columns first;
 * an empty line between two steps.  Summaries have no place in a table, nor has
 * what comes before the steps; the step verdict has its findings as rows.
 */
#include <string.h>

#include "report/cell.h"
#include "report/writer.h"

int writer_print_csv(struct output *o, struct rows *r)
{
	struct text line = { 0 };
	int64_t count = 0;
	int rc;

	for (int i = 0; i < rows_num_columns(r); i++) {
		text_add(&line, i > 0 ? "," : "");
		text_add_csv(&line, rows_column(r, i));
	}
	fprintf(o->file, "%s\r\n", text_string(&line));
	while ((rc = rows_next(r)) == 1 &&
	       (o->row_limit < 0 || count++ < o->row_limit)) {
		text_clear(&line);
		for (int i = 0; i < rows_num_columns(r); i++) {
			text_add(&line, i > 0 ? "," : "");
			cell_add_csv(&line, r, i);
		}
		fprintf(o->file, "%s\r\n", text_string(&line));
	}
	text_release(&line);
	return rc < 0 ? -1 : 0;
}

static void nothing(struct output *o)
{
	(void)o;
}

static void begin_step(struct output *o, int number, const char *name,
		       const char *summary)
{
	(void)name;
	(void)summary;
	if (number > 1)
		fputs("\r\n", o->file);
}

static int print_section(struct output *o, const struct section *section,
			 int number, struct rows *r)
{
	bool is_verdict = strcmp(section->step, "verdict") == 0;

	(void)number;
	if (strcmp(section->name, is_verdict ? "findings" : "rows") != 0)
		return 0;
	return writer_print_csv(o, r);
}

const struct writer writer_csv = { .name = "csv",
				   .shows_all = true,
				   .begin = nothing,
				   .end = nothing,
				   .begin_step = begin_step,
				   .end_step = nothing,
				   .section = print_section };
