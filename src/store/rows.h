/* SPDX-License-Identifier: BSD-3-Clause */
/* A question to the store and the rows of its answer. */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct rows;

enum cell_type { CELL_NULL, CELL_INTEGER, CELL_REAL, CELL_TEXT };

/*
 * Prepares the one statement that sql holds; more than one is an error, and so
 * is one that would write.  NULL: already reported.
 */
struct rows *rows_open(struct store *s, const char *sql);
void rows_close(struct rows *r);

/* For statements of our own, which may write: to what is TEMP, or ingest. */
struct rows *rows_open_own(struct store *s, const char *sql);

/* The statement, with its semicolon if it has one. */
const char *rows_sql(const struct rows *r);

/* Parameters by name, ":limit"; one that the statement has not is ignored. */
bool rows_has_parameter(const struct rows *r, const char *name);
void rows_bind_integer(struct rows *r, const char *name, int64_t value);
void rows_bind_real(struct rows *r, const char *name, double value);
void rows_bind_text(struct rows *r, const char *name, const char *value);

/* 1: a row; 0: the end; -1: already reported. */
int rows_next(struct rows *r);

/* Columns from 0.  Texts live until the next rows_next(). */
int rows_num_columns(const struct rows *r);
const char *rows_column(const struct rows *r, int column);
enum cell_type rows_type(const struct rows *r, int column);
int64_t rows_integer(const struct rows *r, int column);
double rows_real(const struct rows *r, int column);
const char *rows_text(const struct rows *r, int column); /* "" for NULL */

/* Runs each statement that a SELECT gives in its first column.  -1: reported. */
int rows_run(struct store *s, const char *select);

#endif
