/* SPDX-License-Identifier: BSD-3-Clause */
/* The Internet's checksum (RFC 1071), and what a change does to it. */
#ifndef REDACT_CHECKSUM_PRIVATE_H
#define REDACT_CHECKSUM_PRIVATE_H

#include "packet/layout.h"

/* Sets that of the layer in `to`, as its bytes differ from those in `from`. */
void checksum_follow(const struct layer *layer, const uint8_t *from,
		     uint8_t *to, const struct layer *ip);

#endif
