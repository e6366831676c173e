/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A snapshot of the cluster on its way into the store, as one database
 * transaction: it may come in several documents, and takes the place of the
 * one before it, if all of it can be read.  SQLite reads the JSON; what is kept
 * of it says snapshot.sql.
 */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "store/store.h"

struct snapshot;

/* Starts.  NULL: already reported.  One at a time for each store. */
struct snapshot *snapshot_begin(struct store *s);

/*
 * A document: what is added from now on stands in it.  -1: already reported.
 */
int snapshot_add_document(struct snapshot *n, const char *file,
			  struct bytes text);

/*
 * Takes in an item of the document: valid JSON, but of any shape.  list is the
 * kind of the list that it stands in, "PodList", whose items may lack theirs.
 * Objects of other kinds are passed over, and so are fields of other types
 * than they should have.  -1: already reported.
 */
int snapshot_add_item(struct snapshot *n, struct bytes list, struct bytes item);

/* Objects of kinds that are read, so far. */
int64_t snapshot_num_items(const struct snapshot *n);

/*
 * When it was taken, in place of what the newest time in it tells; after the
 * last document.  -1: already reported.
 */
int snapshot_set_time(struct snapshot *n, int64_t taken_ns);

/* -1: already reported.  Both end it; to abandon NULL is fine. */
int snapshot_commit(struct snapshot *n);
void snapshot_abandon(struct snapshot *n);

/*
 * Puts names on the addresses of the store, if it has a snapshot, and finds
 * which names search lists made and which part addresses have in resolution,
 * without one as well.  To be done when captures or a snapshot came in.
 * -1: already reported.
 */
int snapshot_name_addresses(struct store *s);

/*
 * 1: that was done, by this program, for all that came in; 0: not so.  -1:
 * already reported.
 */
int snapshot_is_concluded(struct store *s);

/*
 * 1: it has captures, and an ingest that was killed, a live run since then or
 * another program left what is not concluded, so that what is told of it would
 * be of before; 0: not so.  -1: already reported.
 */
int snapshot_is_behind(struct store *s);

/*
 * Of that only what messages show by themselves: enough for the view trace, and
 * for nothing else.
 */
int snapshot_name_messages(struct store *s);

/*
 * The same for all addresses of the cluster, which messages that come later may
 * have: then they need not be named again for each new one.
 */
int snapshot_name_cluster(struct store *s);

#endif
