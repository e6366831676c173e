/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory that is there: each of these ends the program with a message when
 * there is none (the open store transaction then rolls back), so that callers
 * never check.  Release with free().
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

void *must_calloc(size_t count, size_t size);
/*
 * As must_calloc(), for megabytes that are read here and there: in large pages
 * where the system has them, as looking up small ones takes as long as reading.
 */
void *must_calloc_large(size_t count, size_t size);
void *must_realloc(void *old, size_t count, size_t size);
char *must_strdup(const char *text);
void *must_memdup(const void *data, size_t len);

/* What was freed goes back to the system, where the C library can do that. */
void memory_trim(void);

#endif
