/* SPDX-License-Identifier: BSD-3-Clause */
/* One capture on its way through the pipeline, from its start to its end. */
#ifndef PIPELINE_DRIVE_PRIVATE_H
#define PIPELINE_DRIVE_PRIVATE_H

#include "pipeline/run_private.h"

/* container: the drive's from now on, and NULL if it is only borrowed. */
struct drive *drive_add(struct run *run, struct container *c,
			struct reel *reel);

/* One frame further, or the end.  -1: already reported. */
int drive_step(struct run *run, struct drive *d);

/* The capture was read to its end; its file may be left. */
void drive_stop(struct run *run, struct drive *d);

/*
 * last: nothing goes on where it stopped.  That a capture is known already
 * shows only now where it could not be read twice.
 */
int drive_settle(struct run *run, struct drive *d, bool last);

/* Takes it out and frees it. */
void drive_remove(struct run *run, struct drive *d);

#endif
