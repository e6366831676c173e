/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames that wait for who is busy: a thread does nothing but take them from
 * their source, so that bursts are not lost.  What waits is bounded; beyond
 * that the source is left alone, and what is lost there counts there.
 */
#ifndef CAPTURE_BACKLOG_PRIVATE_H
#define CAPTURE_BACKLOG_PRIVATE_H

#include <stdbool.h>

#include "capture/capture.h"

/* All of them are called by the thread alone. */
struct backlog_source {
	/*
	 * As capture_next(): 0 where nothing is there just now.  Of the frame
	 * its time, interface, wire_len and bytes are kept.
	 */
	int (*take)(void *context, struct frame *frame);
	/* Until there is something to take, for a few milliseconds. */
	void (*wait)(void *context);
	/* Now and then, also while nothing is taken. */
	void (*look)(void *context);
	void *context;
};

struct backlog;

/* Starts the thread.  NULL: there is none to be had. */
struct backlog *backlog_new(const struct backlog_source *source);

/* Ends the thread: what is in the source stays there, what waits is given. */
void backlog_stop(struct backlog *b);

/* Ends it; what waits is forgotten. */
void backlog_free(struct backlog *b);

/*
 * As capture_next(), the oldest that waits; 0: none does.  -1: the source has
 * come to its end, and all that it gave was given.
 */
int backlog_next(struct backlog *b, struct frame *frame);

/* Until there is one, or for so long. */
void backlog_wait(struct backlog *b, int timeout_ms);

#endif
