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
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
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

enum { ADDRESS_TEXT_MAX = 46, NO_IFINDEX = 0 };

/* Packets in packets; IPv4 and IPv6 in either of them have names. */
enum tunnel_kind {
	TUNNEL_VXLAN,
	TUNNEL_GENEVE,
	TUNNEL_GRE,
	TUNNEL_ERSPAN,
	TUNNEL_IPIP,
	TUNNEL_4IN6,
	TUNNEL_6IN4,
	TUNNEL_6IN6,
	TUNNEL_KINDS
};

struct tunnel {
	enum tunnel_kind kind;
	bool has_key;
	uint32_t key; /* VNI, GRE's key, ERSPAN's session */
	struct address src, dst;
};

/* Overlays of overlays exist; what is deeper was made to annoy. */
enum { TUNNELS_MAX = 4 };

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
	/* IP fragments contradicted each other: these bytes came first. */
	bool fragment_conflict;
	bool stream_gap;      /* cut because TCP segments are missing */
	uint64_t first_frame; /* first that carried a part of it */
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
	struct tunnel outer[TUNNELS_MAX]; /* these, the outermost first */
	uint8_t ttl;                      /* or hop limit */
	uint16_t ip_id;                   /* IPv4; 0 for IPv6 */
	uint32_t seq;       /* TCP: the sequence number of its first byte */
	uint64_t packet_id; /* as in struct frame; 0: none */
};

static inline bool address_equal(const struct address *a,
				 const struct address *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static inline bool endpoint_equal(const struct endpoint *a,
				  const struct endpoint *b)
{
	return a->port == b->port && address_equal(&a->address, &b->address);
}

/* RFC 5952 text; v4-mapped IPv6 as ::ffff:a.b.c.d.  out is returned. */
const char *address_format(const struct address *a, char *out);
/* From text, IPv4 or IPv6; false where it is neither. */
bool address_parse(const char *text, struct address *a);

/*
 * "VXLAN 42 10.224.0.4 > 10.224.0.5", and so on with commas between; adds
 * nothing for what was in no tunnel.
 */
void datagram_add_tunnels(struct text *t, const struct datagram *d);

#endif
