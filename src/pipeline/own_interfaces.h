/* SPDX-License-Identifier: BSD-3-Clause */
/* The interfaces of this node: "any" tells only their numbers. */
#ifndef PIPELINE_OWN_INTERFACES_H
#define PIPELINE_OWN_INTERFACES_H

#include <stdint.h>

#include "store/ingest.h"

struct own_interfaces;

/* Asks the system, which takes a socket.  NULL: it does not tell. */
struct own_interfaces *own_interfaces_new(void);
void own_interfaces_free(struct own_interfaces *own);

/*
 * Keeps the names that they had then in the store; the number of the note, for
 * ingest_name_interfaces().  0: there are none, or they could not be stored,
 * already reported.
 */
int64_t own_interfaces_put(const struct own_interfaces *own, struct store *s,
			   struct ingest *in);

#endif
