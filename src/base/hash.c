/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/hash.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/error.h"
#include "base/memory.h"

static void need(bool is_there, const char *what)
{
	if (is_there)
		return;
	fail("libcrypto offers no %s", what);
	exit(1);
}

struct sha256 {
	EVP_MD_CTX *context;
};

struct sha256 *sha256_new(void)
{
	struct sha256 *s = must_calloc(1, sizeof(*s));

	s->context = EVP_MD_CTX_new();
	need(s->context != NULL &&
		     EVP_DigestInit_ex(s->context, EVP_sha256(), NULL) == 1,
	     "SHA-256");
	return s;
}

void sha256_add(struct sha256 *s, const void *data, size_t len)
{
	EVP_DigestUpdate(s->context, data, len);
}

void sha256_finish(struct sha256 *s, char *text)
{
	uint8_t digest[SHA256_SIZE] = { 0 };

	EVP_DigestFinal_ex(s->context, digest, NULL);
	for (size_t i = 0; i < SHA256_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

void sha256_free(struct sha256 *s)
{
	if (s == NULL)
		return;
	EVP_MD_CTX_free(s->context);
	free(s);
}

void sha256_policy(const void *data, size_t len, char *text)
{
	static const char prefix[] = "sha256-";
	uint8_t digest[SHA256_SIZE] = { 0 };

	EVP_Digest(data, len, digest, NULL, EVP_sha256(), NULL);
	memcpy(text, prefix, sizeof(prefix));
	EVP_EncodeBlock((uint8_t *)text + strlen(prefix), digest, SHA256_SIZE);
}

/*
 * libcrypto's own HMAC looks for its hash each time, which takes ten times as
 * long as a short sum: the two states after the key are kept here.
 */
struct hmac {
	EVP_MD_CTX *inner, *outer, *work;
};

static EVP_MD_CTX *begin_half(const uint8_t key[SHA256_SIZE], uint8_t with)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t block[64];

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = (i < SHA256_SIZE ? key[i] : 0) ^ with;
	need(context != NULL &&
		     EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
		     EVP_DigestUpdate(context, block, sizeof(block)) == 1,
	     "SHA-256");
	return context;
}

struct hmac *hmac_new(const uint8_t key[SHA256_SIZE])
{
	struct hmac *h = must_calloc(1, sizeof(*h));

	h->inner = begin_half(key, 0x36);
	h->outer = begin_half(key, 0x5c);
	h->work = begin_half(key, 0);
	return h;
}

static void sum_half(const struct hmac *h, const EVP_MD_CTX *half,
		     const void *data, size_t len, uint8_t *out)
{
	need(EVP_MD_CTX_copy_ex(h->work, half) == 1 &&
		     EVP_DigestUpdate(h->work, data, len) == 1 &&
		     EVP_DigestFinal_ex(h->work, out, NULL) == 1,
	     "SHA-256");
}

void hmac_sum(const struct hmac *h, const void *data, size_t len, uint8_t *out)
{
	uint8_t inner[SHA256_SIZE];

	sum_half(h, h->inner, data, len, inner);
	sum_half(h, h->outer, inner, sizeof(inner), out);
}

void hmac_free(struct hmac *h)
{
	if (h == NULL)
		return;
	EVP_MD_CTX_free(h->inner);
	EVP_MD_CTX_free(h->outer);
	EVP_MD_CTX_free(h->work);
	free(h);
}

struct aes128 {
	EVP_CIPHER_CTX *context;
};

struct aes128 *aes128_new(const uint8_t key[AES128_SIZE])
{
	struct aes128 *a = must_calloc(1, sizeof(*a));

	a->context = EVP_CIPHER_CTX_new();
	need(a->context != NULL &&
		     EVP_EncryptInit_ex(a->context, EVP_aes_128_ecb(), NULL,
					key, NULL) == 1,
	     "AES-128");
	return a;
}

void aes128_encrypt(struct aes128 *a, const uint8_t *in, uint8_t *out)
{
	int len;

	need(EVP_EncryptUpdate(a->context, out, &len, in, AES128_SIZE) == 1,
	     "AES-128");
}

void aes128_free(struct aes128 *a)
{
	if (a == NULL)
		return;
	EVP_CIPHER_CTX_free(a->context);
	free(a);
}

/* The key of this process: drawn once, never changed after. */
static uint64_t secret[2];
static pthread_once_t secret_drawn = PTHREAD_ONCE_INIT;

static void draw_secret(void)
{
	/* Without it the tables still work, only not against an attacker. */
	if (getrandom(secret, sizeof(secret), GRND_NONBLOCK) < 0)
		secret[0] = 0x646e73666f72656e;
}

struct sip {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

/* SipHash-1-3: as good for tables as 2-4, and half the work. */
static inline void sip_word(struct sip *s, uint64_t word)
{
	s->v3 ^= word;
	sip_round(s);
	s->v0 ^= word;
}

static inline uint64_t sip_finish(struct sip *s)
{
	sip_round(s);
	sip_round(s);
	sip_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

/* The bytes behind the last whole word, and the length. */
static uint64_t last_word(const uint8_t *at, size_t len)
{
	uint64_t word = 0;

	if (len % 8 != 0)
		memcpy(&word, at + len - len % 8, len % 8);
	return word ^ (uint64_t)len << 56;
}

static struct sip begin_sip(void)
{
	pthread_once(&secret_drawn, draw_secret);
	return (struct sip){ secret[0] ^ 0x736f6d6570736575,
			     secret[1] ^ 0x646f72616e646f6d ^ 0xee,
			     secret[0] ^ 0x6c7967656e657261,
			     secret[1] ^ 0x7465646279746573 };
}

static inline struct sip sip_of(const void *data, size_t len)
{
	const uint8_t *at = data;
	struct sip s = begin_sip();
	uint64_t word;

	for (size_t i = 0; i < len / 8; i++) {
		memcpy(&word, at + 8 * i, sizeof(word));
		sip_word(&s, word);
	}
	sip_word(&s, last_word(at, len));
	s.v2 ^= 0xee;
	return s;
}

uint64_t hash_word(const void *data, size_t len)
{
	struct sip s = sip_of(data, len);

	return sip_finish(&s);
}

struct key128 hash_key(const void *data, size_t len)
{
	struct sip s = sip_of(data, len);
	struct key128 key;

	key.a = sip_finish(&s);
	s.v1 ^= 0xdd;
	key.b = sip_finish(&s);
	return key;
}

bool key128_equal(struct key128 x, struct key128 y)
{
	return x.a == y.a && x.b == y.b;
}
