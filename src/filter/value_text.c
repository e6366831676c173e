/* SPDX-License-Identifier: BSD-3-Clause */
/* Values that are text in the store, brought into the store's spelling. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "filter/caret_private.h"
#include "filter/value_private.h"

int value_fail(const struct term *t, const char *what, const char *advice)
{
	return caret_fail(t->expression, t->value_at, "filter: %s \"%s\"; %s",
			  what, t->value, advice);
}

static bool add_address(struct text *out, const char *value)
{
	struct address address;
	char shown[ADDRESS_TEXT_MAX];

	if (!address_parse(value, &address))
		return false;
	text_add(out, address_format(&address, shown));
	return true;
}

/* A final dot that is escaped belongs to the last label. */
static bool is_absolute(const char *name)
{
	size_t len = strlen(name);
	size_t backslashes = 0;

	if (len == 0 || name[len - 1] != '.')
		return false;
	while (backslashes + 1 < len && name[len - 2 - backslashes] == '\\')
		backslashes++;
	return backslashes % 2 == 0;
}

/* Names in captures are absolute, whether or not people write the dot. */
static void add_name(struct text *out, const char *value)
{
	text_add(out, value);
	if (!is_absolute(value))
		text_add(out, ".");
}

static int read_id(const struct term *t, struct text *out)
{
	const char *digits = t->value;
	char *end = NULL;
	unsigned long id;

	if (digits[0] == '0' && tolower((unsigned char)digits[1]) == 'x')
		digits += 2;
	id = strtoul(digits, &end, 16);
	if (!isxdigit((unsigned char)digits[0]) || *end != '\0' || id > 0xffff)
		return value_fail(t, "not a DNS id:",
				  "up to four hexadecimal digits, as in 102d");
	text_addf(out, "%04lx", id);
	return 0;
}

static int read_qr(const struct term *t, struct text *out)
{
	bool query = strcasecmp(t->value, "Q") == 0 ||
		     strcasecmp(t->value, "query") == 0;
	bool response = strcasecmp(t->value, "R") == 0 ||
			strcasecmp(t->value, "response") == 0;

	if (!query && !response)
		return value_fail(t, "unknown qr", "Q (query) or R (response)");
	text_add(out, query ? "Q" : "R");
	return 0;
}

static int read_word(const struct term *t, struct text *out)
{
	struct text known = { 0 };
	int rc;

	for (const char *const *word = t->field->words; *word != NULL; word++) {
		if (strcasecmp(*word, t->value) == 0) {
			text_add(out, *word);
			text_release(&known);
			return 0;
		}
		text_addf(&known, "%s%s", known.len > 0 ? ", " : "", *word);
	}
	rc = caret_fail(t->expression, t->value_at,
			"filter: unknown %s \"%s\"; one of %s", t->field->name,
			t->value, text_string(&known));
	text_release(&known);
	return rc;
}

static int read_address(const struct term *t, struct text *out)
{
	if (!add_address(out, t->value))
		return value_fail(t,
				  "not an IP address:", "10.0.0.1 or fd00::1");
	return 0;
}

int value_read_text(const struct term *t, struct text *out)
{
	switch (t->field->kind) {
	case FIELD_WORD:
		return read_word(t, out);
	case FIELD_QR:
		return read_qr(t, out);
	case FIELD_ID:
		return read_id(t, out);
	case FIELD_ADDRESS:
		return read_address(t, out);
	case FIELD_NAME:
		add_name(out, t->value);
		return 0;
	default:
		text_add(out, t->value);
		return 0;
	}
}

static int add_element(const struct term *t, const char *element,
		       struct text *out)
{
	if (t->field->kind == FIELD_NAMES)
		add_name(out, element);
	else if (!add_address(out, element))
		return value_fail(t, "not IP addresses:",
				  "10.0.0.1, or several as 10.0.0.1\\,fd00::1");
	return 0;
}

static void trim_end(struct text *t)
{
	while (t->len > 0 && t->data[t->len - 1] == ' ')
		t->data[--t->len] = '\0';
}

int value_read_list(const struct term *t, struct text *out, size_t *count)
{
	const char *at = t->value;
	struct text element = { 0 };
	int rc = 0;

	for (*count = 0; rc == 0; (*count)++) {
		size_t len;

		at += strspn(at, " ,");
		if (*at == '\0')
			break;
		len = strcspn(at, ",");
		text_clear(&element);
		text_add_bytes(&element, at, len);
		trim_end(&element);
		text_add(out, *count > 0 ? "," : "");
		rc = add_element(t, text_string(&element), out);
		at += len;
	}
	for (size_t i = 0; i < out->len; i++)
		out->data[i] = (char)tolower((unsigned char)out->data[i]);
	text_release(&element);
	if (*count == 0)
		return value_fail(t, "an empty list:", "one value, or a\\,b");
	return rc;
}
