/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files that lie beside captures, in their folder or archive, and tell of
 * them: tcpdump.log and ip-resources.txt; and which captures they tell of.
 */
#ifndef PIPELINE_NOTES_H
#define PIPELINE_NOTES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "pipeline/inputs.h"
#include "store/ingest.h"
#include "store/store.h"

struct notes;

/*
 * ifmap: a file with the names of interfaces of all captures; NULL: none.
 * NULL: it cannot be read, already reported.
 */
struct notes *notes_new(const char *ifmap);
void notes_free(struct notes *n);

/* Whether there are any. */
bool notes_exist(const struct notes *n);

/* Keeps a copy. */
void notes_add(struct notes *n, const char *name, const struct text *text);

/* A capture that is in the store now. */
void notes_add_capture(struct notes *n, const struct input *input, int64_t id,
		       int linktype);

/*
 * Puts into the store what the notes tell of the captures of their folder; and
 * says of which it is not clear whose they are.
 */
void notes_apply(const struct notes *n, struct store *s, struct ingest *in);

#endif
