/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/error.h"

enum { LARGE_PAGE = 1 << 21 };

static void *or_die(void *memory)
{
	if (memory == NULL) {
		fail("out of memory");
		exit(1);
	}
	return memory;
}

void *must_calloc(size_t count, size_t size)
{
	return or_die(calloc(count ? count : 1, size ? size : 1));
}

void *must_calloc_large(size_t count, size_t size)
{
	char *memory = must_calloc(count, size);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t skipped = -(uintptr_t)memory % page;

	if (count * size >= LARGE_PAGE)
		madvise(memory + skipped,
			(count * size - skipped) / page * page, MADV_HUGEPAGE);
	return memory;
}

void *must_realloc(void *old, size_t count, size_t size)
{
	size_t total = count * size;

	if (size != 0 && total / size != count)
		or_die(NULL);
	return or_die(realloc(old, total != 0 ? total : 1));
}

char *must_strdup(const char *text)
{
	return or_die(strdup(text));
}

void *must_memdup(const void *data, size_t len)
{
	void *copy = must_calloc(1, len);

	if (len != 0)
		memcpy(copy, data, len);
	return copy;
}

void memory_trim(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
