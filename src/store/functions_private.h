/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What reports may use beyond SQLite's own:
 *
 *   x REGEXP y           PCRE2, case told apart unless (?i) says otherwise
 *   percentile(x, p)     aggregate: nearest rank, p from 0 to 100; NULLs out
 *   duration(ns)         "14.02ms"; NULL for NULL
 *   utc(ns)              "2026-03-01T14:03:11.123456Z"; NULL for NULL
 */
#ifndef STORE_FUNCTIONS_PRIVATE_H
#define STORE_FUNCTIONS_PRIVATE_H

#include <sqlite3.h>
#include <stdint.h>

void functions_register(sqlite3 *db);

/* What edits(a, b, most) gives. */
void functions_count_edits(sqlite3_context *context, const char *a,
			   const char *b, int64_t most);

#endif
