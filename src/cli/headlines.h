/* SPDX-License-Identifier: BSD-3-Clause */
/* What a live run found, in a few lines for people. */
#ifndef CLI_HEADLINES_H
#define CLI_HEADLINES_H

#include <stdio.h>

#include "cli/options.h"
#include "pipeline/live.h"
#include "store/store.h"

/*
 * How much was seen and lost, and of each step the sentence that its summary
 * begins with.  What was seen is more than the store's part of it, "" for all.
 * -1: already reported.
 */
int headlines_print(FILE *file, struct store *s, const struct options *o,
		    const struct live_status *status, const char *part);

#endif
