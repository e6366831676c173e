/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/pcapng_writer.h"

#include <string.h>

#include "base/duration.h"
#include "capture/clock_private.h"
#include "capture/pcapng_private.h"

enum { BYTE_ORDER_MAGIC = 0x1a2b3c4d, RESOLUTION_NS = 9 };

enum {
	SHB_USERAPPL = 4,
	IF_NAME = 2,
	IF_DESCRIPTION = 3,
	IF_TSRESOL = 9,
	IF_FILTER = 11,
	IF_TSOFFSET = 14,
	EPB_FLAGS = 2,
	EPB_PACKETID = 5
};

/* Lengths of sections that are not told (-1), so that they can be streamed. */
static const uint64_t unknown_len = UINT64_MAX;

static void add_little(struct text *to, uint64_t value, size_t len)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
	text_add_bytes(to, bytes, len);
}

static void pad(struct text *to, size_t len)
{
	add_little(to, 0, -len & 3);
}

/* The length, which stands at both ends, is known only at the end. */
static size_t begin_block(struct text *to, enum block_type type)
{
	size_t start = to->len;

	add_little(to, type, 4);
	add_little(to, 0, 4);
	return start;
}

static void end_block(struct text *to, size_t start)
{
	size_t len = to->len - start + 4;

	add_little(to, len, 4);
	for (size_t i = 0; i < 4; i++)
		to->data[start + 4 + i] = (char)(len >> 8 * i);
}

static void add_option(struct text *to, unsigned code, struct bytes value)
{
	add_little(to, code, 2);
	add_little(to, value.len, 2);
	text_add_bytes(to, value.data, value.len);
	pad(to, value.len);
}

static void add_number(struct text *to, unsigned code, uint64_t value,
		       size_t len)
{
	add_little(to, code, 2);
	add_little(to, len, 2);
	add_little(to, value, len);
	pad(to, len);
}

static void end_options(struct text *to)
{
	add_little(to, 0, 4);
}

/* The text that a file itself had. */
static void add_foreign(struct text *to, unsigned code, const char *string)
{
	if (string != NULL)
		add_option(to, code,
			   (struct bytes){ (const uint8_t *)string,
					   strlen(string) });
}

/* Up to the start of a character (RFC 3629, 3). */
static size_t cut(const struct text *t)
{
	size_t len = t->len;

	if (len <= OPTION_TEXT_MAX)
		return len;
	len = OPTION_TEXT_MAX;
	while (len > 0 && ((unsigned char)t->data[len] & 0xc0) == 0x80)
		len--;
	return len;
}

static void add_own(struct text *to, unsigned code, const char *string)
{
	struct text safe = { 0 };

	if (string == NULL || string[0] == '\0')
		return;
	text_add_terminal_safe(&safe, string);
	add_option(to, code,
		   (struct bytes){ (const uint8_t *)safe.data, cut(&safe) });
	text_release(&safe);
}

void pcapng_add_section(struct text *to, const char *application,
			const char *comment)
{
	size_t start = begin_block(to, SECTION_HEADER);

	add_little(to, BYTE_ORDER_MAGIC, 4);
	add_little(to, 1, 2); /* version 1.0 */
	add_little(to, 0, 2);
	add_little(to, unknown_len, 8);
	add_own(to, OPTION_COMMENT, comment);
	add_own(to, SHB_USERAPPL, application);
	end_options(to);
	end_block(to, start);
}

/* Of ten; others have no nanosecond for each of their units. */
static unsigned exponent_of(const struct capture_interface *i)
{
	return i->resolution <= RESOLUTION_NS ? i->resolution : RESOLUTION_NS;
}

static void add_filter(struct text *to, const char *filter)
{
	struct text value = { 0 };

	if (filter == NULL)
		return;
	add_little(&value, 0, 1); /* in libpcap's language */
	text_add(&value, filter);
	add_option(to, IF_FILTER,
		   (struct bytes){ (const uint8_t *)value.data, value.len });
	text_release(&value);
}

static void add_clock(struct text *to, const struct capture_interface *i)
{
	unsigned exponent = exponent_of(i);

	if (exponent != CLOCK_DEFAULT_RESOLUTION)
		add_number(to, IF_TSRESOL, exponent, 1);
	if (i->offset_s != 0)
		add_number(to, IF_TSOFFSET, (uint64_t)i->offset_s, 8);
}

void pcapng_add_interface(struct text *to, const struct capture_interface *i,
			  const char *comment)
{
	size_t start = begin_block(to, INTERFACE_DESCRIPTION);

	add_little(to, (uint64_t)i->linktype, 2);
	add_little(to, 0, 2);
	add_little(to, i->snaplen, 4);
	add_own(to, OPTION_COMMENT, comment);
	add_foreign(to, IF_NAME, i->name);
	add_foreign(to, IF_DESCRIPTION, i->description);
	add_clock(to, i);
	add_filter(to, i->filter);
	end_options(to);
	end_block(to, start);
}

/* What is before the interface's zero was out of what its clock can count. */
static uint64_t units_of(const struct frame *frame,
			 const struct capture_interface *i)
{
	int64_t ns, zero;
	uint64_t unit = 1;

	if (!frame->has_time ||
	    __builtin_mul_overflow(i->offset_s, NS_PER_SECOND, &zero) ||
	    __builtin_sub_overflow(frame->time_ns, zero, &ns) || ns < 0)
		return 0;
	for (unsigned n = exponent_of(i); n < RESOLUTION_NS; n++)
		unit *= 10;
	return (uint64_t)ns / unit;
}

void pcapng_add_packet(struct text *to, const struct frame *frame,
		       const struct capture_interface *i, uint32_t number,
		       const char *comment)
{
	size_t start = begin_block(to, ENHANCED_PACKET);
	uint64_t units = units_of(frame, i);

	add_little(to, number, 4);
	add_little(to, units >> 32, 4);
	add_little(to, units, 4);
	add_little(to, frame->bytes.len, 4);
	add_little(to, frame->wire_len, 4);
	text_add_bytes(to, frame->bytes.data, frame->bytes.len);
	pad(to, frame->bytes.len);
	add_own(to, OPTION_COMMENT, comment);
	add_own(to, OPTION_COMMENT, frame->comment);
	if (frame->direction != DIRECTION_UNKNOWN)
		add_number(to, EPB_FLAGS, frame->direction, 4);
	if (frame->packet_id != 0)
		add_number(to, EPB_PACKETID, frame->packet_id, 8);
	end_options(to);
	end_block(to, start);
}
