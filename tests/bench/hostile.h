/* SPDX-License-Identifier: BSD-3-Clause */
/* Captures that were made to fill tables: no packet is like one before. */
#ifndef TESTS_BENCH_HOSTILE_H
#define TESTS_BENCH_HOSTILE_H

#include "tests/bench/dice.h"
#include "tests/bench/wire.h"

enum hostile {
	HOSTILE_NONE,
	HOSTILE_NAMES,     /* each query asks for another random name */
	HOSTILE_TUPLES,    /* each query is from another address and port */
	HOSTILE_FRAGMENTS, /* each is the first fragment of a datagram */
	HOSTILE_STREAMS    /* each is the first segment of a connection */
};

/* HOSTILE_NONE: no such word. */
enum hostile hostile_named(const char *word);

/* The packet, or two, of that time. */
void hostile_send(enum hostile how, struct dice *d, struct wire *w,
		  int64_t time_ns);

#endif
