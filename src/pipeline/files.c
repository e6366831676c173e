/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/files_private.h"

#include "pipeline/drive_private.h"
#include "pipeline/known_private.h"
#include "pipeline/reopen_private.h"

enum { OPEN_MAX_REELS = 48 /* files that are read side by side */ };

static int open_input(struct run *run, struct input *input)
{
	int known = known_check(run, input);
	struct capture *capture;
	struct container *c;

	if (known == 1)
		known_say(run, input);
	if (known != 0 || run_begin_ingest(run) != 0)
		return known == 1 ? 0 : -1;
	known_join(run, input);
	c = reopen_at(run, input);
	if (c == NULL)
		return -1;
	capture = container_capture(c);
	if (capture == NULL) {
		run_note_told(run, input);
		container_close(c);
		return -1;
	}
	drive_add(run, c, reel_new(input, capture));
	return 0;
}

/* What has ended, or has no times, waits for nobody. */
static int64_t head_time(const struct drive *d)
{
	const struct reel *r = d->reel;

	return r->rc == 1 && r->head.has_time ? r->head.time_ns : INT64_MIN / 2;
}

/* Of two at the same time the one that began first. */
static struct drive *find_earliest(const struct run *run)
{
	struct drive *found = run->drives;

	for (struct drive *d = run->drives; d != NULL; d = d->next)
		if (head_time(d) < head_time(found) ||
		    (head_time(d) == head_time(found) &&
		     d->reel->id < found->reel->id))
			found = d;
	return found;
}

/* The next one that is to be read in its turn. */
static struct input *next_input(const struct run *run)
{
	for (size_t i = run->next; i < run->inputs->count; i++) {
		struct input *input = &run->inputs->items[i];

		if (!input->is_notes)
			return input->is_stream ? NULL : input;
	}
	return NULL;
}

/*
 * Where files of a ring meet, packets may be in disorder: the next one waits a
 * little for the end of the last one, so that it can go on in its place.
 */
static bool is_due(const struct run *run, const struct input *input)
{
	int64_t now_ns;

	if (run->drives == NULL)
		return true;
	now_ns = head_time(find_earliest(run));
	return run->num_drives < OPEN_MAX_REELS &&
	       (!input->has_time ||
		input->first_ns < now_ns - GROUP_OVERLAP_NS);
}

int files_read(struct run *run)
{
	struct input *input;
	struct drive *d;

	for (;;) {
		while ((input = next_input(run)) != NULL &&
		       is_due(run, input)) {
			run->next = (size_t)(input - run->inputs->items) + 1;
			if (open_input(run, input) != 0)
				run->rc = -1;
		}
		d = find_earliest(run);
		if (d == NULL)
			return 0;
		if (drive_step(run, d) != 0)
			return -1;
	}
}
