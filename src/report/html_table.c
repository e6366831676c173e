/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A table of a page.  Columns without a value, and columns of nothing but
 * zeros, are named below it instead of being shown.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/cell.h"
#include "report/html_private.h"

/*
 * More rows than that are not kept: then all columns are shown.  Texts longer
 * than NARROW are broken into lines.
 */
enum { KEPT_ROWS = 500, NARROW = 24 };

struct column {
	char *name;
	bool has_value, is_nonzero; /* in any row */
	bool is_number;
	size_t longest; /* of its texts */
};

struct html_table {
	struct output *output;
	char *title;
	size_t room; /* bytes that the kept rows may have */
	struct column *columns;
	int num_columns;
	struct text *cells; /* of the rows that are kept */
	size_t num_cells, bytes;
	int64_t shown;
	bool is_begun; /* its head was printed */
	struct text out;
};

struct html_table *html_table_new(struct output *o, const char *title)
{
	struct html_table *t = must_calloc(1, sizeof(*t));

	t->output = o;
	t->title = must_strdup(title);
	t->room = html_room(o);
	return t;
}

static void drop_cells(struct html_table *t)
{
	for (size_t i = 0; i < t->num_cells; i++)
		text_release(&t->cells[i]);
	t->num_cells = 0;
}

void html_table_free(struct html_table *t)
{
	if (t == NULL)
		return;
	drop_cells(t);
	free(t->cells);
	for (int i = 0; i < t->num_columns; i++)
		free(t->columns[i].name);
	free(t->columns);
	free(t->title);
	text_release(&t->out);
	free(t);
}

static void learn_columns(struct html_table *t, const struct rows *r)
{
	t->num_columns = rows_num_columns(r);
	t->columns = must_calloc((size_t)t->num_columns, sizeof(*t->columns));
	for (int i = 0; i < t->num_columns; i++)
		t->columns[i].name = must_strdup(rows_column(r, i));
}

static bool is_shown(const struct html_table *t, int column)
{
	return t->columns[column].has_value && t->columns[column].is_nonzero;
}

/* Words of a verdict, so that the eye finds what is bad. */
static const char *tone_of(const char *column, const char *text)
{
	static const struct {
		const char *text, *tone;
	} tones[] = { { "Yes", "bad" },          { "yes", "bad" },
		      { "No", "good" },          { "no", "good" },
		      { "unhealthy", "bad" },    { "critical", "bad" },
		      { "degraded", "warn" },    { "warning", "warn" },
		      { "healthy", "good" },     { "findings", "bad" },
		      { "inconclusive", "warn" } };

	if (strcmp(column, "verdict") != 0 && strcmp(column, "severity") != 0 &&
	    strcmp(column, "outcome") != 0 && strcmp(column, "answer") != 0)
		return NULL;
	for (size_t i = 0; i < sizeof(tones) / sizeof(tones[0]); i++)
		if (strcmp(text, tones[i].text) == 0)
			return tones[i].tone;
	return NULL;
}

static void add_cell(struct html_table *t, struct text *cell,
		     const struct rows *r, int i)
{
	const char *tone = tone_of(rows_column(r, i), rows_text(r, i));

	if (strcmp(rows_column(r, i), "evidence") == 0) {
		html_add_evidence(cell, t->output, rows_text(r, i));
		return;
	}
	if (tone != NULL)
		text_addf(cell, "<span class=\"tone %s\">", tone);
	html_add_value(cell, t->output, r, i);
	text_add(cell, tone != NULL ? "</span>" : "");
}

static void note_value(struct column *c, const struct rows *r, int i)
{
	if (rows_type(r, i) == CELL_NULL || rows_text(r, i)[0] == '\0')
		return;
	c->has_value = true;
	if (cell_shape_of(c->name) == SHAPE_PLAIN &&
	    strlen(rows_text(r, i)) > c->longest)
		c->longest = strlen(rows_text(r, i));
	c->is_number |= cell_is_number(r, i) &&
			cell_shape_of(c->name) != SHAPE_TIME;
	c->is_nonzero |= rows_type(r, i) != CELL_INTEGER ||
			 rows_integer(r, i) != 0;
}

static const char *class_of(const struct column *c)
{
	return strcmp(c->name, "evidence") == 0 ? " class=\"e\""
	       : c->is_number                   ? " class=\"n\""
	       : c->longest > NARROW            ? " class=\"w\""
						: "";
}

static void add_head(struct html_table *t)
{
	int number = ++t->output->page.num_tables;

	text_addf(&t->out,
		  "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		  "aria-labelledby=\"t%d\"><table><caption>"
		  "<span id=\"t%d\">",
		  number, number);
	html_add(&t->out, t->title);
	text_add(&t->out, "</span></caption>\n<thead><tr>");
	for (int i = 0; i < t->num_columns; i++) {
		if (!is_shown(t, i))
			continue;
		text_addf(&t->out, "<th scope=\"col\"%s>",
			  class_of(&t->columns[i]));
		html_add_heading(&t->out, t->columns[i].name);
		text_add(&t->out, "</th>");
	}
	text_add(&t->out, "</tr></thead>\n<tbody>\n");
}

static void write_kept(struct html_table *t)
{
	size_t width = (size_t)t->num_columns;

	if (!t->is_begun)
		add_head(t);
	t->is_begun = true;
	for (size_t i = 0; i < t->num_cells; i++) {
		size_t column = i % width;

		if (column == 0)
			text_add(&t->out, "<tr>");
		if (is_shown(t, (int)column))
			text_addf(&t->out, "<td%s>%s</td>",
				  class_of(&t->columns[column]),
				  text_string(&t->cells[i]));
		if (column == width - 1)
			text_add(&t->out, "</tr>\n");
	}
	html_write(t->output, &t->out);
	drop_cells(t);
}

/* What is written by parts cannot leave out a column any more. */
static void write_part(struct html_table *t)
{
	for (int i = 0; i < t->num_columns; i++)
		t->columns[i].has_value = t->columns[i].is_nonzero = true;
	write_kept(t);
}

void html_table_add(struct html_table *t, const struct rows *r)
{
	if (t->columns == NULL)
		learn_columns(t, r);
	if (t->num_cells == 0)
		t->cells = must_realloc(t->cells,
					KEPT_ROWS * (size_t)t->num_columns,
					sizeof(*t->cells));
	for (int i = 0; i < t->num_columns; i++) {
		struct text *cell = &t->cells[t->num_cells++];

		*cell = (struct text){ 0 };
		note_value(&t->columns[i], r, i);
		add_cell(t, cell, r, i);
		t->bytes += cell->len + strlen("<td class=\"n\"></td>");
	}
	t->shown++;
	if (t->num_cells == KEPT_ROWS * (size_t)t->num_columns)
		write_part(t);
}

bool html_table_is_full(const struct html_table *t)
{
	int64_t limit = t->output->row_limit;

	return (limit >= 0 && t->shown >= limit) || t->bytes >= t->room;
}

static void add_names(struct html_table *t, const char *what, bool has_value)
{
	const char *before = what;

	for (int i = 0; i < t->num_columns; i++) {
		if (is_shown(t, i) || t->columns[i].has_value != has_value)
			continue;
		text_add(&t->out, before);
		html_add_heading(&t->out, t->columns[i].name);
		before = ", ";
	}
	text_add(&t->out, before != what ? ". " : "");
}

static void add_folded(struct html_table *t)
{
	bool folds = false;

	for (int i = 0; i < t->num_columns; i++)
		folds |= !is_shown(t, i);
	if (!folds)
		return;
	text_add(&t->out, "<p class=\"aside\">");
	add_names(t, "0 in all rows: ", true);
	add_names(t, "Nothing known of: ", false);
	text_add(&t->out, "</p>\n");
}

void html_table_finish(struct html_table *t)
{
	t->output->page.shown = t->shown;
	if (t->shown == 0)
		return;
	write_kept(t);
	text_add(&t->out, "</tbody></table></div>\n");
	add_folded(t);
	html_write(t->output, &t->out);
}

int html_print_table(struct output *o, const char *title, struct rows *r)
{
	struct html_table *t = html_table_new(o, title);
	int rc;

	while ((rc = rows_next(r)) == 1 && !html_table_is_full(t))
		html_table_add(t, r);
	html_table_finish(t);
	html_table_free(t);
	return rc;
}
