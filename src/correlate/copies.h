/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which captured messages are one and the same: a node shows a message on
 * each interface that it passes, before and behind NAT and tunnels.  The
 * payload stays as it is, and so does the IP identification; the TTL never
 * grows.  What shows again on the same interface in the same direction is
 * another one: the sender's second try, or somebody else's.  What other nodes
 * show is told apart, since their clocks differ.
 */
#ifndef CORRELATE_COPIES_H
#define CORRELATE_COPIES_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/datagram.h"

enum copy_verdict {
	COPY_NONE,    /* not seen before */
	COPY_ANOTHER, /* a copy of one that was seen at another place */
	COPY_REPEAT   /* the same record once more: files merged twice */
};

/* What tells places apart, beside what the datagram says. */
struct copy_place {
	uint32_t node;      /* copies are only looked for on one */
	uint32_t interface; /* by what is known of it, in whichever file */
	bool times_advance; /* false: all packets have the same time */
};

/* Who is copied: the numbers that copies_name() gave; 0: none was given. */
struct copied {
	int64_t message, exchange;
};

/*
 * The same message on another node, whose clock may differ: both ends are the
 * same there, or one of them and the IP identification.
 */
struct crossing {
	struct copied other; /* exchange 0: none was seen */
	bool other_is_first; /* nearer to who sent it */
};

struct copies;

struct copies *copies_new(void);
void copies_free(struct copies *c);

/*
 * Remembers the message, and bounded many of those before it.  Of a copy,
 * *original tells whose it is.
 */
enum copy_verdict copies_feed(struct copies *c, const struct datagram *d,
			      const struct copy_place *place,
			      struct copied *original);

/* Of the message that was fed last. */
struct crossing copies_crossing(const struct copies *c);

/* What the message that was fed last, no copy, is called from here on. */
void copies_name(struct copies *c, const struct copied *name);

/* After COPY_REPEAT: the datagram's place when the record came first. */
uint32_t copies_first_place(const struct copies *c);

#endif
