/* SPDX-License-Identifier: BSD-3-Clause */
/* The assembly line: captures go in, transactions are in the store. */
#ifndef PIPELINE_PIPELINE_H
#define PIPELINE_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "pipeline/inputs.h"
#include "store/store.h"

struct pipeline_options {
	const uint16_t *ports; /* of unicast DNS */
	size_t num_ports;
	int64_t wait_ns;   /* how long a query waits for its response */
	const char *ifmap; /* file: ifindex to name, of all; NULL: none */
	/*
	 * Told now and then how far reading is; NULL: nobody asks.  total is
	 * 0 where the size is not known before.
	 */
	void (*progress)(void *context, const char *name, uint64_t bytes,
			 uint64_t total, uint64_t packets);
	void *progress_context;
};

struct pipeline_tally {
	uint64_t captures, packets, messages;
	uint64_t known; /* captures that the store had already */
};

/*
 * Reads the inputs into the store, adding to the tally.  Captures of one node
 * are read in the order of time, those that overlap side by side, and matched
 * across their borders.  0: done, also where the store had one already (said)
 * or a file is cut short (said; what is before is kept).  -1: already
 * reported; what could be read is kept.
 */
int pipeline_ingest(struct store *store, struct inputs *inputs,
		    const struct pipeline_options *options,
		    struct pipeline_tally *tally);

#endif
