/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/hash.h"

#include <stdbool.h>
#include <string.h>

#include "tests/test.h"

/* FIPS 180-2, appendix B, and the empty text. */
static void test_sha256_gives_the_known_answers(void **state)
{
	static const struct {
		const char *text, *sum;
	} rows[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb924"
		      "27ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223"
			 "b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039"
		  "a33ce45964ff2167f6ecedd419db06c1" },
	};
	char sum[SHA256_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sha256 *s = sha256_new();

		sha256_add(s, rows[i].text, strlen(rows[i].text));
		sha256_finish(s, sum);
		sha256_free(s);
		assert_string_equal(sum, rows[i].sum);
	}
}

/* RFC 4231's first case, its key filled up with zeros, which changes nothing. */
static void test_hmac_gives_the_known_answer(void **state)
{
	static const uint8_t key[SHA256_SIZE] = { 11, 11, 11, 11, 11, 11, 11,
						  11, 11, 11, 11, 11, 11, 11,
						  11, 11, 11, 11, 11, 11 };
	static const uint8_t wanted[] = { 0xb0, 0x34, 0x4c, 0x61,
					  0xd8, 0xdb, 0x38, 0x53 };
	struct hmac *h = hmac_new(key);
	uint8_t sum[SHA256_SIZE];

	(void)state;
	for (int i = 0; i < 2; i++) {
		hmac_sum(h, "Hi There", 8, sum);
		assert_memory_equal(sum, wanted, sizeof(wanted));
	}
	hmac_free(h);
}

/* FIPS 197, C.1. */
static void test_aes_gives_the_known_answer(void **state)
{
	static const uint8_t wanted[] = { 0x69, 0xc4, 0xe0, 0xd8,
					  0x6a, 0x7b, 0x04, 0x30 };
	uint8_t key[AES128_SIZE], block[AES128_SIZE];
	struct aes128 *a;

	(void)state;
	for (int i = 0; i < AES128_SIZE; i++) {
		key[i] = (uint8_t)i;
		block[i] = (uint8_t)(i * 0x11);
	}
	a = aes128_new(key);
	aes128_encrypt(a, block, block);
	assert_memory_equal(block, wanted, sizeof(wanted));
	aes128_free(a);
}

static void test_sha256_takes_the_text_in_pieces(void **state)
{
	char sum[SHA256_TEXT_SIZE];
	struct sha256 *s = sha256_new();

	(void)state;
	sha256_add(s, "a", 1);
	sha256_add(s, "", 0);
	sha256_add(s, "bc", 2);
	sha256_finish(s, sum);
	sha256_free(s);
	sha256_free(NULL);
	assert_memory_equal(sum, "ba7816bf", 8);
}

static bool same_key(struct key128 a, struct key128 b)
{
	return a.a == b.a && a.b == b.b;
}

static void test_equal_content_has_equal_keys(void **state)
{
	char a[40], b[41];

	(void)state;
	memset(a, 'x', sizeof(a));
	memset(b, 'x', sizeof(b));
	/* The second copy is not aligned. */
	for (size_t len = 0; len <= sizeof(a); len++)
		assert_true(same_key(hash_key(a, len), hash_key(b + 1, len)));
}

static void test_each_byte_and_the_length_matter(void **state)
{
	char text[40] = "";
	struct key128 keys[sizeof(text) + 1];

	(void)state;
	for (size_t len = 0; len <= sizeof(text); len++) {
		keys[len] = hash_key(text, len);
		for (size_t i = 0; i < len; i++) {
			assert_false(same_key(keys[i], keys[len]));
			text[i] ^= 1;
			assert_false(same_key(hash_key(text, len), keys[len]));
			text[i] ^= 1;
		}
	}
	assert_true(keys[0].a != keys[0].b);
}

/* The example of the CSP specification, level 2, 7.17. */
static void test_a_policy_names_what_it_allows(void **state)
{
	static const char script[] = "alert('Hello, world.');";
	char text[SHA256_POLICY_SIZE];

	(void)state;
	sha256_policy(script, strlen(script), text);
	assert_string_equal(
		text, "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256_gives_the_known_answers),
		cmocka_unit_test(test_hmac_gives_the_known_answer),
		cmocka_unit_test(test_aes_gives_the_known_answer),
		cmocka_unit_test(test_sha256_takes_the_text_in_pieces),
		cmocka_unit_test(test_equal_content_has_equal_keys),
		cmocka_unit_test(test_each_byte_and_the_length_matter),
		cmocka_unit_test(test_a_policy_names_what_it_allows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
