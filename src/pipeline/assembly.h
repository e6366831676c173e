/* SPDX-License-Identifier: BSD-3-Clause */
/* What all captures that are read together share on their way. */
#ifndef PIPELINE_ASSEMBLY_H
#define PIPELINE_ASSEMBLY_H

#include <stddef.h>
#include <stdint.h>

#include "correlate/copies.h"
#include "pipeline/places.h"
#include "store/ingest.h"

struct assembly {
	const uint16_t *ports; /* unicast DNS, mDNS, LLMNR */
	size_t num_ports;
	size_t num_unicast; /* the first of them */
	int64_t wait_ns;
	struct ingest *ingest; /* NULL: not begun; borrowed */
	struct copies *copies;
	struct places *places;
	int64_t next_exchange;
	uint32_t num_groups;
	uint64_t late; /* messages of captures that were stored already */
};

/* ports: of unicast DNS; copied. */
void assembly_init(struct assembly *all, const uint16_t *ports,
		   size_t num_ports, int64_t wait_ns);
void assembly_release(struct assembly *all);

/* The ingest that all goes into from now on. */
void assembly_set_ingest(struct assembly *all, struct ingest *ingest);

#endif
