/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Exchanges end in another order than they began in.  Rows that come in the
 * order of their numbers fill their pages, and are quicker to write; so some
 * thousands wait here, and the one that began first leaves first.
 */
#ifndef STORE_ORDER_PRIVATE_H
#define STORE_ORDER_PRIVATE_H

#include <stdbool.h>

#include "correlate/exchange.h"

struct order;

struct order *order_new(void);
void order_free(struct order *o); /* NULL is fine */

bool order_is_full(const struct order *o);

/* Keeps a copy; there must be room. */
void order_put(struct order *o, const struct exchange *x);

/* false: there is none.  *x is good until the next order_put(). */
bool order_take(struct order *o, const struct exchange **x);

#endif
