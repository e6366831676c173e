/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which captured messages are one and the same: a node shows a message on
 * each interface that it passes, before and behind NAT and tunnels.  The
 * payload stays as it is, and so do the IP identification and one of the two
 * endpoints; the TTL never grows.  A repeat at the same place is the sender's
 * second try, never a copy.
 */
#ifndef CORRELATE_COPIES_H
#define CORRELATE_COPIES_H

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
};

struct copies;

struct copies *copies_new(void);
void copies_free(struct copies *c);

/* Remembers the message, and bounded many of those before it. */
enum copy_verdict copies_feed(struct copies *c, const struct datagram *d,
			      const struct copy_place *place);

/* After COPY_REPEAT: the datagram's place when the record came first. */
uint32_t copies_first_place(const struct copies *c);

#endif
