/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rows of text in columns.  Widths are those of the widest cells among the
 * first rows (or what was asked for); on a terminal that is too narrow the
 * widest columns are cut with an ellipsis, elsewhere nothing is.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdbool.h>
#include <stdio.h>

struct table;

/* terminal_width: 0 where the output is no terminal. */
struct table *table_new(FILE *out, int terminal_width);
void table_free(struct table *t);

/* Before the first row; the text is copied. */
void table_add_column(struct table *t, const char *heading);

/*
 * The next cell of the row at hand, from the left, copied.  Goes on to the
 * next row after the last column.
 */
void table_add_cell(struct table *t, const char *text, bool is_number);

/* Rows are printed in batches: this prints what is left. */
void table_finish(struct table *t);

#endif
