/* SPDX-License-Identifier: BSD-3-Clause */
/* A line on standard error for whoever waits; only on a terminal. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	int64_t started_ns, shown_ns;
	bool is_shown;
};

/* Whether standard error is a terminal. */
bool progress_is_wanted(void);
void progress_start(struct progress *p);

/* As pipeline_options.progress; the context is the struct progress. */
void progress_show(void *progress, const char *path, uint64_t bytes,
		   uint64_t total, uint64_t packets);

/* Takes the line away again. */
void progress_end(struct progress *p);

#endif
