/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/streams_private.h"

#include <stdlib.h>

#include "base/memory.h"
#include "pipeline/drive_private.h"

/* What its first packet tells, now that it was read. */
static void take_start(struct input *input, const struct reel *r)
{
	input->has_time = r->rc == 1 && r->head.has_time;
	input->first_ns = input->has_time ? r->head.time_ns : 0;
}

static struct input *new_input(struct run *run, const char *path,
			       const char *name)
{
	struct input *input = must_calloc(1, sizeof(*input));

	input->path = must_strdup(path);
	input->name = must_strdup(name);
	inputs_identify(run->inputs, input);
	return input;
}

/* The one before it is settled now that it is known what follows. */
static int settle_ended(struct run *run, const struct input *next)
{
	struct drive *ended = run->drives;

	if (ended == NULL)
		return 0;
	return drive_settle(run, ended,
			    next == NULL ||
				    !group_goes_on(ended->reel->group, next));
}

/* Leaves it ended, but not settled. */
static int read_member(struct run *run, const struct input *stream,
		       struct container *c)
{
	struct capture *capture = container_capture(c);
	struct input *input;
	struct drive *d;
	struct reel *r;

	if (capture == NULL)
		return -1;
	input = new_input(run, stream->path, container_name(c));
	r = reel_new(input, capture);
	take_start(input, r);
	if (settle_ended(run, input) != 0 || run_begin_ingest(run) != 0) {
		reel_free(r);
		input_release(input);
		free(input);
		return -1;
	}
	d = drive_add(run, NULL, r);
	d->own = input;
	while (r->rc == 1)
		if (drive_step(run, d) != 0)
			return -1;
	drive_stop(run, d);
	return 0;
}

static void read_notes(struct run *run, struct container *c)
{
	struct text text = { 0 };

	container_text(c, &text);
	notes_add(run->notes, container_name(c), &text);
	text_release(&text);
}

/* As it comes: what stands in it later cannot be known before. */
static int read_stream(struct run *run, const struct input *stream)
{
	struct container *c = container_open(stream->path, false);
	int rc = c != NULL ? 1 : -1;

	while (rc == 1 && (rc = container_next(c)) == 1) {
		if (container_kind(c) == MEMBER_NOTES) {
			read_notes(run, c);
		} else if (read_member(run, stream, c) != 0) {
			run->rc = -1;
			if (run->all.ingest != NULL &&
			    ingest_failed(run->all.ingest))
				break;
		}
	}
	if (run->all.ingest != NULL && ingest_failed(run->all.ingest))
		run_abandon(run);
	if (settle_ended(run, NULL) != 0)
		rc = -1;
	container_close(c);
	return rc;
}

void streams_read(struct run *run)
{
	for (size_t i = 0; i < run->inputs->count; i++)
		if (run->inputs->items[i].is_stream &&
		    read_stream(run, &run->inputs->items[i]) != 0)
			run->rc = -1;
}
