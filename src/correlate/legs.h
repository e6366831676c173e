/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which query a server sent for which of its clients: what goes out from an
 * address with the question that came in there a little before.  A server that
 * caches sends none, and one that rewrites names cannot be followed.  One of
 * these for each node, since a host's own resolver is asked at an address that
 * only means something there.
 */
#ifndef CORRELATE_LEGS_H
#define CORRELATE_LEGS_H

#include "correlate/exchange.h"

struct legs;

struct legs *legs_new(void);
void legs_free(struct legs *l);

/*
 * For whom this query was sent, if for anybody; asked before legs_feed() and
 * only of what is no copy.
 */
struct leg legs_find(struct legs *l, const struct sighting *s);

/* A message of an exchange, or of the one that this is a copy of. */
void legs_feed(struct legs *l, const struct sighting *s, int64_t exchange);

#endif
