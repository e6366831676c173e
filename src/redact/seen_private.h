/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which pseudonyms a key has made, so that reveal need not answer what is none:
 * a file beside the key with a sum of 8 bytes of each label and address, by
 * which nobody can tell them without the key.
 */
#ifndef REDACT_SEEN_PRIVATE_H
#define REDACT_SEEN_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hmac;
struct seen;

/*
 * is_new: the key has made none before.  may_add: else it is only read.  Where
 * there can be no file nothing is known; never NULL.
 */
struct seen *seen_open(const char *key_path, bool is_new, bool may_add);

/* Writes what was added.  NULL is fine. */
void seen_flush(struct seen *s);
void seen_close(struct seen *s);

/* kind: of what it is a pseudonym, so that one is not taken for the other. */
void seen_add(struct seen *s, const struct hmac *h, char kind,
	      const uint8_t *bytes, size_t len);
bool seen_has(const struct seen *s, const struct hmac *h, char kind,
	      const uint8_t *bytes, size_t len);

/* Whether what it has not is none. */
bool seen_is_complete(const struct seen *s);

#endif
