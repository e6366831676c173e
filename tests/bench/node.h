/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A node of a cluster as a capture shows it.  With LINUX_SLL2 all interfaces
 * of the node ("tcpdump -i any"): local pods ask CoreDNS here or on another
 * node through the service's address, pods of other nodes ask CoreDNS here,
 * and each message is seen at two interfaces, before and behind NAT.  With
 * Ethernet the one interface of a CoreDNS pod: each message once.
 */
#ifndef TESTS_BENCH_NODE_H
#define TESTS_BENCH_NODE_H

#include "tests/bench/dice.h"
#include "tests/bench/names.h"
#include "tests/bench/wire.h"

struct node_options {
	enum link link;
	uint64_t seed;
	uint32_t pods;
	uint32_t lookups_per_second;
	unsigned other_percent; /* packets that aren't DNS */
};

struct node {
	struct node_options options;
	struct dice dice;
	struct names names;
	struct zipf pods;
	struct wire *wire;
	int64_t now_ns;
	uint64_t others; /* packets that aren't DNS, sent already */
};

/* The wire is borrowed. */
void node_init(struct node *n, const struct node_options *options,
	       struct wire *wire);
void node_release(struct node *n);

/* Goes on in time to the next lookup and sends all that it leads to. */
void node_lookup(struct node *n);

#endif
