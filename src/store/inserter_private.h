/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The thread that writes to SQLite beside the one that reads packets.  Rows are
 * handed over in batches through a bounded queue: in each of them, table by
 * table in the order in which they were made, so that the store is the same
 * whatever the timing.
 * Where no thread can be had, rows are written when a batch is full.
 *
 * While rows are under way nobody else may use the store's connection:
 * inserter_drain() first.
 */
#ifndef STORE_INSERTER_PRIVATE_H
#define STORE_INSERTER_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

struct store;
struct inserter;

/* The store is borrowed. */
struct inserter *inserter_new(const struct store *s);

/* No thread: between rows others may use the store's connection. */
void inserter_stay_alone(struct inserter *w);

/* What was not written yet is given up. */
void inserter_free(struct inserter *w);

/*
 * A row for a table, "INSERT INTO name (id, text)", or a statement with its
 * parameters; then the values one by one, as many as there are columns or
 * parameters; then the end.  Both SQL texts are known by their addresses and
 * must live as long as the inserter.  Rows of one table come in their order, and
 * between statements too; of several tables, the one that had a row first since
 * the inserter began has its rows written first.
 */
void inserter_begin_row(struct inserter *w, const char *table_sql);
void inserter_begin_statement(struct inserter *w, const char *sql);
void inserter_number(struct inserter *w, int64_t number);
void inserter_null(struct inserter *w);
void inserter_text(struct inserter *w, const char *text); /* NULL: null */
void inserter_end(struct inserter *w);

/* Null where it is not known. */
void inserter_if(struct inserter *w, bool is_known, int64_t number);

/* Null for the number that stands for none. */
void inserter_optional(struct inserter *w, int64_t number, int64_t none);

/*
 * Waits until all that was handed over is written; NULL is fine.  -1: already
 * reported.
 */
int inserter_drain(struct inserter *w);

/* Whether something could not be written (reported); nothing is after it. */
bool inserter_failed(const struct inserter *w);

#endif
