/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/verdict.h"

#include <inttypes.h>
#include <string.h>

#include "report/cell.h"

enum { PAGE_WIDTH = 80, INDENT = 2, ANSWER_COLUMN = 24 };

/* Made as the SQL names it; -1: it has no such column. */
static int find_column(const struct rows *r, const char *name)
{
	for (int i = 0; i < rows_num_columns(r); i++)
		if (strcmp(rows_column(r, i), name) == 0)
			return i;
	return -1;
}

/* "" where there is nothing. */
static const char *value(const struct rows *r, const char *name)
{
	int column = find_column(r, name);

	return column < 0 ? "" : rows_text(r, column);
}

static bool has(const struct rows *r, const char *name)
{
	return value(r, name)[0] != '\0';
}

static void add_value(struct text *t, const struct output *o,
		      const struct rows *r, const char *name)
{
	int column = find_column(r, name);

	if (column < 0)
		return;
	if (strcmp(name, "evidence") == 0)
		cell_add_evidence(t, rows_text(r, column), o->only_file);
	else
		cell_add_text(t, r, column, cell_shape_of(name));
}

static size_t word_length(const char *text)
{
	return strcspn(text, " ");
}

static size_t columns_of(const char *text, size_t len)
{
	size_t columns = 0;

	for (size_t i = 0; i < len; i++)
		columns += (text[i] & 0xc0) != 0x80;
	return columns;
}

/*
 * Lines that break between words, the first one behind what is there already,
 * the later ones indented.
 */
static void print_wrapped(const struct output *o, const char *text, int start,
			  int indent)
{
	size_t width = o->terminal_width > 0 ? (size_t)o->terminal_width
					     : PAGE_WIDTH;
	size_t at = (size_t)start;
	bool is_first = true;

	while (*text != '\0') {
		size_t len = word_length(text);
		size_t columns = columns_of(text, len);

		if (!is_first && at + 1 + columns > width) {
			fprintf(o->file, "\n%*s", indent, "");
			at = (size_t)indent;
		} else if (!is_first) {
			fputc(' ', o->file);
			at++;
		}
		is_first = false;
		fwrite(text, 1, len, o->file);
		at += columns;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', o->file);
}

static void print_heading(const struct output *o, const char *text)
{
	fprintf(o->file, o->colour ? "\n\033[1m%s\033[0m\n" : "\n%s\n", text);
}

static void print_sentence(struct output *o, struct rows *r)
{
	struct text line = { 0 };

	text_add(&line, "Verdict: ");
	add_value(&line, o, r, "outcome");
	print_heading(o, text_string(&line));
	text_clear(&line);
	add_value(&line, o, r, "sentence");
	print_wrapped(o, text_string(&line), 0, 0);
	fputc('\n', o->file);
	text_release(&line);
}

/* Word for word as in Microsoft's form. */
static void print_criterion(struct output *o, struct rows *r)
{
	struct text line = { 0 };

	add_value(&line, o, r, "criterion");
	text_add(&line, ": ");
	add_value(&line, o, r, "answer");
	if (has(r, "number")) {
		text_add(&line, " (");
		add_value(&line, o, r, "number");
		text_add(&line, ")");
	}
	fprintf(o->file, "%s\n", text_string(&line));
	text_release(&line);
}

static void print_symptom(struct output *o, struct rows *r)
{
	struct text line = { 0 };

	add_value(&line, o, r, "symptom");
	text_add(&line, ": ");
	add_value(&line, o, r, "answer");
	text_add(&line, ", ");
	add_value(&line, o, r, "because");
	if (has(r, "evidence")) {
		text_add(&line, "  ");
		add_value(&line, o, r, "evidence");
	}
	print_wrapped(o, text_string(&line), 0, INDENT);
	text_release(&line);
}

static void add_if(struct text *t, const struct output *o, const struct rows *r,
		   const char *before, const char *name)
{
	if (!has(r, name))
		return;
	text_add(t, before);
	add_value(t, o, r, name);
}

static void print_line(const struct output *o, struct text *line)
{
	if (line->len > 0)
		fprintf(o->file, "%*s%s\n", INDENT, "", text_string(line));
	text_clear(line);
}

/* Below each what speaks for it, and what to do with that. */
static void print_details(struct output *o, const struct rows *r)
{
	struct text line = { 0 };

	add_if(&line, o, r, "", "cause");
	add_if(&line, o, r,
	       line.len > 0 ? "; not if there is " : "not if there is ",
	       "disproof");
	if (line.len > 0) {
		fprintf(o->file, "%*s", INDENT, "");
		print_wrapped(o, text_string(&line), INDENT, INDENT);
	}
	text_clear(&line);
	add_if(&line, o, r, "", "evidence");
	add_if(&line, o, r, "  ", "wireshark");
	print_line(o, &line);
	add_if(&line, o, r, "", "command");
	print_line(o, &line);
	text_release(&line);
}

static void print_finding(struct output *o, struct rows *r)
{
	struct text line = { 0 };

	add_value(&line, o, r, "severity");
	text_add(&line, " ");
	add_value(&line, o, r, "finding");
	add_if(&line, o, r, ": ", "count");
	add_if(&line, o, r, " of ", "of");
	text_add(&line, " ");
	cell_add_unit(&line, value(r, "unit"), value(r, "of"));
	add_if(&line, o, r, " by ", "clients");
	add_if(&line, o, r, ": ", "what");
	if (strstr(value(r, "what"), value(r, "names")) == NULL)
		add_if(&line, o, r, "; names: ", "names");
	text_add(&line, " [");
	add_value(&line, o, r, "confidence");
	text_add(&line, "]");
	print_wrapped(o, text_string(&line), 0, INDENT);
	if (strcmp(value(r, "severity"), "notice") != 0)
		print_details(o, r);
	text_release(&line);
}

static void print_answer(struct output *o, struct rows *r)
{
	struct text line = { 0 };

	fprintf(o->file, "%-*s", ANSWER_COLUMN, value(r, "question"));
	add_value(&line, o, r, "answer");
	print_wrapped(o, text_string(&line), ANSWER_COLUMN, ANSWER_COLUMN);
	text_release(&line);
}

static void print_unknown(struct output *o, struct rows *r)
{
	struct text line = { 0 };

	add_value(&line, o, r, "subject");
	add_if(&line, o, r, ": ", "why");
	print_wrapped(o, text_string(&line), 0, INDENT);
	text_clear(&line);
	add_if(&line, o, r, "", "next");
	print_line(o, &line);
	text_release(&line);
}

static const struct {
	const char *name;
	void (*print)(struct output *o, struct rows *r);
	bool has_heading;
} kinds[] = {
	{ "verdict", print_sentence, false },
	{ "criteria", print_criterion, false },
	{ "symptoms", print_symptom, true },
	{ "findings", print_finding, true },
	{ "questionnaire", print_answer, true },
	{ "unknown", print_unknown, true },
};

int verdict_print(struct output *o, const struct section *section,
		  struct rows *r)
{
	int64_t count = 0;
	size_t kind = 0;
	int rc;

	while (strcmp(kinds[kind].name, section->name) != 0)
		if (++kind == sizeof(kinds) / sizeof(kinds[0]))
			return 0;
	while ((rc = rows_next(r)) == 1 &&
	       (o->row_limit < 0 || count < o->row_limit)) {
		if (count++ == 0 && kinds[kind].has_heading)
			print_heading(o, section->title);
		kinds[kind].print(o, r);
	}
	if (rc == 1)
		fputs("... more: --limit 0 shows all\n", o->file);
	return rc < 0 ? -1 : 0;
}
