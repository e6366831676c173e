/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is attached to a ticket: the reports in all formats for people and
 * programs, the packets that they cite, and a manifest, in one zip archive
 * that is not larger than somebody takes.
 */
#ifndef CLI_TICKET_H
#define CLI_TICKET_H

#include <stdio.h>

#include "cli/options.h"
#include "cli/parameters.h"
#include "store/store.h"

/*
 * Makes it as a temporary file, to be read from its start and closed.  The
 * store is narrowed (report_select()) by the caller.  NULL: already reported.
 * *is_partial: set where a capture with evidence could not be read.
 */
FILE *ticket_make(struct store *s, const struct options *o,
		  const struct parameters *parameters, bool *is_partial);

#endif
