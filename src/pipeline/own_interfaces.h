/* SPDX-License-Identifier: BSD-3-Clause */
/* The interfaces of this node: "any" tells only their numbers. */
#ifndef PIPELINE_OWN_INTERFACES_H
#define PIPELINE_OWN_INTERFACES_H

#include <stdint.h>

#include "store/ingest.h"

/*
 * Keeps the names that they have now in the store; the number of the note, for
 * ingest_name_interfaces().  0: the system tells none, or it could not be
 * stored, already reported.
 */
int64_t own_interfaces_put(struct store *s, struct ingest *in);

#endif
