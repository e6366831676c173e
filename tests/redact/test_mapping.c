/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "redact/redact_private.h"

static const uint8_t key[REDACT_KEY_SIZE] = { 1, 2, 3, 4, 5 };

static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";

/* Of all labels of that many letters each is reached once, and leads back. */
static void check_labels(struct redactor *r, size_t len)
{
	size_t count = 1, base = strlen(letters);
	uint8_t label[4], back[4];
	char *seen;

	for (size_t i = 0; i < len; i++)
		count *= base;
	seen = must_calloc(count, 1);
	for (size_t n = 0; n < count; n++) {
		size_t rest = n, at = 0;

		for (size_t i = 0; i < len; i++, rest /= base)
			label[i] = (uint8_t)letters[rest % base];
		map_label(r, REDACT, label, len, NULL);
		memcpy(back, label, len);
		map_label(r, REVEAL, back, len, NULL);
		rest = n;
		for (size_t i = 0; i < len; i++, rest /= base)
			assert_int_equal(back[i], letters[rest % base]);
		for (size_t i = len; i > 0; i--)
			at = at * base +
			     (size_t)(strchr(letters, label[i - 1]) - letters);
		assert_int_equal(seen[at]++, 0);
	}
	free(seen);
}

static void short_labels_are_a_permutation(void **state)
{
	struct redactor *r = redactor_new(key);

	(void)state;
	for (size_t len = 1; len <= 3; len++)
		check_labels(r, len);
	redactor_free(r);
}

static void any_byte_comes_back(void **state)
{
	struct redactor *r = redactor_new(key);

	(void)state;
	for (size_t len = 1; len <= 63; len++) {
		uint8_t label[63], before[63];

		for (size_t i = 0; i < len; i++)
			label[i] = (uint8_t)(i * 37 + len * 11);
		for (size_t i = 0; i < len; i++)
			if (label[i] >= 'A' && label[i] <= 'Z')
				label[i] = '=';
		memcpy(before, label, len);
		map_label(r, REDACT, label, len, NULL);
		if (len > 3)
			assert_memory_not_equal(before, label, len);
		/* as long when it is written as text */
		for (size_t i = 0; i < len; i++)
			assert_int_equal(r->text.class[label[i]],
					 r -> text.class[before[i]]);
		map_label(r, REVEAL, label, len, NULL);
		assert_memory_equal(before, label, len);
	}
	redactor_free(r);
}

static void bytes_come_back(void **state)
{
	struct redactor *r = redactor_new(key);
	uint8_t bytes[1000] = { 7 }, before[1000] = { 7 };

	(void)state;
	permute(r, REDACT, &r->bytes, bytes, sizeof(bytes));
	assert_memory_not_equal(before, bytes, sizeof(bytes));
	permute(r, REVEAL, &r->bytes, bytes, sizeof(bytes));
	assert_memory_equal(before, bytes, sizeof(bytes));
	redactor_free(r);
}

/* The key of Crypto-PAn's own sample, without our derivation. */
static struct redactor *sample(void)
{
	static const uint8_t sample_key[32] = {
		21,  34, 23,  141, 51, 164, 207, 128, 19,  10,  91,
		22,  73, 144, 125, 16, 216, 152, 143, 131, 121, 121,
		101, 39, 98,  87,  76, 45,  42,  132, 34,  2
	};
	struct redactor *r = redactor_new(key);

	aes128_free(r->aes);
	r->aes = aes128_new(sample_key);
	aes128_encrypt(r->aes, sample_key + 16, r->pad);
	return r;
}

static void check_vector(struct redactor *r, const char *from, const char *to)
{
	char text[ADDRESS_TEXT_MAX];
	struct address a;

	assert_true(address_parse(from, &a));
	cryptopan(r, REDACT, a.bytes, a.len, false);
	assert_string_equal(address_format(&a, text), to);
	cryptopan(r, REVEAL, a.bytes, a.len, false);
	assert_string_equal(address_format(&a, text), from);
}

static void addresses_are_as_published(void **state)
{
	static const char *const vectors[][2] = {
		{ "128.11.68.132", "135.242.180.132" },
		{ "129.118.74.4", "134.136.186.123" },
		{ "130.132.252.244", "133.68.164.234" },
		{ "141.223.7.43", "141.167.8.160" },
		{ "141.233.145.108", "141.129.237.235" },
		{ "152.163.225.39", "151.140.114.167" },
		{ "156.29.3.236", "147.225.12.42" },
		{ "165.247.96.84", "162.9.99.234" },
		{ "::1", "78ff:f001:9fc0:20df:8380:b1f1:704:ed" },
		{ "::2", "78ff:f001:9fc0:20df:8380:b1f1:704:ef" },
		{ "2001:db8::1", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e" },
		{ "2001:db8::2", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c" },
	};
	struct redactor *r = sample();

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		check_vector(r, vectors[i][0], vectors[i][1]);
	redactor_free(r);
}

static struct address map_of(struct redactor *r, const char *text,
			     enum redact_way way)
{
	struct address a;

	assert_true(address_parse(text, &a));
	redact_address(r, way, &a);
	return a;
}

static void known_addresses_stay(void **state)
{
	static const char *const known[] = {
		"0.0.0.0",       "127.0.0.1",       "127.3.2.1",
		"169.254.20.10", "168.63.129.16",   "224.0.0.251",
		"239.1.2.3",     "255.255.255.255", "::",
		"::1",           "ff02::fb",        "::ffff:168.63.129.16"
	};
	struct redactor *r = redactor_new(key);
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct address a = map_of(r, known[i], REDACT);

		assert_string_equal(address_format(&a, text), known[i]);
	}
	redactor_free(r);
}

static unsigned common_bits(const struct address *a, const struct address *b)
{
	unsigned bits = 0;

	while (bits < 8u * a->len &&
	       ((a->bytes[bits / 8] ^ b->bytes[bits / 8]) >> (7 - bits % 8) &
		1) == 0)
		bits++;
	return bits;
}

static void prefixes_and_kinds_stay(void **state)
{
	static const char *const some[] = {
		"10.244.0.5",     "10.244.0.6",  "10.0.0.10",   "8.8.8.8",
		"8.8.4.4",        "172.16.3.9",  "192.168.1.1", "100.64.0.1",
		"168.63.129.200", "169.253.1.1", "126.9.9.9",   "223.255.0.1",
	};
	struct redactor *r = redactor_new(key);
	const size_t count = sizeof(some) / sizeof(some[0]);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct address from, to = map_of(r, some[i], REDACT), back = to;

		assert_true(address_parse(some[i], &from));
		redact_address(r, REVEAL, &back);
		assert_true(address_equal(&from, &back));
		for (size_t k = 0; k < count; k++) {
			struct address other, other_to;

			assert_true(address_parse(some[k], &other));
			other_to = map_of(r, some[k], REDACT);
			assert_int_equal(common_bits(&from, &other),
					 common_bits(&to, &other_to));
		}
		if (from.bytes[0] == 10 || from.bytes[0] == 192)
			assert_int_equal(from.bytes[0], to.bytes[0]);
	}
	redactor_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_labels_are_a_permutation),
		cmocka_unit_test(any_byte_comes_back),
		cmocka_unit_test(bytes_come_back),
		cmocka_unit_test(addresses_are_as_published),
		cmocka_unit_test(known_addresses_stay),
		cmocka_unit_test(prefixes_and_kinds_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
