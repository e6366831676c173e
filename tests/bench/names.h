/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What pods look for: services of the cluster and names outside, a few of them
 * all the time and most of them rarely.
 */
#ifndef TESTS_BENCH_NAMES_H
#define TESTS_BENCH_NAMES_H

#include "tests/bench/dice.h"
#include "tests/bench/message.h"

enum { SERVICES = 3000, OUTSIDE = 20000, NAMESPACES = 120, SEARCHES = 4 };

/* What whoever knows the name says. */
enum fate {
	FATE_ANSWERED,
	FATE_NXDOMAIN,
	FATE_SERVFAIL, /* the upstream server says so */
	FATE_SILENCE   /* it says nothing */
};

struct name {
	struct wire_name asked; /* as a program has it: without the root */
	struct wire_name full;
	bool in_cluster;
	enum fate fate;
	uint8_t chain; /* how many CNAMEs lead to the addresses */
	uint8_t addresses;
	bool has_ipv6;
	uint64_t number; /* tells its addresses and targets */
};

struct names {
	struct name *names; /* services first */
	struct zipf services, outside;
	/* namespace.svc.cluster.local. */
	struct wire_name namespaces[NAMESPACES];
	/* What follows it in the search list, and what is not in the cluster */
	struct wire_name searches[SEARCHES];
	struct wire_name cluster; /* cluster.local. */
};

void names_init(struct names *n);
void names_release(struct names *n);

const struct name *names_roll(const struct names *n, struct dice *d);

/* The i-th of the search list, for pods of a namespace; NULL: the end. */
const struct wire_name *names_search(const struct names *n, unsigned namespace_,
				     unsigned i);

/* What the i-th CNAME of the name says. */
struct wire_name names_target(const struct name *n, unsigned i);

/* A name that was never there before and won't come again. */
struct wire_name names_random(struct dice *d);

#endif
