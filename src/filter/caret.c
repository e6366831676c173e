/* SPDX-License-Identifier: BSD-3-Clause */
#include "filter/caret_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static void add_escaped(struct text *t, const char *expression, size_t len)
{
	struct text part = { 0 };

	text_add_bytes(&part, expression, len);
	text_add_terminal_safe(t, text_string(&part));
	text_release(&part);
}

/*
 * The column at which the byte at offset is shown.  Inside a character of
 * several bytes the part before it escapes to something that the whole does
 * not start with; then the character's first byte is meant.
 */
static size_t shown_column(const char *expression, size_t offset,
			   const char *shown)
{
	struct text before = { 0 };
	size_t columns;

	add_escaped(&before, expression, offset);
	while (strncmp(text_string(&before), shown, before.len) != 0) {
		text_clear(&before);
		add_escaped(&before, expression, --offset);
	}
	columns = text_columns(text_string(&before));
	text_release(&before);
	return columns;
}

static void show_place(const char *expression, size_t offset)
{
	struct text shown = { 0 };

	text_add_terminal_safe(&shown, expression);
	fprintf(stderr, "  %s\n  %*s^\n", text_string(&shown),
		(int)shown_column(expression, offset, text_string(&shown)), "");
	text_release(&shown);
}

int caret_fail(const char *expression, size_t offset, const char *format, ...)
{
	va_list arguments;
	char *line = NULL;

	va_start(arguments, format);
	if (vasprintf(&line, format, arguments) < 0)
		line = NULL;
	va_end(arguments);
	fail("%s", line != NULL ? line : format);
	show_place(expression, offset);
	free(line);
	return -1;
}
