/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a run gives up before it decodes: a live one once it listens, one that
 * reads files once the store and the output are open.
 */
#ifndef CLI_CONFINE_H
#define CLI_CONFINE_H

#include "cli/options.h"
#include "store/store.h"

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

/* What is done with the store, which is open. */
enum confine_store {
	STORE_READ,
	STORE_REREAD, /* and the captures that were read into it */
	STORE_WRITTEN
};

/*
 * No more than the inputs of the command line, to read; a folder for temporary
 * files and that of a store that is written, to write; and the name of the
 * output, which is open.  Quietly without what kernel or build cannot keep, and
 * without all of it where --no-sandbox is given.  -1: likewise.
 */
int confine_offline(const struct options *o, struct store *s,
		    enum confine_store use);

#endif
