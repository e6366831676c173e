/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REDACT_REDACT_PRIVATE_H
#define REDACT_REDACT_PRIVATE_H

#include "base/hash.h"
#include "redact/redactor.h"
#include "redact/seen_private.h"

enum { LABEL_MAX = 63, NAME_MAX_LEN = 255, CACHE_SIZE = 1 << 12 };

/*
 * Kinds of what is in the list of pseudonyms: a label; one that stands before a
 * public suffix, or the root, and became what is none of these.
 */
enum { SEEN_LABEL = 'L', SEEN_LAST = 'A' };

/* Bytes of one class become one another. */
struct alphabet {
	uint8_t class[256], index[256];
	uint8_t symbols[8][256];
	uint16_t sizes[8];
	uint8_t num_classes;
};

struct cached_label {
	uint8_t len; /* 0: none */
	uint8_t from[LABEL_MAX], to[LABEL_MAX];
};

struct redactor {
	struct hmac *hmac; /* for names */
	char check[REDACT_CHECK_SIZE];
	struct alphabet text, digits, bytes;
	struct aes128 *aes; /* for addresses, with this padding */
	uint8_t pad[AES128_SIZE];
	struct cached_label *cache; /* of REDACT */
	struct seen *seen;          /* NULL: nobody keeps account */
	struct redact_found *found; /* while somebody asks; else NULL */
};

/*
 * A permutation of the strings of that length and of those classes: a Feistel
 * network over addition modulo the size of each byte's class, whose round
 * function is HMAC-SHA-256.
 */
void permute(const struct redactor *r, enum redact_way way,
	     const struct alphabet *a, uint8_t *bytes, size_t len);

void alphabet_of_text(struct alphabet *a);
void alphabet_of_digits(struct alphabet *a);
void alphabet_of_bytes(struct alphabet *a);

/*
 * A label, lower case.  parent: the public suffix behind it, "" for none but
 * the root; NULL: what is behind it is no suffix.
 */
void map_label(struct redactor *r, enum redact_way way, uint8_t *label,
	       size_t len, const char *parent);

/*
 * Of a pseudonym that is to be revealed: whether it may be one.  What cannot be
 * is left as it is.  True where nobody asks.
 */
bool may_be_pseudonym(struct redactor *r, char kind, const uint8_t *bytes,
		      size_t len);

/* Whether this was made, which is not known but while somebody asks. */
bool is_seen(struct redactor *r, char kind, const uint8_t *label, size_t len);

/* Whether the label stays wherever it stands. */
bool word_is_kept(const uint8_t *label, size_t len);

/* That, or label and parent together are a public suffix. */
bool suffix_is_kept(const uint8_t *label, size_t len, const char *parent);

/* The address bits alone, without what is kept (for its test vectors). */
void cryptopan(struct redactor *r, enum redact_way way, uint8_t *bytes,
	       size_t len, bool keep);

#endif
