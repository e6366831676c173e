/* SPDX-License-Identifier: BSD-3-Clause */
/* The options of an OPT record (RFC 6891, 6.1.2). */
#ifndef DNS_EDNS_PRIVATE_H
#define DNS_EDNS_PRIVATE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "dns/arena_private.h"
#include "dns/message.h"
#include "dns/name_private.h"

/*
 * Puts the options that dnsforensics knows into edns.  r is at the rdata and
 * ends with it; strings go to the arena.  False with a fault where one is
 * damaged; what was found until then, and after it if its extent is sound,
 * stays.
 */
bool dns_edns_read_options(struct dns_edns *edns, struct reader r,
			   struct arena *arena, struct dns_fault *fault);

#endif
