/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/run_private.h"

#include <string.h>

#include "base/memory.h"
#include "pipeline/drive_private.h"

struct group *run_group(struct run *run, const struct input *input)
{
	/* The latest one is the most likely to go on. */
	for (size_t i = run->num_groups; i-- > 0;)
		if (group_takes(run->groups[i], input))
			return run->groups[i];
	run->groups = must_realloc(run->groups, run->num_groups + 1,
				   sizeof(struct group *));
	run->groups[run->num_groups] = group_new(&run->all, input);
	return run->groups[run->num_groups++];
}

struct input *run_input(struct run *run, const char *path, uint64_t member)
{
	for (size_t i = 0; i < run->inputs->count; i++) {
		struct input *input = &run->inputs->items[i];

		if (input->member == member && strcmp(input->path, path) == 0)
			return input;
	}
	return NULL;
}

void run_note_told(struct run *run, const struct input *input)
{
	struct input *told = run_input(run, input->path, input->member);

	if (told != NULL)
		told->is_told = true;
}

int run_begin_ingest(struct run *run)
{
	struct ingest *ingest;

	if (run->all.ingest != NULL)
		return 0;
	ingest = ingest_begin(run->store, run->options->wait_ns);
	if (ingest == NULL)
		return -1;
	assembly_set_ingest(&run->all, ingest);
	return 0;
}

void run_abandon(struct run *run)
{
	while (run->drives != NULL)
		drive_remove(run, run->drives);
	for (size_t i = 0; i < run->num_groups; i++)
		group_free(run->groups[i]);
	run->num_groups = 0;
	run->unsaved = (struct pipeline_tally){ 0 };
	ingest_abandon(run->all.ingest);
	run->all.ingest = NULL;
}

int run_checkpoint(struct run *run)
{
	for (size_t i = 0; i < run->num_groups; i++)
		group_checkpoint(run->groups[i]);
	if (ingest_checkpoint(run->all.ingest) != 0)
		return -1;
	run->tally->captures += run->unsaved.captures;
	run->tally->packets += run->unsaved.packets;
	run->tally->messages += run->unsaved.messages + run->all.late;
	run->all.late = 0;
	run->unsaved = (struct pipeline_tally){ 0 };
	return 0;
}
