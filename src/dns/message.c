/* SPDX-License-Identifier: BSD-3-Clause */
#include "dns/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "dns/arena_private.h"
#include "dns/edns_private.h"
#include "dns/name_private.h"
#include "dns/rdata_private.h"

enum { CLASS_NONE = 254, CLASS_ANY = 255 };

struct dns_decoder {
	struct dns_message message;
	struct reader r;
	struct arena arena;
	struct rdata_printer *printer;
	struct dns_answer *answers;
	size_t answers_room;
	/*
	 * The name that was made text last: the owners of an answer are
	 * mostly the name before them.
	 */
	struct dns_name named;
	const char *named_text;
};

/* A record whose extent is known; its rdata may be anything. */
struct record {
	enum dns_section section;
	size_t offset;
	struct dns_name owner;
	uint32_t ttl;
	struct rdata rdata;
};

struct dns_decoder *dns_decoder_new(void)
{
	struct dns_decoder *d = must_calloc(1, sizeof(*d));

	d->printer = rdata_printer_new();
	return d;
}

void dns_decoder_free(struct dns_decoder *d)
{
	if (d == NULL)
		return;
	rdata_printer_free(d->printer);
	arena_release(&d->arena);
	free(d->answers);
	free(d);
}

/* The first one stays; what comes after it may be its consequence. */
static void note_fault(struct dns_decoder *d, enum dns_section section,
		       const struct dns_fault *fault)
{
	struct dns_message *m = &d->message;
	size_t captured = (size_t)(d->r.end - d->r.start);

	if (m->fault != NULL)
		return;
	m->fault = fault->why;
	m->fault_section = section;
	m->fault_offset = (uint32_t)fault->offset;
	if (!fault->ran_out)
		m->verdict = DNS_MALFORMED;
	else if (m->size > captured)
		m->verdict = DNS_SNAP_TRUNCATED;
	else
		m->verdict = DNS_SENDER_CUT;
}

static void note_malformed(struct dns_decoder *d, enum dns_section section,
			   size_t offset, const char *why)
{
	struct dns_fault fault = { .why = why, .offset = offset };

	note_fault(d, section, &fault);
}

static void note_end(struct dns_decoder *d, enum dns_section section,
		     size_t offset, const char *why)
{
	struct dns_fault fault = { .why = why,
				   .offset = offset,
				   .ran_out = true };

	note_fault(d, section, &fault);
}

static const char *text_of_name(struct dns_decoder *d,
				const struct dns_name *name)
{
	char text[DNS_NAME_TEXT_MAX];

	if (d->named_text != NULL && dns_name_same_bytes(name, &d->named))
		return d->named_text;
	d->named = *name;
	d->named_text = arena_string(&d->arena, text,
				     dns_name_text(name, text));
	return d->named_text;
}

/* Of a header that was cut, what is there: an id may still tell something. */
static bool decode_header(struct dns_decoder *d)
{
	struct dns_message *m = &d->message;

	m->id = read_u16(&d->r);
	m->flags = read_u16(&d->r);
	m->opcode = (m->flags >> 11) & 15;
	m->rcode = m->flags & 15;
	for (int s = DNS_QUESTION; s < DNS_SECTIONS; s++)
		m->counts[s] = read_u16(&d->r);
	m->has_header = reader_ok(&d->r);
	if (m->has_header)
		return true;
	if (m->size < DNS_HEADER_LEN)
		note_malformed(d, DNS_HEADER, 0, "shorter than a header");
	else
		note_end(d, DNS_HEADER, 0, "ends within the header");
	return false;
}

static void keep_question(struct dns_decoder *d, const struct dns_name *name,
			  uint16_t type, uint16_t class)
{
	struct dns_message *m = &d->message;

	m->has_question = true;
	m->name = text_of_name(d, name);
	memcpy(m->name_wire, name->wire, name->len);
	m->name_wire_len = name->len;
	m->type = type;
	m->class = class;
}

static bool read_name(struct dns_decoder *d, enum dns_section section,
		      struct dns_name *name)
{
	struct dns_fault fault = { 0 };

	if (reader_left(&d->r) == 0) {
		note_end(d, section, reader_offset(&d->r),
			 "ends before a record that the header counts");
		return false;
	}
	if (dns_name_read(&d->r, d->message.size, name, &fault))
		return true;
	note_fault(d, section, &fault);
	return false;
}

static bool decode_question(struct dns_decoder *d)
{
	struct dns_message *m = &d->message;
	size_t offset = reader_offset(&d->r);
	struct dns_name name;
	uint16_t type, class;

	if (!read_name(d, DNS_QUESTION, &name))
		return false;
	type = read_u16(&d->r);
	class = read_u16(&d->r);
	if (!reader_ok(&d->r)) {
		note_end(d, DNS_QUESTION, offset, "ends within a question");
		return false;
	}
	if (!m->has_question)
		keep_question(d, &name, type, class);
	m->decoded[DNS_QUESTION]++;
	return true;
}

/* RFC 2181, 8: a TTL with the top bit set is taken as 0. */
static uint32_t effective_ttl(uint32_t ttl)
{
	return ttl > INT32_MAX ? 0 : ttl;
}

/* Owner, fixed part and extent; the cursor moves behind the record. */
static bool read_record(struct dns_decoder *d, struct record *record)
{
	struct reader *r = &d->r;
	size_t len;

	record->offset = reader_offset(r);
	if (!read_name(d, record->section, &record->owner))
		return false;
	record->rdata.type = read_u16(r);
	record->rdata.class = read_u16(r);
	record->ttl = read_u32(r);
	len = read_u16(r);
	record->rdata.message_len = d->message.size;
	record->rdata.at = *r;
	skip(r, len);
	record->rdata.at.end = r->at;
	if (reader_ok(r))
		return true;
	note_end(d, record->section, record->offset, "ends within a record");
	return false;
}

/* RFC 2136, 2.4 and 2.5: "any such set", "no such name", "delete". */
static bool is_update_without_rdata(const struct dns_message *m,
				    const struct rdata *rdata)
{
	return m->opcode == DNS_OPCODE_UPDATE && reader_left(&rdata->at) == 0 &&
	       (rdata->class == CLASS_ANY || rdata->class == CLASS_NONE);
}

static bool check_rdata(struct dns_decoder *d, const struct record *record)
{
	struct dns_fault fault = { 0 };

	if (is_update_without_rdata(&d->message, &record->rdata) ||
	    rdata_check(&record->rdata, &fault))
		return true;
	note_fault(d, record->section, &fault);
	return false;
}

static const char *text_of_rdata(struct dns_decoder *d,
				 const struct record *record)
{
	struct dns_fault fault = { 0 };
	struct reader r = record->rdata.at;
	struct dns_name name;
	const char *text;

	if (is_update_without_rdata(&d->message, &record->rdata))
		return "\\# 0";
	if (rdata_is_name(record->rdata.type)) {
		if (!check_rdata(d, record))
			return NULL;
		dns_name_read(&r, d->message.size, &name, &fault);
		return text_of_name(d, &name);
	}
	text = rdata_text(d->printer, &record->rdata, &fault);
	if (text != NULL)
		return arena_string(&d->arena, text, strlen(text));
	note_fault(d, record->section, &fault);
	return NULL;
}

static struct dns_answer *add_answer(struct dns_decoder *d)
{
	if (d->message.num_answers == d->answers_room) {
		d->answers_room = d->answers_room > 0 ? 2 * d->answers_room
						      : 32;
		d->answers = must_realloc(d->answers, d->answers_room,
					  sizeof(*d->answers));
	}
	return &d->answers[d->message.num_answers++];
}

static bool decode_answer(struct dns_decoder *d, const struct record *record)
{
	struct dns_message *m = &d->message;
	struct dns_answer *answer = add_answer(d);
	uint32_t ttl = effective_ttl(record->ttl);

	*answer = (struct dns_answer){ .name = text_of_name(d, &record->owner),
				       .type = record->rdata.type,
				       .class = record->rdata.class,
				       .ttl = ttl,
				       .data = text_of_rdata(d, record) };
	/* The prerequisites of an update have no TTL (RFC 2136, 2.4). */
	if (m->opcode != DNS_OPCODE_UPDATE &&
	    (m->min_ttl < 0 || ttl < m->min_ttl))
		m->min_ttl = ttl;
	return answer->data != NULL;
}

/* RFC 2308, 5: the smaller of the SOA's TTL and its last field. */
static void take_negative_ttl(struct dns_message *m,
			      const struct record *record)
{
	struct reader last = record->rdata.at;
	uint32_t minimum, ttl = effective_ttl(record->ttl);

	last.at = last.end - 4;
	minimum = effective_ttl(read_u32(&last));
	m->negative_ttl = ttl < minimum ? ttl : minimum;
}

static bool decode_authority(struct dns_decoder *d, const struct record *record)
{
	struct dns_message *m = &d->message;

	if (!check_rdata(d, record))
		return false;
	if (record->rdata.type == DNS_TYPE_SOA && m->negative_ttl < 0 &&
	    m->opcode != DNS_OPCODE_UPDATE)
		take_negative_ttl(m, record);
	return true;
}

/* RFC 6891, 6.1: class and TTL mean other things here. */
static bool decode_opt(struct dns_decoder *d, const struct record *record)
{
	struct dns_message *m = &d->message;
	struct dns_edns *edns = &m->edns;
	struct dns_fault fault = { .offset = record->offset };

	if (record->section != DNS_ADDITIONAL) {
		fault.why = "OPT outside the additional section";
	} else if (edns->present) {
		fault.why = "more than one OPT";
	} else {
		edns->present = true;
		edns->udp_size = record->rdata.class;
		edns->version = (record->ttl >> 16) & 0xff;
		edns->dnssec_ok = (record->ttl & 0x8000) != 0;
		m->rcode = (uint16_t)(m->rcode | (record->ttl >> 24) << 4);
		dns_edns_read_options(edns, record->rdata.at, &d->arena,
				      &fault);
		if (record->owner.len != 1)
			fault = (struct dns_fault){ .why = "OPT with a name",
						    .offset = record->offset };
	}
	if (fault.why != NULL)
		note_fault(d, record->section, &fault);
	return fault.why == NULL;
}

static bool decode_rdata(struct dns_decoder *d, const struct record *record)
{
	if (record->rdata.type == DNS_TYPE_OPT)
		return decode_opt(d, record);
	switch (record->section) {
	case DNS_ANSWER:
		return decode_answer(d, record);
	case DNS_AUTHORITY:
		return decode_authority(d, record);
	default:
		return check_rdata(d, record);
	}
}

/* False where the rest cannot be found. */
static bool decode_section(struct dns_decoder *d, enum dns_section section)
{
	struct dns_message *m = &d->message;
	struct record record = { .section = section };

	for (unsigned i = 0; i < m->counts[section]; i++) {
		if (section == DNS_QUESTION) {
			if (!decode_question(d))
				return false;
			continue;
		}
		if (!read_record(d, &record))
			return false;
		if (decode_rdata(d, &record))
			m->decoded[section]++;
	}
	return true;
}

static void decode_body(struct dns_decoder *d)
{
	struct dns_message *m = &d->message;
	size_t end;

	for (int s = DNS_QUESTION; s < DNS_SECTIONS; s++)
		if (!decode_section(d, (enum dns_section)s))
			return;
	end = reader_offset(&d->r);
	if (m->fault != NULL || end >= m->size)
		return;
	note_malformed(d, DNS_ADDITIONAL, end, "bytes after the message");
	m->verdict = DNS_TRAILING_BYTES;
}

const struct dns_message *dns_decode(struct dns_decoder *d,
				     struct bytes payload, size_t sent_len)
{
	struct dns_message *m = &d->message;

	/* Some devices write a captured length that exceeds the original. */
	if (sent_len < payload.len)
		sent_len = payload.len;
	arena_reset(&d->arena);
	d->named_text = NULL;
	d->r = reader_of(payload);
	*m = (struct dns_message){ .size = sent_len > UINT32_MAX
						   ? UINT32_MAX
						   : (uint32_t)sent_len,
				   .name = "",
				   .min_ttl = -1,
				   .negative_ttl = -1,
				   .edns = { .ede_code = -1 } };
	if (decode_header(d))
		decode_body(d);
	m->answers = d->answers;
	return m;
}

/* What the counts need at least: a question 5 bytes, a record 11. */
static bool counts_fit(const uint16_t *counts, size_t len)
{
	size_t records = (size_t)counts[DNS_ANSWER] + counts[DNS_AUTHORITY] +
			 counts[DNS_ADDITIONAL];
	size_t least = DNS_HEADER_LEN + 5 * (size_t)counts[DNS_QUESTION] +
		       11 * records;

	return least <= len;
}

static bool flags_plausible(uint16_t flags)
{
	static const bool known_opcode[16] = {
		[0] = true, [1] = true, [2] = true,
		[4] = true, [5] = true, [6] = true
	};
	unsigned rcode = flags & 15, zero = flags & 0x40;

	if (!known_opcode[flags >> 11 & 15] || zero != 0)
		return false;
	return flags & DNS_FLAG_QR ? rcode <= 11 : rcode == 0;
}

bool dns_plausible(struct bytes start, size_t len)
{
	struct reader r = reader_of(start);
	uint16_t counts[DNS_SECTIONS] = { 0 };
	uint16_t flags;

	skip(&r, 2); /* the id may be anything */
	flags = read_u16(&r);
	for (int s = DNS_QUESTION; s < DNS_SECTIONS; s++)
		counts[s] = read_u16(&r);
	if (!reader_ok(&r) || !flags_plausible(flags) ||
	    counts[DNS_QUESTION] > 1 || !counts_fit(counts, len))
		return false;
	/* A question's name starts with a label: nothing to point to yet. */
	return counts[DNS_QUESTION] == 0 || reader_left(&r) == 0 ||
	       read_u8(&r) <= 63;
}

bool dns_is_response(const struct dns_message *m)
{
	return (m->flags & DNS_FLAG_QR) != 0;
}

const char *dns_verdict_name(enum dns_verdict verdict)
{
	static const char *const names[DNS_VERDICTS] = {
		[DNS_OK] = "ok",
		[DNS_SNAP_TRUNCATED] = "snap_truncated",
		[DNS_SENDER_CUT] = "sender_cut",
		[DNS_MALFORMED] = "malformed",
		[DNS_TRAILING_BYTES] = "trailing_bytes"
	};

	return names[verdict];
}

const char *dns_section_name(enum dns_section section)
{
	static const char *const names[DNS_SECTIONS] = {
		[DNS_HEADER] = "header",
		[DNS_QUESTION] = "question",
		[DNS_ANSWER] = "answer",
		[DNS_AUTHORITY] = "authority",
		[DNS_ADDITIONAL] = "additional"
	};

	return names[section];
}
