/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What happened in the last minutes, cheap enough to be asked each second of a
 * store that grows: recent/NAME.sql, which this code runs but knows nothing of.
 */
#ifndef REPORT_RECENT_H
#define REPORT_RECENT_H

#include <stdint.h>

#include "store/rows.h"
#include "store/store.h"

/* The :parameters of those files; texts are borrowed. */
struct recent_span {
	int64_t since_ns, now_ns;
	double seconds;         /* between the two */
	const char *name_regex; /* NULL: all names */
	const char *sort;       /* "worst", "queries"... */
	int64_t limit;          /* rows of a list */
};

/* Once for each connection, before a sandbox is entered.  -1: reported. */
int recent_prepare(struct store *s);

/* Looks at the span; what is asked then is of that.  -1: already reported. */
int recent_fill(struct store *s, const struct recent_span *span);

/* "totals", "seconds", "servers", "names", "clients".  NULL: reported. */
struct rows *recent_open(struct store *s, const char *name,
			 const struct recent_span *span);

#endif
