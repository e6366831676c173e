/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Strings that live until the next message: handed out one after another from
 * chunks that are kept, so that the steady state never calls malloc.
 */
#ifndef DNS_ARENA_PRIVATE_H
#define DNS_ARENA_PRIVATE_H

#include <stddef.h>

struct arena_chunk;

/* Start from { 0 }; arena_release() when done. */
struct arena {
	struct arena_chunk *first, *current;
};

/* What was handed out before is no longer valid. */
void arena_reset(struct arena *a);
void arena_release(struct arena *a);

/* A copy of len bytes with a NUL after them. */
char *arena_string(struct arena *a, const void *data, size_t len);

#endif
