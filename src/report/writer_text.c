/* SPDX-License-Identifier: BSD-3-Clause */
/* For people: headings, the summary in words, tables. */
#include <string.h>

#include "report/cell.h"
#include "report/ladder.h"
#include "report/table.h"
#include "report/verdict.h"
#include "report/writer.h"

static void heading(struct output *o, const char *text)
{
	if (o->colour)
		fprintf(o->file, "\033[1m%s\033[0m\n", text);
	else
		fprintf(o->file, "%s\n", text);
}

/* What a reader cannot do without, however narrow the terminal is. */
static bool is_vital(const char *column)
{
	return strcmp(column, "evidence") == 0 ||
	       strcmp(column, "verdict") == 0 || strcmp(column, "rule") == 0;
}

/* With one capture only, everybody knows which. */
static bool is_needless(const struct output *o, const char *column)
{
	return o->only_file != NULL && strcmp(column, "file") == 0;
}

static bool is_left_out(const struct output *o, const char *column)
{
	return is_needless(o, column) ||
	       (o->has_no_names && (strcmp(column, "client_name") == 0 ||
				    strcmp(column, "server_name") == 0));
}

static void add_columns(struct table *t, const struct output *o,
			const struct rows *r)
{
	struct text name = { 0 };

	for (int i = 0; i < rows_num_columns(r); i++) {
		if (is_left_out(o, rows_column(r, i)))
			continue;
		text_clear(&name);
		cell_add_heading(&name, rows_column(r, i));
		table_add_column(t, text_string(&name),
				 is_vital(rows_column(r, i)));
	}
	text_release(&name);
}

static void add_cell(struct text *t, const struct output *o,
		     const struct rows *r, int i)
{
	const char *column = rows_column(r, i);

	if (strcmp(column, "evidence") == 0)
		cell_add_evidence(t, rows_text(r, i), o->only_file);
	else
		cell_add_text(t, r, i, cell_shape_of(column));
}

static void add_cells(struct table *t, const struct output *o,
		      const struct rows *r)
{
	struct text cell = { 0 };

	for (int i = 0; i < rows_num_columns(r); i++) {
		if (is_left_out(o, rows_column(r, i)))
			continue;
		text_clear(&cell);
		add_cell(&cell, o, r, i);
		table_add_cell(t, text_string(&cell), cell_is_number(r, i));
	}
	text_release(&cell);
}

int writer_print_text(struct output *o, struct rows *r)
{
	struct table *t = table_new(o->file, o->terminal_width);
	int64_t count = 0;
	int rc;

	add_columns(t, o, r);
	while ((rc = rows_next(r)) == 1 &&
	       (o->row_limit < 0 || count < o->row_limit)) {
		add_cells(t, o, r);
		count++;
	}
	table_finish(t);
	table_free(t);
	if (rc == 1)
		fputs("... more rows: --limit 0 shows all\n", o->file);
	return rc < 0 ? -1 : 0;
}

static void begin(struct output *o)
{
	fprintf(o->file, "%s\n", PACKAGE_STRING);
	if (o->redaction != NULL)
		fprintf(o->file, WRITER_REDACTED "\n", o->redaction);
}

static void nothing(struct output *o)
{
	(void)o;
}

static void begin_step(struct output *o, int number, const char *name,
		       const char *summary)
{
	struct text line = { 0 };

	(void)number;
	text_addf(&line, "== %s: %s ==", name, summary);
	fputs("\n", o->file);
	heading(o, text_string(&line));
	text_release(&line);
}

/* "headline" is a sentence; the rest follows as "name value" pairs. */
static int print_summary(struct output *o, struct rows *r)
{
	struct text pairs = { 0 };
	int rc = rows_next(r);

	for (int i = 0; rc == 1 && i < rows_num_columns(r); i++) {
		const char *column = rows_column(r, i);

		if (strcmp(column, "headline") == 0) {
			struct text sentence = { 0 };

			text_add_terminal_safe(&sentence, rows_text(r, i));
			fprintf(o->file, "%s\n", text_string(&sentence));
			text_release(&sentence);
		} else if (rows_type(r, i) != CELL_NULL) {
			text_add(&pairs, pairs.len > 0 ? "   " : "");
			cell_add_heading(&pairs, column);
			text_add(&pairs, " ");
			cell_add_text(&pairs, r, i, cell_shape_of(column));
		}
	}
	if (pairs.len > 0)
		fprintf(o->file, "%s\n", text_string(&pairs));
	text_release(&pairs);
	return rc < 0 ? -1 : 0;
}

/* A section without rows is left out: its summary has said so. */
static int print_table(struct output *o, const struct section *section,
		       struct rows *r)
{
	struct table *t = table_new(o->file, o->terminal_width);
	int64_t count = 0;
	int rc;

	add_columns(t, o, r);
	while ((rc = rows_next(r)) == 1 &&
	       (o->row_limit < 0 || count < o->row_limit)) {
		if (count++ == 0) {
			fputs("\n", o->file);
			if (section->title[0] != '\0')
				heading(o, section->title);
		}
		add_cells(t, o, r);
	}
	if (count > 0)
		table_finish(t);
	table_free(t);
	if (rc == 1)
		fputs("... more rows: --limit 0 shows all\n", o->file);
	return rc < 0 ? -1 : 0;
}

/* Few rows with much in each: a line for each value. */
static int print_records(struct output *o, struct rows *r)
{
	struct text line = { 0 };
	int rc;

	while ((rc = rows_next(r)) == 1) {
		fputs("\n", o->file);
		for (int i = 0; i < rows_num_columns(r); i++) {
			text_clear(&line);
			cell_add_heading(&line, rows_column(r, i));
			fprintf(o->file, "%-14s", text_string(&line));
			text_clear(&line);
			add_cell(&line, o, r, i);
			fprintf(o->file, "%s\n",
				rows_type(r, i) == CELL_NULL
					? "unknown"
					: text_string(&line));
		}
	}
	text_release(&line);
	return rc;
}

static int print_section(struct output *o, const struct section *section,
			 int number, struct rows *r)
{
	(void)number;
	if (strcmp(section->step, "verdict") == 0)
		return verdict_print(o, section, r);
	if (strcmp(section->name, "captures") == 0)
		return print_records(o, r);
	if (strcmp(section->name, "summary") == 0)
		return print_summary(o, r);
	if (strcmp(section->step, "path") == 0)
		return ladder_print(o, r);
	return print_table(o, section, r);
}

const struct writer writer_text = { .name = "text",
				    .has_head = true,
				    .draws = true,
				    .begin = begin,
				    .end = nothing,
				    .begin_step = begin_step,
				    .end_step = nothing,
				    .section = print_section };
