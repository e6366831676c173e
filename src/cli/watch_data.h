/* SPDX-License-Identifier: BSD-3-Clause */
/* What the page of --watch shows, as the store told it last. */
#ifndef CLI_WATCH_DATA_H
#define CLI_WATCH_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include "report/recent.h"

/* Rows of a list that are kept for the largest terminal. */
enum { WATCH_ROWS_MAX = 100, WATCH_HISTORY = 3600 };

struct watch_row {
	char *subject;
	double per_second;
	int64_t queries, errors, denied, unanswered;
	int64_t p50_ns, p95_ns, p99_ns; /* -1: there is none */
};

struct watch_list {
	struct watch_row rows[WATCH_ROWS_MAX];
	int count;
};

struct watch_second {
	int64_t second; /* since 1970 */
	int64_t queries, failures;
};

struct watch_data {
	struct watch_row totals; /* without a subject */
	int64_t since_ns, now_ns;
	struct watch_list servers, names, clients;
	/* The last hour; second n is in place n % WATCH_HISTORY. */
	struct watch_second history[WATCH_HISTORY];
};

/*
 * Asks the store; span->seconds is found here.  -1: already reported, and what
 * was there is kept as far as it goes.
 */
int watch_data_load(struct watch_data *d, struct store *s,
		    struct recent_span *span);

/* Only the lists, of what was looked at last: in another order. */
int watch_data_sort(struct watch_data *d, struct store *s,
		    struct recent_span *span);
void watch_data_release(struct watch_data *d);

/* Forgets the history, which was of other names. */
void watch_data_forget(struct watch_data *d);

#endif
