/* SPDX-License-Identifier: BSD-3-Clause */
/* Values that are integers in the store, whatever people call them. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/duration.h"
#include "dns/names.h"
#include "filter/value_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool parse_integer(const char *word, int64_t *number)
{
	bool negative = word[0] == '-';
	const char *digits = word + negative;
	bool hexadecimal = digits[0] == '0' &&
			   tolower((unsigned char)digits[1]) == 'x';
	char *end = NULL;

	digits += hexadecimal ? 2 : 0;
	/* strtoll() would take spaces, and signs in the middle of 0x-1. */
	if (!isxdigit((unsigned char)digits[0]))
		return false;
	errno = 0;
	*number = strtoll(digits, &end, hexadecimal ? 16 : 10);
	if (errno != 0 || end == digits || *end != '\0')
		return false;
	*number = negative ? -*number : *number;
	return true;
}

static bool parse_flag(const char *word, int64_t *number)
{
	static const char *const words[] = { "false", "true", "no",
					     "yes",   "0",    "1" };

	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcasecmp(words[i], word) == 0) {
			*number = i % 2;
			return true;
		}
	}
	return false;
}

static bool parse_latency(const char *word, int64_t *number)
{
	return duration_parse(word, number) || parse_integer(word, number);
}

static bool parse_rcode(const char *word, int64_t *number)
{
	uint16_t code;

	if (!dns_rcode_parse(word, &code))
		return false;
	*number = code;
	return true;
}

static bool parse_opcode(const char *word, int64_t *number)
{
	uint16_t code;

	if (!dns_opcode_parse(word, &code))
		return false;
	*number = code;
	return true;
}

static bool parse_type(const char *word, int64_t *number)
{
	uint16_t code;

	if (!dns_type_parse(word, &code))
		return false;
	*number = code;
	return true;
}

/* RFC 6895, 3.2; CLASSn is RFC 3597, 5. */
static bool parse_class(const char *word, int64_t *number)
{
	static const struct {
		const char *name;
		int code;
	} classes[] = { { "IN", 1 },
			{ "CH", 3 },
			{ "HS", 4 },
			{ "NONE", 254 },
			{ "ANY", 255 } };

	for (size_t i = 0; i < COUNT(classes); i++) {
		if (strcasecmp(classes[i].name, word) == 0) {
			*number = classes[i].code;
			return true;
		}
	}
	return parse_integer(
		strncasecmp(word, "CLASS", 5) == 0 ? word + 5 : word, number);
}

static bool parse_ede(const char *word, int64_t *number)
{
	const struct dns_code *row;

	for (unsigned i = 0; (row = dns_ede_row(i)) != NULL; i++) {
		if (strcasecmp(row->iana, word) == 0 ||
		    (row->guide != NULL && strcasecmp(row->guide, word) == 0)) {
			*number = row->code;
			return true;
		}
	}
	return parse_integer(word, number);
}

static const struct number_kind {
	enum field_kind kind;
	bool (*parse)(const char *word, int64_t *number);
	const char *what, *advice;
} number_kinds[] = {
	{ FIELD_INTEGER, parse_integer,
	  "not a number:", "decimal digits, or hexadecimal ones after 0x" },
	{ FIELD_FLAG, parse_flag,
	  "not a flag:", "true, false, yes, no, 1 or 0" },
	{ FIELD_DURATION, parse_latency,
	  "not a duration:", "5ms, 5us, 1.5s, or nanoseconds without a unit" },
	{ FIELD_TIME, timestamp_parse,
	  "not a time:", "2026-03-01T14:03:11.123456Z, or its beginning; UTC" },
	{ FIELD_RCODE, parse_rcode, "unknown rcode",
	  "IANA names (NXDOMAIN), the guide's (NameError) and numbers are known" },
	{ FIELD_OPCODE, parse_opcode, "unknown opcode",
	  "IANA names (QUERY, NOTIFY) and numbers are known" },
	{ FIELD_TYPE, parse_type, "unknown type",
	  "IANA names (AAAA), TYPE65 and numbers are known" },
	{ FIELD_CLASS, parse_class, "unknown class",
	  "IN, CH, HS, NONE, ANY, CLASS1 and numbers are known" },
	{ FIELD_EDE, parse_ede, "unknown extended DNS error",
	  "IANA names (Stale Answer) and numbers are known" },
};

static const struct number_kind *number_kind(enum field_kind kind)
{
	for (size_t i = 0; i < COUNT(number_kinds); i++)
		if (number_kinds[i].kind == kind)
			return &number_kinds[i];
	return NULL;
}

bool value_is_number(enum field_kind kind)
{
	return number_kind(kind) != NULL;
}

int value_read_number(const struct term *t, int64_t *number)
{
	const struct number_kind *kind = number_kind(t->field->kind);

	if (!kind->parse(t->value, number))
		return value_fail(t, kind->what, kind->advice);
	return 0;
}
