/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An ICMP or ICMPv6 error message (RFC 792; RFC 4443, 3) about a packet from
 * or to a wanted port, of which it quotes the beginning.
 */
#ifndef PACKET_ICMP_H
#define PACKET_ICMP_H

#include "packet/datagram.h"

struct icmp_error {
	struct address reporter, receiver;
	uint8_t family; /* 4 or 6: whose types and codes they are */
	uint8_t type, code;
	uint32_t mtu; /* of the link that is too narrow; 0: does not apply */
	uint8_t ttl;  /* of the error message, as is ip_id */
	uint16_t ip_id;
	/*
	 * Endpoints, transport, TTL, IP id and payload are the quoted packet's.
	 * The payload may well be empty: 8 bytes behind the IP header are all
	 * that is promised, which hold the ports.  For TCP it is a part of the
	 * stream.  Frame, time and place are those of the error message, but
	 * for tunnels that were quoted, which count.
	 */
	struct datagram quoted;
};

#endif
