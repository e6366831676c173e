/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One capture while it is read: its next frame, and what is counted of it for
 * the store.  Knows nothing of other captures.
 */
#ifndef PIPELINE_REEL_H
#define PIPELINE_REEL_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/capture.h"
#include "packet/packets.h"
#include "pipeline/inputs.h"
#include "pipeline/places.h"
#include "store/ingest.h"

struct group;

struct reel {
	struct reel *next; /* of those being read */
	struct group *group;
	const struct input *input;
	struct capture *capture;
	int64_t id;    /* number in the store */
	uint32_t lane; /* of those read at a time in its group */
	struct frame head;
	int rc; /* what capture_next() gave for the head */
	/*
	 * By number of the interface: where messages are matched, and what
	 * copies are told by, which is the same in whichever lane.
	 */
	struct reel_place {
		uint32_t place, anywhere;
		bool has_time;
		int64_t last_ns; /* of the packet that was read last */
	} * places;
	uint32_t num_places;
	struct packet_tally tally; /* while others are read */
	bool times_advance;        /* not all packets have the same */
	int unknown_link;          /* reported already; -1: none yet */
	struct ingest_facts facts;
};

/*
 * Begins with an opened capture, which is the reel's from now on, and its
 * first frame.
 */
struct reel *reel_new(const struct input *input, struct capture *capture);
void reel_free(struct reel *r);

/* Reads the next frame into head. */
void reel_advance(struct reel *r);

/* Fills in what the head's interface is called in packet/. */
void reel_place(struct reel *r, struct places *places, uint32_t node);

/* Counts the head, which has its place, before it is handed on. */
void reel_count(struct reel *r);

/* Whether the times of its packets mean something. */
bool reel_has_times(const struct reel *r);

/* All that is known at the end; its tally is complete. */
void reel_finish(struct reel *r);

/* Of its first interface. */
int reel_linktype(const struct reel *r);

/* Of an interface, as the store wants it. */
struct ingest_interface reel_interface(const struct reel *r, uint32_t number,
				       uint32_t ifindex);

#endif
