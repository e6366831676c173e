/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the network said of DNS besides its messages: ICMP errors and the fate
 * of TCP connections.
 */
#ifndef STORE_NETWORK_PRIVATE_H
#define STORE_NETWORK_PRIVATE_H

#include <sqlite3.h>

#include "correlate/exchange.h"
#include "packet/connection.h"

struct store;

/* Start from { .store = s }; the statements are made when they are needed. */
struct network {
	const struct store *store;
	sqlite3_stmt *put_icmp, *put_connection;
};

void network_release(struct network *n);

/* -1: already reported.  The others are as in store/ingest.h. */
int network_put_icmp(struct network *n, const struct icmp_notice *notice);
int network_put_connection(struct network *n, const struct connection *c,
			   int64_t interface);

#endif
