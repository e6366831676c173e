/* SPDX-License-Identifier: BSD-3-Clause */
/* Regular expressions.  The only room that knows PCRE2. */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct pattern;

/*
 * NULL where the expression is not one: then *why is a text for the user
 * (PATTERN_WHY_MAX bytes are written) and *where the offset of the fault.
 * Expressions match anywhere in the text and tell case apart unless they say
 * (?i).  Matching is bounded in time and stack; a text that needs more does
 * not match.
 */
enum { PATTERN_WHY_MAX = 160 };
struct pattern *pattern_new(const char *expression, char *why, size_t *where);
void pattern_free(struct pattern *p);

bool pattern_matches(const struct pattern *p, const char *text, size_t len);

/* Whether there is one group (?<name>...) in the expression. */
bool pattern_has_group(const struct pattern *p, const char *name);

/*
 * What the group of that name took of the text, borrowed from it.  False where
 * the expression does not match, or the group took no part in the match.
 */
bool pattern_group(const struct pattern *p, const char *name, const char *text,
		   size_t len, struct bytes *group);

#endif
