/* SPDX-License-Identifier: BSD-3-Clause */
/* Keeps a store small that is filled without end and that nobody keeps. */
#ifndef STORE_PRUNE_H
#define STORE_PRUNE_H

#include <stdint.h>

#include "store/store.h"

/*
 * Takes out all but the newest `keep` exchanges, and as many of all else that
 * belongs to packets; but no query without a response that was asked since
 * waiting_since_ns.  All that waits must have been handed on before.  -1:
 * already reported.
 */
int store_prune(struct store *s, int64_t keep, int64_t waiting_since_ns);

#endif
