/* SPDX-License-Identifier: BSD-3-Clause */
/* Text that grows, and the ways of writing foreign text harmlessly. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Start from { 0 }; text_release() when done.  Reuse with text_clear(). */
struct text {
	char *data;
	size_t len, room;
};

void text_clear(struct text *t);
void text_cut(struct text *t, size_t len); /* to so much of it */
void text_release(struct text *t);

/* Terminated by a NUL; valid until the next change. */
const char *text_string(const struct text *t);

void text_add(struct text *t, const char *string);
void text_add_bytes(struct text *t, const void *data, size_t len);
void text_addf(struct text *t, const char *format, ...) PRINTF_LIKE(2, 3);

/*
 * For the terminal: control characters (C0, DEL, C1 and what is not UTF-8) as
 * \DDD, decimal, as in DNS master files (RFC 1035, 5.1); other UTF-8 as it is,
 * but for bidirectional overrides and other invisible format characters.
 */
void text_add_terminal_safe(struct text *t, const char *string);

/* A JSON string with its quotes (RFC 8259, 7); invalid UTF-8 as U+FFFD. */
void text_add_json(struct text *t, const char *string);

/*
 * A CSV cell (RFC 4180), quoted where needed.  A cell that a spreadsheet would
 * run as a formula (= + - @, tab, CR first) gets a leading apostrophe, unless
 * it is a plain number.
 */
void text_add_csv(struct text *t, const char *string);

/*
 * A word for a POSIX shell to be copied from any page.  What no page shows as
 * it is, and what Markdown would take for its own, is written $'\nnn', octal
 * (POSIX.1-2024, 2.2.4), which bash, ksh and zsh read.
 */
void text_add_shell(struct text *t, const char *word);

/* How many terminal columns a UTF-8 string takes: its code points. */
size_t text_columns(const char *string);

#endif
