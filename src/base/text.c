/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void text_clear(struct text *t)
{
	t->len = 0;
	if (t->data != NULL)
		t->data[0] = '\0';
}

void text_cut(struct text *t, size_t len)
{
	if (len < t->len) {
		t->len = len;
		t->data[len] = '\0';
	}
}

void text_release(struct text *t)
{
	free(t->data);
	*t = (struct text){ 0 };
}

const char *text_string(const struct text *t)
{
	return t->data != NULL ? t->data : "";
}

static void make_room(struct text *t, size_t more)
{
	size_t need = t->len + more + 1;

	if (need <= t->room)
		return;
	t->room = need < 2 * t->room ? 2 * t->room : need < 64 ? 64 : need;
	t->data = must_realloc(t->data, t->room, 1);
}

void text_add_bytes(struct text *t, const void *data, size_t len)
{
	make_room(t, len);
	if (len != 0)
		memcpy(t->data + t->len, data, len);
	t->len += len;
	t->data[t->len] = '\0';
}

void text_add(struct text *t, const char *string)
{
	text_add_bytes(t, string, strlen(string));
}

void text_addf(struct text *t, const char *format, ...)
{
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (len < 0)
		return;
	make_room(t, (size_t)len);
	va_start(arguments, format);
	vsnprintf(t->data + t->len, (size_t)len + 1, format, arguments);
	va_end(arguments);
	t->len += (size_t)len;
}

/*
 * Reads one code point of UTF-8 (RFC 3629: no overlong forms, no surrogates)
 * and its length in bytes; 0 where there is none.
 */
static size_t code_point(const char *string, uint32_t *point)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *s = (const uint8_t *)string;
	size_t len = s[0] < 0x80             ? 1
		     : (s[0] & 0xe0) == 0xc0 ? 2
		     : (s[0] & 0xf0) == 0xe0 ? 3
		     : (s[0] & 0xf8) == 0xf0 ? 4
					     : 0;
	uint32_t value = len == 1 ? s[0] : s[0] & (0xffu >> (len + 1));

	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (s[i] & 0x3f);
	}
	if (len > 1 && (value < smallest[len] || value > 0x10ffff ||
			(value >= 0xd800 && value <= 0xdfff)))
		return 0;
	*point = value;
	return len;
}

/* Characters that show nothing but change how their neighbours look. */
static bool is_deceptive(uint32_t point)
{
	return (point >= 0x80 && point < 0xa0) || point == 0xad ||
	       (point >= 0x200b && point <= 0x200f) ||
	       (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2060 && point <= 0x206f) || point == 0xfeff;
}

void text_add_terminal_safe(struct text *t, const char *string)
{
	uint32_t point = 0;

	while (*string != '\0') {
		size_t len = code_point(string, &point);
		bool show = len != 0 && point >= 0x20 && point != 0x7f &&
			    !is_deceptive(point);

		if (len == 0)
			len = 1;
		if (show)
			text_add_bytes(t, string, len);
		for (size_t i = 0; !show && i < len; i++)
			text_addf(t, "\\%03u", (uint8_t)string[i]);
		string += len;
	}
}

static const char *json_short_escape(uint32_t point)
{
	switch (point) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		return NULL;
	}
}

void text_add_json(struct text *t, const char *string)
{
	uint32_t point = 0;

	text_add(t, "\"");
	while (*string != '\0') {
		size_t len = code_point(string, &point);
		const char *escape = len == 1 ? json_short_escape(point) : NULL;

		if (len == 0) {
			text_add(t, "\xef\xbf\xbd");
			len = 1;
		} else if (escape != NULL) {
			text_add(t, escape);
		} else if (point < 0x20 || point == 0x7f ||
			   is_deceptive(point)) {
			text_addf(t, "\\u%04x", (unsigned)point);
		} else {
			text_add_bytes(t, string, len);
		}
		string += len;
	}
	text_add(t, "\"");
}

static bool looks_like_formula(const char *string)
{
	char *end = NULL;

	if (string[0] == '\0' || strchr("=+-@\t\r", string[0]) == NULL)
		return false;
	if (string[0] != '-' && string[0] != '+')
		return true;
	strtod(string, &end);
	return *end != '\0' || strpbrk(string, "xXnN") != NULL;
}

void text_add_csv(struct text *t, const char *string)
{
	bool formula = looks_like_formula(string);

	if (!formula && strpbrk(string, ",\"\r\n\t") == NULL) {
		text_add(t, string);
		return;
	}
	text_add(t, formula ? "\"'" : "\"");
	for (; *string != '\0'; string++) {
		if (*string == '"')
			text_add(t, "\"");
		text_add_bytes(t, string, 1);
	}
	text_add(t, "\"");
}

static bool is_plain_word(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./:,=@%+-#";

	return word[0] != '\0' && strchr("#=", word[0]) == NULL &&
	       word[strspn(word, plain)] == '\0';
}

static bool is_shown_as_it_is(const char *string)
{
	struct text safe = { 0 };
	bool same;

	text_add_terminal_safe(&safe, string);
	same = strcmp(text_string(&safe), string) == 0;
	text_release(&safe);
	return same;
}

void text_add_shell(struct text *t, const char *word)
{
	if (is_plain_word(word)) {
		text_add(t, word);
		return;
	}
	if (strpbrk(word, "'`|\\") == NULL && is_shown_as_it_is(word)) {
		text_addf(t, "'%s'", word);
		return;
	}
	text_add(t, "$'");
	for (; *word != '\0'; word++)
		if (*word < ' ' || *word > '~' ||
		    strchr("'`|\\", *word) != NULL)
			text_addf(t, "\\%03o", (uint8_t)*word);
		else
			text_add_bytes(t, word, 1);
	text_add(t, "'");
}

size_t text_columns(const char *string)
{
	size_t columns = 0;

	for (; *string != '\0'; string++)
		columns += ((uint8_t)*string & 0xc0) != 0x80;
	return columns;
}
