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
	JOINED_MAX = 8,     /* that are looked into for a shared packet */
	OPEN_MAX_REELS = 48 /* files that are read side by side */
};

/* One capture that is read, and the file that it is in. */
struct drive {
	struct reel *reel;
	struct container *container; /* NULL: somebody else's */
	struct input *own; /* what nobody else keeps; NULL: somebody does */
	char sha256[SHA256_TEXT_SIZE];
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
	struct notes *notes;
	struct pipeline_tally *tally;
	struct pipeline_tally unsaved; /* since the last checkpoint */
	struct container *kept; /* the file that was read last, and where */
	char *kept_path;
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
	struct text shown = { 0 };

	warning("%s: a capture with the same content was read already; not "
		"read again",
		input_shown(input, &shown));
	text_release(&shown);
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
 * is passed over is somebody else's, or tell_faults() tells it.  The one that
 * was read last goes on from there, so that an archive is unpacked but once
 * where its members come in the order of time.
 */
static struct container *open_at(struct run *run, const struct input *input)
{
	struct container *c = run->kept;
	bool goes_on = c != NULL && strcmp(run->kept_path, input->path) == 0 &&
		       container_index(c) < input->member;

	if (goes_on)
		run->kept = NULL;
	else
		c = container_open(input->path, true);
	while (c != NULL && container_next(c) == 1)
		if (container_index(c) == input->member) {
			container_speak(c);
			return c;
		}
	container_close(c);
	fail("%s: cannot be read a second time; is it changing?", input->name);
	return NULL;
}

/* Beside whoever reads it, and silently. */
static struct container *open_again(const struct input *input)
{
	struct container *c = container_open(input->path, true);

	while (c != NULL && container_next(c) == 1)
		if (container_index(c) == input->member)
			return c;
	container_close(c);
	return NULL;
}

static void keep(struct run *run, struct container *c, const char *path)
{
	container_close(run->kept);
	free(run->kept_path);
	run->kept = c;
	run->kept_path = c != NULL ? must_strdup(path) : NULL;
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
	c = open_at(run, input);
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
	if (hash_input(run, input, sha256) != 0)
		return -1;
	rc = store_has_capture(run->store, sha256);
	return rc != 0 ? rc : is_being_read(run, input, sha256);
}

/* Whether the first packet of b is in a, at the same time. */
static bool holds_start(const struct input *a, const struct input *b)
{
	struct container *c = open_again(a);
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

/*
 * Captures that overlap and of which no node is known are of one if they share
 * a packet: then what one has alone belongs to what the other has.
 */
static void join_overlapping(const struct run *run, struct input *input)
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

static int open_input(struct run *run, struct input *input)
{
	int known = is_known(run, input);
	struct capture *capture;
	struct container *c;

	if (known == 1)
		note_known(run, input);
	if (known != 0 || begin_ingest(run) != 0)
		return known == 1 ? 0 : -1;
	join_overlapping(run, input);
	c = open_at(run, input);
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

static void free_drive(struct drive *d)
{
	reel_free(d->reel);
	container_close(d->container);
	if (d->own != NULL)
		input_release(d->own);
	free(d->own);
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
	run->tally->messages += run->unsaved.messages + run->all.late;
	run->all.late = 0;
	run->unsaved = (struct pipeline_tally){ 0 };
	return 0;
}

/* The capture was read to its end; its file may be left. */
static void stop_drive(struct run *run, struct drive *d)
{
	struct reel *r = d->reel;

	group_stop(r->group, r);
	/* What could be read of a file is kept all the same. */
	if (capture_sha256(r->capture, d->sha256) != 0)
		run->rc = -1;
	if (capture_damage(r->capture) != NULL)
		note_told(run, r->input);
	if (d->container == NULL)
		return;
	run->bytes_done += container_offset(d->container);
	keep(run, d->container, r->input->path);
	d->container = NULL;
}

/*
 * last: nothing goes on where it stopped.  That a capture is known already
 * shows only now where it could not be read twice.
 */
static int settle_drive(struct run *run, struct drive *d, bool last)
{
	int rc;

	group_end(d->reel->group, d->reel, last);
	rc = store_facts(run, d);
	if (rc == 0)
		note_known(run, d->reel->input);
	take_out(run, d);
	free_drive(d);
	if (rc == 0)
		abandon(run);
	return rc == 1 && run->drives == NULL ? checkpoint(run)
					      : (rc < 0 ? -1 : 0);
}

static int end_drive(struct run *run, struct drive *d)
{
	stop_drive(run, d);
	return settle_drive(run, d, is_last(run, d->reel->group));
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

static int read_files(struct run *run)
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
		if (step(run, d) != 0)
			return -1;
	}
}

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
	return settle_drive(run, ended,
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
	if (settle_ended(run, input) != 0 || begin_ingest(run) != 0) {
		reel_free(r);
		input_release(input);
		free(input);
		return -1;
	}
	d = add_drive(run, NULL, r);
	d->own = input;
	while (r->rc == 1)
		if (step(run, d) != 0)
			return -1;
	stop_drive(run, d);
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
		abandon(run);
	if (settle_ended(run, NULL) != 0)
		rc = -1;
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
	keep(run, NULL, NULL);
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
