/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is under way: packets are handed over as they are thought of and come
 * out in the order of time, into a pcap file, with a count of what they were.
 */
#ifndef TESTS_BENCH_WIRE_H
#define TESTS_BENCH_WIRE_H

#include <stdio.h>

#include "tests/bench/packet.h"

/* What a packet completes; bits. */
enum mark {
	MARK_MESSAGE = 1,  /* a DNS message */
	MARK_COPY = 2,     /* which was seen before at another interface */
	MARK_ASKED = 4,    /* the first query of a transaction */
	MARK_ANSWERED = 8, /* the first response of one */
	MARK_FAILED = 16,  /* which has an RCODE */
	MARK_TCP = 32,
	MARK_IPV6 = 64,
	MARK_OTHER = 128 /* not DNS at all */
};

/* All of them of packets that were written. */
struct truth {
	uint64_t packets, bytes;
	uint64_t messages; /* all sightings: copies too */
	uint64_t copies;
	uint64_t transactions, answered, failed; /* without copies */
	uint64_t tcp_messages, ipv6_messages;    /* copies too */
	uint64_t tcp_copies;
	uint64_t other_packets;
};

struct wire;

/* Frames of that link type into the file, which is borrowed. */
struct wire *wire_new(FILE *file, enum link link);
void wire_free(struct wire *w);

/* Not before what wire_advance() said. */
void wire_send(struct wire *w, const struct packet *p, int64_t time_ns,
	       unsigned marks);

/* How many were sent, written or not. */
uint64_t wire_sent(const struct wire *w);

/* Nothing earlier will come: writes what was sent before, limit at most. */
void wire_advance(struct wire *w, int64_t time_ns, uint64_t limit);

const struct truth *wire_truth(const struct wire *w);

#endif
