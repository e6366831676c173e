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

struct reader reader_of(struct bytes bytes);

/*
 * Integers are in network order.  Running off the end sets `failed`; from then
 * on every read gives 0 (or no bytes) and the cursor stays where it was.
 */
uint8_t read_u8(struct reader *r);
uint16_t read_u16(struct reader *r);
uint32_t read_u32(struct reader *r);
struct bytes read_bytes(struct reader *r, size_t len);
void skip(struct reader *r, size_t len);

size_t reader_left(const struct reader *r);
size_t reader_offset(const struct reader *r);
bool reader_ok(const struct reader *r);

/* What is left, without moving. */
struct bytes reader_rest(const struct reader *r);

#endif
