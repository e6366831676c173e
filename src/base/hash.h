/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two hashes: SHA-256 (libcrypto's) names files, SipHash finds things in
 * tables whose keys a stranger chose.
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
