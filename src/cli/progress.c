/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/text.h"

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

bool progress_is_wanted(void)
{
	return isatty(STDERR_FILENO);
}

void progress_start(struct progress *p)
{
	*p = (struct progress){ .started_ns = now_ns() };
	p->shown_ns = p->started_ns;
}

static void add_remaining(struct text *line, uint64_t bytes, uint64_t total,
			  double seconds)
{
	double share = (double)bytes / (double)total;

	text_addf(line, "%3.0f%%  ", 100 * share);
	if (share > 0.01)
		text_addf(line, "%.0f s left", seconds / share - seconds);
}

void progress_show(void *progress, const char *path, uint64_t bytes,
		   uint64_t total, uint64_t packets)
{
	struct progress *p = progress;
	int64_t now = now_ns();
	double seconds = (double)(now - p->started_ns) / NS_PER_SECOND;
	const char *name = strrchr(path, '/');
	struct text line = { 0 };

	/* Nobody needs it for short files, nor more often. */
	if (now - p->shown_ns < NS_PER_SECOND / 2)
		return;
	p->shown_ns = now;
	p->is_shown = true;
	text_add_terminal_safe(&line, name != NULL ? name + 1 : path);
	text_addf(&line, ": %.0f MB, %" PRIu64 " packets, %.0f packets/s  ",
		  (double)bytes / 1e6, packets, (double)packets / seconds);
	if (total != 0)
		add_remaining(&line, bytes, total, seconds);
	fprintf(stderr, "\r\033[K%s", text_string(&line));
	fflush(stderr);
	text_release(&line);
}

void progress_end(struct progress *p)
{
	if (p->is_shown)
		fputs("\r\033[K", stderr);
	p->is_shown = false;
}
