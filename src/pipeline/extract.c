/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A capture is proven to be the one that was read only at its end: what was
 * taken out of another is then taken back.
 */
#include "pipeline/extract.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"
#include "capture/container.h"
#include "capture/pcapng_writer.h"
#include "pipeline/sources.h"
#include "store/evidence.h"

enum {
	SHOWN_FRAMES = 8,          /* of those that cannot be had */
	PROGRESS_PACKETS = 1 << 14 /* between two calls of progress() */
};

static const uint32_t unnumbered = UINT32_MAX;

/* A block that waits in the temporary file. */
struct waiting {
	int64_t time_ns; /* or of the packet before it, where it has none */
	int64_t capture;
	uint64_t frame;
	uint64_t offset;
	size_t len;
};

struct extract {
	struct store *store;
	const struct extract_options *options;
	struct source *sources;
	size_t num_sources;
	FILE *spool;
	uint64_t spooled; /* bytes */
	struct waiting *waiting;
	size_t count, room;
	struct text interfaces; /* their blocks */
	uint32_t num_interfaces;
	uint64_t packets_read;
	struct text block, comment;
};

/* Frames of one capture that somebody asked for by number. */
struct range {
	int64_t first, last;
	uint64_t found;
};

/* One capture while it is read. */
struct pick {
	struct extract *all;
	const struct source *source;
	struct capture *capture;
	struct rows *frames; /* evidence_frames() */
	int rc;              /* what rows_next() gave for the frame below */
	int64_t frame;
	struct range *ranges;
	size_t num_ranges;
	size_t passed; /* of them, the first ones that end before the frame */
	uint32_t *numbers; /* of interfaces in the output, by their own */
	uint32_t num_numbers;
	int64_t time_ns; /* of the last packet that had one */
};

static void load_source(struct extract *e, const struct rows *r)
{
	struct source *added;

	e->sources = must_realloc(e->sources, e->num_sources + 1,
				  sizeof(*e->sources));
	added = &e->sources[e->num_sources++];
	*added = (struct source){ .capture = rows_integer(r, 0),
				  .file = must_strdup(rows_text(r, 1)),
				  .frames = rows_integer(r, 3) };
	snprintf(added->sha256, sizeof(added->sha256), "%s", rows_text(r, 2));
}

static int load_sources(struct extract *e)
{
	struct rows *r = evidence_captures(e->store);
	int rc = -1;

	while (r != NULL && (rc = rows_next(r)) == 1)
		load_source(e, r);
	rows_close(r);
	return rc;
}

static int load_ranges(struct pick *p)
{
	struct rows *r = evidence_ranges(p->all->store, p->source->capture);
	int rc = -1;

	while (r != NULL && (rc = rows_next(r)) == 1) {
		p->ranges = must_realloc(p->ranges, p->num_ranges + 1,
					 sizeof(*p->ranges));
		p->ranges[p->num_ranges++] = (struct range){ rows_integer(r, 0),
							     rows_integer(r, 1),
							     0 };
	}
	rows_close(r);
	return rc;
}

static int next_wanted(struct pick *p)
{
	p->rc = rows_next(p->frames);
	if (p->rc == 1)
		p->frame = rows_integer(p->frames, 0);
	return p->rc < 0 ? -1 : 0;
}

/* Whether somebody asked for the frame by its number. */
static bool is_in_range(struct pick *p, int64_t frame)
{
	bool found = false;

	while (p->passed < p->num_ranges && p->ranges[p->passed].last < frame)
		p->passed++;
	for (size_t i = p->passed; i < p->num_ranges; i++) {
		struct range *range = &p->ranges[i];

		if (range->first > frame)
			break;
		if (range->last >= frame) {
			range->found++;
			found = true;
		}
	}
	return found;
}

static void add_interface(struct pick *p, uint32_t number)
{
	struct extract *e = p->all;
	struct text origin = { 0 };

	text_addf(&origin, "interface %" PRIu32 " of %s, SHA-256 %s", number,
		  p->source->file, p->source->sha256);
	pcapng_add_interface(&e->interfaces,
			     capture_interface(p->capture, number),
			     text_string(&origin));
	p->numbers[number] = e->num_interfaces++;
	text_release(&origin);
}

static uint32_t number_of(struct pick *p, uint32_t interface)
{
	uint32_t count = capture_num_interfaces(p->capture);

	if (p->num_numbers < count) {
		p->numbers = must_realloc(p->numbers, count,
					  sizeof(*p->numbers));
		while (p->num_numbers < count)
			p->numbers[p->num_numbers++] = unnumbered;
	}
	if (p->numbers[interface] == unnumbered)
		add_interface(p, interface);
	return p->numbers[interface];
}

/* Reasons; NULL: it is not for that one. */
static void write_comment(struct pick *p, const struct frame *frame,
			  const char *asked, const char *why)
{
	struct text *t = &p->all->comment;

	text_clear(t);
	text_addf(t, "%s#%" PRIu64 ": ", p->source->file, frame->number);
	text_add(t, asked != NULL ? asked : "");
	text_add(t, asked != NULL && why != NULL ? "; " : "");
	text_add(t, why != NULL ? why : "");
	if (frame->os_dropped)
		text_add(t, "; dropped by the operating system");
	if (!frame->has_time)
		text_add(t, "; its capture tells no time");
}

static int spool_failed(void)
{
	return fail("temporary file: %s", strerror(errno));
}

static int spool(struct pick *p, const struct frame *frame)
{
	struct extract *e = p->all;

	if (fwrite(e->block.data, 1, e->block.len, e->spool) != e->block.len)
		return spool_failed();
	if (e->count == e->room) {
		e->room = e->room != 0 ? 2 * e->room : 256;
		e->waiting = must_realloc(e->waiting, e->room,
					  sizeof(*e->waiting));
	}
	e->waiting[e->count++] = (struct waiting){ p->time_ns,
						   p->source->capture,
						   frame->number, e->spooled,
						   e->block.len };
	e->spooled += e->block.len;
	return 0;
}

static int take(struct pick *p, const struct frame *frame, const char *asked,
		const char *why)
{
	struct extract *e = p->all;

	write_comment(p, frame, asked, why);
	text_clear(&e->block);
	pcapng_add_packet(&e->block, frame,
			  capture_interface(p->capture, frame->interface),
			  number_of(p, frame->interface),
			  text_string(&e->comment));
	return spool(p, frame);
}

/* Numbers may be left out that are wanted: of blocks that are no packets. */
static int consider(struct pick *p, const struct frame *frame)
{
	int64_t number = (int64_t)frame->number;
	const char *asked = is_in_range(p, number) ? "asked for" : NULL;

	while (p->rc == 1 && p->frame < number)
		if (next_wanted(p) != 0)
			return -1;
	if (p->rc != 1 || p->frame != number)
		return asked != NULL ? take(p, frame, asked, NULL) : 0;
	return take(p, frame, asked, rows_text(p->frames, 1));
}

static void show_progress(struct pick *p)
{
	const struct extract_options *o = p->all->options;

	if (++p->all->packets_read % PROGRESS_PACKETS == 0 &&
	    o->progress != NULL)
		o->progress(o->progress_context, p->source->file,
			    capture_size(p->capture), 0, p->all->packets_read);
}

/* 0 also where the capture is cut short: that was told when it was read. */
static int read_frames(struct pick *p)
{
	struct frame frame;
	int rc = 0;

	while (rc == 0 && capture_next(p->capture, &frame) == 1) {
		if (frame.has_time)
			p->time_ns = frame.time_ns;
		rc = consider(p, &frame);
		show_progress(p);
	}
	return rc;
}

/* What was taken since is forgotten. */
struct mark {
	size_t count, interfaces_len;
	uint32_t num_interfaces;
};

static struct mark mark_here(const struct extract *e)
{
	return (struct mark){ e->count, e->interfaces.len, e->num_interfaces };
}

static void take_back(struct extract *e, const struct mark *mark)
{
	e->count = mark->count;
	e->interfaces.len = mark->interfaces_len;
	e->num_interfaces = mark->num_interfaces;
}

static int report_absent(const struct pick *p)
{
	int rc = 0;

	for (size_t i = 0; i < p->num_ranges; i++)
		if (p->ranges[i].found == 0)
			rc = fail("%s: there is no frame %" PRId64,
				  p->source->file, p->ranges[i].first);
	return rc;
}

/* 1: it was the capture; 0: it has other content; -1. */
static int pick_and_prove(struct pick *p)
{
	struct mark mark = mark_here(p->all);
	char sha256[SHA256_TEXT_SIZE];

	if (load_ranges(p) != 0 || next_wanted(p) != 0 || read_frames(p) != 0)
		return -1;
	if (capture_sha256(p->capture, sha256) == 0 &&
	    strcmp(sha256, p->source->sha256) == 0)
		return report_absent(p) == 0 ? 1 : 2;
	take_back(p->all, &mark);
	return 0;
}

/* 2: as 1, but frames that were asked for by number are not in it. */
static int pick(struct extract *e, const struct source *source,
		struct container *container)
{
	struct pick p = { .all = e,
			  .source = source,
			  .capture = container_capture(container),
			  .frames = evidence_frames(e->store,
						    source->capture) };
	int rc = 0;

	if (p.frames == NULL)
		rc = -1;
	else if (p.capture != NULL)
		rc = pick_and_prove(&p);
	rows_close(p.frames);
	capture_close(p.capture);
	free(p.ranges);
	free(p.numbers);
	return rc;
}

static bool is_member(const struct source *source, struct bytes outer,
		      const char *member)
{
	return strncmp(source->file, (const char *)outer.data, outer.len) ==
		       0 &&
	       strcmp(source->file + outer.len, member) == 0;
}

/*
 * The source that the container's current member is; NULL: none of them.  Where
 * there are several of one name those come first that were not tried.
 */
static struct source *source_of(const struct extract *e,
				const struct container *c, size_t path_len,
				struct bytes outer)
{
	const char *member = container_name(c) + path_len;
	struct source *found = NULL;

	for (size_t i = 0; i < e->num_sources; i++) {
		struct source *source = &e->sources[i];

		if (source->is_done || !is_member(source, outer, member))
			continue;
		if (found == NULL ||
		    (found->trouble != NULL && source->trouble == NULL))
			found = source;
	}
	return found;
}

/* All that is wanted of one file on disk.  As extract_write(). */
static int read_container(struct extract *e, const char *path,
			  struct bytes outer)
{
	struct container *c = container_open(path, true);
	int result = 0, rc;

	while (c != NULL && container_next(c) == 1) {
		struct source *source = source_of(e, c, strlen(path), outer);

		if (source == NULL || container_kind(c) != MEMBER_CAPTURE)
			continue;
		source->trouble = "is not what was read then: its SHA-256 "
				  "differs";
		rc = pick(e, source, c);
		if (rc < 0) {
			result = -1;
			break;
		}
		source->is_done = rc > 0;
		if (rc == 2)
			result = 1;
	}
	container_close(c);
	return result;
}

static void list_ranges(struct extract *e, const struct source *source,
			struct text *list)
{
	struct rows *r = evidence_ranges(e->store, source->capture);

	for (int shown = 0; r != NULL && rows_next(r) == 1; shown++) {
		if (shown == SHOWN_FRAMES) {
			text_add(list, ", ...");
			break;
		}
		text_addf(list, "%s%" PRId64, list->len > 0 ? ", " : "",
			  rows_integer(r, 0));
		if (rows_integer(r, 1) != rows_integer(r, 0))
			text_addf(list, "-%" PRId64, rows_integer(r, 1));
	}
	rows_close(r);
}

static void list_frames(struct extract *e, const struct source *source,
			struct text *list)
{
	struct rows *r = evidence_frames(e->store, source->capture);
	int64_t shown = 0;

	while (r != NULL && shown < SHOWN_FRAMES && rows_next(r) == 1)
		text_addf(list, "%s%" PRId64, shown++ > 0 ? ", " : "",
			  rows_integer(r, 0));
	rows_close(r);
	if (source->frames > shown)
		text_addf(list, " and %" PRId64 " more",
			  source->frames - shown);
	list_ranges(e, source, list);
}

/* Always 1. */
static int report_missing(struct extract *e, const struct source *source)
{
	struct text list = { 0 };
	const char *folder = e->options->captures;

	list_frames(e, source, &list);
	fail("%s: %s%s%s; frames that cannot be had: %s%s", source->file,
	     source->trouble != NULL ? source->trouble : "not there",
	     source->trouble == NULL && folder != NULL ? ", nor in " : "",
	     source->trouble == NULL && folder != NULL ? folder : "",
	     text_string(&list),
	     folder != NULL ? "" : "; --captures names the folder it lies in");
	text_release(&list);
	return 1;
}

static int read_source(struct extract *e, const struct source *source)
{
	struct text path = { 0 };
	const char *member;
	int rc = 0;

	if (source_find(source, e->options->captures, &path, &member))
		rc = read_container(
			e, text_string(&path),
			(struct bytes){ (const uint8_t *)source->file,
					(size_t)(member - source->file) });
	if (rc >= 0 && !source->is_done)
		rc = report_missing(e, source);
	text_release(&path);
	return rc;
}

static int read_sources(struct extract *e)
{
	int result = 0;

	for (size_t i = 0; i < e->num_sources; i++) {
		int rc = 0;

		if (!e->sources[i].is_done)
			rc = read_source(e, &e->sources[i]);
		if (rc < 0)
			return -1;
		if (rc > 0)
			result = 1;
	}
	return result;
}

static int compare_waiting(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;

	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? -1 : 1;
	if (x->capture != y->capture)
		return x->capture < y->capture ? -1 : 1;
	return (x->frame > y->frame) - (x->frame < y->frame);
}

static int copy_block(struct extract *e, const struct waiting *w, FILE *to)
{
	text_clear(&e->block);
	if (fseeko(e->spool, (off_t)w->offset, SEEK_SET) != 0)
		return spool_failed();
	for (size_t left = w->len; left > 0;) {
		char chunk[4096];
		size_t len = left < sizeof(chunk) ? left : sizeof(chunk);

		if (fread(chunk, 1, len, e->spool) != len)
			return spool_failed();
		fwrite(chunk, 1, len, to);
		left -= len;
	}
	return 0;
}

/* Whether it could be written the stream itself remembers. */
static int write_all(struct extract *e, FILE *to)
{
	int rc = 0;

	text_clear(&e->block);
	pcapng_add_section(&e->block, e->options->application,
			   e->options->comment);
	fwrite(e->block.data, 1, e->block.len, to);
	fwrite(text_string(&e->interfaces), 1, e->interfaces.len, to);
	if (e->count > 0)
		qsort(e->waiting, e->count, sizeof(*e->waiting),
		      compare_waiting);
	for (size_t i = 0; rc == 0 && i < e->count; i++)
		rc = copy_block(e, &e->waiting[i], to);
	return rc;
}

static void release(struct extract *e)
{
	for (size_t i = 0; i < e->num_sources; i++)
		free(e->sources[i].file);
	free(e->sources);
	free(e->waiting);
	text_release(&e->interfaces);
	text_release(&e->block);
	text_release(&e->comment);
}

static void count(const struct extract *e, struct extract_tally *tally)
{
	tally->packets = e->count;
	for (size_t i = 0; i < e->num_sources; i++)
		tally->captures += e->sources[i].is_done;
}

int extract_write(struct store *s, const struct extract_options *options,
		  FILE *to, struct extract_tally *tally)
{
	struct extract e = { .store = s,
			     .options = options,
			     .spool = options->spool };
	int rc = -1;

	*tally = (struct extract_tally){ 0 };
	if (load_sources(&e) == 0)
		rc = read_sources(&e);
	if (rc >= 0 && write_all(&e, to) != 0)
		rc = -1;
	count(&e, tally);
	release(&e);
	return rc;
}

/* Two names of one file. */
static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino && S_ISREG(x.st_mode);
}

int extract_check_output(struct store *s, const char *captures,
			 const char *path)
{
	struct extract e = { .store = s };
	struct text source = { 0 };
	const char *member;
	int rc = load_sources(&e);

	for (size_t i = 0; rc == 0 && i < e.num_sources; i++)
		if (source_find(&e.sources[i], captures, &source, &member) &&
		    is_same_file(text_string(&source), path))
			rc = fail("%s: the result would overwrite what it is "
				  "made of",
				  path);
	text_release(&source);
	release(&e);
	return rc;
}
