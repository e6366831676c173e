/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/drive_private.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "pipeline/known_private.h"
#include "pipeline/reopen_private.h"

enum { PROGRESS_PACKETS = 1 << 14 /* between two calls of progress() */ };

struct drive *drive_add(struct run *run, struct container *c, struct reel *reel)
{
	struct drive *d = must_calloc(1, sizeof(*d));

	d->container = c;
	d->reel = reel;
	d->next = run->drives;
	run->drives = d;
	run->num_drives++;
	group_begin(run_group(run, reel->input), reel);
	return d;
}

/*
 * Whether no other capture may go on where the group stopped.  Of streams
 * nobody knows.
 */
static bool is_last(const struct run *run, const struct group *g)
{
	for (size_t i = run->next; i < run->inputs->count; i++) {
		const struct input *input = &run->inputs->items[i];

		if (!input->is_notes && !input->is_stream &&
		    group_goes_on(g, input))
			return false;
	}
	return true;
}

static void say_what_is_missing(const struct reel *r)
{
	struct text shown = { 0 };

	if (r->facts.messages == 0 && r->facts.repeats == 0 &&
	    r->facts.packets > 0 && r->unknown_link < 0)
		warning("%s: no DNS on the ports looked at in %" PRIu64
			" packet%s; --port adds others",
			input_shown(r->input, &shown), r->facts.packets,
			r->facts.packets == 1 ? "" : "s");
	text_release(&shown);
}

/* 1: stored; 0: known already; -1: reported. */
static int store_facts(struct run *run, struct drive *d)
{
	struct reel *r = d->reel;
	int rc;

	r->facts.sha256 = d->sha256;
	r->facts.size = (int64_t)capture_size(r->capture);
	rc = ingest_end_capture(run->all.ingest, r->id, &r->facts);
	if (rc != 1)
		return rc;
	notes_add_capture(run->notes, r->input, r->id, reel_linktype(r));
	run->unsaved.captures++;
	run->unsaved.packets += r->facts.packets;
	run->unsaved.messages += r->facts.messages;
	say_what_is_missing(r);
	if (r->unknown_link >= 0)
		run->rc = -1;
	return 1;
}

static void take_out(struct run *run, struct drive *d)
{
	struct drive **at = &run->drives;

	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
	run->num_drives--;
}

void drive_remove(struct run *run, struct drive *d)
{
	take_out(run, d);
	reel_free(d->reel);
	container_close(d->container);
	if (d->own != NULL)
		input_release(d->own);
	free(d->own);
	free(d);
}

void drive_stop(struct run *run, struct drive *d)
{
	struct reel *r = d->reel;

	group_stop(r->group, r);
	/* What could be read of a file is kept all the same. */
	if (capture_sha256(r->capture, d->sha256) != 0)
		run->rc = -1;
	if (capture_damage(r->capture) != NULL)
		run_note_told(run, r->input);
	if (d->container == NULL)
		return;
	run->bytes_done += container_offset(d->container);
	reopen_keep(run, d->container, r->input->path);
	d->container = NULL;
}

int drive_settle(struct run *run, struct drive *d, bool last)
{
	int rc;

	group_end(d->reel->group, d->reel, last);
	rc = store_facts(run, d);
	if (rc == 0)
		known_say(run, d->reel->input);
	drive_remove(run, d);
	if (rc == 0)
		run_abandon(run);
	return rc == 1 && run->drives == NULL ? run_checkpoint(run)
					      : (rc < 0 ? -1 : 0);
}

static int end_drive(struct run *run, struct drive *d)
{
	drive_stop(run, d);
	return drive_settle(run, d, is_last(run, d->reel->group));
}

static void show_progress(struct run *run, const struct drive *d)
{
	uint64_t bytes = run->bytes_done;

	if (++run->packets % PROGRESS_PACKETS != 0 ||
	    run->options->progress == NULL)
		return;
	for (const struct drive *o = run->drives; o != NULL; o = o->next)
		bytes += o->container != NULL ? container_offset(o->container)
					      : 0;
	run->options->progress(run->options->progress_context,
			       d->reel->input->name, bytes, run->bytes_total,
			       run->packets);
}

int drive_step(struct run *run, struct drive *d)
{
	struct reel *r = d->reel;

	if (r->rc != 1)
		return end_drive(run, d);
	group_feed(r->group, r);
	show_progress(run, d);
	reel_advance(r);
	return ingest_failed(run->all.ingest) ? -1 : 0;
}
