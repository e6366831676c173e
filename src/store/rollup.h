/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What reports read instead of all transactions: counts, latencies and the
 * first rows of their lists, made by rollup.sql of the rows of view _chosen.
 */
#ifndef STORE_ROLLUP_H
#define STORE_ROLLUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "store/store.h"

/*
 * Which names are the same, and makes temp.word (spellings.sql); before
 * anything is concluded.  -1: already reported.
 */
int rollup_spell(struct store *s);

/* Of all transactions, within the caller's; -1: already reported. */
int rollup_make(struct store *s);

/*
 * What was concluded holds no more, as the store changes: within the caller's
 * transaction.  -1: already reported.
 */
int rollup_void(struct store *s);

/* Rows of its lists, at most; -1: all, or already reported. */
int64_t rollup_list_rows(struct store *s);

/* What makes it, to a sum that tells programs apart. */
void rollup_add_statements(struct sha256 *sum);

/*
 * 1: what the store has does for lists of that many rows (-1: of all) and for
 * counting what is slower than threshold_ns; 0: it has fewer, it rounded, or
 * transactions came in since.  -1: already reported.
 */
int rollup_suffices(struct store *s, int64_t list_rows, int64_t threshold_ns);

/*
 * 1: of many transactions these are few, so that what is made of them is worth
 * keeping; 0: no, as where each query has a client of its own.  -1: already
 * reported.
 */
int rollup_is_dense(struct store *s);

/*
 * Makes them anew without rounding, as this connection sees them: of what its
 * TEMP VIEW _chosen holds, or else of all.  Lists have at least list_rows, -1:
 * all; once made they stay, so that the longest are to be made first.  -1:
 * already reported.
 */
int rollup_make_own(struct store *s, int64_t list_rows);

#endif
