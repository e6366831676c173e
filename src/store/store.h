/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The case: one SQLite file that holds what captures were found to say.  The
 * only room that knows SQLite.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

struct store;

/*
 * To add captures; made if there is none.  A file that was made and got no
 * capture, from nobody, is removed again by store_close().  NULL: already reported (not a
 * store of ours, another version, no permission...).
 */
struct store *store_open_for_ingest(const char *path);

/* To read; nothing that is done through it can change the file. */
struct store *store_open(const char *path);

/* A private store that nobody else sees and that is gone when closed. */
struct store *store_open_temporary(void);

/*
 * To add what is seen while it runs: as store_open_for_ingest(), but others can
 * read while it is written to.  NULL: a private store that stays in memory.
 * All files that it needs are open then, and none is opened later.
 */
struct store *store_open_live(const char *path);

/*
 * A private copy of a store, without what it keeps (kept.h): what is done to it
 * does not change the file.  NULL: already reported.
 */
struct store *store_copy(const struct store *from);

/*
 * Where SQLite puts the temporary files of all stores from now on; NULL: where
 * it likes.  Not while another thread uses a store.
 */
void store_set_temporaries(const char *folder);

void store_close(struct store *s);

/* For messages: its path, or "temporary store". */
const char *store_path(const struct store *s);

/*
 * A store of store_open_live() is as any other from now on, if nobody reads it
 * just now; else the next one who writes to it can make it so.
 */
void store_end_live(struct store *s);

/* The bytes that it takes on the disk, journals and all. */
uint64_t store_size(const struct store *s);

/*
 * Runs statements that return nothing; they may hold several.  -1: already
 * reported.
 */
int store_run(struct store *s, const char *sql);

#endif
