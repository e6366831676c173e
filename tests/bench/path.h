/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How packets between two endpoints pass through a node, there and back, and
 * what travels on that way: datagrams, and TCP connections.
 */
#ifndef TESTS_BENCH_PATH_H
#define TESTS_BENCH_PATH_H

#include "tests/bench/dice.h"
#include "tests/bench/message.h"
#include "tests/bench/wire.h"

enum { HOPS_MAX = 2 };

/* Where a packet on its way there is seen, and with which addresses. */
struct hop {
	uint32_t ifindex;
	bool is_out;
	struct peer src, dst;
};

struct path {
	struct wire *wire;
	struct dice *dice;
	struct hop hops[HOPS_MAX];
	unsigned num_hops;
	uint8_t ttl_there, ttl_back; /* where they are seen first */
	bool over_tcp;
	uint32_t seq_there, seq_back; /* TCP: what is sent next */
	bool has_asked; /* something was sent that is answered once */
};

/*
 * A message, marked as what it is, at that time; a query on TCP opens the
 * connection before and so comes later, a response closes it.  The time when
 * it was seen last is returned.
 */
int64_t path_ask(struct path *p, const struct message *m, int64_t time_ns);
int64_t path_answer(struct path *p, const struct message *m, int64_t time_ns);

#endif
