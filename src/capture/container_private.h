/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CAPTURE_CONTAINER_PRIVATE_H
#define CAPTURE_CONTAINER_PRIVATE_H

#include "capture/container.h"
#include "capture/ledger_private.h"

/* As container_open(), with other limits, for the tests. */
struct container *container_open_limited(const char *path, bool quiet,
					 const struct ledger_limits *limits);

#endif
