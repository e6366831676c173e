/* SPDX-License-Identifier: BSD-3-Clause */
/* How the page of --watch looks, on terminals of any size. */
#ifndef CLI_WATCH_PAGE_H
#define CLI_WATCH_PAGE_H

#include "cli/watch_data.h"
#include "pipeline/live.h"
#include "screen/screen.h"

struct watch_page {
	const struct watch_data *data;
	const struct live_status *status;
	const char *sort, *filter; /* filter: "" for none */
	const char *typed;         /* what is being typed; NULL: nothing */
	const char *said;          /* the last message */
	double packets_per_second;
	bool is_paused;
};

void watch_page_draw(struct screen *s, const struct watch_page *page);

#endif
