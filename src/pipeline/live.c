/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/live.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "capture/dump.h"
#include "capture/live.h"
#include "pipeline/group.h"
#include "pipeline/own_interfaces.h"

enum { FRAMES_EACH_LOOK = 256 /* between two looks at the clock */ };

static const int64_t turn_ns = NS_PER_SECOND / 50;

/* Packets may lie in the kernel for so long before they are seen. */
static const int64_t unseen_ns = NS_PER_SECOND / 5;

struct live {
	struct live_options options;
	struct live_status status;
	struct text filter;
	struct capture *capture;
	struct own_interfaces *own;
	struct assembly all;
	/* From live_begin() to live_end(). */
	struct input input;
	struct group *group; /* NULL: not begun */
	struct reel *reel;
	struct dump *dump; /* NULL: packets are not kept */
	char identity[SHA256_TEXT_SIZE];
	int64_t names;            /* note of our interfaces' names; 0: none */
	bool is_ahead;            /* the reel's head was not fed yet */
	uint64_t messages_before; /* of what was ended */
	uint64_t undecided_before;
	struct live_losses warned; /* what the user knows of */
};

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

struct live *live_open(const struct live_options *options)
{
	struct live *l = must_calloc(1, sizeof(*l));
	struct live_source source = { .interfaces = options->interfaces,
				      .filter = options->filter,
				      .buffer = options->buffer };

	l->options = *options;
	assembly_init(&l->all, options->ports, options->num_ports,
		      options->wait_ns);
	if (options->filter == NULL) {
		live_filter(&l->filter, l->all.ports, l->all.num_ports);
		source.filter = text_string(&l->filter);
	}
	l->status.interfaces = options->interfaces;
	l->status.started_ns = clock_ns(CLOCK_REALTIME);
	l->status.now_ns = l->status.started_ns;
	l->own = own_interfaces_new();
	l->capture = live_capture(&source);
	if (l->capture != NULL)
		return l;
	live_close(l);
	return NULL;
}

/* The capture outlives the reel. */
static void drop_reel(struct live *l)
{
	if (l->reel != NULL)
		l->reel->capture = NULL;
	reel_free(l->reel);
	group_free(l->group);
	l->reel = NULL;
	l->group = NULL;
	free(l->input.name);
	l->input = (struct input){ 0 };
}

void live_close(struct live *l)
{
	if (l == NULL)
		return;
	drop_reel(l);
	ingest_abandon(l->all.ingest);
	dump_close(l->dump);
	capture_close(l->capture);
	own_interfaces_free(l->own);
	assembly_release(&l->all);
	text_release(&l->filter);
	free(l);
}

/* In place of the content's sum: no two captures have the same. */
static void identify(struct live *l)
{
	struct sha256 *sum = sha256_new();
	struct text what = { 0 };

	text_addf(&what, "live %s %s %" PRId64 " %ld",
		  l->options.node != NULL ? l->options.node : "",
		  l->options.interfaces, clock_ns(CLOCK_REALTIME),
		  (long)getpid());
	sha256_add(sum, text_string(&what), what.len);
	sha256_finish(sum, l->identity);
	sha256_free(sum);
	text_release(&what);
}

/* Where its packets are kept they are the evidence. */
static void describe_input(struct live *l, const char *pcap)
{
	struct text name = { 0 };

	text_addf(&name, "live:%s", l->options.interfaces);
	l->input = (struct input){
		.name = must_strdup(pcap != NULL ? pcap : text_string(&name)),
		.node = (char *)l->options.node,
		.has_time = true,
		.times_advance = true,
		.first_ns = clock_ns(CLOCK_REALTIME),
	};
	l->input.path = l->input.ring = l->input.name;
	text_release(&name);
}

int live_begin(struct live *l, struct store *s, const char *pcap)
{
	struct ingest *ingest = ingest_begin(s, l->options.wait_ns);

	if (ingest == NULL)
		return -1;
	assembly_set_ingest(&l->all, ingest);
	l->names = own_interfaces_put(l->own, s, ingest);
	live_restart(l->capture);
	identify(l);
	describe_input(l, pcap);
	if (pcap != NULL && (l->dump = dump_open(l->capture, pcap)) == NULL)
		return -1;
	l->group = group_new(&l->all, &l->input);
	l->reel = reel_new(&l->input, l->capture);
	l->is_ahead = true;
	group_begin(l->group, l->reel);
	return live_commit(l);
}

static void tell_losses(struct live *l)
{
	struct live_losses now;

	live_count(l->capture, &now);
	l->status.dropped_by_kernel = now.by_kernel;
	l->status.dropped_by_interface = now.by_interface;
	if (now.by_kernel > l->warned.by_kernel)
		warning("%s: %" PRIu64
			" packets lost for want of buffer, %" PRIu64
			" in all; --buffer gives more",
			l->options.interfaces,
			now.by_kernel - l->warned.by_kernel, now.by_kernel);
	if (now.by_interface > l->warned.by_interface)
		warning("%s: %" PRIu64
			" packets lost by the interface, %" PRIu64 " in all",
			l->options.interfaces,
			now.by_interface - l->warned.by_interface,
			now.by_interface);
	l->warned = now;
}

static void take_status(struct live *l)
{
	l->status.now_ns = clock_ns(CLOCK_REALTIME);
	l->status.messages = l->messages_before + l->reel->facts.messages;
	l->status.undecided = l->undecided_before + l->reel->facts.undecided;
}

static int feed(struct live *l)
{
	struct reel *r = l->reel;

	if (l->dump != NULL && dump_put(l->dump, &r->head) != 0)
		return -1;
	l->status.packets++;
	group_feed(l->group, r);
	return ingest_failed(l->all.ingest) ? -1 : 1;
}

/* As capture_next(), for no more than so many frames. */
static int take_frames(struct live *l, int count)
{
	struct reel *r = l->reel;
	int rc = 1;

	while (rc == 1 && count-- > 0) {
		if (!l->is_ahead)
			reel_advance(r);
		l->is_ahead = false;
		rc = r->rc;
		l->status.is_quiet = rc == 0;
		if (rc == 1)
			rc = feed(l);
	}
	return rc;
}

int live_turn(struct live *l, int timeout_ms)
{
	int64_t end_ns = clock_ns(CLOCK_MONOTONIC) + turn_ns;
	int rc;

	do {
		rc = take_frames(l, FRAMES_EACH_LOOK);
	} while (rc == 1 && clock_ns(CLOCK_MONOTONIC) < end_ns);
	if (rc == 0) {
		live_wait(l->capture, timeout_ms);
		group_clock(l->group, clock_ns(CLOCK_REALTIME) - unseen_ns);
	}
	take_status(l);
	if (rc >= 0)
		return 1;
	return capture_damage(l->capture) != NULL ? 0 : -1;
}

int live_settle(struct live *l)
{
	group_checkpoint(l->group);
	return ingest_settle(l->all.ingest);
}

static int put_facts(struct live *l)
{
	struct reel *r = l->reel;

	take_status(l);
	if (l->names != 0)
		ingest_name_interfaces(l->all.ingest, r->id, l->names);
	r->facts.sha256 = l->identity;
	r->facts.size = (int64_t)live_pcap_size(l);
	return ingest_update_capture(l->all.ingest, r->id, &r->facts);
}

/* All that is known of the capture up to now. */
static int account(struct live *l)
{
	tell_losses(l);
	group_account(l->group, l->reel);
	return put_facts(l);
}

int live_pause(struct live *l)
{
	if (l->dump != NULL && dump_flush(l->dump) != 0)
		return -1;
	if (live_settle(l) != 0 || account(l) != 0)
		return -1;
	return ingest_pause(l->all.ingest);
}

int live_resume(struct live *l)
{
	return ingest_resume(l->all.ingest);
}

int live_commit(struct live *l)
{
	return live_pause(l) == 0 ? live_resume(l) : -1;
}

static int commit_last(struct live *l)
{
	int rc = put_facts(l);

	if (rc == 0)
		rc = ingest_commit(l->all.ingest);
	else
		ingest_abandon(l->all.ingest);
	l->all.ingest = NULL;
	return rc;
}

int live_stop_taking(struct live *l)
{
	int rc;

	live_stop(l->capture);
	while ((rc = take_frames(l, FRAMES_EACH_LOOK)) == 1)
		;
	return rc == 0 || capture_damage(l->capture) != NULL ? 0 : -1;
}

int live_end(struct live *l)
{
	int rc;

	group_clock(l->group, clock_ns(CLOCK_REALTIME));
	tell_losses(l);
	group_stop(l->group, l->reel);
	group_end(l->group, l->reel, true);
	rc = commit_last(l);
	l->messages_before = l->status.messages;
	l->undecided_before = l->status.undecided;
	drop_reel(l);
	if (dump_close(l->dump) != 0)
		rc = -1;
	l->dump = NULL;
	return rc;
}

const struct live_status *live_status(const struct live *l)
{
	return &l->status;
}

uint64_t live_pcap_size(const struct live *l)
{
	return l->dump != NULL ? dump_size(l->dump) : 0;
}
