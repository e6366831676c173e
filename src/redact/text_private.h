/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REDACT_TEXT_PRIVATE_H
#define REDACT_TEXT_PRIVATE_H

#include "redact/redact_private.h"

struct job {
	struct redactor *r;
	enum redact_way way;
	struct text *to;
};

/* Of a text; no NUL behind it. */
struct piece {
	const char *at;
	size_t len;
};

/* Whether it is one of the words, in any case. */
bool piece_is(struct piece p, const char *const *words, size_t count);

/* False: it is none, and nothing was added. */
bool map_if_address(const struct job *j, struct piece p);

/* Whether a word ends as the name of a file does, or has folders. */
bool is_path(const char *word);

/* As one label, whatever is in it. */
void map_string(const struct job *j, struct piece p);

/* Texts of which only some words are foreign. */
void map_filter(const struct job *j, struct piece p);
void map_scan(const struct job *j, struct piece p);

#endif
