/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A capture is proven to be the one that was read only at its end: what was
 * taken out of another is then taken back.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "capture/pcapng_writer.h"
#include "pipeline/extract_private.h"
#include "store/evidence.h"

enum { PROGRESS_PACKETS = 1 << 14 /* between two calls of progress() */ };

static const uint32_t unnumbered = UINT32_MAX;

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
		  p->source->shown, p->source->sha256);
	if (e->disguise != NULL)
		disguise_add_interface(e->disguise, e->num_interfaces,
				       &e->interfaces,
				       capture_interface(p->capture, number),
				       text_string(&origin));
	else
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
	text_addf(t, "%s#%" PRIu64 ": ", p->source->shown, frame->number);
	text_add(t, asked != NULL ? asked : "");
	text_add(t, asked != NULL && why != NULL ? "; " : "");
	text_add(t, why != NULL ? why : "");
	if (frame->os_dropped)
		text_add(t, "; dropped by the operating system");
	if (!frame->has_time)
		text_add(t, "; its capture tells no time");
}

static int take(struct pick *p, const struct frame *frame, const char *asked,
		const char *why)
{
	struct extract *e = p->all;
	struct spool_entry entry = { p->time_ns, p->source->capture,
				     frame->number,
				     why != NULL ? rows_integer(p->frames, 2)
						 : 0 };
	struct frame shown = *frame;

	if (e->disguise != NULL && frame->comment != NULL)
		shown.comment = "(redacted)";
	write_comment(p, frame, asked, why);
	text_clear(&e->block);
	pcapng_add_packet(&e->block, &shown,
			  capture_interface(p->capture, frame->interface),
			  number_of(p, frame->interface),
			  text_string(&e->comment));
	return spool_add(e->spool, &entry, &e->block);
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
	return (struct mark){ spool_count(e->spool), e->interfaces.len,
			      e->num_interfaces };
}

static void take_back(struct extract *e, const struct mark *mark)
{
	spool_take_back(e->spool, mark->count);
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

/* As extract_pick(). */
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

int extract_pick(struct extract *e, const struct source *source,
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
