/* SPDX-License-Identifier: BSD-3-Clause */
/* One call of pipeline_ingest(): what its parts know of each other. */
#ifndef PIPELINE_RUN_PRIVATE_H
#define PIPELINE_RUN_PRIVATE_H

#include "base/hash.h"
#include "capture/container.h"
#include "pipeline/group.h"
#include "pipeline/notes.h"
#include "pipeline/pipeline.h"

/* One capture that is read, and the file that it is in. */
struct drive {
	struct reel *reel;
	struct container *container; /* NULL: somebody else's */
	struct input *own; /* what nobody else keeps; NULL: somebody does */
	char sha256[SHA256_TEXT_SIZE];
	struct drive *next;
};

struct run {
	const struct pipeline_options *options;
	struct store *store;
	struct inputs *inputs;
	size_t next; /* the first of the inputs whose turn has not come */
	struct assembly all;
	struct group **groups;
	size_t num_groups;
	struct drive *drives;
	size_t num_drives;
	struct notes *notes;
	struct pipeline_tally *tally;
	struct pipeline_tally unsaved; /* since the last checkpoint */
	struct container *kept; /* the file that was read last, and where */
	char *kept_path;
	uint64_t bytes_total, bytes_done;
	uint64_t packets; /* read up to now */
	int rc;
};

/* The group that an input belongs to, made if there is none. */
struct group *run_group(struct run *run, const struct input *input);

/* The input that this member of the file is; NULL: it was not there before. */
struct input *run_input(struct run *run, const char *path, uint64_t member);

/* What is wrong with it was said by whoever read it. */
void run_note_told(struct run *run, const struct input *input);

/* The store's transaction, from the first capture that is really read. */
int run_begin_ingest(struct run *run);

/* Nothing is half read: what is there may be kept.  -1: already reported. */
int run_checkpoint(struct run *run);

/* Nothing of what was read since the last checkpoint is kept. */
void run_abandon(struct run *run);

#endif
