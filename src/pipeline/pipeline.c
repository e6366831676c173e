/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * frame -> payload -> DNS message -> sighting -> exchange -> store, all wired
 * together here and nowhere else.
 */
#include "pipeline/pipeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"
#include "capture/container.h"
#include "correlate/matcher.h"
#include "dns/message.h"
#include "packet/packets.h"
#include "pipeline/observe.h"
#include "store/ingest.h"

enum {
	WAITING_CEILING = 1 << 17,
	PROGRESS_PACKETS = 1 << 14 /* between two calls of progress() */
};

struct line {
	const struct pipeline_options *options;
	struct capture *capture;
	struct packet_options packet_options;
	struct packets *packets;
	struct dns_decoder *decoder;
	struct matcher *matcher;
	int64_t next_exchange;
	struct ingest *ingest;
	uint16_t *ports;  /* what is wanted: unicast DNS, mDNS, LLMNR */
	int unknown_link; /* reported already; -1: none yet */
	uint64_t total;   /* size of the file; 0: not known */
	struct ingest_facts facts;
};

static struct ingest_interface describe(const struct line *l, uint32_t number,
					uint32_t ifindex)
{
	const struct capture_interface *c = capture_interface(l->capture,
							      number);
	const char *linktype = capture_linktype_name(c->linktype);

	return (struct ingest_interface){
		.number = number,
		.ifindex = ifindex,
		.name = c->name,
		.description = c->description,
		.filter = c->filter,
		.linktype = linktype != NULL ? linktype : "unknown",
		.snaplen = c->snaplen,
	};
}

static void take_payload(void *context, const struct datagram *d)
{
	struct line *l = context;
	struct dns_ports unicast = { l->options->ports, l->options->num_ports };
	const struct dns_message *m = dns_decode(l->decoder, d->payload,
						 d->wire_len);
	struct ingest_interface interface = describe(l, d->interface,
						     d->ifindex);
	struct sighting s = observe(d, m, &unicast);

	l->facts.messages++;
	s.capture = ingest_capture(l->ingest);
	s.interface = ingest_interface(l->ingest, &interface);
	ingest_values(l->ingest, d, m, &s);
	matcher_feed(l->matcher, &s);
}

/* What a TCP segment holds is no message, but a part of a stream. */
static const struct dns_message *decode_quote(struct line *l,
					      const struct datagram *quoted)
{
	struct bytes none = { NULL, 0 };

	return quoted->transport == TRANSPORT_UDP
		       ? dns_decode(l->decoder, quoted->payload,
				    quoted->wire_len)
		       : dns_decode(l->decoder, none, 0);
}

static void take_error(void *context, const struct icmp_error *e)
{
	struct line *l = context;
	struct dns_ports unicast = { l->options->ports, l->options->num_ports };
	struct ingest_interface interface = describe(l, e->quoted.interface,
						     e->quoted.ifindex);
	struct icmp_notice n = observe_error(e, decode_quote(l, &e->quoted),
					     &unicast);

	n.quoted.capture = ingest_capture(l->ingest);
	n.quoted.interface = ingest_interface(l->ingest, &interface);
	matcher_feed_icmp(l->matcher, &n);
}

static void take_connection(void *context, const struct connection *c)
{
	struct line *l = context;
	struct ingest_interface interface = describe(l, c->interface,
						     c->ifindex);
	int64_t capture = ingest_capture(l->ingest);

	ingest_connection(l->ingest, c, &capture,
			  ingest_interface(l->ingest, &interface));
}

static void take_exchange(void *context, const struct exchange *x)
{
	struct line *l = context;

	ingest_exchange(l->ingest, x);
}

static void take_stray(void *context, const struct stray *s)
{
	struct line *l = context;

	ingest_stray(l->ingest, s);
}

static void take_icmp(void *context, const struct icmp_notice *n)
{
	struct line *l = context;

	ingest_icmp(l->ingest, n);
}

static void take_time(struct line *l, const struct frame *frame)
{
	struct ingest_facts *facts = &l->facts;

	if (!frame->has_time)
		return;
	matcher_clock(l->matcher, packets_horizon(l->packets, frame->time_ns));
	if (!facts->has_times || frame->time_ns < facts->first_ns)
		facts->first_ns = frame->time_ns;
	if (!facts->has_times || frame->time_ns > facts->last_ns)
		facts->last_ns = frame->time_ns;
	facts->has_times = true;
}

static void report_unknown_link(struct line *l, const struct frame *frame)
{
	const char *name = capture_linktype_name(frame->linktype);

	if (l->unknown_link == frame->linktype)
		return;
	l->unknown_link = frame->linktype;
	fail("%s: frame %" PRIu64 ": link type %d (%s) is not supported; its "
	     "packets are left out",
	     capture_path(l->capture), frame->number, frame->linktype,
	     name != NULL ? name : "unknown");
}

static void feed_frame(struct line *l, const struct frame *frame)
{
	take_time(l, frame);
	l->facts.packets++;
	if (packets_feed(l->packets, frame) == PACKET_UNKNOWN_LINK)
		report_unknown_link(l, frame);
	if (l->options->progress != NULL &&
	    l->facts.packets % PROGRESS_PACKETS == 0)
		l->options->progress(l->options->progress_context,
				     capture_offset(l->capture), l->total,
				     l->facts.packets);
}

/* Until the end, the first fault of the file, or a store that is full. */
static int run(struct line *l)
{
	struct frame frame;
	int rc;

	while ((rc = capture_next(l->capture, &frame)) == 1) {
		frame.place = frame.interface;
		feed_frame(l, &frame);
		if (ingest_failed(l->ingest))
			return -1;
	}
	if (rc == -1)
		l->facts.damage = capture_damage(l->capture);
	packets_finish(l->packets);
	matcher_finish(l->matcher);
	return ingest_failed(l->ingest) ? -1 : 0;
}

/*
 * Some writers stamp all packets alike, Inspektor Gadget's tcpdump with 0: then
 * only the order is known.
 */
static bool times_mean_something(const struct ingest_facts *f)
{
	return f->has_times && f->first_ns != 0 &&
	       (f->packets < 3 || f->first_ns != f->last_ns);
}

static void collect_facts(struct line *l)
{
	const struct packet_tally *t = packets_tally(l->packets);
	struct ingest_facts *f = &l->facts;

	f->cut_packets = t->verdicts[PACKET_TRUNCATED];
	f->bad_packets = t->verdicts[PACKET_DAMAGED];
	f->fragments = t->incomplete;
	f->unknown_link = t->verdicts[PACKET_UNKNOWN_LINK];
	f->stream_gaps = t->stream_gaps;
	f->undecided = matcher_undecided(l->matcher);
	f->has_times = times_mean_something(f);
	for (uint32_t i = 0; i < capture_num_interfaces(l->capture); i++) {
		const struct capture_interface *c = capture_interface(
			l->capture, i);

		struct ingest_interface interface = describe(l, i, NO_IFINDEX);

		ingest_interface_counters(l->ingest, &interface, c->received,
					  c->dropped);
	}
}

/* The ports to look at: those of unicast DNS, mDNS and LLMNR. */
static size_t choose_ports(struct line *l)
{
	const struct pipeline_options *o = l->options;
	size_t count = o->num_ports;

	l->ports = must_calloc(count + 2, sizeof(*l->ports));
	memcpy(l->ports, o->ports, count * sizeof(*l->ports));
	l->ports[count++] = MDNS_PORT;
	l->ports[count++] = LLMNR_PORT;
	return count;
}

static void set_up(struct line *l)
{
	struct matcher_options matching = { .wait_ns = l->options->wait_ns,
					    .next_id = &l->next_exchange,
					    .ceiling = WAITING_CEILING };
	struct matcher_sinks matched = { take_exchange, take_stray, take_icmp,
					 l };
	struct packets_sinks seen = { take_payload, take_error, take_connection,
				      l };

	l->next_exchange = ingest_first_exchange(l->ingest);
	l->packet_options.num_ports = choose_ports(l);
	l->packet_options.ports = l->ports;
	l->packet_options.plausible = dns_plausible;
	l->packets = packets_new(&l->packet_options, &seen);
	l->decoder = dns_decoder_new();
	l->matcher = matcher_new(&matching, &matched);
}

static void tear_down(struct line *l)
{
	ingest_abandon(l->ingest);
	packets_free(l->packets);
	dns_decoder_free(l->decoder);
	matcher_free(l->matcher);
	capture_close(l->capture);
	free(l->ports);
}

/* Says so too: what a user asked for twice is worth a word. */
static int note_known(const char *path, struct pipeline_tally *tally)
{
	warning("%s: a capture with the same content was read already; not "
		"read again",
		path);
	tally->known++;
	return 0;
}

static int keep(struct line *l, struct pipeline_tally *tally)
{
	char sha256[SHA256_TEXT_SIZE];
	const char *path = capture_path(l->capture);
	int rc;

	collect_facts(l);
	if (capture_sha256(l->capture, sha256) != 0)
		return -1;
	l->facts.sha256 = sha256;
	l->facts.size = (int64_t)capture_size(l->capture);
	rc = ingest_finish(l->ingest, &l->facts);
	l->ingest = NULL;
	if (rc == 0)
		return note_known(path, tally);
	if (rc < 0)
		return -1;
	tally->captures++;
	tally->packets += l->facts.packets;
	tally->messages += l->facts.messages;
	if (l->facts.messages == 0 && l->facts.packets > 0 &&
	    l->unknown_link < 0)
		warning("%s: no DNS on the ports looked at in %" PRIu64
			" packets; --port adds others",
			path, l->facts.packets);
	return l->unknown_link < 0 ? 0 : -1;
}

static uint64_t size_on_disk(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode)
		       ? (uint64_t)st.st_size
		       : 0;
}

/* The container's current member; path: the file that it lies in. */
static int ingest_member(struct store *store, struct container *container,
			 const char *path,
			 const struct pipeline_options *options,
			 struct pipeline_tally *tally)
{
	struct line line = { .options = options, .unknown_link = -1 };
	int rc = -1;

	line.capture = container_capture(container);
	if (line.capture == NULL)
		return -1;
	line.total = size_on_disk(path);
	line.ingest = ingest_begin(store, container_name(container),
				   capture_format(line.capture), options->node,
				   options->wait_ns);
	if (line.ingest != NULL) {
		set_up(&line);
		if (run(&line) == 0)
			rc = keep(&line, tally);
	}
	tear_down(&line);
	return rc;
}

/* Goes one step ahead, so that what is known need not be decoded. */
static int is_known(struct store *store, struct container *ahead)
{
	char sha256[SHA256_TEXT_SIZE];

	if (ahead == NULL || container_next(ahead) != 1 ||
	    container_kind(ahead) != MEMBER_CAPTURE ||
	    container_sha256(ahead, sha256) != 0)
		return 0;
	return store_has_capture(store, sha256);
}

static int ingest_members(struct store *store, struct container *container,
			  struct container *ahead, const char *path,
			  const struct pipeline_options *options,
			  struct pipeline_tally *tally)
{
	int rc = 0, next;

	while ((next = container_next(container)) == 1) {
		int known = is_known(store, ahead);

		if (container_kind(container) != MEMBER_CAPTURE)
			continue;
		if (known == 1)
			note_known(container_name(container), tally);
		else if (known < 0 || ingest_member(store, container, path,
						    options, tally) != 0)
			rc = -1;
	}
	return next == 0 ? rc : -1;
}

int pipeline_ingest(struct store *store, const char *path,
		    const struct pipeline_options *options,
		    struct pipeline_tally *tally)
{
	struct container *container = container_open(path, false);
	struct container *ahead = NULL;
	int rc;

	if (container == NULL)
		return -1;
	if (container_can_reread(container))
		ahead = container_open(path, true);
	rc = ingest_members(store, container, ahead, path, options, tally);
	container_close(ahead);
	container_close(container);
	return rc;
}
