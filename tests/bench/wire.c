/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A heap by time; what came first goes first where times are equal.  The heap
 * moves numbers of slots, frames stay where they are.
 */
#include "tests/bench/wire.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

enum { FRAME_MAX = PACKET_HEADERS_MAX + 2 + 1500 };

struct slot {
	uint16_t len;
	uint16_t marks;
	uint8_t bytes[FRAME_MAX];
};

struct waiting {
	int64_t time_ns;
	uint64_t order;
	uint32_t slot;
};

struct wire {
	FILE *file;
	enum link link;
	struct truth truth;
	struct waiting *heap;
	uint32_t *free_slots; /* the last num_slots - num_waiting of them */
	struct slot **slots;
	uint32_t num_slots, num_waiting;
	uint64_t order;
};

/* Little-endian whatever the machine, so that files are the same. */
static void put_u32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void write_header(struct wire *w)
{
	uint8_t header[24] = { 0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0 };

	put_u32(header + 16, 262144);
	put_u32(header + 20, (uint32_t)w->link);
	fwrite(header, sizeof(header), 1, w->file);
	w->truth.bytes = sizeof(header);
}

struct wire *wire_new(FILE *file, enum link link)
{
	struct wire *w = must_calloc(1, sizeof(*w));

	w->file = file;
	w->link = link;
	write_header(w);
	return w;
}

void wire_free(struct wire *w)
{
	if (w == NULL)
		return;
	for (uint32_t i = 0; i < w->num_slots; i++)
		free(w->slots[i]);
	free(w->slots);
	free(w->free_slots);
	free(w->heap);
	free(w);
}

/* Slots have addresses of their own: growing doesn't copy frames. */
static void grow(struct wire *w)
{
	uint32_t old = w->num_slots, count = old == 0 ? 64 : 2 * old;

	w->heap = must_realloc(w->heap, count, sizeof(*w->heap));
	w->slots = must_realloc(w->slots, count, sizeof(*w->slots));
	w->free_slots = must_realloc(w->free_slots, count,
				     sizeof(*w->free_slots));
	for (uint32_t i = old; i < count; i++) {
		w->slots[i] = must_calloc(1, sizeof(struct slot));
		w->free_slots[i] = i;
	}
	w->num_slots = count;
}

static bool is_before(const struct waiting *a, const struct waiting *b)
{
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns;
	return a->order < b->order;
}

static void push(struct wire *w, struct waiting what)
{
	uint32_t i = w->num_waiting++;

	while (i > 0 && is_before(&what, &w->heap[(i - 1) / 2])) {
		w->heap[i] = w->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	w->heap[i] = what;
}

static struct waiting pop(struct wire *w)
{
	struct waiting first = w->heap[0], last = w->heap[--w->num_waiting];
	uint32_t i = 0, child;

	while ((child = 2 * i + 1) < w->num_waiting) {
		if (child + 1 < w->num_waiting &&
		    is_before(&w->heap[child + 1], &w->heap[child]))
			child++;
		if (!is_before(&w->heap[child], &last))
			break;
		w->heap[i] = w->heap[child];
		i = child;
	}
	w->heap[i] = last;
	return first;
}

void wire_send(struct wire *w, const struct packet *p, int64_t time_ns,
	       unsigned marks)
{
	struct slot *s;
	uint32_t number;

	assert(p->len <= FRAME_MAX - PACKET_HEADERS_MAX);
	if (w->num_waiting == w->num_slots)
		grow(w);
	number = w->free_slots[w->num_waiting];
	s = w->slots[number];
	s->len = (uint16_t)packet_write(p, w->link, s->bytes);
	s->marks = (uint16_t)(marks | (p->src.is_ipv6 ? MARK_IPV6 : 0u));
	push(w, (struct waiting){ time_ns, w->order++, number });
}

uint64_t wire_sent(const struct wire *w)
{
	return w->order;
}

static void count(struct truth *t, const struct slot *s)
{
	bool is_message = s->marks & MARK_MESSAGE;
	bool is_first = is_message && !(s->marks & MARK_COPY);

	t->packets++;
	t->bytes += 16 + (uint64_t)s->len;
	t->messages += is_message;
	t->copies += is_message && !is_first;
	t->transactions += is_first && s->marks & MARK_ASKED;
	t->answered += is_first && s->marks & MARK_ANSWERED;
	t->failed += is_first && s->marks & MARK_ANSWERED &&
		     s->marks & MARK_FAILED;
	t->tcp_messages += is_message && s->marks & MARK_TCP;
	t->tcp_copies += is_message && !is_first && s->marks & MARK_TCP;
	t->ipv6_messages += is_message && s->marks & MARK_IPV6;
	t->other_packets += (s->marks & MARK_OTHER) != 0;
}

static void write_first(struct wire *w)
{
	struct waiting first = pop(w);
	const struct slot *s = w->slots[first.slot];
	uint8_t header[16];

	put_u32(header, (uint32_t)(first.time_ns / 1000000000));
	put_u32(header + 4, (uint32_t)(first.time_ns % 1000000000 / 1000));
	put_u32(header + 8, s->len);
	put_u32(header + 12, s->len);
	fwrite(header, sizeof(header), 1, w->file);
	fwrite(s->bytes, s->len, 1, w->file);
	count(&w->truth, s);
	w->free_slots[w->num_waiting] = first.slot;
}

void wire_advance(struct wire *w, int64_t time_ns, uint64_t limit)
{
	while (w->num_waiting > 0 && w->heap[0].time_ns <= time_ns &&
	       w->truth.packets < limit)
		write_first(w);
}

const struct truth *wire_truth(const struct wire *w)
{
	return &w->truth;
}
