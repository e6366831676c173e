/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/group.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "correlate/legs.h"
#include "dns/message.h"
#include "pipeline/observe.h"
#include "pipeline/visible.h"

enum { WAITING_CEILING = 1 << 17 };

/* Files one after another; those that overlap in time have different lanes. */
struct lane {
	bool is_open;
	int64_t capture; /* the last one; 0: none yet */
	bool has_time;
	int64_t last_ns;
};

struct group {
	struct assembly *all;
	char *ring;
	bool has_node; /* or is known to be of one */
	uint32_t node; /* a number, for as far as anybody knows which are one */
	struct packet_options packet_options;
	struct packets *packets; /* NULL: nothing waits */
	struct dns_decoder *decoder;
	struct matcher *matcher;
	struct legs *legs;
	struct lane *lanes;
	uint32_t num_lanes;
	struct reel *reels;    /* being read */
	struct reel *counting; /* whose tally is in packets; NULL: nobody's */
	uint64_t undecided;    /* of the matcher, told already */
};

struct group *group_new(struct assembly *all, const struct input *first)
{
	struct group *g = must_calloc(1, sizeof(*g));

	g->all = all;
	g->ring = must_strdup(first->ring);
	g->has_node = first->node != NULL || first->is_twin;
	g->node = ++all->num_groups;
	g->packet_options.ports = all->ports;
	g->packet_options.num_ports = all->num_ports;
	g->packet_options.plausible = dns_plausible;
	return g;
}

void group_abandon(struct group *g)
{
	packets_free(g->packets);
	dns_decoder_free(g->decoder);
	matcher_free(g->matcher);
	legs_free(g->legs);
	g->packets = NULL;
	g->decoder = NULL;
	g->matcher = NULL;
	g->legs = NULL;
	g->counting = NULL;
	g->undecided = 0;
}

void group_free(struct group *g)
{
	if (g == NULL)
		return;
	group_abandon(g);
	free(g->lanes);
	free(g->ring);
	free(g);
}

bool group_is_idle(const struct group *g)
{
	return g->reels == NULL;
}

/* The lane whose last file ended latest, of those that are free. */
static struct lane *find_lane(const struct group *g)
{
	struct lane *found = NULL;

	for (uint32_t i = 0; i < g->num_lanes; i++) {
		struct lane *lane = &g->lanes[i];

		if (!lane->is_open &&
		    (found == NULL || lane->last_ns > found->last_ns))
			found = lane;
	}
	return found;
}

/* 0 is what writers put who have no time; see reel_has_times(). */
static bool has_meaning(const struct input *input)
{
	return input->has_time && input->first_ns != 0;
}

bool group_takes(const struct group *g, const struct input *input)
{
	const struct lane *lane = find_lane(g);

	if (strcmp(g->ring, input->ring) != 0)
		return false;
	if (g->has_node)
		return true;
	return lane != NULL && lane->has_time && has_meaning(input) &&
	       input->first_ns >= lane->last_ns - GROUP_OVERLAP_NS;
}

void group_share(struct group *g)
{
	g->has_node = true;
}

/* Whether what waits at the end of the lane may be answered in the input. */
static bool follows(const struct group *g, const struct lane *lane,
		    const struct input *input)
{
	int64_t gap_ns;

	if (lane == NULL || lane->capture == 0 || !lane->has_time ||
	    !has_meaning(input))
		return false;
	gap_ns = input->first_ns - lane->last_ns;
	return gap_ns >= -GROUP_OVERLAP_NS && gap_ns <= g->all->wait_ns;
}

bool group_goes_on(const struct group *g, const struct input *input)
{
	return strcmp(g->ring, input->ring) == 0 &&
	       follows(g, find_lane(g), input);
}

static struct reel *find_reel(const struct group *g, uint32_t source)
{
	struct reel *r = g->reels;

	while (r != NULL && (uint32_t)r->id != source)
		r = r->next;
	return r;
}

/* The store's number of where something was seen. */
struct where {
	uint32_t source, interface, ifindex;
};

/*
 * What waited for fragments or segments may come out when its file has ended
 * and is no reel any more.
 */
static int64_t find_interface(struct group *g, struct where w)
{
	const struct reel *r = find_reel(g, w.source);
	struct ingest_interface interface = { .capture = w.source,
					      .number = w.interface,
					      .ifindex = w.ifindex };
	int64_t known;

	if (r == NULL)
		return ingest_late_interface(g->all->ingest, &interface);
	known = ingest_known_interface(g->all->ingest, &interface);
	if (known != 0)
		return known;
	interface = reel_interface(r, w.interface, w.ifindex);
	return ingest_interface(g->all->ingest, &interface);
}

static struct where where_of(const struct datagram *d)
{
	return (struct where){ d->source, d->interface, d->ifindex };
}

static bool has_place(const struct group *g, uint32_t place)
{
	for (const struct reel *r = g->reels; r != NULL; r = r->next)
		for (uint32_t i = 0; i < r->num_places; i++)
			if (r->places[i].place == place)
				return true;
	return false;
}

/*
 * Two captures with the same record are of one interface: what one of them has
 * alone belongs to what the other has.
 */
static void join_place(const struct group *g, struct reel *r,
		       const struct datagram *d)
{
	uint32_t place = copies_first_place(g->all->copies);

	if (has_place(g, place))
		r->places[d->interface].place = place;
}

/* RFC 1035, 4.1.1. */
static bool is_response(const struct datagram *d)
{
	return d->payload.len > 2 && d->payload.data[2] & 0x80;
}

/*
 * False for a record that was in the files already.  Where its file has ended
 * that is not asked, and only counted.
 */
static bool count_message(struct group *g, struct reel *r,
			  const struct datagram *d, struct copied *original)
{
	struct copy_place place = { .node = g->node };
	enum copy_verdict verdict;

	if (r == NULL) {
		ingest_add_late(g->all->ingest, d->source);
		g->all->late++;
		return true;
	}
	place.interface = r->places[d->interface].anywhere;
	place.times_advance = r->times_advance;
	verdict = copies_feed(g->all->copies, d, &place, original);
	r->facts.messages += verdict != COPY_REPEAT;
	r->facts.copies += verdict == COPY_ANOTHER;
	r->facts.repeats += verdict == COPY_REPEAT;
	if (verdict != COPY_REPEAT)
		return true;
	join_place(g, r, d);
	/* It was captured all the same. */
	ingest_count_message(g->all->ingest, find_interface(g, where_of(d)),
			     is_response(d));
	return false;
}

/* What the message and its exchange are called, and so are their copies. */
static struct copied name_of(struct group *g, const struct sighting *s,
			     struct belonging b)
{
	if (s->copy_of != 0)
		return (struct copied){ s->copy_of, s->leader };
	return (struct copied){
		.message = b.is_stray
				   ? ingest_last_stray(g->all->ingest)
				   : ingest_message(b.exchange, s->is_response),
		.exchange = b.exchange,
	};
}

/* That it was seen on another node too. */
static void put_crossing(struct group *g, const struct sighting *s,
			 const struct copied *here)
{
	struct crossing c = copies_crossing(g->all->copies);

	if (c.other.exchange == 0 || here->exchange == 0)
		return;
	/* What sends a response is farther from the client. */
	if (c.other_is_first != s->is_response)
		ingest_crossing(g->all->ingest, &c.other, here);
	else
		ingest_crossing(g->all->ingest, here, &c.other);
}

/* So that its copies tell of whom they are. */
static void name_message(struct group *g, const struct sighting *s,
			 struct belonging b)
{
	struct copied name = name_of(g, s, b);

	if (s->copy_of == 0)
		copies_name(g->all->copies, &name);
	put_crossing(g, s, &name);
}

static struct belonging match(struct group *g, struct sighting *s)
{
	struct belonging b;

	if (s->copy_of == 0)
		s->leg = legs_find(g->legs, s);
	b = matcher_feed(g->matcher, s);
	legs_feed(g->legs, s, s->leader != 0 ? s->leader : b.exchange);
	return b;
}

/* What the capture itself says of the packet that completed a message. */
static void put_comment(struct group *g, const struct reel *r,
			const struct datagram *d)
{
	const struct frame *f;
	struct text text = { 0 };

	if (r == NULL || r->head.number != d->frame)
		return;
	f = &r->head;
	if (f->comment == NULL && !f->os_dropped)
		return;
	text_add(&text, f->os_dropped ? "dropped by the operating system" : "");
	text_add(&text, f->os_dropped && f->comment != NULL ? "; " : "");
	text_add(&text, f->comment != NULL ? f->comment : "");
	ingest_add_comment(g->all->ingest, d->source, d->frame,
			   text_string(&text));
	text_release(&text);
}

static void take_datagram(void *context, const struct datagram *d)
{
	struct group *g = context;
	struct assembly *all = g->all;
	struct dns_ports unicast = { all->ports, all->num_unicast };
	struct reel *r = find_reel(g, d->source);
	struct copied original = { 0 };
	const struct dns_message *m;
	struct belonging b;
	struct sighting s;

	if (!count_message(g, r, d, &original))
		return;
	m = dns_decode(g->decoder, d->payload, d->wire_len);
	s = observe(d, m, &unicast);
	s.capture = d->source;
	s.interface = find_interface(g, where_of(d));
	ingest_values(all->ingest, d, m, &s);
	put_comment(g, r, d);
	s.copy_of = original.message;
	s.leader = original.exchange;
	b = match(g, &s);
	if (r != NULL)
		name_message(g, &s, b);
}

/* What a TCP segment holds is no message, but a part of a stream. */
static const struct dns_message *decode_quote(struct group *g,
					      const struct datagram *quoted)
{
	struct bytes none = { NULL, 0 };

	return quoted->transport == TRANSPORT_UDP
		       ? dns_decode(g->decoder, quoted->payload,
				    quoted->wire_len)
		       : dns_decode(g->decoder, none, 0);
}

static void take_error(void *context, const struct icmp_error *e)
{
	struct group *g = context;
	struct dns_ports unicast = { g->all->ports, g->all->num_unicast };
	struct icmp_notice n = observe_error(e, decode_quote(g, &e->quoted),
					     &unicast);

	n.quoted.capture = e->quoted.source;
	n.quoted.interface = find_interface(g, where_of(&e->quoted));
	matcher_feed_icmp(g->matcher, &n);
}

static void take_connection(void *context, const struct connection *c)
{
	struct group *g = context;
	struct where w = { c->first.source, c->interface, c->ifindex };

	ingest_connection(g->all->ingest, c, find_interface(g, w));
}

static void take_parts(void *context, struct frame_part of,
		       const struct frame_part *parts, size_t count)
{
	struct group *g = context;

	for (size_t i = 0; i < count; i++)
		ingest_part(g->all->ingest, of, parts[i]);
}

static void take_exchange(void *context, const struct exchange *x)
{
	struct group *g = context;

	ingest_exchange(g->all->ingest, x);
}

static void take_stray(void *context, const struct stray *s)
{
	struct group *g = context;

	ingest_stray(g->all->ingest, s);
}

static void take_icmp(void *context, const struct icmp_notice *n)
{
	struct group *g = context;

	ingest_icmp(g->all->ingest, n);
}

static void set_up(struct group *g)
{
	struct matcher_options matching = { .wait_ns = g->all->wait_ns,
					    .next_id = &g->all->next_exchange,
					    .ceiling = WAITING_CEILING };
	struct matcher_sinks matched = { take_exchange, take_stray, take_icmp,
					 g };
	struct packets_sinks seen = { take_datagram, take_error,
				      take_connection, g, take_parts };

	g->packets = packets_new(&g->packet_options, &seen);
	g->decoder = dns_decoder_new();
	g->matcher = matcher_new(&matching, &matched);
	g->legs = legs_new();
}

static struct lane *choose_lane(struct group *g)
{
	struct lane *lane = find_lane(g);

	if (lane != NULL)
		return lane;
	g->lanes = must_realloc(g->lanes, g->num_lanes + 1, sizeof(*g->lanes));
	lane = &g->lanes[g->num_lanes++];
	*lane = (struct lane){ 0 };
	return lane;
}

static void add_capture(struct group *g, struct reel *r,
			const struct lane *lane)
{
	struct ingest_capture capture = {
		.file = r->input->name,
		.format = capture_format(r->capture),
		.node = r->input->node,
		.ring = r->input->ring,
		.is_joined = follows(g, lane, r->input),
	};

	if (lane->has_time && has_meaning(r->input)) {
		capture.continues = lane->capture;
		capture.gap_ns = r->input->first_ns - lane->last_ns;
	}
	r->id = ingest_add_capture(g->all->ingest, &capture);
}

void group_begin(struct group *g, struct reel *r)
{
	struct lane *lane = choose_lane(g);

	/* What waits would be judged by a time nobody captured. */
	if (group_is_idle(g) && g->packets != NULL &&
	    !follows(g, lane, r->input))
		group_finish(g);
	if (g->packets == NULL)
		set_up(g);
	r->group = g;
	r->lane = (uint32_t)(lane - g->lanes);
	add_capture(g, r, lane);
	lane->is_open = true;
	r->next = g->reels;
	g->reels = r;
}

static void report_unknown_link(struct reel *r)
{
	struct text shown = { 0 };
	const char *name = capture_linktype_name(r->head.linktype);

	if (r->unknown_link == r->head.linktype)
		return;
	r->unknown_link = r->head.linktype;
	fail("%s: frame %" PRIu64 ": link type %d (%s) is not supported; its "
	     "packets are left out",
	     input_shown(r->input, &shown), r->head.number, r->head.linktype,
	     name != NULL ? name : "unknown");
	text_release(&shown);
}

/* Several are read in turn, and each has a tally of its own. */
static void count_for(struct group *g, struct reel *r)
{
	if (g->counting == r)
		return;
	if (g->counting != NULL)
		g->counting->tally = *packets_tally(g->packets);
	packets_set_tally(g->packets, &r->tally);
	g->counting = r;
}

void group_feed(struct group *g, struct reel *r)
{
	count_for(g, r);
	reel_place(r, g->all->places, g->node);
	reel_count(r);
	if (r->head.has_time)
		matcher_clock(g->matcher,
			      packets_horizon(g->packets, r->head.time_ns));
	if (packets_feed(g->packets, &r->head) == PACKET_UNKNOWN_LINK)
		report_unknown_link(r);
}

static void put_counters(struct group *g, const struct reel *r)
{
	for (uint32_t i = 0; i < capture_num_interfaces(r->capture); i++) {
		const struct capture_interface *c = capture_interface(
			r->capture, i);
		struct ingest_interface interface = reel_interface(r, i,
								   NO_IFINDEX);

		ingest_interface_counters(g->all->ingest, &interface,
					  c->received, c->dropped);
		if (c->filter != NULL)
			visible_put(g->all->ingest, r->id, c->filter,
				    c->linktype);
	}
}

static void put_names(struct group *g, const struct reel *r)
{
	for (uint32_t i = 0; i < capture_num_names(r->capture); i++) {
		const struct capture_name *n = capture_name(r->capture, i);

		ingest_add_host(g->all->ingest, r->id, n->address, n->name);
	}
}

/* Others are still read: only what nobody else saw is over. */
static void finish_places(struct group *g, const struct reel *r)
{
	for (uint32_t i = 0; i < r->num_places; i++)
		if (!has_place(g, r->places[i].place))
			matcher_finish_place(g->matcher, r->places[i].place,
					     r->facts.last_ns);
}

static void take_out(struct group *g, struct reel *r)
{
	struct reel **at = &g->reels;

	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
}

void group_stop(struct group *g, const struct reel *r)
{
	g->lanes[r->lane] = (struct lane){ .capture = r->id,
					   .has_time = reel_has_times(r),
					   .last_ns = r->facts.last_ns };
}

/* All that is known of a reel whose turn it is to count. */
static void take_facts(struct group *g, struct reel *r)
{
	r->tally = *packets_tally(g->packets);
	r->facts.undecided += matcher_undecided(g->matcher) - g->undecided;
	g->undecided = matcher_undecided(g->matcher);
	reel_finish(r);
	put_counters(g, r);
}

void group_account(struct group *g, struct reel *r)
{
	count_for(g, r);
	take_facts(g, r);
}

void group_clock(struct group *g, int64_t time_ns)
{
	if (g->packets != NULL)
		matcher_clock(g->matcher, packets_horizon(g->packets, time_ns));
}

void group_end(struct group *g, struct reel *r, bool last)
{
	bool is_alone = g->reels == r && r->next == NULL;

	count_for(g, r);
	if (last && is_alone) {
		packets_finish(g->packets);
		matcher_finish(g->matcher);
	}
	take_facts(g, r);
	g->counting = NULL;
	put_names(g, r);
	take_out(g, r);
	if (last && is_alone)
		group_abandon(g);
	else if (last)
		finish_places(g, r);
}

void group_finish(struct group *g)
{
	if (g->packets == NULL)
		return;
	packets_finish(g->packets);
	matcher_finish(g->matcher);
	group_abandon(g);
}

void group_checkpoint(struct group *g)
{
	if (g->matcher != NULL)
		matcher_checkpoint(g->matcher);
}
