/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which response answers which query (RFC 5452, 9): the same transport, both
 * endpoints, id, opcode and question, on the same interface and as deep in
 * tunnels.  Packet time decides, never the clock on the wall.
 */
#ifndef CORRELATE_MATCHER_H
#define CORRELATE_MATCHER_H

#include "correlate/exchange.h"

struct matcher_options {
	int64_t wait_ns;  /* how long a query waits for its response */
	int64_t *next_id; /* of the next exchange; matchers may share it */
	size_t ceiling;   /* exchanges in memory; beyond it old ones go */
};

/*
 * Exchanges arrive when they are settled, so not in order of their ids; a
 * stray may arrive before the exchange that it belongs to.  What is handed
 * over is borrowed for the call.
 */
struct matcher_sinks {
	void (*exchange)(void *context, const struct exchange *x);
	void (*stray)(void *context, const struct stray *s);
	void (*icmp)(void *context, const struct icmp_notice *n);
	void *context;
};

struct matcher;

/* The options are copied; what next_id points to is borrowed. */
struct matcher *matcher_new(const struct matcher_options *options,
			    const struct matcher_sinks *sinks);
void matcher_free(struct matcher *m);

/*
 * What time it is in the capture: call for every frame, DNS or not, before
 * its messages.  Settles what has waited long enough.
 */
void matcher_clock(struct matcher *m, int64_t time_ns);

/* Where a message belongs. */
struct belonging {
	int64_t exchange; /* 0: to none */
	int64_t leader;   /* the one whose query was copied; else exchange */
	bool is_stray;    /* one of its strays, or of none's */
};

struct belonging matcher_feed(struct matcher *m, const struct sighting *s);

/*
 * Finds the exchange that an error message quotes and hands the notice on with
 * its number: the one of the same place and endpoints; without id, the newest
 * query that waits.  What fits none there belongs to the only query that waits
 * at another place with the same client, id and question (NAT between them).
 * A waiting query that is quoted becomes STATE_ICMP_ERROR if nothing answers.
 */
void matcher_feed_icmp(struct matcher *m, const struct icmp_notice *n);

/* The capture is over: settles everything.  Call once. */
void matcher_finish(struct matcher *m);

/* The same for one place, of which nothing was captured after that time. */
void matcher_finish_place(struct matcher *m, uint32_t place, int64_t last_ns);

/*
 * Hands on what is not settled as if the capture ended here, unless the last
 * checkpoint did so and nothing has changed.  Whatever becomes of it later is
 * handed on again, under the same number and with a mark.
 */
void matcher_checkpoint(struct matcher *m);

/* How many were forgotten because the table was full. */
uint64_t matcher_undecided(const struct matcher *m);

#endif
