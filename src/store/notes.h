/* SPDX-License-Identifier: BSD-3-Clause */
/* What files that come beside a capture tell of it. */
#ifndef STORE_NOTES_H
#define STORE_NOTES_H

#include <stdint.h>

#include "base/bytes.h"
#include "store/store.h"

/*
 * Keeps an interface of a node, as "ip -j addr" or "ip -j link" writes it, in
 * the table note_interface: one JSON object, of which "ifindex", "ifname" and
 * the "local" of each of "addr_info" are read.  `note` is the number of the
 * file that it stands in, `file` its name for messages.  The first one counts
 * where a number comes twice.
 *
 * 1: kept.  0: it is none (no number, no name, other types), or it's no JSON,
 * of which a warning says where.  -1: already reported.
 */
int notes_add_interface(struct store *s, int64_t note, const char *file,
			struct bytes json);

#endif
