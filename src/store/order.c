/* SPDX-License-Identifier: BSD-3-Clause */
/* A heap of numbers of slots, as exchanges are too large to be moved about. */
#include "store/order_private.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"

enum { ROOM = 4096 };

struct slot {
	struct exchange exchange;
	uint64_t turn; /* of one that is stored again: the later one counts */
};

struct order {
	struct slot slots[ROOM];
	uint16_t heap[ROOM]; /* behind the first count ones: free slots */
	unsigned count;
	uint64_t turns;
};

struct order *order_new(void)
{
	struct order *o = must_calloc(1, sizeof(*o));

	for (unsigned i = 0; i < ROOM; i++)
		o->heap[i] = (uint16_t)i;
	return o;
}

void order_free(struct order *o)
{
	free(o);
}

bool order_is_full(const struct order *o)
{
	return o->count == ROOM;
}

static bool is_before(const struct order *o, unsigned a, unsigned b)
{
	const struct slot *x = &o->slots[o->heap[a]];
	const struct slot *y = &o->slots[o->heap[b]];

	if (x->exchange.id != y->exchange.id)
		return x->exchange.id < y->exchange.id;
	return x->turn < y->turn;
}

static void swap(struct order *o, unsigned a, unsigned b)
{
	uint16_t slot = o->heap[a];

	o->heap[a] = o->heap[b];
	o->heap[b] = slot;
}

void order_put(struct order *o, const struct exchange *x)
{
	unsigned i = o->count++;

	o->slots[o->heap[i]] = (struct slot){ *x, o->turns++ };
	for (; i > 0 && is_before(o, i, (i - 1) / 2); i = (i - 1) / 2)
		swap(o, i, (i - 1) / 2);
}

static unsigned first_child(const struct order *o, unsigned i)
{
	unsigned child = 2 * i + 1;

	return child + 1 < o->count && is_before(o, child + 1, child)
		       ? child + 1
		       : child;
}

bool order_take(struct order *o, const struct exchange **x)
{
	unsigned i = 0, child;

	if (o->count == 0)
		return false;
	*x = &o->slots[o->heap[0]].exchange;
	swap(o, 0, --o->count);
	while ((child = first_child(o, i)) < o->count &&
	       is_before(o, child, i)) {
		swap(o, i, child);
		i = child;
	}
	return true;
}
