/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * GROUP BY for very many rows in few groups, which SQLite would sort.
 *
 *     SELECT gather('INSERT INTO tally ... VALUES (?1, ?2, ?3) ON CONFLICT...',
 *                   'k+>', key, number, another) FROM ...
 *
 * runs the statement once for each group, or more often where there are more
 * groups than it holds at a time.  The letters say what the values behind them
 * are: k a key, + to be summed up, < the smallest, > the largest; all numbers
 * or NULL.  It gives NULL.
 */
#ifndef STORE_GATHER_PRIVATE_H
#define STORE_GATHER_PRIVATE_H

#include <sqlite3.h>

/* It runs what it is told to: only for statements of our own. */
void gather_register(sqlite3 *db);
void gather_unregister(sqlite3 *db);

#endif
