/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "dns/message.h"
#include "packet/packets.h"
#include "redact/frames_private.h"

enum { PREFIX_LEN = 2 };

static void take_message(void *context, const struct datagram *d)
{
	struct frames *f = context;
	struct stream_message *m;

	if (d->transport != TRANSPORT_TCP || d->payload.len == 0)
		return;
	if (f->num_messages == f->messages_room) {
		f->messages_room = f->messages_room != 0 ? 2 * f->messages_room
							 : 64;
		f->messages = must_realloc(f->messages, f->messages_room,
					   sizeof(*f->messages));
	}
	m = &f->messages[f->num_messages++];
	*m = (struct stream_message){
		.src = d->src,
		.dst = d->dst,
		.seq = d->seq,
		.bytes = { must_memdup(d->payload.data, d->payload.len),
			   must_memdup(d->payload.data, d->payload.len),
			   d->payload.len }
	};
	redact_message(f->r, m->bytes.to, m->bytes.len, d->wire_len);
}

static void ignore_icmp(void *context, const struct icmp_error *e)
{
	(void)context;
	(void)e;
}

static void ignore_connection(void *context, const struct connection *c)
{
	(void)context;
	(void)c;
}

struct frames *frames_new(struct redactor *r, const uint16_t *ports,
			  size_t num_ports)
{
	struct frames *f = must_calloc(1, sizeof(*f));
	const struct packets_sinks sinks = { .datagram = take_message,
					     .icmp = ignore_icmp,
					     .connection = ignore_connection,
					     .context = f };

	f->r = r;
	f->options = (struct packet_options){ ports, num_ports, dns_plausible };
	f->packets = packets_new(&f->options, &sinks);
	return f;
}

void frames_free(struct frames *f)
{
	if (f == NULL)
		return;
	packets_free(f->packets);
	for (size_t i = 0; i < f->num_messages; i++) {
		free(f->messages[i].bytes.from);
		free(f->messages[i].bytes.to);
	}
	free(f->messages);
	fragments_release(f);
	free(f);
}

void frames_learn(struct frames *f, const struct frame *frame)
{
	struct layer layers[LAYERS_MAX];
	size_t count = layout(f, frame, layers);

	packets_feed(f->packets, frame);
	if (layers[count - 1].kind == LAYER_FRAGMENT)
		fragments_learn(f, frame, layers, count);
}

static int compare_endpoints(const struct endpoint *a, const struct endpoint *b)
{
	int rc = memcmp(&a->address, &b->address, sizeof(a->address));

	return rc != 0 ? rc : (int)a->port - b->port;
}

static int compare_streams(const struct stream_message *a,
			   const struct endpoint *src,
			   const struct endpoint *dst)
{
	int rc = compare_endpoints(&a->src, src);

	return rc != 0 ? rc : compare_endpoints(&a->dst, dst);
}

static int compare_messages(const void *a, const void *b)
{
	const struct stream_message *x = a, *y = b;
	int rc = compare_streams(x, &y->src, &y->dst);

	return rc != 0 ? rc : (x->seq > y->seq) - (x->seq < y->seq);
}

void frames_end_learning(struct frames *f)
{
	packets_finish(f->packets);
	if (f->num_messages > 0)
		qsort(f->messages, f->num_messages, sizeof(*f->messages),
		      compare_messages);
	fragments_end_learning(f);
}

/* The first message of that direction of a stream. */
static size_t find_stream(const struct frames *f, const struct layer *l)
{
	size_t low = 0, high = f->num_messages;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_streams(&f->messages[middle], &l->src, &l->dst) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What a segment and a message have in common; of the length as well. */
struct overlap {
	int64_t begin, end; /* within the segment */
	int64_t start;      /* where the message's first byte would be */
};

static bool find_overlap(const struct layer *l, const struct stream_message *m,
			 struct overlap *o)
{
	int64_t len = (int64_t)(l->end - l->payload);

	o->start = (int32_t)(m->seq - l->seq);
	o->begin = o->start < 0 ? 0 : o->start;
	o->end = o->start + (int64_t)m->bytes.len;
	if (o->end > len)
		o->end = len;
	return o->begin < o->end;
}

/* Other bytes at the same place are another connection's. */
static bool is_same(const struct overlap *o, const struct stream_message *m,
		    const uint8_t *segment)
{
	return memcmp(segment + o->begin, m->bytes.from + (o->begin - o->start),
		      (size_t)(o->end - o->begin)) == 0;
}

static void keep_length(const struct overlap *o, const uint8_t *from,
			uint8_t *to)
{
	for (int64_t i = o->start - PREFIX_LEN; i < o->start; i++)
		if (i >= 0)
			to[i] = from[i];
}

static void rewrite_segment(const struct frames *f, const struct frame *frame,
			    const struct layer *l, uint8_t *to)
{
	const uint8_t *from = frame->bytes.data + l->payload;
	int64_t len = (int64_t)(l->end - l->payload);

	to += l->payload;
	memset(to, 0, (size_t)len);
	for (size_t i = find_stream(f, l);
	     i < f->num_messages &&
	     compare_streams(&f->messages[i], &l->src, &l->dst) == 0;
	     i++) {
		const struct stream_message *m = &f->messages[i];
		struct overlap o;
		bool overlaps = find_overlap(l, m, &o);

		if (overlaps && is_same(&o, m, from)) {
			memcpy(to + o.begin, m->bytes.to + (o.begin - o.start),
			       (size_t)(o.end - o.begin));
			keep_length(&o, from, to);
		} else if (!overlaps && o.start > 0 &&
			   o.start - PREFIX_LEN < len) {
			/* The length alone, or its first byte. */
			for (int64_t k = o.start - PREFIX_LEN; k < len; k++)
				if (k >= 0)
					to[k] = from[k];
		}
	}
}

/* A quote may lack the end that its message had. */
static void rewrite_message(const struct frames *f, const struct frame *frame,
			    const struct layer *layers, size_t count,
			    uint8_t *to)
{
	const struct layer *l = &layers[count - 1];
	size_t len = l->end - l->payload;

	if (layers[count - 2].kind == LAYER_TCP)
		rewrite_segment(f, frame, l, to);
	else
		redact_message(f->r, to + l->payload, len, len + l->cut);
}

void frames_rewrite(struct frames *f, const struct frame *frame, uint8_t *to)
{
	struct layer layers[LAYERS_MAX];
	size_t count = layout(f, frame, layers);
	const struct layer *last = &layers[count - 1];

	memcpy(to, frame->bytes.data, frame->bytes.len);
	rewrite_headers(f->r, frame, layers, count, to);
	if (last->kind == LAYER_MESSAGE)
		rewrite_message(f, frame, layers, count, to);
	else if (last->kind == LAYER_FRAGMENT)
		fragments_rewrite(f, frame, layers, count, to);
	else
		memset(to + last->payload, 0, last->end - last->payload);
	rewrite_checksums(frame, layers, count, to);
}
