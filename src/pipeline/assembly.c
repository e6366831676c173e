/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/assembly.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "pipeline/observe.h"

/* The ports to look at: those of unicast DNS, mDNS and LLMNR. */
static void choose_ports(struct assembly *all, const uint16_t *ports,
			 size_t count)
{
	uint16_t *chosen = must_calloc(count + 2, sizeof(*chosen));

	memcpy(chosen, ports, count * sizeof(*chosen));
	all->num_unicast = count;
	chosen[count++] = MDNS_PORT;
	chosen[count++] = LLMNR_PORT;
	all->ports = chosen;
	all->num_ports = count;
}

void assembly_init(struct assembly *all, const uint16_t *ports,
		   size_t num_ports, int64_t wait_ns)
{
	*all = (struct assembly){ .wait_ns = wait_ns };
	choose_ports(all, ports, num_ports);
	all->copies = copies_new();
	all->places = places_new();
}

void assembly_release(struct assembly *all)
{
	copies_free(all->copies);
	places_free(all->places);
	free((uint16_t *)all->ports);
}

void assembly_set_ingest(struct assembly *all, struct ingest *ingest)
{
	all->ingest = ingest;
	all->next_exchange = ingest_first_exchange(ingest);
}
