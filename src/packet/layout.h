/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where in a frame its headers stand: for those who change them in place.  The
 * layers are taken off as for messages, from the outermost to what is in the
 * last one.
 */
#ifndef PACKET_LAYOUT_H
#define PACKET_LAYOUT_H

#include "packet/datagram.h"
#include "packet/packets.h"

enum layer_kind {
	LAYER_LINK,
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_UDP,
	LAYER_TCP,
	LAYER_ICMP,     /* an error; what follows is quoted */
	LAYER_TUNNEL,   /* VXLAN, Geneve, GRE; with the Ethernet in it */
	LAYER_FRAGMENT, /* of an IP packet: nothing but a part of its payload */
	LAYER_MESSAGE, /* DNS, on a wanted port; of TCP a piece of the stream */
	LAYER_OTHER    /* whatever else */
};

/* Offsets into the frame's bytes, within what was captured. */
struct layer {
	enum layer_kind kind;
	size_t at, payload, end;
	size_t cut;               /* of the payload: sent, but not captured */
	size_t mac;               /* two Ethernet addresses; 0: none */
	uint16_t protocol;        /* IP: of what is in it */
	struct endpoint src, dst; /* of the last IP header, and of its ports */
	uint32_t seq;             /* TCP */
	uint32_t id;              /* IP: of fragments */
	size_t offset;            /* of a fragment in the packet's payload */
	bool more_fragments;
};

enum { LAYERS_MAX = 64 };

/* How many there are; the last is a payload, even if it has no bytes. */
size_t packet_layout(const struct frame *frame, const uint16_t *ports,
		     size_t num_ports, struct layer *layers);

#endif
