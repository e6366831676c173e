/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Borrowed bytes, and a cursor over them that remembers failure: read straight
 * through, ask once at the end.  The idea is Knot DNS' wire_ctx.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Never owns: valid as long as whoever handed it out says. */
struct bytes {
	const uint8_t *data;
	size_t len;
};

struct reader {
	const uint8_t *start, *at, *end;
	bool failed;
};

/* Every byte of a capture goes through these: they are inline. */
static inline struct reader reader_of(struct bytes bytes)
{
	static const uint8_t nothing[1];

	/* C knows no NULL + 0. */
	if (bytes.data == NULL)
		bytes = (struct bytes){ nothing, 0 };
	return (struct reader){ .start = bytes.data,
				.at = bytes.data,
				.end = bytes.data + bytes.len };
}

static inline size_t reader_left(const struct reader *r)
{
	return (size_t)(r->end - r->at);
}

static inline size_t reader_offset(const struct reader *r)
{
	return (size_t)(r->at - r->start);
}

static inline bool reader_ok(const struct reader *r)
{
	return !r->failed;
}

/* What is left, without moving. */
static inline struct bytes reader_rest(const struct reader *r)
{
	return (struct bytes){ r->at, r->failed ? 0 : reader_left(r) };
}

/*
 * Integers are in network order.  Running off the end sets `failed`; from then
 * on every read gives 0 (or no bytes) and the cursor stays where it was.
 */
static inline struct bytes read_bytes(struct reader *r, size_t len)
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

static inline uint8_t read_u8(struct reader *r)
{
	struct bytes b = read_bytes(r, 1);

	return b.len == 1 ? b.data[0] : 0;
}

static inline uint16_t read_u16(struct reader *r)
{
	struct bytes b = read_bytes(r, 2);

	return b.len == 2 ? (uint16_t)(b.data[0] << 8 | b.data[1]) : 0;
}

static inline uint32_t read_u32(struct reader *r)
{
	struct bytes b = read_bytes(r, 4);

	if (b.len != 4)
		return 0;
	return (uint32_t)b.data[0] << 24 | (uint32_t)b.data[1] << 16 |
	       (uint32_t)b.data[2] << 8 | b.data[3];
}

static inline void skip(struct reader *r, size_t len)
{
	read_bytes(r, len);
}

#endif
