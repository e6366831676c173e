/* SPDX-License-Identifier: BSD-3-Clause */
/* One term of an expression on its way from words to SQL. */
#ifndef FILTER_FILTER_PRIVATE_H
#define FILTER_FILTER_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "filter/fields.h"
#include "filter/filter.h"

enum comparison {
	EQUAL,
	DIFFERENT,
	LESS,
	LESS_OR_EQUAL,
	GREATER,
	GREATER_OR_EQUAL,
	MATCHES,
	MATCHES_NOT
};

struct term {
	const char *expression; /* all of it, for complaints */
	size_t operator_at;     /* offsets in it */
	size_t value_at;
	const struct field *field;
	enum comparison comparison;
	const char *value; /* without the escapes; borrowed */
};

/* Writes the term's condition; -1: already reported. */
int condition_add(struct filter *f, const struct term *t);

/* What conditions are written with. */
void filter_add_sql(struct filter *f, const char *sql);
void filter_add_column(struct filter *f, const char *column);
void filter_bind_integer(struct filter *f, int64_t value);
void filter_bind_text(struct filter *f, const char *value);

/* The same value once more: the parameter that was bound last. */
void filter_bind_again(struct filter *f);

/* The offset in the expression of a byte of the unescaped value. */
size_t term_offset(const struct term *t, size_t value_offset);

#endif
