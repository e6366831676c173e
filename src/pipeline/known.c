/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/known_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "pipeline/reopen_private.h"

enum { JOINED_MAX = 8 /* that are looked into for a shared packet */ };

void known_say(struct run *run, const struct input *input)
{
	struct text shown = { 0 };

	warning("%s: a capture with the same content was read already; not "
		"read again",
		input_shown(input, &shown));
	text_release(&shown);
	run->tally->known++;
}

/* Whether they may be the same capture, as far as one can see. */
static bool is_twin(const struct input *a, const struct input *b)
{
	return a != b && !b->is_notes && !b->is_stream &&
	       a->has_time == b->has_time && a->first_ns == b->first_ns &&
	       a->start == b->start;
}

static bool has_twin(const struct run *run, const struct input *input)
{
	for (size_t i = 0; i < run->inputs->count; i++)
		if (is_twin(input, &run->inputs->items[i]))
			return true;
	return false;
}

/* -1: already reported. */
static int hash_input(struct run *run, const struct input *input,
		      char sha256[SHA256_TEXT_SIZE])
{
	struct container *c;
	int rc;

	memcpy(sha256, input->sha256, SHA256_TEXT_SIZE);
	if (sha256[0] != '\0')
		return 0;
	c = reopen_at(run, input);
	rc = c != NULL ? container_sha256(c, sha256) : -1;
	container_close(c);
	return rc;
}

/* Whether the same content is being read, side by side.  -1: reported. */
static int is_being_read(struct run *run, const struct input *input,
			 const char *sha256)
{
	char other[SHA256_TEXT_SIZE];

	for (const struct drive *d = run->drives; d != NULL; d = d->next) {
		if (!is_twin(input, d->reel->input))
			continue;
		if (hash_input(run, d->reel->input, other) != 0)
			return -1;
		if (strcmp(other, sha256) == 0)
			return 1;
	}
	return 0;
}

int known_check(struct run *run, const struct input *input)
{
	char sha256[SHA256_TEXT_SIZE];
	int has_any = store_has_captures(run->store), rc;

	if (has_any < 0 || (has_any == 0 && !has_twin(run, input)))
		return has_any < 0 ? -1 : 0;
	if (hash_input(run, input, sha256) != 0)
		return -1;
	rc = store_has_capture(run->store, sha256);
	return rc != 0 ? rc : is_being_read(run, input, sha256);
}

/* Whether the first packet of b is in a, at the same time. */
static bool holds_start(const struct input *a, const struct input *b)
{
	struct container *c = reopen_beside(a);
	struct capture *capture = c != NULL ? container_capture(c) : NULL;
	struct frame f;
	bool found = false;

	while (!found && capture != NULL && capture_next(capture, &f) == 1 &&
	       f.time_ns <= b->first_ns + GROUP_OVERLAP_NS)
		found = f.time_ns == b->first_ns &&
			hash_key(f.bytes.data, f.bytes.len).a == b->start;
	capture_close(capture);
	container_close(c);
	return found;
}

void known_join(struct run *run, struct input *input)
{
	int budget = JOINED_MAX;

	if (input->node != NULL || !input->has_time)
		return;
	for (struct drive *d = run->drives; d != NULL && budget-- > 0;
	     d = d->next) {
		const struct input *other = d->reel->input;

		if (other->node != NULL || !holds_start(other, input))
			continue;
		free(input->ring);
		input->ring = must_strdup(other->ring);
		group_share(d->reel->group);
		return;
	}
}
