/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One object: "schema", "tool", "verdict" (an object, in which each section but
 * its first is a list), "captures" (a list) and "steps", an object with one for
 * each step, in which "summary" is an object and every other section a list.
 */
#include <string.h>

#include "report/cell.h"
#include "report/writer.h"

static void add_pairs(struct text *t, const struct rows *r, const char *between)
{
	for (int i = 0; i < rows_num_columns(r); i++) {
		text_add(t, i > 0 ? between : "");
		text_add_json(t, rows_column(r, i));
		text_add(t, ": ");
		cell_add_json(t, r, i);
	}
}

static void add_row(struct text *t, const struct rows *r, const char *indent)
{
	text_addf(t, "%s{", indent);
	add_pairs(t, r, ", ");
	text_add(t, "}");
}

/* Rows with commas between, each on its line. */
static int print_rows(struct output *o, struct rows *r, const char *indent)
{
	struct text line = { 0 };
	int64_t count = 0;
	int rc;

	while ((rc = rows_next(r)) == 1 &&
	       (o->row_limit < 0 || count < o->row_limit)) {
		text_clear(&line);
		add_row(&line, r, indent);
		fprintf(o->file, "%s%s", count++ == 0 ? "\n" : ",\n",
			text_string(&line));
	}
	text_release(&line);
	return rc < 0 ? -1 : 0;
}

static int print_object(struct output *o, struct rows *r)
{
	struct text line = { 0 };
	int rc = rows_next(r);

	if (rc == 1)
		add_row(&line, r, "");
	fputs(rc == 1 ? text_string(&line) : "{}", o->file);
	text_release(&line);
	return rc < 0 ? -1 : 0;
}

static void begin(struct output *o)
{
	fprintf(o->file,
		"{\n  \"schema\": \"dnsforensics.report/1\",\n"
		"  \"tool\": \"%s\"",
		PACKAGE_STRING);
	if (o->redaction != NULL)
		fprintf(o->file, ",\n  \"redacted\": \"%s\"", o->redaction);
}

static void end(struct output *o)
{
	fputs(o->written > 0 ? "\n  }\n}\n" : "\n}\n", o->file);
}

static void begin_step(struct output *o, int number, const char *name,
		       const char *summary)
{
	(void)summary;
	o->written++;
	fprintf(o->file, "%s\n    \"%s\": {",
		number == 1 ? ",\n  \"steps\": {" : ",", name);
}

static void end_step(struct output *o)
{
	fputs("\n    }", o->file);
}

/* Its first section is what the object itself says. */
static int begin_verdict(struct output *o, struct rows *r)
{
	struct text line = { 0 };
	int rc = rows_next(r);

	if (rc == 1)
		add_pairs(&line, r, ",\n    ");
	fprintf(o->file, ",\n  \"verdict\": {\n    %s", text_string(&line));
	text_release(&line);
	return rc < 0 ? -1 : 0;
}

static int print_verdict(struct output *o, const struct section *section,
			 int number, struct rows *r)
{
	int rc;

	if (number == 1)
		return begin_verdict(o, r);
	fprintf(o->file, ",\n    \"%s\": [", section->name);
	rc = print_rows(o, r, "      ");
	fputs("\n    ]", o->file);
	return rc;
}

static int print_section(struct output *o, const struct section *section,
			 int number, struct rows *r)
{
	bool is_head = strcmp(section->step, "captures") == 0;
	const char *indent = is_head ? "    " : "        ";
	int rc;

	if (strcmp(section->step, "verdict") == 0)
		return print_verdict(o, section, number, r);
	if (is_head && number == 1)
		fputs("\n  }", o->file); /* of the verdict */
	if (!is_head)
		fprintf(o->file, "%s\n      \"%s\": ", number > 1 ? "," : "",
			section->name);
	else
		fprintf(o->file, ",\n  \"%s\": ", section->name);
	if (strcmp(section->name, "summary") == 0)
		return print_object(o, r);
	fputs("[", o->file);
	rc = print_rows(o, r, indent);
	fprintf(o->file, "\n%.*s]", (int)strlen(indent) - 2, indent);
	return rc;
}

const struct writer writer_json = { .name = "json",
				    .shows_all = true,
				    .has_head = true,
				    .begin = begin,
				    .end = end,
				    .begin_step = begin_step,
				    .end_step = end_step,
				    .section = print_section };

int writer_print_json(struct output *o, struct rows *r)
{
	int rc;

	fputs("[", o->file);
	rc = print_rows(o, r, "  ");
	fputs("\n]\n", o->file);
	return rc;
}
