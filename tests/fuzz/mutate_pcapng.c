/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pcapng in little-endian order, block by block: blocks are doubled, dropped,
 * moved and made, their options and packets changed, DNS messages in packets
 * too, and all lengths set right.  Anything else is left to libFuzzer.
 */
#include "tests/fuzz/mutate_pcapng.h"

#include <string.h>

#include "packet/layout.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutate_dns.h"

enum {
	SECTION = 0x0a0d0d0a,
	INTERFACE = 1,
	NAMES = 4,
	STATISTICS = 5,
	PACKET = 6,
	BLOCKS_MAX = 512,
	BLOCK_MAX = 1 << 16,
	PACKET_AT = 28, /* of its bytes, in an enhanced packet block */
};

struct file {
	uint32_t random;
	uint8_t *data;
	size_t len, room;
	size_t starts[BLOCKS_MAX + 1]; /* and the end of the last one */
	size_t count;
	int linktype; /* of the first interface */
};

/* The body of a block while it is changed. */
struct block {
	uint32_t type;
	size_t len; /* of all before the second length */
	uint8_t bytes[BLOCK_MAX];
};

static uint32_t below(struct file *f, size_t limit)
{
	return limit == 0 ? 0 : mutate_random(&f->random) % (uint32_t)limit;
}

static uint32_t get_u32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static void put_u32(uint8_t *at, size_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void put_network_u16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void find_blocks(struct file *f)
{
	size_t at = 0;

	f->linktype = -1;
	while (f->count < BLOCKS_MAX && f->len - at >= 12) {
		uint32_t len = get_u32(f->data + at + 4);

		if (len < 12 || len % 4 != 0 || len > f->len - at ||
		    len > BLOCK_MAX)
			break;
		if (get_u32(f->data + at) == INTERFACE && len >= 20 &&
		    f->linktype < 0)
			f->linktype = f->data[at + 8] | f->data[at + 9] << 8;
		f->starts[f->count++] = at;
		at += len;
	}
	f->starts[f->count] = at;
}

static size_t block_len(const struct file *f, size_t i)
{
	return f->starts[i + 1] - f->starts[i];
}

/* In place of `old` bytes; false: there is no room. */
static bool replace(struct file *f, size_t at, size_t old, const uint8_t *bytes,
		    size_t len)
{
	if (len > old && len - old > f->room - f->len)
		return false;
	memmove(f->data + at + len, f->data + at + old, f->len - at - old);
	if (len > 0)
		memcpy(f->data + at, bytes, len);
	f->len = f->len - old + len;
	return true;
}

static void finish_block(struct block *b)
{
	while (b->len % 4 != 0)
		b->bytes[b->len++] = 0;
	put_u32(b->bytes, b->type);
	put_u32(b->bytes + 4, b->len + 4);
	put_u32(b->bytes + b->len, b->len + 4);
	b->len += 4;
}

static void repeat_block(struct file *f, struct block *b)
{
	size_t i = below(f, f->count), to = below(f, f->count + 1);

	b->len = block_len(f, i);
	memcpy(b->bytes, f->data + f->starts[i], b->len);
	replace(f, f->starts[to], 0, b->bytes, b->len);
}

static void drop_block(struct file *f)
{
	size_t i = below(f, f->count);

	replace(f, f->starts[i], block_len(f, i), NULL, 0);
}

static void put_option(struct file *f, struct block *b, uint32_t code,
		       size_t len)
{
	put_u32(b->bytes + b->len, code | len << 16);
	b->len += 4;
	for (size_t i = 0; i < (len + 3) / 4 * 4; i++)
		b->bytes[b->len++] =
			i < len ? (uint8_t)(code == 9 ? below(f, 40)
						      : 'a' + below(f, 30))
				: 0;
}

static void put_options(struct file *f, struct block *b)
{
	for (uint32_t i = below(f, 4); i > 0; i--)
		put_option(f, b, 1 + below(f, 16), below(f, 17));
	if (below(f, 2) == 0)
		put_option(f, b, 0, 0);
}

static void make_names(struct file *f, struct block *b)
{
	static const char name[] = "\x01\0\x0a\0\x0a\0\0\x01"
				   "host\0\0\0\0"
				   "\0\0\0\0";

	b->type = NAMES;
	memcpy(b->bytes + b->len, name, 20);
	b->bytes[b->len + 7] = (uint8_t)below(f, 4);
	b->len += 20;
}

static void make_interface(struct file *f, struct block *b)
{
	static const uint16_t types[] = { 0,   1,   12,  14,  101, 108, 113,
					  228, 229, 276, 109, 147, 105, 127 };

	b->type = INTERFACE;
	put_u32(b->bytes + 8,
		types[below(f, sizeof(types) / sizeof(types[0]))]);
	put_u32(b->bytes + 12, below(f, 2) == 0 ? 0 : below(f, 100));
	b->len = 16;
	put_options(f, b);
}

static void make_statistics(struct file *f, struct block *b)
{
	b->type = STATISTICS;
	memset(b->bytes + 8, 0, 12);
	b->bytes[8] = (uint8_t)below(f, 2);
	b->len = 20;
	put_option(f, b, 4 + below(f, 5), 8);
}

static void make_section(struct block *b)
{
	b->type = SECTION;
	put_u32(b->bytes + 8, 0x1a2b3c4d);
	put_u32(b->bytes + 12, 1);
	memset(b->bytes + 16, 0xff, 8);
	b->len = 24;
}

static void make_block(struct file *f, struct block *b)
{
	b->len = 8;
	switch (below(f, 5)) {
	case 0:
		make_section(b);
		break;
	case 1:
		make_names(f, b);
		put_options(f, b);
		break;
	case 2:
		make_statistics(f, b);
		break;
	default:
		make_interface(f, b);
	}
	finish_block(b);
	replace(f, f->starts[below(f, f->count + 1)], 0, b->bytes, b->len);
}

/* Lengths of IP and UDP, where the payload ends with the layer. */
static void fix_lengths(uint8_t *packet, const struct layer *layers,
			size_t count, size_t len)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t *header = packet + layers[i].at;

		if (layers[i].kind == LAYER_IPV4)
			put_network_u16(header + 2, len - layers[i].at);
		else if (layers[i].kind == LAYER_IPV6)
			put_network_u16(header + 4, len - layers[i].at - 40);
		else if (layers[i].kind == LAYER_UDP)
			put_network_u16(header + 4, len - layers[i].at);
	}
}

/* The message of a packet of len bytes; its new length. */
static size_t mutate_message(struct file *f, uint8_t *packet, size_t len,
			     size_t room)
{
	static const uint16_t ports[] = { 53, 5353, 5355 };
	struct frame frame = { .linktype = f->linktype,
			       .wire_len = (uint32_t)len,
			       .bytes = { packet, len } };
	struct layer layers[LAYERS_MAX];
	size_t count = packet_layout(&frame, ports, 3, layers);
	const struct layer *last = &layers[count - 1];
	size_t at = last->payload, skip;

	if (last->kind != LAYER_MESSAGE)
		return LLVMFuzzerMutate(packet, len, room);
	skip = layers[count - 2].kind == LAYER_TCP ? 2 : 0;
	if (last->end - at < skip)
		return len;
	at += skip;
	len = at + mutate_dns(packet + at, last->end - at, room - at,
			      mutate_random(&f->random));
	if (skip > 0)
		put_network_u16(packet + at - 2, len - at);
	fix_lengths(packet, layers, count - 1, len);
	return len;
}

static void change_times(struct file *f, struct block *b)
{
	put_u32(b->bytes + 16,
		get_u32(b->bytes + 16) + (1u << below(f, 32)) * below(f, 3));
	if (below(f, 8) == 0)
		b->bytes[8] = (uint8_t)below(f, 3);
	if (below(f, 16) == 0)
		LLVMFuzzerMutate(b->bytes + 12, 8, 8);
}

static void change_packet(struct file *f, struct block *b)
{
	size_t len = get_u32(b->bytes + 20), room = BLOCK_MAX / 2;

	if (len > b->len - PACKET_AT)
		return;
	b->len = PACKET_AT;
	switch (below(f, 8)) {
	case 0:
		change_times(f, b);
		break;
	case 1: /* cut by the capture */
		len = below(f, len + 1);
		put_u32(b->bytes + 20, len);
		b->len += len;
		put_options(f, b);
		return;
	case 2:
		len = LLVMFuzzerMutate(b->bytes + PACKET_AT, len, room);
		break;
	default:
		len = mutate_message(f, b->bytes + PACKET_AT, len, room);
	}
	put_u32(b->bytes + 20, len);
	put_u32(b->bytes + 24, len);
	b->len += len;
}

static void change_block(struct file *f, struct block *b)
{
	size_t i = below(f, f->count), old = block_len(f, i);

	memcpy(b->bytes, f->data + f->starts[i], old);
	b->type = get_u32(b->bytes);
	b->len = old - 4;
	if (b->type == PACKET && old >= 32 && old < BLOCK_MAX / 2)
		change_packet(f, b);
	else if (old < BLOCK_MAX / 2)
		b->len = 8 + LLVMFuzzerMutate(b->bytes + 8, b->len - 8,
					      BLOCK_MAX / 2);
	finish_block(b);
	replace(f, f->starts[i], old, b->bytes, b->len);
}

size_t mutate_pcapng(uint8_t *data, size_t len, size_t room, unsigned int seed)
{
	static struct file f;
	static struct block b;

	f.random = seed;
	f.data = data;
	f.len = len;
	f.room = room;
	f.count = 0;
	find_blocks(&f);
	if (f.count < 2 || below(&f, 8) == 0)
		return LLVMFuzzerMutate(data, len, room);
	switch (below(&f, 8)) {
	case 0:
		repeat_block(&f, &b);
		break;
	case 1:
		drop_block(&f);
		break;
	case 2:
		make_block(&f, &b);
		break;
	default:
		change_block(&f, &b);
	}
	return f.len;
}
