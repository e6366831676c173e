/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/bench/node.h"

#include "base/duration.h"
#include "tests/bench/lookup.h"

enum { TCP_PER_MILLE = 30, IPV6_PER_MILLE = 100 };

/* 2026-03-04, in the middle of the night. */
static const int64_t start_ns = 1772582400 * NS_PER_SECOND;

void node_init(struct node *n, const struct node_options *options,
	       struct wire *wire)
{
	*n = (struct node){ .options = *options,
			    .dice = { options->seed },
			    .wire = wire,
			    .now_ns = start_ns };
	names_init(&n->names);
	zipf_init(&n->pods, options->pods);
}

void node_release(struct node *n)
{
	names_release(&n->names);
	zipf_release(&n->pods);
}

/* All pods ask through the service, which picks one; far ones only of ours. */
static unsigned pick_server(struct node *n, bool is_local)
{
	if (n->options.link == LINK_ETHERNET)
		return 0;
	return dice_below(&n->dice, is_local ? SERVERS : LOCAL_SERVERS);
}

static struct lookup begin_lookup(struct node *n)
{
	struct lookup l = { .node = n };

	l.client.pod = zipf_roll(&n->pods, &n->dice);
	l.client.is_local = n->options.link != LINK_ETHERNET &&
			    place_is_local(l.client.pod);
	l.client.is_ipv6 = dice_chance(&n->dice, IPV6_PER_MILLE);
	l.server = pick_server(n, l.client.is_local);
	l.over_tcp = dice_chance(&n->dice, TCP_PER_MILLE);
	l.habit = dice_mix(l.client.pod);
	return l;
}

/* As many as their share of all packets asks for, until the next lookup. */
static void send_others(struct node *n, int64_t gap_ns)
{
	uint64_t percent = n->options.other_percent;
	uint64_t dns = wire_sent(n->wire) - n->others;
	uint64_t wanted = dns * percent / (100 - percent);
	uint64_t count = wanted - n->others;

	for (uint64_t i = 0; i < count; i++) {
		struct packet p = { 0 };

		place_other(&p, &n->dice, n->options.pods);
		wire_send(n->wire, &p,
			  n->now_ns + gap_ns * (int64_t)i / (int64_t)count,
			  MARK_OTHER);
	}
	n->others = wanted;
}

void node_lookup(struct node *n)
{
	int64_t mean_ns = NS_PER_SECOND / n->options.lookups_per_second;
	int64_t gap_ns = dice_below(&n->dice, (uint32_t)(2 * mean_ns));
	struct lookup l;

	send_others(n, gap_ns);
	n->now_ns += gap_ns;
	l = begin_lookup(n);
	lookup_run(&l, names_roll(&n->names, &n->dice));
}
