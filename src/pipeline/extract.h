/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From a list of evidence (store/evidence.h) to the packets themselves, out of
 * the captures that they were read from, as one pcapng file.
 */
#ifndef PIPELINE_EXTRACT_H
#define PIPELINE_EXTRACT_H

#include <stdint.h>
#include <stdio.h>

#include "store/store.h"

struct extract_options {
	const char *captures;    /* the folder that they lie in; NULL: this */
	const char *application; /* what wrote it, with its version */
	const char *comment;     /* on the whole */
	FILE *spool;             /* where packets wait: an empty file */
	/* As in struct pipeline_options. */
	void (*progress)(void *context, const char *name, uint64_t bytes,
			 uint64_t total, uint64_t packets);
	void *progress_context;
};

struct extract_tally {
	uint64_t packets, captures; /* that they came from */
};

/*
 * Writes the packets in the order of time, those of equal times by capture and
 * frame, each with a comment "FILE#FRAME: why".  Every file is read once and
 * as a stream; packets wait for their turn in spool.  0: all that
 * was wanted is there.  1: what could be had is there, and each capture that
 * is missing or is no longer the same was reported with what it lacks.  -1:
 * already reported; what was written is not to be used.
 */
int extract_write(struct store *s, const struct extract_options *options,
		  FILE *to, struct extract_tally *tally);

/* -1: the path is a capture that would be read; already reported. */
int extract_check_output(struct store *s, const char *captures,
			 const char *path);

#endif
