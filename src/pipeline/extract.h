/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From a list of evidence (store/evidence.h) to the packets themselves, out of
 * the captures that they were read from, as one pcapng file.
 */
#ifndef PIPELINE_EXTRACT_H
#define PIPELINE_EXTRACT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "store/store.h"

struct extract_options {
	const char *captures;    /* the folder that they lie in; NULL: this */
	const char *application; /* what wrote it, with its version */
	const char *comment;     /* on the whole */
	/* Where DNS is: for a store that store_redact() has changed. */
	const uint16_t *ports;
	size_t num_ports;
	/* As in struct pipeline_options. */
	void (*progress)(void *context, const char *name, uint64_t bytes,
			 uint64_t total, uint64_t packets);
	void *progress_context;
};

struct extract_tally {
	uint64_t packets, captures; /* that they came from */
};

struct extract;

/* Borrows store and options.  NULL: already reported, as in all of these. */
struct extract *extract_new(struct store *s,
			    const struct extract_options *options);
void extract_free(struct extract *e);

/* -1: the path is a capture that would be read. */
int extract_check_output(const struct extract *e, const char *path);

/*
 * Takes the packets out of their captures, once.  Every file is read once and
 * as a stream; packets wait in a temporary file.  0: all that was wanted is
 * there.  1: what could be had is there, and each capture that is missing or
 * is no longer the same was reported with what it lacks.  -1.
 */
int extract_read(struct extract *e);

/* Those of evidence up to that level (EXTRACT_ALL), as they were read. */
#define EXTRACT_ALL INT64_MAX
struct extract_tally extract_count(const struct extract *e, int64_t level);

/* Whether the capture was there, and the one that the store knows. */
bool extract_has_read(const struct extract *e, int64_t capture);

/*
 * Writes them in the order of time, those of equal times by capture and frame,
 * each with a comment "FILE#FRAME: why"; as often as one likes.  Those of a
 * redacted store come under its pseudonyms (redact/message.h).  -1: what was
 * written is not to be used.
 */
int extract_write(struct extract *e, int64_t level, FILE *to);

#endif
