/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Captures side by side in the order of time, and each frame of theirs on its
 * way: frame -> payload -> DNS message -> sighting -> exchange -> store.  Files
 * are read in files.c, what can be read but once in streams.c; what follows
 * "frame" is wired in group.c.
 */
#include "pipeline/pipeline.h"

#include <stdlib.h>

#include "base/error.h"
#include "pipeline/files_private.h"
#include "pipeline/reopen_private.h"
#include "pipeline/streams_private.h"

static void take_notes(struct run *run)
{
	for (size_t i = 0; i < run->inputs->count; i++) {
		const struct input *input = &run->inputs->items[i];

		if (input->is_notes)
			notes_add(run->notes, input->name, &input->text);
	}
}

/* False if all of it has been said. */
static bool tell_faults_of(struct run *run, const char *path)
{
	struct container *c = container_open(path, false);
	const struct input *input;
	bool has_told, is_left_out = false;

	while (c != NULL && !is_left_out && container_next(c) == 1) {
		input = run_input(run, path, container_index(c));
		/* The fault has passed: nobody else will tell. */
		is_left_out = input == NULL;
		if (is_left_out)
			fail("%s: could not be read at first, and was left "
			     "out; run this again",
			     path);
		else if (input->is_told)
			container_hush(c);
	}
	has_told = c == NULL || is_left_out || container_has_told(c);
	container_close(c);
	return has_told;
}

/* What the first look found wrong and nobody has said yet. */
static void tell_faults(struct run *run)
{
	for (size_t i = 0; i < run->inputs->num_paths; i++) {
		const struct input_path *path = &run->inputs->paths[i];

		if (path->is_faulty && tell_faults_of(run, path->path))
			run->rc = -1;
	}
}

/* What still waits for captures that did not come, and what notes tell. */
static void finish(struct run *run)
{
	for (size_t i = 0; i < run->num_groups; i++)
		group_finish(run->groups[i]);
	if (run->all.ingest == NULL) {
		if (notes_exist(run->notes) && run->tally->known == 0)
			run->rc = fail("no capture was read, only notes that "
				       "come with captures: name both");
		return;
	}
	notes_apply(run->notes, run->store, run->all.ingest);
	if (ingest_commit(run->all.ingest) != 0)
		run->rc = -1;
	run->all.ingest = NULL;
}

static void read_all(struct run *run)
{
	take_notes(run);
	if (files_read(run) != 0) {
		run->rc = -1;
		run_abandon(run);
		return;
	}
	streams_read(run);
	tell_faults(run);
	finish(run);
}

static void tear_down(struct run *run)
{
	run_abandon(run);
	free(run->groups);
	assembly_release(&run->all);
	notes_free(run->notes);
	reopen_keep(run, NULL, NULL);
}

int pipeline_ingest(struct store *store, struct inputs *inputs,
		    const struct pipeline_options *options,
		    struct pipeline_tally *tally)
{
	struct run run = { .options = options,
			   .store = store,
			   .inputs = inputs,
			   .tally = tally };

	inputs_sort(inputs);
	assembly_init(&run.all, options->ports, options->num_ports,
		      options->wait_ns);
	run.notes = notes_new(options->ifmap);
	for (size_t i = 0; i < inputs->num_paths; i++)
		run.bytes_total += inputs->paths[i].size;
	if (run.notes == NULL)
		run.rc = -1;
	else
		read_all(&run);
	tear_down(&run);
	return run.rc;
}
