/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* How many rows are seen before the widths are settled. */
enum {
	BATCH_ROWS = 1000,
	GAP = 2,
	READABLE = 20, /* columns are not cut below, but left out */
	NARROWEST = 8  /* unless even the first and the last don't fit */
};

struct column {
	char *heading;
	size_t width;
	bool is_number;
	bool is_left_out, is_vital;
};

struct cell {
	size_t start; /* in the batch's text */
	bool is_number;
};

struct table {
	FILE *out;
	size_t terminal_width;
	struct column *columns;
	size_t num_columns, num_left_out;
	struct text text; /* of all cells, each with its NUL */
	struct cell *cells;
	size_t num_cells, room;
	bool settled; /* heading printed, widths fixed */
};

struct table *table_new(FILE *out, int terminal_width)
{
	struct table *t = must_calloc(1, sizeof(*t));

	t->out = out;
	t->terminal_width = terminal_width > 0 ? (size_t)terminal_width : 0;
	return t;
}

void table_free(struct table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->num_columns; i++)
		free(t->columns[i].heading);
	free(t->columns);
	free(t->cells);
	text_release(&t->text);
	free(t);
}

void table_add_column(struct table *t, const char *heading, bool is_vital)
{
	size_t i = t->num_columns++;

	t->columns = must_realloc(t->columns, t->num_columns,
				  sizeof(*t->columns));
	t->columns[i] = (struct column){ .heading = must_strdup(heading),
					 .width = text_columns(heading),
					 .is_vital = is_vital || i == 0 };
}

void table_widen(struct table *t, size_t column, size_t width)
{
	if (t->columns[column].width < width)
		t->columns[column].width = width;
}

static const char *cell_text(const struct table *t, size_t i)
{
	return text_string(&t->text) + t->cells[i].start;
}

static size_t total_width(const struct table *t)
{
	size_t total = 0;

	for (size_t i = 0; i < t->num_columns; i++)
		if (!t->columns[i].is_left_out)
			total += t->columns[i].width + GAP;
	return total > GAP ? total - GAP : total;
}

static bool fits(const struct table *t)
{
	return t->terminal_width == 0 || total_width(t) <= t->terminal_width;
}

/* Takes from the widest column what is too much, down to the given width. */
static void cut_down_to(struct table *t, size_t least)
{
	while (!fits(t)) {
		struct column *widest = NULL;

		for (size_t i = 0; i < t->num_columns; i++)
			if (!t->columns[i].is_left_out &&
			    (widest == NULL ||
			     t->columns[i].width > widest->width))
				widest = &t->columns[i];
		if (widest == NULL || widest->width <= least)
			return;
		widest->width--;
	}
}

static void leave_out_columns(struct table *t)
{
	for (size_t i = t->num_columns; i > 0 && !fits(t); i--) {
		if (t->columns[i - 1].is_vital)
			continue;
		t->columns[i - 1].is_left_out = true;
		t->num_left_out++;
	}
}

static bool is_never_cut(const struct table *t, const struct column *column)
{
	return column->is_vital && column == &t->columns[t->num_columns - 1];
}

static void settle_widths(struct table *t)
{
	for (size_t i = 0; i < t->num_cells; i++) {
		struct column *column = &t->columns[i % t->num_columns];
		size_t width = text_columns(cell_text(t, i));

		if (width > column->width)
			column->width = width;
		column->is_number |= t->cells[i].is_number;
	}
	cut_down_to(t, READABLE);
	leave_out_columns(t);
	cut_down_to(t, NARROWEST);
}

/* Where the given number of code points ends. */
static size_t bytes_of(const char *text, size_t columns)
{
	size_t i = 0;

	while (text[i] != '\0' && columns-- > 0)
		do
			i++;
		while (((unsigned char)text[i] & 0xc0) == 0x80);
	return i;
}

static void add_spaces(struct text *line, size_t count)
{
	while (count-- > 0)
		text_add(line, " ");
}

static void add_cell(const struct table *t, struct text *line,
		     const struct column *column, const char *text)
{
	size_t width = text_columns(text);
	size_t padding = column->width > width ? column->width - width : 0;

	if (column->is_number)
		add_spaces(line, padding);
	if (t->terminal_width != 0 && width > column->width &&
	    !is_never_cut(t, column)) {
		text_add_bytes(line, text, bytes_of(text, column->width - 1));
		text_add(line, "\xe2\x80\xa6"); /* U+2026 ellipsis */
	} else {
		text_add(line, text);
	}
	if (!column->is_number)
		add_spaces(line, padding);
}

static void print_line(const struct table *t, struct text *line)
{
	while (line->len > 0 && line->data[line->len - 1] == ' ')
		line->data[--line->len] = '\0';
	fprintf(t->out, "%s\n", text_string(line));
	text_clear(line);
}

/* One more cell of the line; the gap goes before all but the first. */
static void add_to_line(const struct table *t, struct text *line, size_t column,
			const char *text)
{
	if (t->columns[column].is_left_out)
		return;
	add_spaces(line, column > 0 ? GAP : 0);
	add_cell(t, line, &t->columns[column], text);
}

static void print_batch(struct table *t)
{
	struct text line = { 0 };

	if (!t->settled) {
		settle_widths(t);
		for (size_t i = 0; i < t->num_columns; i++)
			add_to_line(t, &line, i, t->columns[i].heading);
		print_line(t, &line);
		t->settled = true;
	}
	for (size_t i = 0; i < t->num_cells; i++) {
		size_t column = i % t->num_columns;

		add_to_line(t, &line, column, cell_text(t, i));
		if (column == t->num_columns - 1)
			print_line(t, &line);
	}
	text_release(&line);
	text_clear(&t->text);
	t->num_cells = 0;
}

void table_add_cell(struct table *t, const char *text, bool is_number)
{
	if (t->num_cells == t->room) {
		t->room = t->room != 0 ? 2 * t->room : 64;
		t->cells = must_realloc(t->cells, t->room, sizeof(*t->cells));
	}
	t->cells[t->num_cells++] = (struct cell){ t->text.len, is_number };
	text_add_bytes(&t->text, text, strlen(text) + 1);
	if (t->num_cells == BATCH_ROWS * t->num_columns)
		print_batch(t);
}

void table_flush(struct table *t)
{
	if (t->num_cells > 0)
		print_batch(t);
}

void table_finish(struct table *t)
{
	if (t->num_cells > 0 || !t->settled)
		print_batch(t);
	if (t->num_left_out > 0)
		fprintf(t->out,
			"(%zu columns do not fit this terminal; through "
			"\"| less -S\" all are shown)\n",
			t->num_left_out);
}
