/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets written layer by layer, and what came out of them. */
#ifndef TESTS_PACKET_BUILD_H
#define TESTS_PACKET_BUILD_H

#include "tests/test.h"

#include "packet/packets.h"

enum { LINK_NULL = 0, LINK_ETHERNET = 1, LINK_RAW = 101, LINK_SLL2 = 276 };
enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };
enum { FLAG_FIN = 1, FLAG_SYN = 2, FLAG_RST = 4, FLAG_ACK = 16 };

struct build {
	uint8_t data[1 << 17];
	size_t len;
};

void build_bytes(struct build *b, const void *data, size_t len);
void build_u8(struct build *b, unsigned int value);
void build_u16(struct build *b, unsigned int value);
void build_u32(struct build *b, uint32_t value);

/* Headers for a payload of payload_len bytes: 10.0.0.1 > 10.0.0.2... */
void build_ipv4(struct build *b, unsigned int protocol, size_t payload_len);
/* ...fd00::1 > fd00::2. */
void build_ipv6(struct build *b, unsigned int protocol, size_t payload_len);
void build_udp(struct build *b, unsigned int src_port, unsigned int dst_port,
	       size_t payload_len);

/* A DNS message of len bytes, 12 or more, which is_plausible() takes. */
void build_message(struct build *b, unsigned int id, size_t len);
bool is_plausible(struct bytes start, size_t len);

/* What is_plausible() goes by, and who may be asked: ports 53 and 5353. */
extern const struct packet_options build_options;

/* A message with its length before it, as TCP carries it. */
void build_framed(struct build *b, unsigned int id, size_t len);

/* A sink which keeps what comes. */
struct seen {
	struct datagram datagrams[512];
	uint8_t payloads[512][2048]; /* the first bytes of each */
	size_t count;
	struct icmp_error errors[16];
	uint8_t quotes[16][2048];
	size_t num_errors;
	struct connection connections[16];
	size_t num_connections;
	/* The frames of the latest thing that came in several. */
	uint64_t whole, parts[PARTS_MAX]; /* the one that completed it; all */
	size_t num_parts, num_wholes;
};

/* What comes out goes there, and nothing is there yet. */
struct packets *build_packets(struct seen *s);

void check_endpoint(const struct endpoint *e, const char *address,
		    unsigned int port);

/* Numbered number, a millisecond after the one before. */
struct frame build_frame(const struct build *b, int linktype, uint64_t number);

/*
 * A TCP connection between 10.0.0.1:40000 and 10.0.0.2:53, captured as frames
 * 1, 2, 3... of Linux cooked v2.
 */
struct session {
	struct packets *packets;
	struct seen seen;
	uint64_t frame;
};

struct sent {
	unsigned int flags;
	uint32_t seq, ack;
	const uint8_t *data;
	size_t len;
	size_t cut; /* so many bytes at the end are not captured */
	bool back;  /* from port 53 */
	uint32_t ifindex;
	unsigned int packet_type;
};

void session_begin(struct session *s);
enum packet_verdict session_send(struct session *s, const struct sent *what);
/* Data of the client's alone. */
void session_data(struct session *s, uint32_t seq, const uint8_t *data,
		  size_t len);
/* The client's SYN: data starts at seq + 1. */
void session_syn(struct session *s, uint32_t seq);
/* Ends the capture. */
void session_end(struct session *s);

/* That message i is whole and has this id and length. */
void check_message(const struct session *s, size_t i, unsigned int id,
		   size_t len);
/* That it is cut: len bytes are there of wire_len. */
void check_cut_message(const struct session *s, size_t i, size_t len,
		       size_t wire_len);

#endif
