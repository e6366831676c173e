/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * GROUP BY for very many rows in few groups, which SQLite would sort.  A group
 * is a row of a table of numbers with a key; letters say what its columns are:
 * k a part of the key, + to be summed up, < the smallest, > the largest.  What
 * belongs together is put together in memory, and added to the table's rows
 * when there are more groups than that holds, and at the end.
 *
 *     SELECT gather('tally', 'k+>', key, number, another) FROM ...
 *
 * does so for all rows of a statement, and gives NULL.  gather_key(text) makes
 * a key of a text, by a hash of 63 bits.
 */
#ifndef STORE_GATHER_PRIVATE_H
#define STORE_GATHER_PRIVATE_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

enum { GATHER_VALUES_MAX = 16 };

#define GATHER_NONE INT64_MIN /* stands for NULL; not in keys */

struct gathering;

/*
 * It holds that many values of 8 bytes at most before it writes them: each time
 * it goes through all of a large table.  NULL: the database tells why.
 */
struct gathering *gathering_new(sqlite3 *db, const char *table,
				const char *letters, size_t most_values);

/* A value for each letter.  SQLITE_OK, or why groups could not be written. */
int gathering_add(struct gathering *g, const int64_t *values);

/* Writes what is still in memory.  Likewise. */
int gathering_write(struct gathering *g);

/* NULL is fine. */
void gathering_free(struct gathering *g);

/* It writes where it is told to: only for statements of our own. */
void gather_register(sqlite3 *db);
void gather_unregister(sqlite3 *db);

/* No further than there are numbers: clocks may be set to any time. */
int64_t gather_sum(int64_t a, int64_t b);

/* NULL becomes GATHER_NONE. */
int64_t gather_value(sqlite3_value *value);

#endif
