/* SPDX-License-Identifier: BSD-3-Clause */
#include "dns/arena_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* All the names of an ordinary message fit into one. */
enum { CHUNK_ROOM = 16 * 1024 };

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, room;
	char data[];
};

void arena_reset(struct arena *a)
{
	a->current = a->first;
	if (a->current != NULL)
		a->current->used = 0;
}

void arena_release(struct arena *a)
{
	struct arena_chunk *next;

	for (struct arena_chunk *c = a->first; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	*a = (struct arena){ 0 };
}

static struct arena_chunk *chunk_new(size_t need)
{
	size_t room = need > CHUNK_ROOM ? need : CHUNK_ROOM;
	struct arena_chunk *c = must_calloc(1, sizeof(*c) + room);

	c->room = room;
	return c;
}

/* The next chunk if it is large enough, else a new one before it. */
static struct arena_chunk *next_chunk(struct arena *a, size_t need)
{
	struct arena_chunk **link = a->current != NULL ? &a->current->next
						       : &a->first;
	struct arena_chunk *c = *link;

	if (c == NULL || c->room < need) {
		c = chunk_new(need);
		c->next = *link;
		*link = c;
	}
	c->used = 0;
	a->current = c;
	return c;
}

char *arena_string(struct arena *a, const void *data, size_t len)
{
	struct arena_chunk *c = a->current;
	char *string;

	if (c == NULL || c->room - c->used < len + 1)
		c = next_chunk(a, len + 1);
	string = c->data + c->used;
	if (len != 0)
		memcpy(string, data, len);
	string[len] = '\0';
	c->used += len + 1;
	return string;
}
