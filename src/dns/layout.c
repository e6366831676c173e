/* SPDX-License-Identifier: BSD-3-Clause */
#include "dns/layout_private.h"

#include <string.h>

enum { PAYLOAD_MAX = 65535, POINTER = 0xc0, FAULT_LEN = 2, OPTION_ECS = 8 };

struct layout {
	struct reader r;
	size_t message_len;
	void (*visit)(void *context, const struct dns_part *part);
	void *context;
	bool is_lost;                        /* a name led nowhere */
	uint8_t labels[PAYLOAD_MAX / 8 + 1]; /* a bit where one begins */
};

static bool is_label_at(const struct layout *l, size_t offset)
{
	return offset < PAYLOAD_MAX &&
	       (l->labels[offset / 8] >> offset % 8 & 1);
}

static void note_label(struct layout *l, size_t offset)
{
	if (offset < PAYLOAD_MAX)
		l->labels[offset / 8] |= (uint8_t)(1 << offset % 8);
}

/* Only what was captured. */
static size_t there(const struct layout *l, size_t offset, size_t len)
{
	size_t captured = (size_t)(l->r.end - l->r.start);

	if (offset >= captured)
		return 0;
	return len < captured - offset ? len : captured - offset;
}

void layout_part(struct layout *l, enum dns_part_kind kind, size_t offset,
		 size_t len)
{
	struct dns_part part = { .kind = kind,
				 .offset = offset,
				 .len = there(l, offset, len) };

	if (part.len > 0)
		l->visit(l->context, &part);
}

static void visit_label(struct layout *l, size_t offset, size_t len,
			const struct dns_name *tail)
{
	struct dns_part part = { .kind = DNS_PART_LABEL,
				 .offset = offset + 1,
				 .len = there(l, offset + 1, len),
				 .tail = tail != NULL ? tail->wire : NULL,
				 .tail_len = tail != NULL ? tail->len : 0 };

	if (part.len < len)
		part.kind = DNS_PART_STRING;
	note_label(l, offset);
	if (part.len > 0)
		l->visit(l->context, &part);
}

/* The labels that stand here; the last two bytes may point elsewhere. */
static void visit_labels(struct layout *l, size_t offset, size_t end,
			 const struct dns_name *name)
{
	struct dns_name tail;
	size_t at = 0;

	while (offset < end) {
		uint8_t len = l->r.start[offset];

		if (len == 0)
			note_label(l, offset); /* the root is one, too */
		if (len == 0 || len > 63)
			break;
		if (name != NULL && at < name->len) {
			tail.len = (uint8_t)(name->len - at);
			memcpy(tail.wire, name->wire + at, tail.len);
		}
		visit_label(l, offset, len,
			    name != NULL && at < name->len ? &tail : NULL);
		at += 1 + (size_t)len;
		offset += 1 + (size_t)len;
	}
}

/* Behind the labels that stand there; a zero byte of an address is no root. */
static bool points_to_label(const struct layout *l, size_t offset)
{
	const uint8_t *start = l->r.start;
	size_t target;

	while (start[offset] != 0 && start[offset] < POINTER)
		offset += 1 + (size_t)start[offset];
	if (start[offset] == 0)
		return true;
	target = (size_t)(start[offset] & 0x3f) << 8 | start[offset + 1];
	return is_label_at(l, target);
}

bool layout_name(struct layout *l, struct reader *r)
{
	size_t offset = reader_offset(r), end = (size_t)(r->end - r->start);
	struct dns_fault fault = { 0 };
	struct dns_name name;

	if (dns_name_read(r, l->message_len, &name, &fault)) {
		bool is_known = points_to_label(l, offset);

		visit_labels(l, offset, end, is_known ? &name : NULL);
		l->is_lost |= !is_known;
		return is_known;
	}
	visit_labels(l, offset, end, NULL);
	l->is_lost = true;
	return false;
}

/* What begins with damage: two bytes of it stay, so that it is the same. */
static void visit_rest(struct layout *l, size_t offset)
{
	layout_part(l, DNS_PART_REST, offset + FAULT_LEN, PAYLOAD_MAX);
}

/* Where the name that could not be read leads nowhere. */
static size_t damage_of(const struct layout *l, size_t offset)
{
	size_t captured = (size_t)(l->r.end - l->r.start);

	while (offset < captured && l->r.start[offset] != 0 &&
	       l->r.start[offset] <= 63)
		offset += 1 + (size_t)l->r.start[offset];
	return offset;
}

static bool visit_owner(struct layout *l)
{
	size_t offset = reader_offset(&l->r);

	if (reader_left(&l->r) > 0 && layout_name(l, &l->r))
		return true;
	visit_rest(l, damage_of(l, offset));
	return false;
}

static bool visit_question(struct layout *l)
{
	if (!visit_owner(l))
		return false;
	skip(&l->r, 4);
	return reader_ok(&l->r);
}

static bool visit_record(struct layout *l)
{
	struct rdata d = { .message_len = l->message_len };
	size_t len;

	if (!visit_owner(l))
		return false;
	d.type = read_u16(&l->r);
	d.class = read_u16(&l->r);
	skip(&l->r, 4);
	len = read_u16(&l->r);
	if (!reader_ok(&l->r))
		return false;
	d.at = l->r;
	if (len > reader_left(&l->r)) {
		layout_part(l, DNS_PART_DATA, reader_offset(&l->r), len);
		return false;
	}
	skip(&l->r, len);
	d.at.end = l->r.at;
	if (d.type == DNS_TYPE_OPT)
		edns_visit(d.at, l);
	else
		rdata_visit(&d, l);
	return true;
}

void layout_subnet(struct layout *l, struct reader r)
{
	struct dns_part part = { .kind = DNS_PART_SUBNET };

	part.address_len = read_u16(&r) == 1 ? 4 : 16;
	part.prefix = read_u8(&r);
	skip(&r, 1);
	part.offset = reader_offset(&r);
	part.len = reader_left(&r);
	if (part.len > part.address_len || part.prefix > 8 * part.len)
		layout_part(l, DNS_PART_DATA, part.offset, part.len);
	else if (part.len > 0)
		l->visit(l->context, &part);
}

bool dns_visit(struct bytes payload, size_t sent_len,
	       void (*visit)(void *context, const struct dns_part *part),
	       void *context)
{
	struct layout l = { .r = reader_of(payload),
			    .message_len = sent_len,
			    .visit = visit,
			    .context = context };
	uint32_t counts[2];

	if (l.message_len < payload.len)
		l.message_len = payload.len;
	skip(&l.r, 4);
	counts[0] = read_u16(&l.r);
	counts[1] = read_u16(&l.r);
	counts[1] += read_u16(&l.r);
	counts[1] += read_u16(&l.r);
	for (uint32_t i = 0; reader_ok(&l.r) && i < counts[0]; i++)
		if (!visit_question(&l))
			return false;
	for (uint32_t i = 0; reader_ok(&l.r) && i < counts[1]; i++)
		if (!visit_record(&l))
			return false;
	if (reader_ok(&l.r))
		layout_part(&l, DNS_PART_REST, reader_offset(&l.r),
			    PAYLOAD_MAX);
	return reader_ok(&l.r) && !l.is_lost;
}
