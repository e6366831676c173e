/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is where on the node: addresses and interfaces. */
#ifndef TESTS_BENCH_PLACE_H
#define TESTS_BENCH_PLACE_H

#include "tests/bench/packet.h"
#include "tests/bench/path.h"

/* CoreDNS' pods: the first of them on this node. */
enum { LOCAL_SERVERS = 2, SERVERS = 4 };

struct client {
	uint32_t pod;
	bool is_local, is_ipv6;
};

/* Whether the pod is on this node. */
bool place_is_local(uint32_t pod);

/* From a pod's port to CoreDNS' one with that number. */
void place_client_path(struct path *p, enum link link,
		       const struct client *client, uint16_t port,
		       unsigned server);

/*
 * From there to the upstream server; MASQUERADE makes another port of the
 * node's of the pod's.
 */
void place_upstream_path(struct path *p, enum link link, unsigned server,
			 bool is_ipv6, const uint16_t ports[2]);

/* A pod that talks with another one over TLS. */
void place_other(struct packet *p, struct dice *d, uint32_t pods);

#endif
