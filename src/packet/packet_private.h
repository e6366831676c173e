/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A packet while its layers are taken off, one function for each layer.  Every
 * layer leaves the cursor at its payload, and returns PACKET_TAKEN where the
 * next one may go on.
 */
#ifndef PACKET_PACKET_PRIVATE_H
#define PACKET_PACKET_PRIVATE_H

#include "base/bytes.h"
#include "packet/datagram.h"
#include "packet/icmp.h"
#include "packet/packets.h"

/* Start from { 0 }. */
struct parts {
	struct frame_part *items;
	size_t count, room;
};

/*
 * Adds one that is not the last one again; what is beyond PARTS_MAX is left
 * out.  By how many bytes the memory grew.
 */
size_t parts_add(struct parts *p, struct frame_part part);
size_t parts_memory(const struct parts *p);
void parts_release(struct parts *p);

enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd };

enum {
	IP_PROTOCOL_ICMP = 1,
	IP_PROTOCOL_TCP = 6,
	IP_PROTOCOL_UDP = 17,
	IP_PROTOCOL_ICMPV6 = 58
};

struct packet {
	const struct frame *frame;
	struct reader r; /* what was captured of the layer at hand */
	size_t cut;      /* how many bytes of it were sent, but not captured */
	/* What the payload is: an EtherType, after IP an IP protocol number. */
	uint16_t protocol;
	uint32_t ifindex;
	enum frame_direction direction;
	struct endpoint src, dst;
	uint8_t ttl;
	uint16_t ip_id;
	struct {
		uint32_t id;
		size_t offset; /* in bytes */
	} fragment;
	bool more_fragments; /* an IP fragment with others behind it */
	bool reassembled;    /* put together, as far as it goes */
	bool incomplete;     /* in a tunnel whose packet more_fragments had */
	bool fragment_conflict;
	uint8_t tunnels; /* how many it was in */
	struct tunnel outer[TUNNELS_MAX];
	uint64_t first_frame; /* that carried a part of it */
	struct parts parts;   /* borrowed; none: it came in one frame */
};

/* Fills in the packet from its frame; PACKET_OTHER is not decided here. */
enum packet_verdict link_open(struct packet *k, const struct frame *frame);

/* Also what a tunnel may carry; the reader tells whether it was all there. */
void ethernet_open(struct packet *k);

/*
 * The IP header and what is between it and TCP or UDP.  PACKET_FRAGMENT: the
 * cursor is at a part of the payload, which more_fragments and fragment place.
 */
enum packet_verdict ip_open(struct packet *k);

/* Goes on in a packet that was put together from fragments. */
enum packet_verdict ip_reopen(struct packet *k);

/*
 * These two leave the ports alone, which the caller has read (both headers
 * begin with them), and fill in payload and wire_len: for TCP those of the
 * segment.
 */
enum packet_verdict udp_open(struct packet *k, struct datagram *d);

struct segment {
	struct datagram piece;
	uint32_t seq, ack;
	uint8_t flags;
};

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_ACK = 0x10 };

enum packet_verdict tcp_open(struct packet *k, struct segment *s);

bool icmp_has_protocol(uint16_t protocol);

/*
 * An error message up to the IP header that it quotes, which is next.  Fills in
 * everything but the quoted packet.  PACKET_OTHER: it reports no error.
 */
enum packet_verdict icmp_open(struct packet *k, struct icmp_error *e);

/* What there is of the quoted payload, with the cursor behind the ports. */
void icmp_read_payload(struct packet *k, struct datagram *d);

/* The verdict where a header is longer than what is there of its layer. */
enum packet_verdict packet_too_short(const struct packet *k);

/*
 * From here on only the next len bytes are payload: the rest of the frame is
 * padding.  Where less was captured the difference counts as cut.
 */
void packet_limit(struct packet *k, size_t len);

#endif
