/* SPDX-License-Identifier: BSD-3-Clause */
/* The data of records as text, by their types. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redact/names_private.h"

enum {
	TYPE_A = 1,
	TYPE_NS = 2,
	TYPE_CNAME = 5,
	TYPE_SOA = 6,
	TYPE_PTR = 12,
	TYPE_HINFO = 13,
	TYPE_MX = 15,
	TYPE_TXT = 16,
	TYPE_AAAA = 28,
	TYPE_SRV = 33,
	TYPE_DNAME = 39,
	TYPE_SPF = 99
};

/* Words with spaces between: a number stays, anything else is a name. */
static void map_numbers_and_names(struct redactor *r, const char *from,
				  struct text *to)
{
	while (*from != '\0') {
		size_t len = strcspn(from, " ");

		if (strspn(from, "0123456789") >= len)
			text_add_bytes(to, from, len);
		else
			map_name(r, REDACT, from, len, to);
		from += len;
		if (*from == ' ')
			text_add_bytes(to, from++, 1);
	}
}

/* As ldns writes strings: a tab stays one. */
static void write_string(struct text *to, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((bytes[i] < ' ' && bytes[i] != '\t') || bytes[i] >= 0x7f)
			text_addf(to, "\\%03u", bytes[i]);
		else
			text_addf(to,
				  bytes[i] == '"' || bytes[i] == '\\' ? "\\%c"
								      : "%c",
				  bytes[i]);
	}
}

static const char *read_string(const char *from, uint8_t *bytes, size_t *len)
{
	*len = 0;
	while (*from != '\0' && *from != '"' && *len < NAME_MAX_LEN) {
		unsigned value = (unsigned char)*from;

		if (from[0] == '\\' && sscanf(from + 1, "%3u", &value) == 1 &&
		    strspn(from + 1, "0123456789") >= 3)
			from += 3;
		else if (from[0] == '\\' && from[1] != '\0')
			value = (unsigned char)*++from;
		bytes[(*len)++] = (uint8_t)value;
		from++;
	}
	return from;
}

static void map_strings(struct redactor *r, const char *from, struct text *to)
{
	uint8_t bytes[NAME_MAX_LEN];
	size_t len;

	while (*from != '\0') {
		if (*from != '"') {
			text_add_bytes(to, from++, 1);
			continue;
		}
		from = read_string(from + 1, bytes, &len);
		redact_string(r, bytes, len);
		text_add(to, "\"");
		write_string(to, bytes, len);
		text_add(to, "\"");
		if (*from != '"')
			return;
		from++;
	}
}

/* Different data stay different. */
static void withhold(struct redactor *r, const char *from, struct text *to)
{
	uint8_t sum[SHA256_SIZE];

	hmac_sum(r->hmac, from, strlen(from), sum);
	text_add(to, "(redacted ");
	for (int i = 0; i < 6; i++)
		text_addf(to, "%02x", sum[i]);
	text_add(to, ")");
}

void redact_rdata(struct redactor *r, uint16_t type, const char *from,
		  struct text *to)
{
	switch (type) {
	case TYPE_A:
	case TYPE_AAAA:
		redact_text(r, REDACT, REDACT_ADDRESS, from, to);
		break;
	case TYPE_NS:
	case TYPE_CNAME:
	case TYPE_PTR:
	case TYPE_DNAME:
	case TYPE_SOA:
	case TYPE_MX:
	case TYPE_SRV:
		map_numbers_and_names(r, from, to);
		break;
	case TYPE_HINFO:
	case TYPE_TXT:
	case TYPE_SPF:
		map_strings(r, from, to);
		break;
	default:
		withhold(r, from, to);
	}
}
