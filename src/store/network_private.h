/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the network said of DNS besides its messages: ICMP errors and the fate
 * of TCP connections.
 */
#ifndef STORE_NETWORK_PRIVATE_H
#define STORE_NETWORK_PRIVATE_H

#include "correlate/exchange.h"
#include "packet/connection.h"

struct store;

/* Through the store's inserter; as in store/ingest.h. */
void network_put_icmp(const struct store *s, const struct icmp_notice *notice);
void network_put_connection(const struct store *s, const struct connection *c,
			    int64_t interface);

#endif
