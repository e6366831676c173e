/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For a comment in a tracker: GitHub's Markdown, no longer than a comment there
 * may be.  Words that could be more than words (names, addresses, mentions,
 * references, markup) are code, in which nothing has a meaning but ` and, in a
 * table, |; those are written \096 and \124, as in DNS master files.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "report/cell.h"
#include "report/ladder.h"
#include "report/writer.h"

/*
 * Of the comment, in bytes, which are no fewer than its characters; what is
 * kept for headings and counts when the rows are over; and the part of the rest
 * that one section may take.
 */
enum { SIZE_MAX_COMMENT = 65536, RESERVE = 8192, SHARE = 6 };

static const char end_of_all[] = "\n… the rest is left out\n";

static bool has_room(const struct output *o, size_t len, size_t reserve)
{
	return o->written + len + reserve <= SIZE_MAX_COMMENT;
}

/* Once there is no room for a heading there is none for what follows. */
static void emit(struct output *o, const char *text)
{
	size_t len = strlen(text);

	if (o->is_full)
		return;
	if (!has_room(o, len, sizeof(end_of_all))) {
		o->is_full = true;
		text = end_of_all;
	}
	fputs(text, o->file);
	o->written += strlen(text);
}

static void add_code(struct text *t, const char *text, size_t len)
{
	text_add(t, "`");
	for (size_t i = 0; i < len; i++)
		if (text[i] == '`' || text[i] == '|')
			text_addf(t, "\\%03d", text[i]);
		else
			text_add_bytes(t, &text[i], 1);
	text_add(t, "`");
}

/* Letters with hyphens between, or a number: nothing that links or pings. */
static bool is_plain(const char *word, size_t len)
{
	size_t letters = 0, digits = 0;

	for (size_t i = 0; i < len; i++) {
		bool is_letter = isalpha((unsigned char)word[i]) != 0;

		letters += is_letter;
		digits += isdigit((unsigned char)word[i]) != 0;
		if (!is_letter && !isdigit((unsigned char)word[i]) &&
		    !(word[i] == '.' && letters == 0) &&
		    !((word[i] == '-' || word[i] == '\'') && i > 0))
			return false;
	}
	return len == 0 || ((letters == 0) != (digits == 0));
}

/*
 * Names are written with their last dot; times, as 1.5s, have digits there, and
 * frames, as in a.pcap#1, more than letters.
 */
static bool is_name(const char *word, size_t len)
{
	size_t last = len;

	while (last > 0 && word[last - 1] != '.')
		if (strchr("/:#=", word[--last]) != NULL)
			return false;
	return last > 1 && last < len && !isdigit((unsigned char)word[last]);
}

/* The punctuation around a word is its sentence's, but for a name's dot. */
static void add_word(struct text *t, const char *word, size_t len)
{
	size_t before = len > 1 && strchr("([\"", word[0]) != NULL;
	size_t end = len;

	while (end > before && strchr(",;:.)]\"?%", word[end - 1]) != NULL)
		end--;
	if (end < len && word[end] == '.' &&
	    is_name(word + before, end - before))
		end++;
	text_add_bytes(t, word, before);
	if (is_plain(word + before, end - before))
		text_add_bytes(t, word + before, end - before);
	else
		add_code(t, word + before, end - before);
	text_add_bytes(t, word + end, len - end);
}

static void add_prose(struct text *t, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (len > 0)
			add_word(t, text, len);
		text += len;
		if (*text == ' ')
			text_add(t, " ");
		text += strspn(text, " ");
	}
}

/* What is there to be copied is code as a whole. */
static bool is_code(const char *column)
{
	return strcmp(column, "wireshark") == 0 ||
	       strcmp(column, "command") == 0 || strcmp(column, "next") == 0;
}

static void add_cell(struct text *t, const struct output *o,
		     const struct rows *r, int i)
{
	const char *column = rows_column(r, i);
	struct text cell = { 0 };

	if (strcmp(column, "evidence") == 0)
		cell_add_evidence(&cell, rows_text(r, i), o->only_file);
	else
		cell_add_text(&cell, r, i, cell_shape_of(column));
	if (cell.len > 0 && is_code(column))
		add_code(t, text_string(&cell), cell.len);
	else
		add_prose(t, text_string(&cell));
	text_release(&cell);
}

static const char *value(const struct rows *r, const char *column)
{
	for (int i = 0; i < rows_num_columns(r); i++)
		if (strcmp(rows_column(r, i), column) == 0)
			return rows_text(r, i);
	return "";
}

static void add_named(struct text *t, const struct output *o,
		      const struct rows *r, const char *before,
		      const char *column)
{
	for (int i = 0; i < rows_num_columns(r); i++)
		if (strcmp(rows_column(r, i), column) == 0 &&
		    rows_text(r, i)[0] != '\0') {
			text_add(t, before);
			add_cell(t, o, r, i);
		}
}

static bool is_left_out(const struct output *o, const char *column)
{
	return (o->only_file != NULL && strcmp(column, "file") == 0) ||
	       (o->has_no_names && (strcmp(column, "client_name") == 0 ||
				    strcmp(column, "server_name") == 0));
}

static void begin(struct output *o)
{
	o->written = 0;
	o->is_full = false;
	emit(o, PACKAGE_STRING "\n");
	if (o->redaction != NULL) {
		struct text line = { 0 };

		text_addf(&line, "\n" WRITER_REDACTED "\n", o->redaction);
		emit(o, text_string(&line));
		text_release(&line);
	}
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
	text_addf(&line, "\n## %s", name);
	text_add(&line, summary[0] != '\0' ? ": " : "");
	add_prose(&line, summary);
	text_add(&line, "\n");
	emit(o, text_string(&line));
	text_release(&line);
}

static void add_heading(struct text *t, const struct section *section,
			const char *level)
{
	if (section->title[0] == '\0')
		return;
	text_addf(t, "\n%s ", level);
	add_prose(t, section->title);
	text_add(t, "\n");
}

static void add_columns(struct text *t, const struct output *o,
			const struct rows *r)
{
	struct text rule = { 0 };

	text_add(t, "\n|");
	for (int i = 0; i < rows_num_columns(r); i++) {
		if (is_left_out(o, rows_column(r, i)))
			continue;
		text_add(t, " ");
		cell_add_heading(t, rows_column(r, i));
		text_add(t, " |");
		text_add(&rule, cell_is_number(r, i) ? "--:|" : "---|");
	}
	text_addf(t, "\n|%s\n", text_string(&rule));
	text_release(&rule);
}

static void add_row(struct text *t, const struct output *o,
		    const struct rows *r)
{
	text_add(t, "|");
	for (int i = 0; i < rows_num_columns(r); i++) {
		if (is_left_out(o, rows_column(r, i)))
			continue;
		text_add(t, " ");
		add_cell(t, o, r, i);
		text_add(t, " |");
	}
	text_add(t, "\n");
}

/* A record instead: its columns below each other. */
static void add_record(struct text *t, const struct output *o,
		       const struct rows *r)
{
	text_add(t, "\n| | |\n|---|---|\n");
	for (int i = 0; i < rows_num_columns(r); i++) {
		text_add(t, "| ");
		cell_add_heading(t, rows_column(r, i));
		text_add(t, " | ");
		add_cell(t, o, r, i);
		text_add(t,
			 rows_type(r, i) == CELL_NULL ? "unknown |\n" : " |\n");
	}
}

static void add_criterion(struct text *t, const struct output *o,
			  const struct rows *r)
{
	add_named(t, o, r, "- ", "criterion");
	add_named(t, o, r, ": ", "answer");
	add_named(t, o, r, " (", "number");
	text_add(t, value(r, "number")[0] != '\0' ? ")\n" : "\n");
}

static void add_finding(struct text *t, const struct output *o,
			const struct rows *r)
{
	add_named(t, o, r, "- **", "severity");
	add_named(t, o, r, " ", "finding");
	add_named(t, o, r, "** ", "count");
	add_named(t, o, r, " of ", "of");
	text_add(t, " ");
	cell_add_unit(t, value(r, "unit"), value(r, "of"));
	add_named(t, o, r, " by ", "clients");
	add_named(t, o, r, ": ", "what");
	if (strstr(value(r, "what"), value(r, "names")) == NULL)
		add_named(t, o, r, "; names: ", "names");
	add_named(t, o, r, "; confidence: ", "confidence");
	add_named(t, o, r, "\n  - ", "cause");
	add_named(t, o, r, "\n  - not if there is ", "disproof");
	add_named(t, o, r, "\n  - from ", "first_ns");
	if (strcmp(value(r, "first_ns"), value(r, "last_ns")) != 0)
		add_named(t, o, r, " to ", "last_ns");
	add_named(t, o, r, ", evidence: ", "evidence");
	add_named(t, o, r, "\n  - Wireshark: ", "wireshark");
	add_named(t, o, r, "\n  - ", "command");
	text_add(t, "\n");
}

typedef void add_item(struct text *t, const struct output *o,
		      const struct rows *r);

static add_item *item_of(const struct section *section)
{
	if (strcmp(section->step, "verdict") == 0 &&
	    strcmp(section->name, "criteria") == 0)
		return add_criterion;
	if (strcmp(section->step, "verdict") == 0 &&
	    strcmp(section->name, "findings") == 0)
		return add_finding;
	if (strcmp(section->name, "captures") == 0)
		return add_record;
	return add_row;
}

static void emit_count(struct output *o, int64_t count, bool is_exact)
{
	struct text line = { 0 };

	if (count > 0)
		text_addf(&line, "\n… %" PRId64 " more row%s%s\n", count,
			  count == 1 ? "" : "s",
			  is_exact ? "" : " at least: `--limit 0` counts them");
	emit(o, text_string(&line));
	text_release(&line);
}

/* Rows until the section's share is full; those left are counted. */
static int print_rows(struct output *o, const struct section *section,
		      struct rows *r)
{
	size_t room = has_room(o, 0, RESERVE)
			      ? (SIZE_MAX_COMMENT - RESERVE - o->written) /
					SHARE
			      : 0;
	add_item *add = item_of(section);
	int64_t shown = 0, left = 0;
	struct text t = { 0 };
	int rc;

	while ((rc = rows_next(r)) == 1) {
		size_t was = t.len;

		if (shown + left == 0)
			add_heading(&t, section, "###");
		if (shown + left == 0 && add == add_row)
			add_columns(&t, o, r);
		if (shown == 0)
			was = t.len;
		if (left == 0)
			add(&t, o, r);
		if (left > 0 || t.len > room ||
		    (o->row_limit >= 0 && shown >= o->row_limit)) {
			text_cut(&t, was);
			left++;
		} else {
			shown++;
		}
	}
	emit(o, text_string(&t));
	text_release(&t);
	emit_count(o, left, o->row_limit < 0 || shown + left <= o->row_limit);
	return rc;
}

static int print_sentence(struct output *o, struct rows *r)
{
	struct text t = { 0 };
	int rc = rows_next(r);

	if (rc == 1) {
		add_named(&t, o, r, "\n## Verdict: ", "outcome");
		add_named(&t, o, r, "\n\n", "sentence");
		text_add(&t, "\n\n");
	}
	emit(o, text_string(&t));
	text_release(&t);
	return rc < 0 ? -1 : 0;
}

static int print_summary(struct output *o, struct rows *r)
{
	struct text t = { 0 };
	int rc = rows_next(r);

	if (rc == 1)
		add_named(&t, o, r, "\n", "headline");
	text_add(&t, "\n");
	emit(o, text_string(&t));
	text_release(&t);
	return rc < 0 ? -1 : 0;
}

/* Drawn for a terminal; no line of it can end the fence. */
static int print_ladder(struct output *o, struct rows *r)
{
	struct output drawn = *o;
	char *text = NULL;
	size_t len = 0;
	struct text t = { 0 };
	int rc = -1;

	drawn.terminal_width = 0;
	drawn.colour = false;
	drawn.file = open_memstream(&text, &len);
	if (drawn.file == NULL)
		return fail("out of memory");
	rc = ladder_print(&drawn, r);
	fclose(drawn.file);
	for (size_t i = 0; i < len; i++)
		text[i] = text[i] == '`' ? '\'' : text[i];
	text_addf(&t, "\n```text%s\n```\n", text);
	if (has_room(o, t.len, RESERVE))
		emit(o, text_string(&t));
	else
		emit(o, "\n… the lookups are left out: fewer with `--limit`\n");
	text_release(&t);
	free(text);
	return rc;
}

/* Among other steps the overview is its numbers, not those of its figures. */
static bool is_figure(const struct output *o, const struct section *section)
{
	return o->num_steps > 1 && strcmp(section->step, "overview") == 0 &&
	       (strcmp(section->name, "timeline") == 0 ||
		strcmp(section->name, "histogram") == 0);
}

static int print_section(struct output *o, const struct section *section,
			 int number, struct rows *r)
{
	(void)number;
	if (is_figure(o, section))
		return 0;
	if (strcmp(section->step, "verdict") == 0 &&
	    strcmp(section->name, "verdict") == 0)
		return print_sentence(o, r);
	if (strcmp(section->name, "summary") == 0)
		return print_summary(o, r);
	if (strcmp(section->step, "path") == 0)
		return print_ladder(o, r);
	return print_rows(o, section, r);
}

const struct writer writer_markdown = { .name = "markdown",
					.shows_all = true,
					.has_head = true,
					.draws = true,
					.has_overview = true,
					.begin = begin,
					.end = nothing,
					.begin_step = begin_step,
					.end_step = nothing,
					.section = print_section };
