/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The assembly line with a node's interfaces at its mouth, turn by turn: the
 * caller does in between what it wants to do with what is in the store.  Here
 * the wall clock is the clock of the packets.
 */
#ifndef PIPELINE_LIVE_H
#define PIPELINE_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/* What is pointed to is borrowed for as long as it runs. */
struct live_options {
	const char *interfaces; /* "any", or names with commas between */
	const char *filter;     /* pcap-filter(7); "": none; NULL: ours */
	uint64_t buffer;        /* bytes in the kernel, for each interface */
	const uint16_t *ports;  /* of unicast DNS */
	size_t num_ports;
	int64_t wait_ns;  /* how long a query waits for its response */
	const char *node; /* on which we are; NULL: nobody knows */
};

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

struct live;

/*
 * Opens the interfaces: the only step that needs the right to capture
 * (CAP_NET_RAW).  Packets are kept in the kernel from now on.  NULL: already
 * reported.
 */
struct live *live_open(const struct live_options *options);

/* What was begun and not ended is abandoned but for what is committed. */
void live_close(struct live *l);

/*
 * All that comes goes into the store from now on, as a capture of its own, and
 * its packets into a new pcap file; NULL: they are not kept.  The store is
 * borrowed until live_end().  -1: already reported.
 */
int live_begin(struct live *l, struct store *s, const char *pcap);

/*
 * Takes what has come, for a few milliseconds, or waits for it that long at
 * most; the store is to be left alone until live_settle().  1: goes on; 0: no
 * interface is left, already reported; -1: the store or the file takes no more,
 * likewise.
 */
int live_turn(struct live *l, int timeout_ms);

/* Puts into the store what still waits for a response, as far as it is new. */
int live_settle(struct live *l);

/* Makes the store whole for those who read it, and the file. */
int live_commit(struct live *l);

/*
 * Between these two somebody else may write to the store: it is committed,
 * and no turn is taken.
 */
int live_pause(struct live *l);
int live_resume(struct live *l);

/* Takes all that has come, and nothing that comes later.  -1: as above. */
int live_stop_taking(struct live *l);

/* The capture is over: everything is settled and committed. */
int live_end(struct live *l);

/* As of the last turn; borrowed. */
const struct live_status *live_status(const struct live *l);

/* Bytes of the pcap file; 0: there is none. */
uint64_t live_pcap_size(const struct live *l);

#endif
