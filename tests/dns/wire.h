/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages that can be read in a test: hexadecimal bytes, "a.b." for a whole
 * name with its root, 'abc' for the characters, blanks anywhere.
 */
#ifndef TESTS_DNS_WIRE_H
#define TESTS_DNS_WIRE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

struct wire {
	uint8_t data[70000];
	size_t len;
};

static inline void wire_add(struct wire *w, uint8_t byte)
{
	if (w->len == sizeof(w->data))
		abort();
	w->data[w->len++] = byte;
}

static inline const char *wire_add_name(struct wire *w, const char *text)
{
	while (*text != '"') {
		size_t len = strcspn(text, ".\"");

		if (len > 0)
			wire_add(w, (uint8_t)len);
		for (size_t i = 0; i < len; i++)
			wire_add(w, (uint8_t)text[i]);
		text += len + (text[len] == '.');
	}
	wire_add(w, 0);
	return text + 1;
}

static inline const char *wire_add_hex(struct wire *w, const char *text)
{
	char digits[3] = { text[0], text[1], '\0' };
	char *end = NULL;

	wire_add(w, (uint8_t)strtoul(digits, &end, 16));
	if (end != digits + 2)
		abort();
	return text + 2;
}

static inline void wire_write(struct wire *w, const char *text)
{
	while (*text != '\0') {
		if (*text == ' ' || *text == '\n') {
			text++;
		} else if (*text == '"') {
			text = wire_add_name(w, text + 1);
		} else if (*text == '\'') {
			for (text++; *text != '\''; text++)
				wire_add(w, (uint8_t)*text);
			text++;
		} else {
			text = wire_add_hex(w, text);
		}
	}
}

static inline struct bytes wire_of(struct wire *w, const char *text)
{
	w->len = 0;
	wire_write(w, text);
	return (struct bytes){ w->data, w->len };
}

#endif
