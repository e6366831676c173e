/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Captures that are read as one: the files of a ring, or all that were taken on
 * one node.  They share what waits: fragments, streams and queries.
 */
#ifndef PIPELINE_GROUP_H
#define PIPELINE_GROUP_H

#include "base/duration.h"
#include "correlate/copies.h"
#include "correlate/matcher.h"
#include "packet/packets.h"
#include "pipeline/assembly.h"
#include "pipeline/reel.h"
#include "store/ingest.h"

/* Packets of several queues may be in disorder where files meet. */
#define GROUP_OVERLAP_NS NS_PER_SECOND

struct group;

struct group *group_new(struct assembly *all, const struct input *first);
void group_free(struct group *g);

/*
 * Whether a capture may come into the group: one of its ring, and, unless all
 * are of a known node or begin alike, none that was captured at the same time
 * as another.
 */
bool group_takes(const struct group *g, const struct input *input);

/* Takes all of its ring from now on, as they are of one node after all. */
void group_share(struct group *g);

/* Puts the reel in, which begins now, and the capture into the store. */
void group_begin(struct group *g, struct reel *r);

/* Takes the head of one of its reels. */
void group_feed(struct group *g, struct reel *r);

/* The reel has come to its end. */
void group_stop(struct group *g, const struct reel *r);

/*
 * Takes a stopped reel out; its facts are complete then.  last: nothing that
 * could go on where it stopped will follow, so that what waits is settled.
 */
void group_end(struct group *g, struct reel *r, bool last);

/* Whether nothing of it is being read. */
bool group_is_idle(const struct group *g);

/* Whether a capture that begins then may go on where the group stopped. */
bool group_goes_on(const struct group *g, const struct input *input);

/* Settles everything; what comes after that begins anew. */
void group_finish(struct group *g);

/* What time it is, where nothing is captured that would tell. */
void group_clock(struct group *g, int64_t time_ns);

/*
 * Fills in the facts of a reel up to now, and puts what its interfaces counted
 * into the store.
 */
void group_account(struct group *g, struct reel *r);

/* Hands on what is not settled, so that the store is whole as it is. */
void group_checkpoint(struct group *g);

/* Forgets everything, without a word. */
void group_abandon(struct group *g);

#endif
