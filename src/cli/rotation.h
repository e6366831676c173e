/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A series of files, each with the time of its start in its name:
 * "dns-20260301T140311Z.db" of "dns.db".  Old ones are removed, but only what
 * is named so and no other file.
 */
#ifndef CLI_ROTATION_H
#define CLI_ROTATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* 0: without that limit. */
struct rotation {
	int64_t every_ns;
	uint64_t every_bytes;
	int64_t keep_ns;
	uint64_t keep_bytes;
};

/*
 * From "1h" or "500M" of --rotate, and "24h" or "5G" of --keep; NULL: not
 * given.  -1: already reported.
 */
int rotation_parse(struct rotation *r, const char *every, const char *keep);

/* Whether there is to be one file after another. */
bool rotation_is_wanted(const struct rotation *r);

/* Whether a file that was begun then and has that size is to be the last. */
bool rotation_is_due(const struct rotation *r, int64_t started_ns,
		     int64_t now_ns, uint64_t size);

/* The name of the file of the series that begins then. */
void rotation_name(struct text *name, const char *path, int64_t started_ns);

/*
 * Whether a file's name, without its folder, is one of the series of path, and
 * when it was begun.
 */
bool rotation_is_of(const char *name, const char *path, int64_t *started_ns);

/*
 * Removes the oldest files of the series with what lies beside them ("-wal"),
 * until the limits hold; not the one that was begun last.  A file is as old as
 * the start of the next one.  What cannot be removed gets a warning.
 */
void rotation_clean(const struct rotation *r, const char *path, int64_t now_ns);

#endif
