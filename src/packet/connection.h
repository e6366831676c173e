/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is known of a TCP connection with a wanted port, as seen at one place:
 * whether it came about, how it ended, and who ended it (RFC 9293).
 */
#ifndef PACKET_CONNECTION_H
#define PACKET_CONNECTION_H

#include "packet/datagram.h"

/* The client is who sent the SYN; without one, who is not on a wanted port. */
enum connection_side { SIDE_CLIENT, SIDE_SERVER, CONNECTION_SIDES };

/* The first frame of a kind; number 0: none was seen. */
struct moment {
	uint64_t frame;
	uint32_t source; /* as in struct frame */
	int64_t time_ns;
	bool has_time;
};

struct connection {
	struct endpoint client, server;
	struct moment first; /* of all its segments */
	struct moment syn, syn_ack, fin, rst;
	enum connection_side fin_by, rst_by; /* who sent those */
	uint32_t syns;                       /* how often the client tried */
	bool data[CONNECTION_SIDES];         /* whether that side sent any */
	bool midstream;                      /* its first segment was no SYN */
	/* An ICMP error that quotes a segment of it: as in struct icmp_error */
	struct moment icmp;
	uint8_t icmp_type, icmp_code;
	uint32_t interface;             /* where, as in struct datagram */
	uint32_t ifindex;               /* likewise */
	enum frame_direction direction; /* of the client's segments */
	uint8_t tunnels;
};

#endif
