/* SPDX-License-Identifier: BSD-3-Clause */
/* What --k8s tells of the cluster. */
#ifndef CLI_CLUSTER_H
#define CLI_CLUSTER_H

#include "cli/options.h"
#include "store/store.h"

/*
 * Reads the snapshot of --k8s into the store, in place of one that it has;
 * without --k8s nothing is done.  *num_items: the objects in it that are of
 * use.  -1: already reported, the snapshot that was there is kept.
 */
int cluster_read(struct store *s, const struct options *o, int64_t *num_items);

/*
 * Puts names on the store's addresses, and concludes what the command shows;
 * when all captures are in, too.  -1: already reported.
 */
int cluster_conclude(struct store *s, const struct options *o);

/* Both, for a store whose captures are in it already. */
int cluster_take(struct store *s, const struct options *o, int64_t *num_items);

#endif
