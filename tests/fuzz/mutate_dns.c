/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A message is taken apart into records that are spans of bytes, one or a few
 * of them are changed, and all is put together with the counts that it has.
 */
#include "tests/fuzz/mutate_dns.h"

#include <string.h>

#include "base/bytes.h"
#include "tests/fuzz/fuzz.h"

enum { HEADER_LEN = 12, RECORDS_MAX = 64, RECORD_MAX = 1024, SECTIONS = 4 };

struct record {
	int section; /* 0: questions */
	size_t len, name_len;
	uint8_t bytes[RECORD_MAX];
};

struct message {
	uint32_t random;
	uint8_t header[HEADER_LEN];
	size_t count;
	struct record records[RECORDS_MAX + 1];
};

uint32_t mutate_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static uint32_t below(struct message *m, uint32_t limit)
{
	return limit == 0 ? 0 : mutate_random(&m->random) % limit;
}

static void put_u16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static size_t get_u16(const uint8_t *at)
{
	return (size_t)at[0] << 8 | at[1];
}

/* 0: it ends before its end. */
static size_t name_len(struct bytes b)
{
	size_t at = 0;

	while (at < b.len && b.data[at] != 0) {
		if (b.data[at] >= 0xc0)
			return at + 2 <= b.len ? at + 2 : 0;
		at += 1 + (size_t)b.data[at];
	}
	return at < b.len ? at + 1 : 0;
}

/* The record at the start; false: it is none. */
static bool take_record(struct record *r, int section, struct bytes b)
{
	size_t fixed = section == 0 ? 4 : 10;

	r->section = section;
	r->name_len = name_len(b);
	r->len = r->name_len + fixed;
	if (r->name_len == 0 || r->len > b.len)
		return false;
	if (section > 0)
		r->len += get_u16(b.data + r->len - 2);
	if (r->len > b.len || r->len > RECORD_MAX)
		return false;
	memcpy(r->bytes, b.data, r->len);
	return true;
}

static void read_message(struct message *m, const uint8_t *data, size_t len)
{
	size_t at = HEADER_LEN;

	memcpy(m->header, data, HEADER_LEN);
	for (int s = 0; s < SECTIONS; s++)
		for (size_t i = get_u16(data + 4 + 2 * s); i > 0; i--) {
			struct record *r = &m->records[m->count];

			if (m->count == RECORDS_MAX ||
			    !take_record(r, s,
					 (struct bytes){ data + at, len - at }))
				return;
			at += r->len;
			m->count++;
		}
}

static size_t write_message(struct message *m, uint8_t *data, size_t room)
{
	size_t len = HEADER_LEN;

	memset(m->header + 4, 0, 8);
	for (int s = 0; s < SECTIONS; s++)
		for (size_t i = 0; i < m->count; i++) {
			const struct record *r = &m->records[i];
			uint8_t *count = m->header + 4 + 2 * s;

			if (r->section != s || r->len > room - len)
				continue;
			memcpy(data + len, r->bytes, r->len);
			len += r->len;
			put_u16(count, (uint32_t)get_u16(count) + 1);
		}
	memcpy(data, m->header, HEADER_LEN);
	return len;
}

static size_t make_name(struct message *m, uint8_t *to)
{
	static const char *const words[] = {
		"www", "cluster", "local",    "svc",          "com",
		"a",   "_tcp",    "xn--p1ai", "\x01\xff.\\\""
	};
	size_t len = 0;
	uint32_t labels = below(m, 5);

	for (uint32_t i = 0; i < labels; i++) {
		const char *word =
			words[below(m, sizeof(words) / sizeof(words[0]))];

		to[len++] = (uint8_t)strlen(word);
		memcpy(to + len, word, strlen(word));
		len += strlen(word);
	}
	/* To what is before, mostly the question, sometimes anywhere. */
	if (below(m, 2) == 0) {
		uint32_t target = below(m, 4) == 0 ? below(m, 1 << 14)
						   : HEADER_LEN + below(m, 40);

		put_u16(to + len, 0xc000 | target);
		return len + 2;
	}
	to[len] = 0;
	return len + 1;
}

/* Types whose data has a form, and some that nobody knows. */
static const uint16_t types[] = { 1,  2,  5,  6,   11,  12,  13,  15,  16,   17,
				  24, 25, 28, 29,  33,  35,  36,  37,  39,   41,
				  42, 43, 45, 46,  47,  48,  50,  51,  52,   55,
				  64, 65, 99, 249, 250, 255, 257, 260, 65280 };

static uint32_t some_type(struct message *m)
{
	return types[below(m, sizeof(types) / sizeof(types[0]))];
}

static size_t random_bytes(struct message *m, uint8_t *to, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)below(m, 256);
	return len;
}

static size_t make_option(struct message *m, uint8_t *to)
{
	static const uint16_t codes[] = { 3, 5, 8, 9, 10, 11, 12, 14, 15, 99 };
	size_t len = below(m, 12);

	put_u16(to, codes[below(m, sizeof(codes) / sizeof(codes[0]))]);
	put_u16(to + 2, (uint32_t)len);
	random_bytes(m, to + 4, len);
	if (len >= 4 && to[1] == 8) {
		put_u16(to + 4, 1 + below(m, 2));
		to[6] = (uint8_t)below(m, 130);
	}
	return 4 + len;
}

static size_t make_string(struct message *m, uint8_t *to)
{
	to[0] = (uint8_t)below(m, 20);
	return 1 + random_bytes(m, to + 1, to[0]);
}

/* Fields one after another, as they may come in some type. */
static size_t make_fields(struct message *m, uint8_t *to)
{
	size_t len = 0;

	for (uint32_t i = below(m, 4); i > 0; i--)
		switch (below(m, 4)) {
		case 0:
			len += make_name(m, to + len);
			break;
		case 1:
			len += make_string(m, to + len);
			break;
		default:
			len += random_bytes(m, to + len, 1 + below(m, 8));
		}
	return len;
}

static size_t make_soa(struct message *m, uint8_t *to)
{
	size_t len = make_name(m, to);

	len += make_name(m, to + len);
	return len + random_bytes(m, to + len, 20);
}

static size_t make_rdata(struct message *m, uint32_t type, uint8_t *to)
{
	size_t len = 0;

	switch (type) {
	case 1:
		return random_bytes(m, to, 4);
	case 28:
		return random_bytes(m, to, 16);
	case 2:
	case 5:
	case 12:
	case 39:
		return make_name(m, to);
	case 6:
		return make_soa(m, to);
	case 15:
		return random_bytes(m, to, 2) + make_name(m, to + 2);
	case 33:
		return random_bytes(m, to, 6) + make_name(m, to + 6);
	case 16:
		for (uint32_t i = 1 + below(m, 3); i > 0; i--)
			len += make_string(m, to + len);
		return len;
	case 41:
		for (uint32_t i = below(m, 4); i > 0; i--)
			len += make_option(m, to + len);
		return len;
	default:
		return make_fields(m, to);
	}
}

static void set_rdata_len(struct record *r)
{
	put_u16(r->bytes + r->name_len + 8,
		(uint32_t)(r->len - r->name_len - 10));
}

static void make_record(struct message *m, struct record *r)
{
	uint32_t type = some_type(m);
	uint8_t *fixed;

	r->section = type == 41 ? 3 : (int)below(m, SECTIONS);
	r->name_len = type == 41 ? 1 : make_name(m, r->bytes);
	if (type == 41)
		r->bytes[0] = 0;
	fixed = r->bytes + r->name_len;
	put_u16(fixed, type);
	put_u16(fixed + 2, type == 41 ? 1232 : 1);
	r->len = r->name_len + 4;
	if (r->section == 0)
		return;
	memset(fixed + 4, 0, 4);
	fixed[4 + below(m, 4)] = (uint8_t)below(m, 256);
	r->len += 6 + make_rdata(m, type, fixed + 10);
	set_rdata_len(r);
}

static void add_record(struct message *m)
{
	if (m->count < RECORDS_MAX)
		make_record(m, &m->records[m->count++]);
}

static void repeat_record(struct message *m)
{
	if (m->count == 0 || m->count == RECORDS_MAX)
		return;
	m->records[m->count] = m->records[below(m, (uint32_t)m->count)];
	m->count++;
}

static void drop_record(struct message *m)
{
	uint32_t i = below(m, (uint32_t)m->count);

	if (m->count > 0)
		m->records[i] = m->records[--m->count];
}

static void rename_record(struct message *m, struct record *r)
{
	uint8_t name[128];
	size_t len = make_name(m, name), rest = r->len - r->name_len;

	if (len + rest > RECORD_MAX)
		return;
	memmove(r->bytes + len, r->bytes + r->name_len, rest);
	memcpy(r->bytes, name, len);
	r->len = len + rest;
	r->name_len = len;
}

static void change_rdata(struct message *m, struct record *r)
{
	size_t start = r->name_len + 10;

	if (r->section == 0)
		return;
	if (below(m, 2) == 0)
		r->len = start + LLVMFuzzerMutate(r->bytes + start,
						  r->len - start,
						  RECORD_MAX - start);
	else if (start + 256 < RECORD_MAX)
		r->len = start +
			 make_rdata(m,
				    (uint32_t)get_u16(r->bytes + r->name_len),
				    r->bytes + start);
	set_rdata_len(r);
}

static void change_record(struct message *m)
{
	struct record *r = &m->records[below(m, (uint32_t)m->count)];

	if (m->count == 0)
		return;
	switch (below(m, 4)) {
	case 0:
		rename_record(m, r);
		break;
	case 1:
		put_u16(r->bytes + r->name_len, some_type(m));
		break;
	case 2:
		LLVMFuzzerMutate(r->bytes + r->name_len,
				 r->section == 0 ? 4 : 8,
				 r->section == 0 ? 4 : 8);
		break;
	default:
		change_rdata(m, r);
	}
}

static void change(struct message *m)
{
	switch (below(m, 6)) {
	case 0:
		add_record(m);
		break;
	case 1:
		repeat_record(m);
		break;
	case 2:
		drop_record(m);
		break;
	case 3:
		LLVMFuzzerMutate(m->header, 4, 4);
		break;
	default:
		change_record(m);
	}
}

size_t mutate_dns(uint8_t *data, size_t len, size_t room, unsigned int seed)
{
	static struct message m;

	m.random = seed;
	m.count = 0;
	if (below(&m, 4) == 0 || len < HEADER_LEN || room < 512)
		return LLVMFuzzerMutate(data, len, room);
	read_message(&m, data, len);
	do
		change(&m);
	while (below(&m, 3) == 0);
	return write_message(&m, data, room);
}
