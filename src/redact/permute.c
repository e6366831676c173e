/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "redact/redact_private.h"

/* Those of FF1 (NIST SP 800-38G), which has the same shape. */
enum { ROUNDS = 10, NUMBER_SIZE = 4, PREFIX_SIZE = 6, SHORT_MAX = 256 };

static void add_symbol(struct alphabet *a, uint8_t class, uint8_t byte)
{
	a->class[byte] = class;
	a->index[byte] = (uint8_t)a->sizes[class];
	a->symbols[class][a->sizes[class]++] = byte;
	if (a->num_classes <= class)
		a->num_classes = class + 1;
}

static bool is_of_names(unsigned byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
	       byte == '-' || byte == '_';
}

/* What is written as one character, as two, as four (RFC 1035, 5.1). */
void alphabet_of_text(struct alphabet *a)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		uint8_t class = 3;

		if (byte == ' ')
			class = 4;
		else if (byte == 0)
			class = 6; /* ends texts elsewhere */
		else if (is_of_names(byte))
			class = 0;
		else if (strchr(".;()\\", (int)byte) != NULL)
			class = 2;
		else if (byte >= 'A' && byte <= 'Z')
			class = 5; /* callers fold these */
		else if (byte > ' ' && byte < 0x7f)
			class = 1;
		add_symbol(a, class, (uint8_t)byte);
	}
}

void alphabet_of_digits(struct alphabet *a)
{
	for (unsigned byte = '0'; byte <= '9'; byte++)
		add_symbol(a, 0, (uint8_t)byte);
}

void alphabet_of_bytes(struct alphabet *a)
{
	for (unsigned byte = 0; byte < 256; byte++)
		add_symbol(a, 0, (uint8_t)byte);
}

/* One of the two halves while it is changed by the other. */
struct round {
	const struct redactor *r;
	const struct alphabet *alphabet;
	uint8_t number;
	const uint8_t *other;
	size_t other_len;
	enum redact_way way;
};

static uint32_t number_at(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | at[3];
}

static void shift(const struct round *round, uint8_t *byte, uint32_t by)
{
	const struct alphabet *a = round->alphabet;
	uint8_t class = a->class[*byte];
	uint32_t size = a->sizes[class], at = a->index[*byte];

	by %= size;
	if (round->way == REVEAL)
		by = size - by;
	*byte = a->symbols[class][(at + by) % size];
}

static void change_half(const struct round *round, uint8_t *half, size_t len)
{
	size_t message_len = PREFIX_SIZE + round->other_len;
	uint8_t near[SHORT_MAX], sum[SHA256_SIZE];
	uint8_t *message = message_len <= SHORT_MAX
				   ? near
				   : must_calloc(1, message_len);

	message[0] = round->alphabet->num_classes > 1 ? 'T' : 'B';
	message[1] = round->number;
	memcpy(message + PREFIX_SIZE, round->other, round->other_len);
	message[2] = (uint8_t)(len >> 8);
	message[3] = (uint8_t)len;
	for (size_t i = 0; i < len; i++) {
		size_t block = i * NUMBER_SIZE / SHA256_SIZE;
		size_t at = i * NUMBER_SIZE % SHA256_SIZE;

		message[4] = (uint8_t)(block >> 8);
		message[5] = (uint8_t)block;
		if (at == 0)
			hmac_sum(round->r->hmac, message, message_len, sum);
		shift(round, &half[i], number_at(sum + at));
	}
	if (message != near)
		free(message);
}

/* Symbols in the order of their sums: all permutations of them can be. */
static void permute_one(const struct redactor *r, enum redact_way way,
			const struct alphabet *a, uint8_t *byte)
{
	uint8_t class = a->class[*byte], sums[256][SHA256_SIZE];
	uint8_t order[256];
	unsigned size = a->sizes[class];

	for (unsigned i = 0; i < size; i++) {
		uint8_t message[3] = { a->num_classes > 1 ? 't' : 'b', class,
				       a->symbols[class][i] };
		unsigned at = i;

		hmac_sum(r->hmac, message, sizeof(message), sums[i]);
		for (; at > 0 &&
		       memcmp(sums[order[at - 1]], sums[i], SHA256_SIZE) > 0;
		     at--)
			order[at] = order[at - 1];
		order[at] = (uint8_t)i;
	}
	for (unsigned i = 0; i < size; i++) {
		unsigned from = way == REDACT ? i : order[i];
		unsigned to = way == REDACT ? order[i] : i;

		if (a->symbols[class][from] == *byte) {
			*byte = a->symbols[class][to];
			return;
		}
	}
}

void permute(const struct redactor *r, enum redact_way way,
	     const struct alphabet *a, uint8_t *bytes, size_t len)
{
	size_t left = len / 2;

	if (len == 1)
		permute_one(r, way, a, bytes);
	for (int i = 0; len > 1 && i < ROUNDS; i++) {
		int number = way == REDACT ? i : ROUNDS - 1 - i;
		bool is_left = number % 2 == 0;
		struct round round = { .r = r,
				       .alphabet = a,
				       .number = (uint8_t)number,
				       .way = way };

		round.other = is_left ? bytes + left : bytes;
		round.other_len = is_left ? len - left : left;
		change_half(&round, is_left ? bytes : bytes + left,
			    is_left ? left : len - left);
	}
}
