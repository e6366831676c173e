/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A scanner that keeps nothing: what is open is a stack of bits, so that no
 * text, however deep, takes more than that.
 */
#include "k8s/json_items.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { DEEPEST = 1000 };

struct scanner {
	const uint8_t *start, *at, *end;
	const char *what;       /* the fault; NULL: none yet */
	bool is_array[DEEPEST]; /* else an object */
	size_t depth;
	bool has_list;     /* of items, and be it empty */
	struct bytes name; /* of the outermost object's member at hand */
	const uint8_t *item;
	struct json_items *found;
};

static bool is_named(const struct scanner *s, const char *name)
{
	return s->name.len == strlen(name) &&
	       memcmp(s->name.data, name, s->name.len) == 0;
}

/* Whether an array at hand is that of the items. */
static bool is_list(const struct scanner *s)
{
	return s->depth == 0 ||
	       (s->depth == 1 && !s->is_array[0] && is_named(s, "items"));
}

/* Whether what is at hand is one of them. */
static bool is_item(const struct scanner *s)
{
	if (s->depth == 1)
		return s->is_array[0];
	return s->depth == 2 && !s->is_array[0] && s->is_array[1] &&
	       is_named(s, "items");
}

static void add_item(struct json_items *found, const uint8_t *start,
		     const uint8_t *end)
{
	if (found->count == found->room) {
		found->room = found->room != 0 ? 2 * found->room : 64;
		found->items = must_realloc(found->items, found->room,
					    sizeof(*found->items));
	}
	found->items[found->count++] = (struct bytes){ start,
						       (size_t)(end - start) };
}

static bool fault(struct scanner *s, const char *what)
{
	if (s->what == NULL)
		s->what = s->at == s->end ? "it ends in the middle" : what;
	return false;
}

static void skip_space(struct scanner *s)
{
	while (s->at < s->end && memchr(" \t\r\n", *s->at, 4) != NULL)
		s->at++;
}

static bool take(struct scanner *s, char c)
{
	if (s->at == s->end || *s->at != (uint8_t)c)
		return false;
	s->at++;
	return true;
}

static bool is_hex(uint8_t c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

/* What follows a backslash. */
static bool scan_escape(struct scanner *s)
{
	if (s->at == s->end || strchr("\"\\/bfnrtu", *s->at) == NULL ||
	    *s->at == '\0')
		return fault(s, "no such escape");
	if (*s->at++ != 'u')
		return true;
	for (int i = 0; i < 4; i++) {
		if (s->at == s->end || !is_hex(*s->at))
			return fault(s, "four hexadecimal digits are wanted");
		s->at++;
	}
	return true;
}

static bool scan_string(struct scanner *s)
{
	if (!take(s, '"'))
		return fault(s, "a name in quotes is wanted here");
	while (s->at < s->end && *s->at != '"') {
		if (*s->at < ' ')
			return fault(s, "a control character in a string");
		if (take(s, '\\') ? !scan_escape(s) : s->at++ == NULL)
			return false;
	}
	return take(s, '"') || fault(s, "a string without its end");
}

static bool scan_digits(struct scanner *s)
{
	const uint8_t *first = s->at;

	while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
		s->at++;
	return s->at > first || fault(s, "a digit is wanted here");
}

static bool scan_number(struct scanner *s)
{
	take(s, '-');
	if (!take(s, '0') && !scan_digits(s))
		return false;
	if (take(s, '.') && !scan_digits(s))
		return false;
	if (!take(s, 'e') && !take(s, 'E'))
		return true;
	if (!take(s, '+'))
		take(s, '-');
	return scan_digits(s);
}

static bool scan_word(struct scanner *s)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		if ((size_t)(s->end - s->at) >= len &&
		    memcmp(s->at, words[i], len) == 0) {
			s->at += len;
			return true;
		}
	}
	return fault(s, "a value is wanted here");
}

/* The name of a member and its colon, in an object. */
static bool scan_name(struct scanner *s)
{
	const uint8_t *start;

	skip_space(s);
	start = s->at + 1;
	if (!scan_string(s))
		return false;
	if (s->depth == 1)
		s->name = (struct bytes){ start, (size_t)(s->at - start) - 1 };
	skip_space(s);
	return take(s, ':') || fault(s, "a colon is wanted here");
}

/* An array or an object that is not empty: its first value follows. */
static bool open_nested(struct scanner *s, bool is_array)
{
	if (s->depth == DEEPEST)
		return fault(s, "nested deeper than 1000 times");
	s->is_array[s->depth++] = is_array;
	return is_array || scan_name(s);
}

static bool scan_scalar(struct scanner *s)
{
	const uint8_t *start = s->at;

	if (s->at < s->end && *s->at == '"') {
		if (!scan_string(s))
			return false;
		if (s->depth == 1 && !s->is_array[0] && is_named(s, "kind"))
			s->found->kind = (struct bytes){
				start + 1, (size_t)(s->at - start) - 2
			};
		return true;
	}
	if (s->at < s->end && memchr("-0123456789", *s->at, 11) != NULL)
		return scan_number(s);
	return scan_word(s);
}

enum value { VALUE_BROKEN, VALUE_WHOLE, VALUE_OPEN };

static enum value scan_value(struct scanner *s)
{
	bool is_array;

	skip_space(s);
	if (is_item(s))
		s->item = s->at;
	if (s->at == s->end || (*s->at != '{' && *s->at != '['))
		return scan_scalar(s) ? VALUE_WHOLE : VALUE_BROKEN;
	is_array = *s->at++ == '[';
	s->has_list |= is_array && is_list(s);
	skip_space(s);
	if (take(s, is_array ? ']' : '}'))
		return VALUE_WHOLE;
	return open_nested(s, is_array) ? VALUE_OPEN : VALUE_BROKEN;
}

/* Behind a value: closes what ends here.  True: another value follows. */
static bool scan_between(struct scanner *s)
{
	while (s->depth > 0) {
		bool is_array = s->is_array[s->depth - 1];

		if (is_item(s))
			add_item(s->found, s->item, s->at);
		skip_space(s);
		if (take(s, ','))
			return is_array || scan_name(s);
		if (!take(s, is_array ? ']' : '}'))
			return fault(s, is_array ? "a comma or ] is wanted here"
						 : "a comma or } is wanted "
						   "here");
		s->depth--;
	}
	return false;
}

static void scan_text(struct scanner *s)
{
	enum value value;

	do
		value = scan_value(s);
	while (value == VALUE_OPEN ||
	       (value == VALUE_WHOLE && scan_between(s)));
	if (s->what != NULL)
		return;
	skip_space(s);
	if (s->at < s->end)
		fault(s, "something follows the end");
}

static void tell(struct json_fault *fault, const struct scanner *s)
{
	*fault = (struct json_fault){ 1, 1, s->what };
	for (const uint8_t *c = s->start; c < s->at; c++) {
		if (*c == '\n') {
			fault->line++;
			fault->column = 1;
		} else {
			fault->column += (*c & 0xc0) != 0x80;
		}
	}
}

int json_items_find(struct json_items *found, struct bytes text,
		    struct json_fault *fault)
{
	struct scanner s = { .start = text.data,
			     .at = text.data,
			     .end = text.data + text.len,
			     .found = found };

	scan_text(&s);
	if (s.what != NULL) {
		tell(fault, &s);
		return -1;
	}
	if (!s.has_list)
		add_item(found, text.data, text.data + text.len);
	return 0;
}

void json_items_release(struct json_items *found)
{
	free(found->items);
	*found = (struct json_items){ 0 };
}
