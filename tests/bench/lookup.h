/* SPDX-License-Identifier: BSD-3-Clause */
/* What one lookup of a pod sends, question by question. */
#ifndef TESTS_BENCH_LOOKUP_H
#define TESTS_BENCH_LOOKUP_H

#include "tests/bench/node.h"
#include "tests/bench/place.h"

struct lookup {
	struct node *node;
	struct client client;
	unsigned server;
	bool over_tcp;
	uint64_t habit; /* what is always so for this pod */
};

/* A pod's, begun now. */
void lookup_run(struct lookup *l, const struct name *name);

#endif
