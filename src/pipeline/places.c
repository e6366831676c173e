/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/places.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

enum { LINKTYPE_LINUX_SLL2 = 276 };

/* What was numbered, by what it is called; found by a hash table. */
struct numbered {
	struct key128 *keys; /* number n is keys[n - 1] */
	uint32_t count, room;
	uint32_t *slots; /* numbers; 0: free */
	uint32_t num_slots;
};

struct places {
	struct numbered interfaces;
};

struct places *places_new(void)
{
	return must_calloc(1, sizeof(struct places));
}

static void release(struct numbered *n)
{
	free(n->keys);
	free(n->slots);
}

void places_free(struct places *p)
{
	if (p == NULL)
		return;
	release(&p->interfaces);
	free(p);
}

static uint32_t *find_slot(const struct numbered *n, struct key128 key)
{
	uint32_t i = (uint32_t)key.a & (n->num_slots - 1);

	while (n->slots[i] != 0 && !key128_equal(n->keys[n->slots[i] - 1], key))
		i = (i + 1) & (n->num_slots - 1);
	return &n->slots[i];
}

static void grow(struct numbered *n)
{
	n->room = n->room != 0 ? 2 * n->room : 16;
	n->keys = must_realloc(n->keys, n->room, sizeof(*n->keys));
	free(n->slots);
	n->num_slots = 2 * n->room;
	n->slots = must_calloc(n->num_slots, sizeof(*n->slots));
	for (uint32_t i = 0; i < n->count; i++)
		*find_slot(n, n->keys[i]) = i + 1;
}

static uint32_t number_of(struct numbered *n, const struct text *what)
{
	struct key128 key = hash_key(text_string(what), what->len);
	uint32_t *slot;

	if (n->count == n->room)
		grow(n);
	slot = find_slot(n, key);
	if (*slot == 0) {
		n->keys[n->count] = key;
		*slot = ++n->count;
	}
	return *slot;
}

uint32_t places_interface(struct places *p, uint32_t node, uint32_t lane,
			  const struct capture_interface *interface,
			  uint32_t number)
{
	struct text what = { 0 };
	uint32_t found;

	text_addf(&what, "%u %d ", (unsigned)node, interface->linktype);
	if (interface->name != NULL || interface->description != NULL)
		text_addf(&what, "%s\n%s",
			  interface->name != NULL ? interface->name : "",
			  interface->description != NULL
				  ? interface->description
				  : "");
	else if (interface->linktype != LINKTYPE_LINUX_SLL2)
		text_addf(&what, "%u/%u", (unsigned)lane, (unsigned)number);
	found = number_of(&p->interfaces, &what);
	text_release(&what);
	return found;
}
