/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pcapng, a sequence of blocks (draft-ietf-opsawg-pcapng): finds them, and
 * gives those that matter to pcapng_blocks.c.  Reading ends where the place of
 * the next block is not certain.
 */
#include "capture/pcapng_private.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"

enum {
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
	BLOCK_HEADER_LEN = 8,  /* type, length */
	BLOCK_TRAILER_LEN = 4, /* the length again */
	BLOCK_MIN = BLOCK_HEADER_LEN + BLOCK_TRAILER_LEN,
	/* More than any packet; no more than this is ever held in memory. */
	READ_BLOCK_MAX = 16 << 20,
	/* More than any block that is passed over, and about Wireshark's. */
	PASSED_BLOCK_MAX = 128 << 20,
};

struct block {
	uint32_t type;
	uint32_t len;                  /* as the file says */
	uint32_t padded;               /* the length that it has in the file */
	const struct block_kind *kind; /* NULL: to be passed over */
};

static struct fields peek_fields(struct capture *c, size_t len)
{
	const struct pcapng_state *state = c->state;

	return fields_of(input_peek(c->input, len), state->little_endian);
}

static const struct block_kind *kind_of(uint32_t type)
{
	const struct block_kind *kind = block_kinds;

	while (kind->read != NULL && kind->type != type)
		kind++;
	return kind->read != NULL ? kind : NULL;
}

static bool is_packet(uint32_t type)
{
	return type == ENHANCED_PACKET || type == SIMPLE_PACKET ||
	       type == OLD_PACKET;
}

/*
 * frame.number shall be Wireshark's, which shows some blocks without packets
 * as frames of their own.  Found with version 4.0: systemd journal entries,
 * custom blocks of whatever vendor and sysdig events are numbered (sysdig
 * events with flags are not); name resolution, secrets, statistics and
 * blocks that it doesn't know are not.
 */
static bool has_number_of_its_own(uint32_t type)
{
	switch (type) {
	case JOURNAL_EXPORT:
	case CUSTOM:
	case CUSTOM_NOT_COPIED:
	case SYSDIG_EVENT:
	case SYSDIG_EVENT_V2:
	case SYSDIG_EVENT_V2_LARGE:
		return true;
	default:
		return false;
	}
}

static int cut_short(struct capture *c, const char *where)
{
	return capture_fault(c, "file cut short in %s", where);
}

/* Each section has its own byte order, told by the field behind the length. */
static int learn_byte_order(struct capture *c)
{
	struct pcapng_state *state = c->state;
	struct fields f = peek_fields(c, BLOCK_HEADER_LEN + 4);
	uint32_t magic;

	skip(&f.reader, BLOCK_HEADER_LEN);
	magic = read_u32(&f.reader);
	if (!reader_ok(&f.reader))
		return cut_short(c, "a section header");
	if (magic != BYTE_ORDER_MAGIC &&
	    magic != __builtin_bswap32(BYTE_ORDER_MAGIC))
		return capture_fault(c, "a section header of unknown byte "
					"order");
	state->little_endian = magic != BYTE_ORDER_MAGIC;
	return 0;
}

static int check_length(struct capture *c, const struct block *block)
{
	uint32_t min = BLOCK_MIN, max = PASSED_BLOCK_MAX;

	if (block->kind != NULL) {
		min += block->kind->body_min;
		max = READ_BLOCK_MAX;
	}
	if (block->len < min || block->len > max)
		return capture_fault(c,
				     "a block of type %" PRIu32
				     " can't have %" PRIu32 " bytes",
				     block->type, block->len);
	return 0;
}

/* Looks at the next block's header.  1: there is one; 0: the end; -1. */
static int find_block(struct capture *c, struct block *block)
{
	struct fields f = peek_fields(c, BLOCK_HEADER_LEN);

	if (fields_left(&f) == 0 && input_error(c->input) == NULL)
		return 0;
	if (fields_left(&f) < BLOCK_HEADER_LEN)
		return cut_short(c, "the header of a block");
	block->type = fields_u32(&f);
	if (block->type == SECTION_HEADER) {
		if (learn_byte_order(c) != 0)
			return -1;
		f = peek_fields(c, BLOCK_HEADER_LEN);
		fields_u32(&f);
	}
	block->len = fields_u32(&f);
	/* Some writers forget to count the padding; Wireshark adds it too. */
	block->padded = (block->len + 3) & ~UINT32_C(3);
	block->kind = kind_of(block->type);
	if (block->kind != NULL && block->kind->may_miss &&
	    block->len > READ_BLOCK_MAX)
		block->kind = NULL;
	return check_length(c, block) == 0 ? 1 : -1;
}

/* The length stands at both ends; if they differ, neither can be trusted. */
static int check_trailer(struct capture *c, const struct block *block,
			 uint32_t trailer)
{
	if (trailer == block->len)
		return 0;
	return capture_fault(
		c, "a block of %" PRIu32 " bytes that ends as one of %" PRIu32,
		block->len, trailer);
}

static int read_block(struct capture *c, const struct block *block,
		      struct frame *frame)
{
	struct pcapng_state *state = c->state;
	struct fields all = peek_fields(c, block->padded), body = all;

	if (fields_left(&all) < block->padded)
		return cut_short(c, is_packet(block->type) ? "a packet"
							   : "a block");
	skip(&all.reader, block->padded - BLOCK_TRAILER_LEN);
	if (check_trailer(c, block, fields_u32(&all)) != 0)
		return -1;
	state->lent = block->padded;
	body.reader.end -= BLOCK_TRAILER_LEN;
	skip(&body.reader, BLOCK_HEADER_LEN);
	return block->kind->read(c, &body, frame);
}

static int pass_over(struct capture *c, const struct block *block)
{
	struct fields trailer;

	if (!input_skip(c->input, block->padded - BLOCK_TRAILER_LEN))
		return cut_short(c, "a block");
	trailer = peek_fields(c, BLOCK_TRAILER_LEN);
	if (fields_left(&trailer) < BLOCK_TRAILER_LEN)
		return cut_short(c, "a block");
	if (check_trailer(c, block, fields_u32(&trailer)) != 0)
		return -1;
	input_take(c->input, BLOCK_TRAILER_LEN);
	if (has_number_of_its_own(block->type))
		c->frames++;
	return 0;
}

static int next_packet(struct capture *c, struct frame *frame)
{
	struct pcapng_state *state = c->state;
	struct block block;
	int rc;

	do {
		input_take(c->input, state->lent);
		state->lent = 0;
		rc = find_block(c, &block);
		if (rc != 1)
			return rc;
		rc = block.kind != NULL ? read_block(c, &block, frame)
					: pass_over(c, &block);
	} while (rc == 0);
	return rc;
}

static bool recognises(struct bytes head)
{
	struct reader r = reader_of(head);
	uint32_t magic;

	if (read_u32(&r) != SECTION_HEADER)
		return false;
	skip(&r, 4);
	magic = read_u32(&r);
	/* A file that ends before is one of ours cut short. */
	return !reader_ok(&r) || magic == BYTE_ORDER_MAGIC ||
	       magic == __builtin_bswap32(BYTE_ORDER_MAGIC);
}

/* Reads the first section header, so that what follows is told apart. */
static int open_file(struct capture *c)
{
	struct frame none;
	struct block block;

	c->format = "pcapng";
	c->state = must_calloc(1, sizeof(struct pcapng_state));
	if (find_block(c, &block) != 1)
		return -1;
	return read_block(c, &block, &none);
}

static void close_file(struct capture *c)
{
	struct pcapng_state *state = c->state;

	if (state == NULL)
		return;
	free(state->interfaces);
	text_release(&state->comment);
	free(state);
}

const struct capture_reader pcapng_reader = {
	.recognises = recognises,
	.open = open_file,
	.next = next_packet,
	.close = close_file,
};
