/* SPDX-License-Identifier: BSD-3-Clause */
/* The assembly line: a capture file goes in, transactions are in the store. */
#ifndef PIPELINE_PIPELINE_H
#define PIPELINE_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct pipeline_options {
	const uint16_t *ports; /* of unicast DNS */
	size_t num_ports;
	int64_t wait_ns;  /* how long a query waits for its response */
	const char *node; /* where the capture was taken; NULL: unknown */
	/*
	 * Told now and then how far reading is; NULL: nobody asks.  total is
	 * 0 where the size is not known before.
	 */
	void (*progress)(void *context, uint64_t bytes, uint64_t total,
			 uint64_t packets);
	void *progress_context;
};

struct pipeline_tally {
	uint64_t captures, packets, messages;
	uint64_t known; /* captures that the store had already */
};

/*
 * Reads one capture into the store, adding to the tally.  0: done, also where
 * the store had it already (said) or the file is cut short (said; what is
 * before is kept).  -1: already reported; what could be read is kept.
 */
int pipeline_ingest(struct store *store, const char *path,
		    const struct pipeline_options *options,
		    struct pipeline_tally *tally);

#endif
