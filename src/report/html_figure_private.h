/* SPDX-License-Identifier: BSD-3-Clause */
/* What the figures of a page share: numbers, frame, legend and table. */
#ifndef REPORT_HTML_FIGURE_PRIVATE_H
#define REPORT_HTML_FIGURE_PRIVATE_H

#include "report/html_private.h"

enum { /* of rows, and of pixels */
       ROWS_MAX = 130,
       COLUMNS_MAX = 12,
       WIDTH = 960,
       LEFT = 52,
       RIGHT = 948
};

/* The numbers of a figure, as their SQL gives them; NULL is -1. */
struct numbers {
	int64_t values[ROWS_MAX][COLUMNS_MAX];
	char *labels[ROWS_MAX]; /* of the first column, if it is text */
	size_t count;
};

/* What the legend says of a colour. */
struct key {
	const char *class, *words;
};

/* Of one that must_calloc() gave, freed with it. */
void figure_release(struct numbers *n);
void figure_take_row(struct numbers *n, const struct rows *r);
/* "150 µs", "1.5 s": the edge of a bar, a decade. */
void figure_add_span(struct text *t, double ns);
/* Up to the text that describes it, which ends in </desc>. */
void figure_begin(struct text *t, const char *id, int height,
		  const char *title);
void figure_end(struct text *t, const char *title, const struct key *keys,
		size_t count);
/* The table, closed until somebody wants it. */
void figure_print_numbers(struct output *o, struct html_table *table);
/* All rows, for both: a figure is whole or useless.  0 or -1. */
int figure_read(struct rows *r, struct numbers *n, struct html_table *table);

#endif
