/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames in, payloads out: link layer, IP, its fragments, tunnels, UDP and TCP
 * streams, and what ICMP errors and TCP's flags say about them.  Knows nothing
 * of DNS but its framing over TCP, and asks a function for the rest.
 */
#ifndef PACKET_PACKETS_H
#define PACKET_PACKETS_H

#include "packet/connection.h"
#include "packet/datagram.h"
#include "packet/icmp.h"

enum packet_verdict {
	PACKET_TAKEN,     /* on a wanted port: handed on, or kept for later */
	PACKET_OTHER,     /* something else: ARP, another port... */
	PACKET_TRUNCATED, /* cut within its headers */
	PACKET_DAMAGED,   /* headers that contradict themselves */
	PACKET_FRAGMENT,  /* an IP fragment, kept until the others come */
	PACKET_UNKNOWN_LINK, /* a link type this room cannot read */
	PACKET_VERDICTS      /* how many there are */
};

struct packet_options {
	const uint16_t *ports; /* payloads from or to one of these are wanted */
	size_t num_ports;
	/*
	 * Whether bytes may be the start of a message of `len` bytes: used to
	 * find the framing of a TCP stream that is joined in the middle or
	 * goes on after a gap.  Given at least the first 12 bytes (or all of
	 * a shorter message).
	 */
	bool (*plausible)(struct bytes start, size_t len);
};

/* A frame that carried a part of something. */
struct frame_part {
	uint64_t frame;
	uint32_t source; /* as in struct frame */
};

/* Of more parts than this the later ones are not told. */
enum { PARTS_MAX = 1024 };

/* All that is handed over is borrowed for the call. */
struct packets_sinks {
	void (*datagram)(void *context, const struct datagram *d);
	/* An error message about a packet on a wanted port. */
	void (*icmp)(void *context, const struct icmp_error *e);
	/* Once for each, when it is forgotten or at the end. */
	void (*connection)(void *context, const struct connection *c);
	void *context;
	/*
	 * What was complete with the frame `of` came in several: all of them.
	 * Segments of a message in the order of its bytes, or IP fragments of
	 * what holds a message, a segment or an ICMP error, as they came: a
	 * part may have parts itself.  NULL: nobody asks.
	 */
	void (*parts)(void *context, struct frame_part of,
		      const struct frame_part *parts, size_t count);
};

struct packet_tally {
	uint64_t verdicts[PACKET_VERDICTS];
	uint64_t streams;         /* TCP connections' directions seen */
	uint64_t streams_dropped; /* forgotten while open, for want of room */
	uint64_t stream_gaps;     /* holes that were never filled */
	/* Packets on wanted ports whose later fragments are missing. */
	uint64_t incomplete;
	uint64_t fragment_conflicts; /* others had been there before them */
	/*
	 * Each frame is one of these; DNS is what is on a wanted port.  A first
	 * fragment counts as what it begins.
	 */
	uint64_t udp_dns, tcp_dns;
	uint64_t icmp_errors; /* whatever they quote */
	uint64_t later_fragments;
	uint64_t other;
	uint64_t tunnelled; /* of all of them, those that held a tunnel */
	uint64_t in, out;   /* where the direction is known */
};

struct packets;

/*
 * Options and what they point to are borrowed until packets_free(); the sinks
 * are copied, and all of them are needed but parts.
 */
struct packets *packets_new(const struct packet_options *options,
			    const struct packets_sinks *sinks);
/*
 * Messages come in the order of their streams' bytes: one that waited behind a
 * missing segment comes late, with an earlier frame number than others.  So
 * does one whose later IP fragments were waited for in vain.
 */
enum packet_verdict packets_feed(struct packets *p, const struct frame *frame);

/*
 * What time it is for those who get the messages, at a frame that is not fed
 * yet: its own, or an earlier one of a message that is still held back because
 * IP fragments are missing.
 */
int64_t packets_horizon(const struct packets *p, int64_t time_ns);

/* Hands on what fragments and streams still hold.  Call once, after the last frame. */
void packets_finish(struct packets *p);

/*
 * What was counted; and to count on from there, as whoever reads several
 * captures in turn keeps a tally of each.
 */
const struct packet_tally *packets_tally(const struct packets *p);
void packets_set_tally(struct packets *p, const struct packet_tally *tally);

void packets_free(struct packets *p);

#endif
