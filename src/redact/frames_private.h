/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REDACT_FRAMES_PRIVATE_H
#define REDACT_FRAMES_PRIVATE_H

#include "packet/layout.h"
#include "redact/message.h"

/* Bytes before and after; what is not known of them ends them. */
struct rewritten {
	uint8_t *from, *to;
	size_t len;
};

/* A message of a TCP stream. */
struct stream_message {
	struct endpoint src, dst;
	uint32_t seq; /* of its first byte; its length stands before it */
	struct rewritten bytes;
};

/* A packet that came in fragments. */
struct fragmented {
	struct layer ip;  /* of the first that came */
	struct layer key; /* that fragment */
	uint8_t header[40];
	uint8_t *have; /* a flag for each byte */
	struct rewritten payload;
	size_t room, total; /* total 0: the last one is missing */
	int64_t time_ns;
	bool is_rewritten;
};

struct frames {
	struct redactor *r;
	struct packet_options options;
	struct packets *packets;         /* puts streams together */
	struct stream_message *messages; /* by their streams, once learned */
	size_t num_messages, messages_room;
	struct fragmented *fragmented;
	size_t num_fragmented;
};

/* All but the last layer's payload, and all checksums. */
void rewrite_headers(struct redactor *r, const struct frame *frame,
		     const struct layer *layers, size_t count, uint8_t *to);
void rewrite_checksums(const struct frame *frame, const struct layer *layers,
		       size_t count, uint8_t *to);

static inline size_t layout(const struct frames *f, const struct frame *frame,
			    struct layer *layers)
{
	return packet_layout(frame, f->options.ports, f->options.num_ports,
			     layers);
}

void fragments_learn(struct frames *f, const struct frame *frame,
		     const struct layer *layers, size_t count);
/* Learns what came in fragments as if it had come in one frame. */
void fragments_end_learning(struct frames *f);
void fragments_rewrite(struct frames *f, const struct frame *frame,
		       const struct layer *layers, size_t count, uint8_t *to);
void fragments_release(struct frames *f);

#endif
