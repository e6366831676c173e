/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The assembly line with a node's interfaces at its mouth, turn by turn: the
 * caller does in between what it wants to do with what is in the store.  Here
 * the wall clock is the clock of the packets.
 */
#ifndef PIPELINE_LIVE_H
#define PIPELINE_LIVE_H

#include <stdbool.h>
#include <stdint.h>

/* How it goes, since the start. */
struct live_status {
	const char *interfaces; /* as asked for: "any", "eth0,eth1" */
	const char *store;      /* the file; NULL: a private one in memory */
	int64_t started_ns, now_ns; /* since 1970 UTC */
	uint64_t packets;           /* that reached us */
	uint64_t messages;          /* DNS messages in them */
	/* Packets that did not reach us: our buffer was full, or theirs. */
	uint64_t dropped_by_kernel, dropped_by_interface;
	uint64_t undecided; /* queries forgotten: the table was full */
	bool is_quiet;      /* nothing waits in the buffer just now */
};

#endif
