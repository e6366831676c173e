/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What reports read instead of all transactions: counts, latencies and the
 * first rows of their lists, made by rollup.sql of the rows of view _chosen.
 */
#ifndef STORE_ROLLUP_H
#define STORE_ROLLUP_H

#include <stdbool.h>
#include <stdint.h>

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

/* 1: nothing came in since it was made; 0: it did; -1: already reported. */
int rollup_holds(struct store *s);

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
 * TEMP VIEW _chosen holds, or else of all.  Lists have at least that many rows, -1: all.
 * -1: already reported.
 */
int rollup_make_own(struct store *s, int64_t list_rows);

#endif
