/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packets on their way from several captures into one file: blocks that wait
 * in a temporary file until all are there and can be put into order.
 */
#ifndef PIPELINE_SPOOL_PRIVATE_H
#define PIPELINE_SPOOL_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct spool;

/* Where a packet is from, and for whom it is. */
struct spool_entry {
	int64_t time_ns; /* or of the packet before it, where it has none */
	int64_t capture;
	uint64_t frame;
	int64_t level; /* the lower the more important */
};

/* NULL: already reported. */
struct spool *spool_new(void);
void spool_free(struct spool *s);

/* -1: already reported. */
int spool_add(struct spool *s, const struct spool_entry *entry,
	      const struct text *block);

/* How many there are, and how many of them are up to a level. */
size_t spool_count(const struct spool *s);
size_t spool_count_up_to(const struct spool *s, int64_t level);

/* Forgets those that were added after there were that many. */
void spool_take_back(struct spool *s, size_t count);

/*
 * Hands on a copy of each up to a level, by time, capture and frame.  -1:
 * already reported, or what the sink said.
 */
typedef int spool_sink(void *context, int64_t time_ns, struct text *block);

int spool_each(struct spool *s, int64_t level, spool_sink *sink,
	       void *context);

#endif
