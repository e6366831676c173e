/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where a live run keeps what it sees: a store, or one after the other, or one
 * in memory that forgets; and the packets, if they are asked for.
 */
#ifndef CLI_RECORDING_H
#define CLI_RECORDING_H

#include "base/text.h"
#include "cli/options.h"
#include "cli/rotation.h"
#include "pipeline/live.h"
#include "store/store.h"

struct recording {
	const struct options *options;
	struct rotation rotation;
	struct live *live;
	struct store *store;                 /* NULL: none is open */
	int64_t started_ns;                  /* when these files were begun */
	int64_t concluded_ns, concluding_ns; /* when last, and how long */
	bool has_turned;                     /* there are files before these */
	uint64_t pruned_at; /* messages, when it was made small last */
	struct text store_name, pcap_name;
};

/* The live run is borrowed.  -1: the options are wrong, already said. */
int recording_prepare(struct recording *r, const struct options *o);

/* Closes the store, too. */
void recording_release(struct recording *r);

/* Opens the files, names the cluster's addresses and begins. */
int recording_begin(struct recording *r, struct live *live);

/*
 * All that was seen can be read by others now.  What is concluded from all of
 * it takes longer with each hour, so it comes less and less often.
 */
int recording_commit(struct recording *r);

/*
 * Whether other files are to be begun: recording_end(), recording_turn_over(),
 * recording_begin().
 */
bool recording_is_full(const struct recording *r);

/* The snapshot of the cluster is read again; if that fails, it stays. */
int recording_reread(struct recording *r);

/* Settles and concludes; the store is still open. */
int recording_end(struct recording *r);

/*
 * What of the run is in the store: "the newest 262144 transactions", "the last
 * file, dns-20260301T140311Z.db"; nothing where it is all.  -1: already
 * reported.
 */
int recording_describe_part(const struct recording *r, struct text *part);

/* Closes a store that is a file, and removes what is too old. */
void recording_turn_over(struct recording *r);

#endif
