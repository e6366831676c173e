/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PIPELINE_EXTRACT_PRIVATE_H
#define PIPELINE_EXTRACT_PRIVATE_H

#include "base/text.h"
#include "capture/container.h"
#include "pipeline/disguise_private.h"
#include "pipeline/extract.h"
#include "pipeline/sources.h"
#include "pipeline/spool_private.h"

struct extract {
	struct store *store;
	struct disguise *disguise; /* NULL: packets stay as they are */
	const struct extract_options *options;
	struct source *sources;
	size_t num_sources;
	struct spool *spool;
	struct text interfaces; /* their blocks */
	uint32_t num_interfaces;
	uint64_t packets_read;
	struct text block, comment;
};

/* The captures that packets are wanted of.  -1: already reported. */
int extract_load_sources(struct extract *e);

/*
 * Takes what is wanted of the source out of the container's current member.
 * 1: it was that capture; 2: it was, but frames that were asked for by number
 * are not in it; 0: it has other content; -1.
 */
int extract_pick(struct extract *e, const struct source *source,
		 struct container *container);

#endif
