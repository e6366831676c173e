/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packets in packets: VXLAN (RFC 7348), Geneve (RFC 8926), GRE (RFC 2784,
 * 2890) with ERSPAN, and IP in IP (RFC 2003, 2473, 4213).
 */
#ifndef PACKET_TUNNEL_PRIVATE_H
#define PACKET_TUNNEL_PRIVATE_H

#include "packet/packet_private.h"

/*
 * Both take off what is in front of the inner packet, for ip_open() to go on.
 * PACKET_OTHER: it is no tunnel, carries no IP, or is in too many of them.
 */

/* By the IP protocol number, with the cursor behind the IP header. */
enum packet_verdict tunnel_open(struct packet *k);

/* By the UDP port, with the cursor behind the UDP header. */
enum packet_verdict tunnel_open_udp(struct packet *k);

/* Whether what is sent to this port may be a tunnel. */
bool tunnel_has_port(uint16_t port);

#endif
