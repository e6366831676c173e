/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/group.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "pipeline/group_private.h"
#include "pipeline/visible.h"

enum { WAITING_CEILING = 1 << 17 };

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

static void set_up(struct group *g)
{
	struct matcher_options matching = { .wait_ns = g->all->wait_ns,
					    .next_id = &g->all->next_exchange,
					    .ceiling = WAITING_CEILING };
	struct matcher_sinks matched = group_matcher_sinks(g);
	struct packets_sinks seen = group_packets_sinks(g);

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
		if (!group_has_place(g, r->places[i].place))
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
