/* SPDX-License-Identifier: BSD-3-Clause */
/* Captures that were read before, or are being read under another name. */
#ifndef PIPELINE_KNOWN_PRIVATE_H
#define PIPELINE_KNOWN_PRIVATE_H

#include "pipeline/run_private.h"

/*
 * Whether the store has the content already, or will have.  Only looked into
 * where that is possible, since it costs as much as reading the file.  -1:
 * reported.
 */
int known_check(struct run *run, const struct input *input);

/* What a user asked for twice is worth a word. */
void known_say(struct run *run, const struct input *input);

/*
 * Captures that overlap and of which no node is known are of one if they share
 * a packet: then what one has alone belongs to what the other has.
 */
void known_join(struct run *run, struct input *input);

#endif
