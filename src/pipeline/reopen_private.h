/* SPDX-License-Identifier: BSD-3-Clause */
/* A file of the command line again, at the member that is to be read. */
#ifndef PIPELINE_REOPEN_PRIVATE_H
#define PIPELINE_REOPEN_PRIVATE_H

#include "pipeline/run_private.h"

/*
 * The container at the input's member; NULL: it is not there any more.  What
 * is passed over is somebody else's, or tell_faults() tells it.  The one that
 * was read last goes on from there, so that an archive is unpacked but once
 * where its members come in the order of time.
 */
struct container *reopen_at(struct run *run, const struct input *input);

/* Beside whoever reads it, and silently. */
struct container *reopen_beside(const struct input *input);

/* The container is the one that was read last.  NULL: there is none. */
void reopen_keep(struct run *run, struct container *c, const char *path);

#endif
