/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two hashes: SHA-256 (libcrypto's) names files, SipHash finds things in
 * tables whose keys a stranger chose.  And two functions under a key of one's
 * own, libcrypto's as well: HMAC-SHA-256 and AES-128.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32, SHA256_TEXT_SIZE = 2 * SHA256_SIZE + 1 };

struct sha256;

struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *s, const void *data, size_t len);
/* Hexadecimal, lower case, SHA256_TEXT_SIZE bytes.  Ends the sum; once. */
void sha256_finish(struct sha256 *s, char *text);
void sha256_free(struct sha256 *s);

/* "sha256-" and Base64, as a Content-Security-Policy names a script. */
enum { SHA256_POLICY_SIZE = 7 + 44 + 1 };
void sha256_policy(const void *data, size_t len, char *text);

enum { AES128_SIZE = 16 };

/* HMAC-SHA-256 (RFC 2104); out takes SHA256_SIZE bytes. */
struct hmac;

struct hmac *hmac_new(const uint8_t key[SHA256_SIZE]);
void hmac_sum(const struct hmac *h, const void *data, size_t len, uint8_t *out);
void hmac_free(struct hmac *h);

/* Single blocks of AES-128 (FIPS 197), AES128_SIZE bytes each. */
struct aes128;

struct aes128 *aes128_new(const uint8_t key[AES128_SIZE]);
void aes128_encrypt(struct aes128 *a, const uint8_t *in, uint8_t *out);
void aes128_free(struct aes128 *a);

/*
 * 128 bits of SipHash-1-3 (Aumasson and Bernstein, 2012) under a key that is
 * drawn once for each process: equal keys mean equal content for all
 * practical purposes, and nobody can prepare collisions.  Never store or
 * print one: it differs from run to run.
 */
struct key128 {
	uint64_t a, b;
};
struct key128 hash_key(const void *data, size_t len);

/* Its `a` alone, in less time: where a bucket is all that is looked for. */
uint64_t hash_word(const void *data, size_t len);

bool key128_equal(struct key128 x, struct key128 y);

#endif
