/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rows of text in columns, as wide as the widest cells among the first rows.
 * On a terminal that is too narrow long cells are cut with an ellipsis, then
 * columns are left out from the right; a line says so.  Elsewhere nothing is
 * cut.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct table;

/* terminal_width: 0 where the output is no terminal. */
struct table *table_new(FILE *out, int terminal_width);
void table_free(struct table *t);

/*
 * Before the first row; the text is copied.  A vital column is never left out,
 * and the last one, if it is vital, never cut: it may go over several lines.
 */
void table_add_column(struct table *t, const char *heading, bool is_vital);

/* At least so wide from the start, as the first rows may be few. */
void table_widen(struct table *t, size_t column, size_t width);

/*
 * The next cell of the row at hand, from the left, copied.  Goes on to the
 * next row after the last column.
 */
void table_add_cell(struct table *t, const char *text, bool is_number);

/* Rows are printed in batches: this prints what there is. */
void table_flush(struct table *t);

/* The same at the end, where a heading without rows is better than nothing. */
void table_finish(struct table *t);

#endif
