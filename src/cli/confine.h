/* SPDX-License-Identifier: BSD-3-Clause */
/* What a live run gives up once it listens. */
#ifndef CLI_CONFINE_H
#define CLI_CONFINE_H

#include "cli/options.h"

/*
 * Becomes the user of --user; the folders that are written to must be that
 * user's.  -1: already reported.
 */
int confine_user(const struct options *o);

/*
 * Once all is open: no more than the folders of the store and the packets, to
 * write, and of the cluster's snapshot, to read it again.  -1: likewise.
 */
int confine_process(const struct options *o);

#endif
