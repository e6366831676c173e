/* SPDX-License-Identifier: BSD-3-Clause */
/* What scope.c, scope_words.c and scope_packets.c share. */
#ifndef CAPTURE_SCOPE_PRIVATE_H
#define CAPTURE_SCOPE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "capture/scope.h"

enum {
	SCOPE_FILTER_MAX = 4096,
	SCOPE_ADDRESSES_MAX = 8,
	SCOPE_PACKET_MAX = 512
};

/* Addresses of one family to make packets of. */
struct scope_addresses {
	uint8_t bytes[SCOPE_ADDRESSES_MAX + 2][16]; /* IPv4 in the first four */
	size_t count;
};

/* A filter that libpcap may be given. */
struct scope_words {
	struct text filter;
	/* Those that stand in it, then two that don't. */
	struct scope_addresses ipv4, ipv6;
	/*
	 * It asks for more than the packets made here differ in (lengths,
	 * bytes, VLANs): one that doesn't pass says nothing about others.
	 */
	bool is_finer;
};

/* False where it holds a word that libpcap might look up somewhere. */
bool scope_words_read(struct scope_words *w, const char *filter);
void scope_words_release(struct scope_words *w);

struct scope_packet {
	uint8_t data[SCOPE_PACKET_MAX];
	size_t len;
};

/* What varies in the packets of one kind. */
struct scope_variant {
	bool is_ipv6, is_outgoing;
	const uint8_t *src, *dst;
};

/* False where there is none of that kind, family and link type. */
bool scope_packet_make(struct scope_packet *p, enum scope_probe probe,
		       int linktype, const struct scope_variant *v);

#endif
