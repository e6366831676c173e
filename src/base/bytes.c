/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/bytes.h"

struct reader reader_of(struct bytes bytes)
{
	static const uint8_t nothing[1];

	/* C knows no NULL + 0. */
	if (bytes.data == NULL)
		bytes = (struct bytes){ nothing, 0 };
	return (struct reader){ .start = bytes.data,
				.at = bytes.data,
				.end = bytes.data + bytes.len };
}

struct bytes read_bytes(struct reader *r, size_t len)
{
	struct bytes taken = { r->at, 0 };

	if (r->failed || len > reader_left(r)) {
		r->failed = true;
		return taken;
	}
	r->at += len;
	taken.len = len;
	return taken;
}

uint8_t read_u8(struct reader *r)
{
	struct bytes b = read_bytes(r, 1);

	return b.len == 1 ? b.data[0] : 0;
}

uint16_t read_u16(struct reader *r)
{
	struct bytes b = read_bytes(r, 2);

	return b.len == 2 ? (uint16_t)(b.data[0] << 8 | b.data[1]) : 0;
}

uint32_t read_u32(struct reader *r)
{
	struct bytes b = read_bytes(r, 4);

	if (b.len != 4)
		return 0;
	return (uint32_t)b.data[0] << 24 | (uint32_t)b.data[1] << 16 |
	       (uint32_t)b.data[2] << 8 | b.data[3];
}

void skip(struct reader *r, size_t len)
{
	read_bytes(r, len);
}

size_t reader_left(const struct reader *r)
{
	return (size_t)(r->end - r->at);
}

size_t reader_offset(const struct reader *r)
{
	return (size_t)(r->at - r->start);
}

bool reader_ok(const struct reader *r)
{
	return !r->failed;
}

struct bytes reader_rest(const struct reader *r)
{
	return (struct bytes){ r->at, r->failed ? 0 : reader_left(r) };
}
