/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Captures side by side in the order of time, and each frame of theirs on its
 * way: frame -> payload -> DNS message -> sighting -> exchange -> store.  What
 * follows "frame" is wired in group.c.
 */
#include "pipeline/pipeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "capture/container.h"
#include "correlate/copies.h"
#include "pipeline/group.h"
#include "pipeline/notes.h"
#include "pipeline/observe.h"
#include "store/ingest.h"

enum {
	PROGRESS_PACKETS = 1 << 14, /* between two calls of progress() */
	GROUPS_MAX = 64,     /* that wait for files that may still come */
	OPEN_MAX_REELS = 256 /* files that are read side by side */
};

/* One capture that is read, and the file that it is in. */
struct drive {
	struct reel *reel;
	struct container *container;
	struct drive *next;
};

struct run {
	const struct pipeline_options *options;
	struct store *store;
	struct inputs *inputs;
	size_t next; /* the first of the inputs whose turn has not come */
	struct assembly all;
	uint16_t *ports;
	struct group **groups;
	size_t num_groups;
	struct drive *drives;
	size_t num_drives;
	bool in_archive; /* read as a stream: more may follow */
	struct notes *notes;
	struct pipeline_tally *tally;
	struct pipeline_tally unsaved; /* since the last checkpoint */
	uint64_t bytes_total, bytes_done;
	uint64_t packets; /* read up to now */
	int rc;
};

/* The ports to look at: those of unicast DNS, mDNS and LLMNR. */
static void choose_ports(struct run *run)
{
	const struct pipeline_options *o = run->options;
	size_t count = o->num_ports;

	run->ports = must_calloc(count + 2, sizeof(*run->ports));
	memcpy(run->ports, o->ports, count * sizeof(*run->ports));
	run->ports[count++] = MDNS_PORT;
	run->ports[count++] = LLMNR_PORT;
	run->all.ports = run->ports;
	run->all.num_ports = count;
	run->all.num_unicast = o->num_ports;
	run->all.wait_ns = o->wait_ns;
}

static struct group *find_group(struct run *run, const struct input *input)
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

/* The input that this member of the file is; NULL: it was not there before. */
static struct input *input_of(struct run *run, const char *path,
			      uint64_t member)
{
	for (size_t i = 0; i < run->inputs->count; i++) {
		struct input *input = &run->inputs->items[i];

		if (input->member == member && strcmp(input->path, path) == 0)
			return input;
	}
	return NULL;
}

/* What is wrong with it was said by whoever read it. */
static void note_told(struct run *run, const struct input *input)
{
	struct input *told = input_of(run, input->path, input->member);

	if (told != NULL)
		told->is_told = true;
}

/* What a user asked for twice is worth a word. */
static void note_known(struct run *run, const struct input *input)
{
	warning("%s: a capture with the same content was read already; not "
		"read again",
		input->name);
	run->tally->known++;
}

/* The store's transaction, from the first capture that is really read. */
static int begin_ingest(struct run *run)
{
	if (run->all.ingest != NULL)
		return 0;
	run->all.ingest = ingest_begin(run->store, run->options->wait_ns);
	if (run->all.ingest == NULL)
		return -1;
	run->all.next_exchange = ingest_first_exchange(run->all.ingest);
	return 0;
}

/* container: the drive's from now on, and NULL if it is only borrowed. */
static struct drive *add_drive(struct run *run, struct container *c,
			       struct reel *reel)
{
	struct drive *d = must_calloc(1, sizeof(*d));

	d->container = c;
	d->reel = reel;
	d->next = run->drives;
	run->drives = d;
	run->num_drives++;
	group_begin(find_group(run, reel->input), reel);
	return d;
}

/*
 * The container at the input's member; NULL: it is not there any more.  What
 * is passed over is somebody else's, or tell_faults() tells it.
 */
static struct container *open_at(const struct input *input)
{
	struct container *c = container_open(input->path, true);

	while (c != NULL && container_next(c) == 1)
		if (container_index(c) == input->member) {
			container_speak(c);
			return c;
		}
	container_close(c);
	fail("%s: cannot be read a second time; is it changing?", input->name);
	return NULL;
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
static int hash_input(const struct input *input, char sha256[SHA256_TEXT_SIZE])
{
	struct container *c = open_at(input);
	int rc = c != NULL ? container_sha256(c, sha256) : -1;

	container_close(c);
	return rc;
}

/* Whether the same content is being read, side by side.  -1: reported. */
static int is_being_read(const struct run *run, const struct input *input,
			 const char *sha256)
{
	char other[SHA256_TEXT_SIZE];

	for (const struct drive *d = run->drives; d != NULL; d = d->next) {
		if (!is_twin(input, d->reel->input))
			continue;
		if (hash_input(d->reel->input, other) != 0)
			return -1;
		if (strcmp(other, sha256) == 0)
			return 1;
	}
	return 0;
}

/*
 * Whether the store has the content already, or will have.  Only looked into
 * where that is possible, since it costs as much as reading the file.  -1:
 * reported.
 */
static int is_known(struct run *run, const struct input *input)
{
	char sha256[SHA256_TEXT_SIZE];
	int has_any = store_has_captures(run->store), rc;

	if (has_any < 0 || (has_any == 0 && !has_twin(run, input)))
		return has_any < 0 ? -1 : 0;
	if (hash_input(input, sha256) != 0)
		return -1;
	rc = store_has_capture(run->store, sha256);
	return rc != 0 ? rc : is_being_read(run, input, sha256);
}

static int open_input(struct run *run, const struct input *input)
{
	int known = is_known(run, input);
	struct capture *capture;
	struct container *c;

	if (known == 1)
		note_known(run, input);
	if (known != 0 || begin_ingest(run) != 0)
		return known == 1 ? 0 : -1;
	c = open_at(input);
	if (c == NULL)
		return -1;
	capture = container_capture(c);
	if (capture == NULL) {
		note_told(run, input);
		container_close(c);
		return -1;
	}
	add_drive(run, c, reel_new(input, capture));
	return 0;
}

/*
 * Whether no other capture may go on where the group stopped.  Of streams
 * nobody knows.
 */
static bool is_last(const struct run *run, const struct group *g)
{
	if (run->in_archive)
		return false;
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
	if (r->facts.messages == 0 && r->facts.repeats == 0 &&
	    r->facts.packets > 0 && r->unknown_link < 0)
		warning("%s: no DNS on the ports looked at in %" PRIu64
			" packets; --port adds others",
			r->input->name, r->facts.packets);
}

/* 1: stored; 0: known already; -1: reported. */
static int store_facts(struct run *run, struct reel *r)
{
	char sha256[SHA256_TEXT_SIZE];
	int rc;

	/* What could be read of a file is kept all the same. */
	if (capture_sha256(r->capture, sha256) != 0)
		run->rc = -1;
	r->facts.sha256 = sha256;
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

static void free_drive(struct drive *d)
{
	reel_free(d->reel);
	container_close(d->container);
	free(d);
}

/* Nothing of what was read since the last checkpoint is kept. */
static void abandon(struct run *run)
{
	struct drive *d;

	while ((d = run->drives) != NULL) {
		take_out(run, d);
		free_drive(d);
	}
	for (size_t i = 0; i < run->num_groups; i++)
		group_free(run->groups[i]);
	run->num_groups = 0;
	run->unsaved = (struct pipeline_tally){ 0 };
	ingest_abandon(run->all.ingest);
	run->all.ingest = NULL;
}

/* Nothing is half read: what is there may be kept. */
static int checkpoint(struct run *run)
{
	for (size_t i = 0; i < run->num_groups; i++)
		group_checkpoint(run->groups[i]);
	if (ingest_checkpoint(run->all.ingest) != 0)
		return -1;
	run->tally->captures += run->unsaved.captures;
	run->tally->packets += run->unsaved.packets;
	run->tally->messages += run->unsaved.messages;
	run->unsaved = (struct pipeline_tally){ 0 };
	return 0;
}

/*
 * The capture was read.  One that is known already shows only now where it
 * could not be read twice: a stream, which is read alone, so that taking back
 * all since the last checkpoint takes back just that.
 */
static int end_drive(struct run *run, struct drive *d)
{
	struct reel *r = d->reel;
	int rc;

	group_stop(r->group, r);
	group_end(r->group, r, is_last(run, r->group));
	if (r->facts.damage != NULL)
		note_told(run, r->input);
	rc = store_facts(run, r);
	if (rc == 0)
		note_known(run, r->input);
	if (d->container != NULL)
		run->bytes_done += container_offset(d->container);
	take_out(run, d);
	free_drive(d);
	if (rc == 0)
		abandon(run);
	return rc == 1 && run->drives == NULL ? checkpoint(run)
					      : (rc < 0 ? -1 : 0);
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

/* One frame further, or the end.  -1: already reported. */
static int step(struct run *run, struct drive *d)
{
	struct reel *r = d->reel;

	if (r->rc != 1)
		return end_drive(run, d);
	group_feed(r->group, r);
	show_progress(run, d);
	reel_advance(r);
	return ingest_failed(run->all.ingest) ? -1 : 0;
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
static const struct input *next_input(const struct run *run)
{
	for (size_t i = run->next; i < run->inputs->count; i++) {
		const struct input *input = &run->inputs->items[i];

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

static int read_files(struct run *run)
{
	const struct input *input;
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
		if (step(run, d) != 0)
			return -1;
	}
}

/* Nothing that goes on where they stopped will come. */
static void finish_groups(struct run *run)
{
	for (size_t i = 0; i < run->num_groups; i++) {
		group_finish(run->groups[i]);
		group_free(run->groups[i]);
	}
	run->num_groups = 0;
}

/* What its first packet tells, now that it was read. */
static void take_start(struct input *input, const struct reel *r)
{
	input->has_time = r->rc == 1 && r->head.has_time;
	input->first_ns = input->has_time ? r->head.time_ns : 0;
}

static int read_member(struct run *run, const struct input *stream,
		       struct container *c)
{
	struct input input = { .path = stream->path,
			       .name = (char *)container_name(c) };
	struct capture *capture = container_capture(c);
	struct reel *r;
	int rc = 0;

	if (capture == NULL)
		return -1;
	if (begin_ingest(run) != 0) {
		capture_close(capture);
		return -1;
	}
	run->in_archive = strcmp(input.name, input.path) != 0;
	if (run->num_groups >= GROUPS_MAX)
		finish_groups(run);
	inputs_identify(run->inputs, &input);
	r = reel_new(&input, capture);
	take_start(&input, r);
	add_drive(run, NULL, r);
	while (rc == 0 && run->drives != NULL)
		rc = step(run, run->drives);
	if (rc != 0)
		abandon(run);
	free(input.node);
	free(input.ring);
	return rc;
}

/* As it comes: what stands in it later cannot be known before. */
static int read_stream(struct run *run, const struct input *stream)
{
	struct container *c = container_open(stream->path, false);
	int rc = c != NULL ? 1 : -1;

	while (rc == 1 && (rc = container_next(c)) == 1) {
		if (container_kind(c) == MEMBER_NOTES)
			notes_read(run->notes, c);
		else if (read_member(run, stream, c) != 0)
			run->rc = -1;
	}
	run->in_archive = false;
	container_close(c);
	return rc;
}

/* Behind the files: when they begin is not known before. */
static void read_streams(struct run *run)
{
	for (size_t i = 0; i < run->inputs->count; i++)
		if (run->inputs->items[i].is_stream &&
		    read_stream(run, &run->inputs->items[i]) != 0)
			run->rc = -1;
}

static void read_notes(struct run *run)
{
	for (size_t i = 0; i < run->inputs->count; i++) {
		const struct input *input = &run->inputs->items[i];
		struct container *c;

		if (!input->is_notes)
			continue;
		c = open_at(input);
		if (c == NULL || notes_read(run->notes, c) != 0) {
			note_told(run, input);
			run->rc = -1;
		}
		container_close(c);
	}
}

/* False if all of it has been said. */
static bool tell_faults_of(struct run *run, const char *path)
{
	struct container *c = container_open(path, false);
	const struct input *input;
	bool has_told;

	while (c != NULL && container_next(c) == 1) {
		input = input_of(run, path, container_index(c));
		if (input != NULL && input->is_told)
			container_hush(c);
	}
	has_told = c == NULL || container_has_told(c);
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
	finish_groups(run);
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
	read_notes(run);
	if (read_files(run) != 0) {
		run->rc = -1;
		abandon(run);
		return;
	}
	read_streams(run);
	tell_faults(run);
	finish(run);
}

static void tear_down(struct run *run)
{
	abandon(run);
	free(run->groups);
	copies_free(run->all.copies);
	places_free(run->all.places);
	notes_free(run->notes);
	free(run->ports);
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
	choose_ports(&run);
	run.all.copies = copies_new();
	run.all.places = places_new();
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
