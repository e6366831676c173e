/* SPDX-License-Identifier: BSD-3-Clause */
/* The headers of a frame: link, IP, tunnels, and what is between them. */
#include <string.h>

#include "redact/checksum_private.h"
#include "redact/frames_private.h"

enum {
	LINKTYPE_ETHERNET = 1,
	LINKTYPE_LINUX_SLL = 113,
	LINKTYPE_LINUX_SLL2 = 276,
	MAC_LEN = 6,
	IPV4_LEN = 20,
	IPV6_LEN = 40,
	NO_OPERATION = 1
};

/* Groups and the loopback's zeros stay; others stay single stations'. */
static void map_mac(struct redactor *r, uint8_t *mac)
{
	static const uint8_t none[MAC_LEN] = { 0 };

	if (memcmp(mac, none, MAC_LEN) == 0 || (mac[0] & 1) != 0)
		return;
	do
		redact_bytes(r, mac, MAC_LEN);
	while (memcmp(mac, none, MAC_LEN) == 0 || (mac[0] & 1) != 0);
}

static void map_macs(struct redactor *r, const struct frame *frame, size_t at,
		     uint8_t *to)
{
	if (at + 2 * MAC_LEN > frame->bytes.len)
		return;
	map_mac(r, to + at);
	map_mac(r, to + at + MAC_LEN);
}

/* Eight bytes for an address of the length that stands before. */
static void map_station(struct redactor *r, const struct frame *frame,
			size_t len_at, size_t at, uint8_t *to)
{
	if (at + 8 > frame->bytes.len)
		return;
	if (to[len_at] == MAC_LEN)
		map_mac(r, to + at);
	else
		memset(to + at, 0, 8);
}

static void rewrite_link(struct redactor *r, const struct frame *frame,
			 uint8_t *to)
{
	switch (frame->linktype) {
	case LINKTYPE_ETHERNET:
		map_macs(r, frame, 0, to);
		break;
	case LINKTYPE_LINUX_SLL:
		map_station(r, frame, 5, 6, to);
		break;
	case LINKTYPE_LINUX_SLL2:
		map_station(r, frame, 11, 12, to);
		break;
	}
}

static void map_address_at(struct redactor *r, uint8_t *at, uint8_t len)
{
	struct address a = { .len = len };

	memcpy(a.bytes, at, len);
	redact_address(r, REDACT, &a);
	memcpy(at, a.bytes, len);
}

/* Routes are addresses; padding is no more than as long. */
static void clear_extensions(const struct layer *l, uint8_t *to)
{
	size_t at = l->at + IPV6_LEN;
	unsigned next = to[l->at + 6];

	while (at + 8 <= l->payload) {
		size_t len = (to[at + 1] + (size_t)1) * 8;

		if (next == 44 || next == 51)
			len = next == 44 ? 8 : (to[at + 1] + (size_t)2) * 4;
		if (len > l->payload - at)
			return;
		if (next == 43)
			memset(to + at + 8, 0, len - 8);
		if (next == 0 || next == 60) {
			memset(to + at + 2, 0, len - 2);
			to[at + 2] = 1; /* PadN */
			to[at + 3] = (uint8_t)(len - 4);
		}
		next = to[at];
		at += len;
	}
}

static void rewrite_layer(struct redactor *r, const struct frame *frame,
			  const struct layer *l, uint8_t *to)
{
	switch (l->kind) {
	case LAYER_LINK:
		rewrite_link(r, frame, to);
		break;
	case LAYER_IPV4:
		map_address_at(r, to + l->at + 12, 4);
		map_address_at(r, to + l->at + 16, 4);
		memset(to + l->at + IPV4_LEN, NO_OPERATION,
		       l->payload - l->at - IPV4_LEN);
		break;
	case LAYER_IPV6:
		map_address_at(r, to + l->at + 8, 16);
		map_address_at(r, to + l->at + 24, 16);
		clear_extensions(l, to);
		break;
	case LAYER_TUNNEL:
		if (l->mac != 0)
			map_macs(r, frame, l->mac, to);
		break;
	default:
		break;
	}
}

void rewrite_headers(struct redactor *r, const struct frame *frame,
		     const struct layer *layers, size_t count, uint8_t *to)
{
	for (size_t i = 0; i < count; i++) {
		rewrite_layer(r, frame, &layers[i], to);
		/* Padding, and what stands behind a quote. */
		if (i > 0 && layers[i].end < layers[i - 1].end)
			memset(to + layers[i].end, 0,
			       layers[i - 1].end - layers[i].end);
	}
}

static const struct layer *ip_before(const struct layer *layers, size_t i)
{
	while (i-- > 0)
		if (layers[i].kind == LAYER_IPV4 ||
		    layers[i].kind == LAYER_IPV6)
			return &layers[i];
	return NULL;
}

/* From within: a sum is part of what is summed up around it. */
void rewrite_checksums(const struct frame *frame, const struct layer *layers,
		       size_t count, uint8_t *to)
{
	for (size_t i = count; i-- > 0;)
		checksum_follow(&layers[i], frame->bytes.data, to,
				ip_before(layers, i));
}
