/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What rollup.sql counts of each transaction, in one pass over them:
 *
 *     SELECT sum_up(x.id, x.client, ...) FROM ...
 *
 * adds them up, group by group (gather_private.h), in the tables tally,
 * timeline, latency, question_sum, denied_sum and nodata_sum, and gives NULL.
 */
#ifndef STORE_SUMS_PRIVATE_H
#define STORE_SUMS_PRIVATE_H

#include <sqlite3.h>

/* It writes to those tables: only for statements of our own. */
void sums_register(sqlite3 *db);
void sums_unregister(sqlite3 *db);

#endif
