/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Crypto-PAn (Xu, Fan, Ammar and Moon, 2002): each bit is turned or not by what
 * AES makes of the bits before it, so that addresses share as long a prefix
 * after as before.  Bits on the way to what is kept are not turned.
 */
#include <string.h>

#include "redact/redact_private.h"

/* What kind of address it is; or the whole of it, where all know it. */
static const struct kept {
	uint8_t len, bits;
	uint8_t bytes[16];
} kept[] = {
	{ 4, 32, { 0, 0, 0, 0 } },
	{ 4, 8, { 10 } },
	{ 4, 10, { 100, 64 } },
	{ 4, 8, { 127 } },
	{ 4, 16, { 169, 254 } },
	{ 4, 32, { 168, 63, 129, 16 } },
	{ 4, 12, { 172, 16 } },
	{ 4, 16, { 192, 168 } },
	{ 4, 32, { 255, 255, 255, 255 } },
	{ 16, 128, { 0 } }, /* ::, and so ::1 */
	{ 16, 96, { 0, 0x64, 0xff, 0x9b } },
	{ 16, 3, { 0x20 } },
	{ 16, 8, { 0xfd } },
	{ 16, 64, { 0xfe, 0x80 } },
};

/* Whole ranges that are left alone: each address in them means something. */
static bool is_kept_whole(const uint8_t *bytes, size_t len)
{
	if (len == 16)
		return bytes[0] == 0xff;
	return bytes[0] == 127 || bytes[0] >> 4 == 14 ||
	       (bytes[0] == 169 && bytes[1] == 254);
}

static int bit_at(const uint8_t *bytes, unsigned i)
{
	return bytes[i / 8] >> (7 - i % 8) & 1;
}

static bool has_prefix(const uint8_t *bytes, const uint8_t *prefix,
		       unsigned bits)
{
	for (unsigned i = 0; i < bits; i++)
		if (bit_at(bytes, i) != bit_at(prefix, i))
			return false;
	return true;
}

/* Whether the bit behind that many leads to something that is kept. */
static bool is_on_the_way(const uint8_t *bytes, size_t len, unsigned bits)
{
	static const uint8_t multicast[16] = { 0xff }, class_d[4] = { 224 };

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (kept[i].len == len && bits < kept[i].bits &&
		    has_prefix(bytes, kept[i].bytes, bits))
			return true;
	if (len == 16)
		return bits < 8 && has_prefix(bytes, multicast, bits);
	return bits < 4 && has_prefix(bytes, class_d, bits);
}

static int turn_of(struct redactor *r, const uint8_t *original, unsigned bits)
{
	uint8_t block[AES128_SIZE], out[AES128_SIZE];
	unsigned whole = bits / 8, rest = bits % 8;

	memcpy(block, r->pad, sizeof(block));
	memcpy(block, original, whole);
	if (rest > 0) {
		uint8_t mask = (uint8_t)(0xff00 >> rest);

		block[whole] = (uint8_t)((original[whole] & mask) |
					 (r->pad[whole] & ~mask));
	}
	aes128_encrypt(r->aes, block, out);
	return out[0] >> 7;
}

void cryptopan(struct redactor *r, enum redact_way way, uint8_t *bytes,
	       size_t len, bool keep)
{
	uint8_t original[16] = { 0 }, out[16] = { 0 };
	const uint8_t *known = way == REDACT ? bytes : original;

	for (unsigned i = 0; i < 8 * len; i++) {
		int turn = keep && is_on_the_way(known, len, i)
				   ? 0
				   : turn_of(r, known, i);
		uint8_t bit = (uint8_t)(1 << (7 - i % 8));
		int was = bit_at(bytes, i);

		if (was != turn)
			out[i / 8] |= bit;
		if (way == REVEAL && was != turn)
			original[i / 8] |= bit;
	}
	memcpy(bytes, out, len);
}

void redact_address(struct redactor *r, enum redact_way way, struct address *a)
{
	static const uint8_t wrap[12] = { [10] = 0xff, [11] = 0xff };
	bool is_wrapped = a->len == 16 &&
			  memcmp(a->bytes, wrap, sizeof(wrap)) == 0;
	uint8_t *bytes = is_wrapped ? a->bytes + sizeof(wrap) : a->bytes;
	size_t len = is_wrapped ? 4 : a->len;

	if (len == 0 || is_kept_whole(bytes, len) ||
	    (way == REVEAL && !may_be_pseudonym(r, 'A', bytes, len)))
		return;
	cryptopan(r, way, bytes, len, true);
	if (way == REDACT)
		seen_add(r->seen, r->hmac, 'A', bytes, len);
}
