/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IP fragments: put together to one frame, which is rewritten as any other, and
 * taken apart again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "redact/frames_private.h"

enum {
	LINKTYPE_RAW = 101,
	PACKET_MAX = 65535,
	IPV4_LEN = 20,
	IPV6_LEN = 40,
	HEADER_MAX = 40
};

/* Identifications come again: after that time it is another packet. */
static const int64_t patience_ns = 30LL * 1000 * 1000 * 1000;

static bool is_complete(const struct fragmented *p)
{
	return p->total != 0 && memchr(p->have, 0, p->total) == NULL;
}

static bool is_of(const struct fragmented *p, const struct layer *l,
		  const struct frame *frame)
{
	return p->key.id == l->id && p->key.protocol == l->protocol &&
	       address_equal(&p->key.src.address, &l->src.address) &&
	       address_equal(&p->key.dst.address, &l->dst.address) &&
	       frame->time_ns - p->time_ns < patience_ns;
}

static size_t end_of(const struct layer *l)
{
	return l->offset + (l->end - l->payload);
}

/* Whether those bytes are there, and are these. */
static bool holds(const struct fragmented *p, const struct layer *l,
		  const struct frame *frame)
{
	return end_of(l) <= p->room &&
	       memchr(p->have + l->offset, 0, l->end - l->payload) == NULL &&
	       memcmp(p->payload.from + l->offset,
		      frame->bytes.data + l->payload, l->end - l->payload) == 0;
}

/* The last one first: numbers come again. */
static struct fragmented *find(const struct frames *f, const struct layer *l,
			       const struct frame *frame, bool is_learned)
{
	for (size_t i = f->num_fragmented; i-- > 0;) {
		struct fragmented *p = &f->fragmented[i];

		if (!is_of(p, l, frame))
			continue;
		if (holds(p, l, frame) || (!is_learned && !is_complete(p)))
			return p;
	}
	return NULL;
}

static struct fragmented *add_packet(struct frames *f,
				     const struct frame *frame,
				     const struct layer *ip,
				     const struct layer *l)
{
	struct fragmented *p;

	f->fragmented = must_realloc(f->fragmented, f->num_fragmented + 1,
				     sizeof(*f->fragmented));
	p = &f->fragmented[f->num_fragmented++];
	*p = (struct fragmented){ .ip = *ip,
				  .key = *l,
				  .time_ns = frame->time_ns };
	memcpy(p->header, frame->bytes.data + ip->at,
	       ip->kind == LAYER_IPV4 ? IPV4_LEN : IPV6_LEN);
	return p;
}

static void grow(struct fragmented *p, size_t room)
{
	if (room <= p->room)
		return;
	p->have = must_realloc(p->have, room, 1);
	p->payload.from = must_realloc(p->payload.from, room, 1);
	memset(p->have + p->room, 0, room - p->room);
	memset(p->payload.from + p->room, 0, room - p->room);
	p->room = room;
}

/* What came first counts, as where messages are put together. */
void fragments_learn(struct frames *f, const struct frame *frame,
		     const struct layer *layers, size_t count)
{
	const struct layer *l = &layers[count - 1];
	struct fragmented *p = find(f, l, frame, false);

	if (p == NULL)
		p = add_packet(f, frame, &layers[count - 2], l);
	grow(p, end_of(l));
	for (size_t i = 0; i < l->end - l->payload; i++)
		if (p->have[l->offset + i] == 0) {
			p->have[l->offset + i] = 1;
			p->payload.from[l->offset + i] =
				frame->bytes.data[l->payload + i];
		}
	if (!l->more_fragments)
		p->total = end_of(l) + l->cut;
}

/* The packet as if it had come in one; data belongs to the caller. */
static struct frame whole_of(const struct fragmented *p)
{
	size_t header_len = p->ip.kind == LAYER_IPV4 ? IPV4_LEN : IPV6_LEN;
	size_t total = p->total != 0 ? p->total : PACKET_MAX - header_len;
	uint8_t *data = must_calloc(1, header_len + p->payload.len);
	struct frame whole = { .linktype = LINKTYPE_RAW,
			       .time_ns = p->time_ns,
			       .has_time = true,
			       .bytes = { data, header_len + p->payload.len },
			       .wire_len = (uint32_t)(header_len + total) };
	size_t len = header_len == IPV4_LEN ? header_len + total : total;

	if (len > PACKET_MAX)
		len = PACKET_MAX;
	memcpy(data, p->header, header_len);
	memcpy(data + header_len, p->payload.from, p->payload.len);
	data[header_len == IPV4_LEN ? 2 : 4] = (uint8_t)(len >> 8);
	data[header_len == IPV4_LEN ? 3 : 5] = (uint8_t)len;
	if (header_len == IPV4_LEN) {
		data[0] = 0x45;
		data[6] = data[7] = 0;
	} else {
		data[6] = (uint8_t)p->key.protocol;
	}
	return whole;
}

/* Up to the first hole. */
static void set_len(struct fragmented *p)
{
	const uint8_t *hole = p->room > 0 ? memchr(p->have, 0, p->room) : NULL;

	p->payload.len = hole != NULL ? (size_t)(hole - p->have) : p->room;
}

/* Fragments in what came in fragments are found on the way. */
void fragments_end_learning(struct frames *f)
{
	for (size_t i = 0; i < f->num_fragmented; i++) {
		struct layer layers[LAYERS_MAX];
		struct frame whole;
		size_t count;

		set_len(&f->fragmented[i]);
		whole = whole_of(&f->fragmented[i]);
		count = layout(f, &whole, layers);
		if (layers[count - 1].kind == LAYER_FRAGMENT)
			fragments_learn(f, &whole, layers, count);
		free((void *)(uintptr_t)whole.bytes.data);
	}
}

static void rewrite_packet(struct frames *f, struct fragmented *p)
{
	struct frame whole = whole_of(p);
	uint8_t *to = must_calloc(1, whole.bytes.len);
	size_t header_len = whole.bytes.len - p->payload.len;

	p->is_rewritten = true;
	frames_rewrite(f, &whole, to);
	p->payload.to = must_calloc(1, p->payload.len + 1);
	memcpy(p->payload.to, to + header_len, p->payload.len);
	free(to);
	free((void *)(uintptr_t)whole.bytes.data);
}

void fragments_rewrite(struct frames *f, const struct frame *frame,
		       const struct layer *layers, size_t count, uint8_t *to)
{
	const struct layer *l = &layers[count - 1];
	struct fragmented *p = find(f, l, frame, true);
	size_t len = l->end - l->payload;

	memset(to + l->payload, 0, len);
	if (p == NULL)
		return;
	if (!p->is_rewritten)
		rewrite_packet(f, p);
	for (size_t i = 0; i < len && l->offset + i < p->payload.len; i++)
		to[l->payload + i] = p->payload.to[l->offset + i];
}

void fragments_release(struct frames *f)
{
	for (size_t i = 0; i < f->num_fragmented; i++) {
		free(f->fragmented[i].have);
		free(f->fragmented[i].payload.from);
		free(f->fragmented[i].payload.to);
	}
	free(f->fragmented);
}
