/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP, from segments to DNS messages: connections find the stream, a stream
 * puts its bytes in order, its framing cuts messages out of them.
 */
#ifndef PACKET_STREAM_PRIVATE_H
#define PACKET_STREAM_PRIVATE_H

#include "packet/packet_private.h"

struct buffer {
	uint8_t *data;
	size_t len, room;
};

/* What all streams share. */
struct reassembly {
	const struct packet_options *options;
	struct packets_sinks sinks;
	struct packet_tally *tally;
	size_t buffered;     /* bytes that streams hold, to keep a ceiling */
	struct buffer spare; /* one that is free, for the next who needs one */
	struct datagram *spare_piece; /* likewise */
};

/*
 * Framing: each message after two bytes of its length (RFC 7766, 8).  Given the
 * bytes in order, and told of holes, whose length sequence numbers tell.
 */
struct framing {
	bool synced;        /* it is known where the next message starts */
	bool trusted;       /* known since the SYN, not from looking for it */
	uint8_t prefix_len; /* how much of the length is there, 0 to 2 */
	uint16_t len;       /* that length */
	uint32_t discard;   /* bytes left of a message that was given up */
	struct buffer message; /* what is there of one begun */
	uint64_t first_frame;
	uint32_t first_seq;
	struct parts parts; /* of that message, and of its length */
	/* The latest piece of that message; NULL where none is begun. */
	struct datagram *latest;
};

enum hole {
	HOLE_MISSING, /* segments that were not captured */
	HOLE_SNAPLEN  /* the end of a segment that was */
};

enum stream_end {
	END_OF_SENDING, /* nothing more was sent */
	END_OF_CAPTURE  /* nothing more is known */
};

/* trusted: the next byte is the first of the connection. */
void framing_begin(struct framing *f, bool trusted);
void framing_feed(struct framing *f, const struct datagram *piece,
		  struct reassembly *all);
void framing_hole(struct framing *f, uint32_t len, enum hole why,
		  struct reassembly *all);
/* Hands on what is there of a message; memory is released. */
void framing_end(struct framing *f, enum stream_end why,
		 struct reassembly *all);

/* One direction of a connection as seen at one place. */
struct held;

struct stream {
	enum { STREAM_UNSEEN, STREAM_OPEN, STREAM_CLOSED } state;
	uint32_t first; /* sequence number of the first byte */
	uint32_t next;  /* of the next one for the framing */
	uint32_t acked; /* no need to wait for what is before this */
	bool has_fin;
	uint32_t fin;      /* sequence number of the FIN */
	struct held *held; /* by sequence number, without overlaps */
	struct held *last_held;
	size_t num_held, held_bytes;
	struct framing framing;
};

void stream_take(struct stream *s, const struct segment *segment,
		 struct reassembly *all);
/* The other side acknowledges everything before ack. */
void stream_acknowledge(struct stream *s, uint32_t ack, struct reassembly *all);
/* Hands on what is left; all zero after that. */
void stream_forget(struct stream *s, struct reassembly *all);

/* The table of all connections, with a ceiling. */
struct connections;

struct connections *connections_new(const struct reassembly *all);
void connections_take(struct connections *c, const struct segment *segment);
/* An error message about a segment. */
void connections_take_icmp(struct connections *c, const struct icmp_error *e);
/* Hands on what streams still hold, and what is known of all connections. */
void connections_finish(struct connections *c);
void connections_free(struct connections *c);

#endif
