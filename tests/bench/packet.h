/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets around a payload, with right lengths and checksums. */
#ifndef TESTS_BENCH_PACKET_H
#define TESTS_BENCH_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum link { LINK_ETHERNET = 1, LINK_SLL2 = 276 };
enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };
/* The longest headers of all: SLL2, IPv6, TCP. */
enum { PACKET_HEADERS_MAX = 20 + 40 + 20 };

struct peer {
	bool is_ipv6;
	uint8_t address[16]; /* network order; IPv4 has 4 */
	uint16_t port;
};

struct packet {
	uint32_t ifindex; /* SLL2 alone tells these two */
	bool is_out;
	struct peer src, dst; /* both of one family */
	uint8_t ttl;
	uint16_t ip_id;      /* IPv4 */
	bool more_fragments; /* likewise */
	uint8_t protocol;    /* UDP or TCP */
	uint8_t flags;       /* TCP's, as are these */
	uint32_t seq, ack;
	const uint8_t *payload;
	size_t len;
};

/*
 * Into out, which has room for PACKET_HEADERS_MAX bytes and the payload.  The
 * length is returned.
 */
size_t packet_write(const struct packet *p, enum link link, uint8_t *out);

#endif
