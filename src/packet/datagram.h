/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What comes out of this room: one payload between two endpoints, with where
 * it was seen.  A UDP datagram, or one message cut out of a TCP stream
 * (RFC 7766, 8: two bytes of length, then the message; the length is gone).
 */
#ifndef PACKET_DATAGRAM_H
#define PACKET_DATAGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "capture/capture.h"

enum transport { TRANSPORT_UDP, TRANSPORT_TCP };

struct address {
	uint8_t len;       /* 4 or 16 */
	uint8_t bytes[16]; /* network order; unused ones are 0 */
};

struct endpoint {
	struct address address;
	uint16_t port;
};

enum {
	ADDRESS_TEXT_MAX = 46,
	ENDPOINT_TEXT_MAX = ADDRESS_TEXT_MAX + 8,
	NO_IFINDEX = 0
};

struct datagram {
	struct endpoint src, dst;
	enum transport transport;
	struct bytes payload; /* what was captured of it */
	/*
	 * What was sent: more than payload.len only where the capture lost the
	 * rest.  A sender that stops within a message (FIN, RST, a UDP length
	 * that lies) sent what is there.
	 */
	uint32_t wire_len;
	bool fragment_missing; /* cut because IP fragments are missing */
	bool stream_gap;       /* cut because TCP segments are missing */
	uint64_t first_frame;  /* first that carried a part of it */
	/*
	 * The frame that completed it: of those that carried its bytes the one
	 * that was captured last, which is the last byte's but for segments
	 * and fragments out of order.  Where later fragments are missing: the
	 * first fragment's.
	 */
	uint64_t frame;
	int64_t time_ns; /* time of that frame */
	bool has_time;
	uint32_t source, place;         /* as in struct frame */
	uint32_t interface;             /* likewise */
	uint32_t ifindex;               /* LINUX_SLL2's; NO_IFINDEX elsewhere */
	enum frame_direction direction; /* from the link layer or pcapng */
	uint8_t tunnels; /* how many it was in: what is said here is inner */
	uint8_t ttl;     /* or hop limit */
	uint16_t ip_id;  /* IPv4; 0 for IPv6 */
};

/* Called for each; everything in it is borrowed for the call. */
typedef void (*datagram_sink)(void *context, const struct datagram *d);

bool address_equal(const struct address *a, const struct address *b);
bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);

/* RFC 5952 text; v4-mapped IPv6 as ::ffff:a.b.c.d.  out is returned. */
const char *address_format(const struct address *a, char *out);
/* From text, IPv4 or IPv6; false where it is neither. */
bool address_parse(const char *text, struct address *a);

/* "10.0.0.1:53", "[fd00::1]:53"; out takes ENDPOINT_TEXT_MAX bytes. */
const char *endpoint_format(const struct endpoint *e, char *out);

#endif
