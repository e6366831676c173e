/* SPDX-License-Identifier: BSD-3-Clause */
/* What a command works on: a store, or captures read into a private one. */
#ifndef CLI_SOURCE_H
#define CLI_SOURCE_H

#include <stdbool.h>

#include "cli/options.h"
#include "pipeline/pipeline.h"
#include "store/store.h"

/* -d, else $DNSFORENSICS_DB, else dnsforensics.db. */
const char *source_store_path(const struct options *o);

/*
 * Reads all captures of the command line, and those in its directories, into
 * the store.  -1: at least one of them failed, already reported; the others
 * are read nevertheless.
 */
int source_ingest(struct store *s, const struct options *o,
		  struct pipeline_tally *tally);

/*
 * Whether it is clear what to work on: a store or captures, options for
 * reading captures only with those, captures that can be read as often as is
 * needed, and a result that goes elsewhere.  -1: already reported.
 */
int source_check(const struct options *o);

/* --key, else dnsforensics.key. */
const char *source_key_path(const struct options *o);

/*
 * The store to read from; the process is confined then.  With --redact it is
 * one that shows no more than pseudonyms from store_redact() on.  NULL: already
 * reported.  *is_partial: a capture could not be read, or not to its end; the
 * rest is there.
 */
struct store *source_open(const struct options *o, bool *is_partial);

/*
 * The store alone, which may be empty, with all that the command shows of it
 * concluded.  The process is confined then.  NULL: already reported.
 */
struct store *source_open_store(const struct options *o);

/*
 * Adds how the user named the captures or the store, with the options on which
 * numbers of transactions and names depend, so that commands of a report tell
 * the same.  Of the default store, and with --redact, there is nothing to add.
 */
void source_name(const struct options *o, struct text *words);

/* The same of the options that say which part of it is shown, and how. */
void source_narrow(const struct options *o, struct text *words);

#endif
