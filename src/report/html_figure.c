/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the figures of a page share.  Each is one image to a screen reader, with
 * a name and a description, and is followed by the table of its numbers.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/memory.h"
#include "report/html_figure_private.h"

void figure_release(struct numbers *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->labels[i]);
	free(n);
}

void figure_take_row(struct numbers *n, const struct rows *r)
{
	if (n->count == ROWS_MAX)
		return;
	for (int i = 0; i < rows_num_columns(r) && i < COLUMNS_MAX; i++)
		n->values[n->count][i] = rows_type(r, i) == CELL_NULL
						 ? -1
						 : rows_integer(r, i);
	n->labels[n->count++] = must_strdup(rows_text(r, 0));
}

/* "150 µs", "1.5 s": an edge of the histogram. */
void figure_add_span(struct text *t, double ns)
{
	static const char *const units[] = { "ns", "&micro;s", "ms", "s" };
	size_t unit = 0;

	for (; ns >= 1000 && unit < 3; unit++)
		ns /= 1000;
	text_addf(t, "%.3g %s", ns, units[unit]);
}

void figure_begin(struct text *t, const char *id, int height, const char *title)
{
	text_addf(t,
		  "<figure>\n<div class=\"scroll\" tabindex=\"0\" "
		  "role=\"region\" aria-labelledby=\"%s-title\">"
		  "<svg viewBox=\"0 0 %d %d\" role=\"img\" "
		  "aria-labelledby=\"%s-title %s-desc\">"
		  "<title id=\"%s-title\">",
		  id, WIDTH, height, id, id, id);
	html_add(t, title);
	text_addf(t, "</title><desc id=\"%s-desc\">", id);
}

void figure_end(struct text *t, const char *title, const struct key *keys,
		size_t count)
{
	text_add(t, "</svg></div>\n<figcaption><b>");
	html_add(t, title);
	text_add(t, "</b>");
	for (size_t i = 0; i < count; i++)
		text_addf(t,
			  " <span class=\"key\"><svg width=\"12\" "
			  "height=\"12\" aria-hidden=\"true\"><rect "
			  "class=\"%s\" width=\"12\" height=\"12\"/></svg> "
			  "%s</span>",
			  keys[i].class, keys[i].words);
	text_add(t, "</figcaption>\n</figure>\n");
}

/* The numbers of a figure, closed until somebody wants them. */
void figure_print_numbers(struct output *o, struct html_table *table)
{
	struct text t = { 0 };

	text_add(&t, "<details class=\"numbers\"><summary>The numbers"
		     "</summary>\n");
	html_write(o, &t);
	html_table_finish(table);
	text_add(&t, "</details>\n");
	html_write(o, &t);
	text_release(&t);
}

/* A figure is whole or useless: all its rows are read. */
int figure_read(struct rows *r, struct numbers *n, struct html_table *table)
{
	int rc;

	while ((rc = rows_next(r)) == 1) {
		figure_take_row(n, r);
		html_table_add(table, r);
	}
	return rc;
}
