/* SPDX-License-Identifier: BSD-3-Clause */
#include "dns/name_private.h"

#include <string.h>

enum {
	LABEL_MAX = 63,
	LABEL_TYPE = 0xc0, /* the upper two bits of a length */
	LABEL_POINTER = 0xc0,
	/*
	 * A pointer without a label of its own is of no use, and a name has at
	 * most 127 labels; without a limit, chains of pointers to pointers
	 * would make work of 8,000 steps from two bytes.
	 */
	POINTERS_MAX = 127
};

/* A walk over the pieces of a name that pointers connect. */
struct walk {
	struct reader r; /* in one piece; its end is the piece's limit */
	size_t piece;    /* where that piece starts */
	size_t message_len;
	int pointers;
	struct dns_name *name;
	struct dns_fault *fault;
};

static bool refuse(struct walk *w, size_t offset, const char *why)
{
	*w->fault = (struct dns_fault){ .why = why, .offset = offset };
	return false;
}

/* A piece that pointers lead to ends before the piece that led there. */
static bool refuse_end(struct walk *w, size_t offset)
{
	if (w->pointers > 0)
		return refuse(w, offset, "compression loop");
	refuse(w, offset, "ends within a name");
	w->fault->ran_out = true;
	return false;
}

static bool add_label(struct walk *w, size_t offset, uint8_t length)
{
	struct bytes label = read_bytes(&w->r, length);
	struct dns_name *name = w->name;
	size_t root = length != 0; /* its byte must still fit */

	if (!reader_ok(&w->r))
		return refuse_end(w, offset);
	if (name->len + 1u + length + root > DNS_NAME_WIRE_MAX)
		return refuse(w, offset, "name over 255");
	name->wire[name->len] = length;
	if (length != 0)
		memcpy(name->wire + name->len + 1, label.data, length);
	name->len = (uint8_t)(name->len + 1 + length);
	return true;
}

/*
 * RFC 1035, 4.1.4: to a prior occurrence.  Each jump goes to before the piece
 * it is in, so that there is an end to them.
 */
static bool follow(struct walk *w, size_t offset, size_t target)
{
	if (target >= w->message_len)
		return refuse(w, offset, "pointer outside the message");
	if (target > offset)
		return refuse(w, offset, "pointer forward");
	if (target >= w->piece)
		return refuse(w, offset, "compression loop");
	if (target < DNS_HEADER_LEN)
		return refuse(w, offset, "pointer into the header");
	if (++w->pointers > POINTERS_MAX)
		return refuse(w, offset, "too many pointers");
	w->r.end = w->r.start + w->piece;
	w->r.at = w->r.start + target;
	w->piece = target;
	return true;
}

bool dns_name_read(struct reader *r, size_t message_len, struct dns_name *name,
		   struct dns_fault *fault)
{
	struct walk w = { .r = *r,
			  .piece = reader_offset(r),
			  .message_len = message_len,
			  .name = name,
			  .fault = fault };
	bool more = true;

	name->len = 0;
	while (more) {
		size_t offset = reader_offset(&w.r);
		uint8_t length = read_u8(&w.r);
		bool pointer = (length & LABEL_TYPE) == LABEL_POINTER;
		size_t target = pointer ? (length & 0x3fu) << 8 : 0;

		if (pointer)
			target |= read_u8(&w.r);
		if (!reader_ok(&w.r))
			return refuse_end(&w, offset);
		if (!pointer && length > LABEL_MAX)
			return refuse(&w, offset, "label over 63");
		if (!pointer && !add_label(&w, offset, length))
			return false;
		/* What follows the name follows its first pointer. */
		if (w.pointers == 0)
			r->at = w.r.at;
		if (pointer && !follow(&w, offset, target))
			return false;
		more = length != 0;
	}
	return true;
}

/*
 * RFC 1035, 5.1, as ldns does it, so that names in rdata, which ldns writes,
 * look the same; without its printf for every character.
 */
static char *put_byte(char *out, uint8_t byte)
{
	bool special = byte == '.' || byte == ';' || byte == '(' ||
		       byte == ')' || byte == '\\';

	if (byte >= 'a' && byte <= 'z') { /* most are */
		*out++ = (char)byte;
		return out;
	}
	if (byte > 0x20 && byte < 0x7f) {
		if (special)
			*out++ = '\\';
		*out++ = (char)byte;
		return out;
	}
	*out++ = '\\';
	*out++ = (char)('0' + byte / 100);
	*out++ = (char)('0' + byte / 10 % 10);
	*out++ = (char)('0' + byte % 10);
	return out;
}

size_t dns_name_text(const struct dns_name *name, char *out)
{
	const uint8_t *label = name->wire;
	char *at = out;

	for (; *label != 0; label += 1 + *label) {
		for (size_t i = 1; i <= *label; i++)
			at = put_byte(at, label[i]);
		*at++ = '.';
	}
	if (at == out)
		*at++ = '.';
	*at = '\0';
	return (size_t)(at - out);
}

bool dns_name_same_bytes(const struct dns_name *a, const struct dns_name *b)
{
	return a->len == b->len && memcmp(a->wire, b->wire, a->len) == 0;
}
