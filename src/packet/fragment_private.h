/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IP fragments (RFC 791, 3.2; RFC 8200, 4.5) until their packet is whole.
 * Copies of a fragment on several interfaces, or on the way in and on the way
 * out, belong to packets of their own.
 */
#ifndef PACKET_FRAGMENT_PRIVATE_H
#define PACKET_FRAGMENT_PRIVATE_H

#include "packet/packet_private.h"

/*
 * Is given a packet that stays incomplete: what is there from its start on.
 * Its frame is that of the first fragment, and has no bytes any more.
 */
typedef void (*fragment_sink)(void *context, struct packet *k);

struct fragments;

struct fragments *fragments_new(struct packet_tally *tally, fragment_sink sink,
				void *context);

/*
 * Takes the fragment which ip_open() left.  PACKET_TAKEN: it was the last one
 * missing, and k is the whole packet now; its bytes are borrowed until the next
 * packet is whole.  PACKET_FRAGMENT: kept for later.
 */
enum packet_verdict fragments_take(struct fragments *f, struct packet *k);

/* Gives up those that have waited too long at this time. */
void fragments_expire(struct fragments *f, int64_t now_ns);

/* No packet that is still to come is older than this, if now is now. */
int64_t fragments_horizon(const struct fragments *f, int64_t now_ns);

/* Gives up all. */
void fragments_finish(struct fragments *f);
void fragments_free(struct fragments *f);

#endif
