/* SPDX-License-Identifier: BSD-3-Clause */
/* What group.c, which reads, and sinks.c, which stores, share. */
#ifndef PIPELINE_GROUP_PRIVATE_H
#define PIPELINE_GROUP_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "correlate/legs.h"
#include "correlate/matcher.h"
#include "dns/message.h"
#include "packet/packets.h"
#include "pipeline/group.h"

/* Files one after another; those that overlap in time have different lanes. */
struct lane {
	bool is_open;
	int64_t capture; /* the last one; 0: none yet */
	bool has_time;
	int64_t last_ns;
};

struct group {
	struct assembly *all;
	char *ring;
	bool has_node; /* or is known to be of one */
	uint32_t node; /* a number, for as far as anybody knows which are one */
	struct packet_options packet_options;
	struct packets *packets; /* NULL: nothing waits */
	struct dns_decoder *decoder;
	struct matcher *matcher;
	struct legs *legs;
	struct lane *lanes;
	uint32_t num_lanes;
	struct reel *reels;    /* being read */
	struct reel *counting; /* whose tally is in packets; NULL: nobody's */
	uint64_t undecided;    /* of the matcher, told already */
};

/* Where what comes out of packets and matcher goes: through both, to the store. */
struct packets_sinks group_packets_sinks(struct group *g);
struct matcher_sinks group_matcher_sinks(struct group *g);

/* Whether one of its reels captured there. */
bool group_has_place(const struct group *g, uint32_t place);

#endif
