/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CAPTURE_CONTAINER_PRIVATE_H
#define CAPTURE_CONTAINER_PRIVATE_H

#include "capture/container.h"
#include "capture/ledger_private.h"

/* As container_open(), with other limits, for the tests. */
struct container *container_open_limited(const char *path, bool quiet,
					 const struct ledger_limits *limits);

/* tcpdump.log, NAME.tcpdump.log, ip-resources.txt, in any folder or archive. */
bool names_notes(const char *name);

/* In UTF-8 or UTF-16, with a byte order mark or without. */
bool begins_like_json(struct bytes head);

/* Of a file that is neither capture nor packed. */
const char *why_no_capture(struct bytes head);

#endif
