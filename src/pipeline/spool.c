/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/spool_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/temporary.h"

struct waiting {
	struct spool_entry entry;
	uint64_t offset;
	size_t len;
};

struct spool {
	FILE *file;
	uint64_t bytes;
	struct waiting *waiting;
	size_t count, room;
};

static int fail_spool(void)
{
	return fail("temporary file: %s", strerror(errno));
}

struct spool *spool_new(void)
{
	struct spool *s = must_calloc(1, sizeof(*s));

	s->file = temporary_file();
	if (s->file != NULL)
		return s;
	free(s);
	return NULL;
}

void spool_free(struct spool *s)
{
	if (s == NULL)
		return;
	fclose(s->file);
	free(s->waiting);
	free(s);
}

int spool_add(struct spool *s, const struct spool_entry *entry,
	      const struct text *block)
{
	if (fwrite(block->data, 1, block->len, s->file) != block->len)
		return fail_spool();
	if (s->count == s->room) {
		s->room = s->room != 0 ? 2 * s->room : 256;
		s->waiting = must_realloc(s->waiting, s->room,
					  sizeof(*s->waiting));
	}
	s->waiting[s->count++] = (struct waiting){ *entry, s->bytes,
						   block->len };
	s->bytes += block->len;
	return 0;
}

size_t spool_count(const struct spool *s)
{
	return s->count;
}

size_t spool_count_up_to(const struct spool *s, int64_t level)
{
	size_t count = 0;

	for (size_t i = 0; i < s->count; i++)
		count += s->waiting[i].entry.level <= level;
	return count;
}

void spool_take_back(struct spool *s, size_t count)
{
	s->count = count;
}

static int compare_waiting(const void *a, const void *b)
{
	const struct spool_entry *x = &((const struct waiting *)a)->entry;
	const struct spool_entry *y = &((const struct waiting *)b)->entry;

	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? -1 : 1;
	if (x->capture != y->capture)
		return x->capture < y->capture ? -1 : 1;
	return (x->frame > y->frame) - (x->frame < y->frame);
}

static int read_block(struct spool *s, const struct waiting *w,
		      struct text *block)
{
	text_clear(block);
	if (fseeko(s->file, (off_t)w->offset, SEEK_SET) != 0)
		return fail_spool();
	for (size_t left = w->len; left > 0;) {
		char chunk[4096];
		size_t len = left < sizeof(chunk) ? left : sizeof(chunk);

		if (fread(chunk, 1, len, s->file) != len)
			return fail_spool();
		text_add_bytes(block, chunk, len);
		left -= len;
	}
	return 0;
}

int spool_each(struct spool *s, int64_t level, spool_sink *sink, void *context)
{
	struct text block = { 0 };
	int rc = 0;

	if (s->count > 0)
		qsort(s->waiting, s->count, sizeof(*s->waiting),
		      compare_waiting);
	for (size_t i = 0; rc == 0 && i < s->count; i++) {
		const struct waiting *w = &s->waiting[i];

		if (w->entry.level > level)
			continue;
		rc = read_block(s, w, &block);
		if (rc == 0)
			rc = sink(context, w->entry.time_ns, &block);
	}
	text_release(&block);
	return rc;
}
