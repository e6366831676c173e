/* SPDX-License-Identifier: BSD-3-Clause */
/* Names on the wire and as text. */
#include <stdio.h>
#include <string.h>

#include "redact/names_private.h"

static bool is_upper(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z';
}

static bool is_lower(uint8_t byte)
{
	return byte >= 'a' && byte <= 'z';
}

uint64_t case_take(uint8_t *label, size_t len)
{
	uint64_t upper = 0;

	for (size_t i = 0; i < len; i++)
		if (is_upper(label[i])) {
			label[i] = (uint8_t)(label[i] - 'A' + 'a');
			upper |= (uint64_t)1 << i % 64;
		}
	return upper;
}

void case_give(uint8_t *label, size_t len, uint64_t upper)
{
	for (size_t i = 0; i < len; i++)
		if ((upper >> i % 64 & 1) && is_lower(label[i]))
			label[i] = (uint8_t)(label[i] - 'a' + 'A');
}

/* From the last label on, as long as all behind is kept. */
struct tail {
	char name[NAME_MAX_LEN + 1];
	bool is_kept;
};

/* Whether it and what is behind it fit, which they do in any name. */
static bool lengthen(struct tail *tail, const uint8_t *label, size_t len)
{
	char longer[sizeof(tail->name)];
	int needed = snprintf(longer, sizeof(longer), "%.*s%s%s", (int)len,
			      (const char *)label,
			      tail->name[0] != '\0' ? "." : "", tail->name);

	if (needed < 0 || (size_t)needed >= sizeof(longer))
		return false;
	memcpy(tail->name, longer, sizeof(longer));
	return true;
}

static void map_one(struct redactor *r, enum redact_way way, uint8_t *label,
		    size_t len, struct tail *tail)
{
	uint64_t upper = case_take(label, len);

	if (!tail->is_kept || !suffix_is_kept(label, len, tail->name) ||
	    !lengthen(tail, label, len)) {
		map_label(r, way, label, len,
			  tail->is_kept ? tail->name : NULL);
		tail->is_kept = false;
	} else if (way == REVEAL && !word_is_kept(label, len) &&
		   is_seen(r, SEEN_LABEL, label, len)) {
		r->found->ambiguous++;
	}
	case_give(label, len, upper);
}

void map_labels(struct redactor *r, enum redact_way way, struct labels *l)
{
	struct tail tail = { .is_kept = l->is_absolute };

	for (size_t i = l->count; i > 0; i--)
		map_one(r, way, l->bytes + l->start[i - 1], l->len[i - 1],
			&tail);
}

void redact_wire(struct redactor *r, uint8_t *name, size_t len)
{
	struct labels l = { .is_absolute = true };

	if (len > sizeof(l.bytes))
		return;
	memcpy(l.bytes, name, len);
	for (size_t at = 0; at < len && name[at] != 0 && l.count < LABELS_MAX;
	     at += 1 + (size_t)name[at]) {
		if (at + 1 + name[at] > len)
			return;
		l.start[l.count] = (uint16_t)(at + 1);
		l.len[l.count++] = name[at];
	}
	map_labels(r, REDACT, &l);
	memcpy(name, l.bytes, len);
}

/* \DDD, \X or the byte itself; how many characters it took. */
static size_t read_byte(const char *at, uint8_t *byte)
{
	unsigned value;

	*byte = (uint8_t)at[0];
	if (at[0] != '\\' || at[1] == '\0')
		return 1;
	if (at[1] >= '0' && at[1] <= '9' && at[2] >= '0' && at[2] <= '9' &&
	    at[3] >= '0' && at[3] <= '9') {
		value = (unsigned)(at[1] - '0') * 100 +
			(unsigned)(at[2] - '0') * 10 + (unsigned)(at[3] - '0');
		*byte = (uint8_t)value;
		return 4;
	}
	*byte = (uint8_t)at[1];
	return 2;
}

/* As dns_name_text() writes it. */
static void write_byte(struct text *to, uint8_t byte)
{
	if (byte <= ' ' || byte >= 0x7f)
		text_addf(to, "\\%03u", byte);
	else
		text_addf(to, strchr(".;()\\", byte) != NULL ? "\\%c" : "%c",
			  byte);
}

bool read_labels(struct labels *l, const char *text, size_t len)
{
	const char *end = text + len;
	size_t at = 0;

	while (text < end) {
		if (l->count == LABELS_MAX)
			return false;
		l->start[l->count] = (uint16_t)at;
		while (text < end && *text != '.') {
			if (at == sizeof(l->bytes))
				return false;
			text += read_byte(text, &l->bytes[at++]);
		}
		l->len[l->count] = (uint16_t)(at - l->start[l->count]);
		l->count++;
		l->has_dot = text < end;
		text += l->has_dot;
	}
	return true;
}

void write_labels(const struct labels *l, struct text *to)
{
	for (size_t i = 0; i < l->count; i++) {
		for (size_t j = 0; j < l->len[i]; j++)
			write_byte(to, l->bytes[l->start[i] + j]);
		if (i + 1 < l->count || l->has_dot)
			text_add(to, ".");
	}
}

void map_name(struct redactor *r, enum redact_way way, const char *from,
	      size_t len, struct text *to)
{
	struct labels l = { 0 };

	if (len == 1 && from[0] == '.') {
		text_add(to, ".");
		return;
	}
	if (!read_labels(&l, from, len)) {
		text_add(to, "(redacted)");
		return;
	}
	/* "web" is a word, "web." a name, and so is "web.shop". */
	l.is_absolute = l.has_dot || l.count > 1;
	map_labels(r, way, &l);
	write_labels(&l, to);
}
