/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/bench/message.h"

#include <assert.h>
#include <string.h>

enum { CLASS_IN = 1, TYPE_CNAME = 5, TYPE_SOA = 6, TYPE_OPT = 41 };
/* Offsets of the counts in the header. */
enum { QUESTIONS = 4, ANSWERS = 6, AUTHORITIES = 8, ADDITIONALS = 10 };
enum { POINTER = 0xc000 };

void wire_name_add(struct wire_name *n, const char *labels)
{
	while (*labels != '\0') {
		size_t len = strcspn(labels, ".");

		assert(n->len + len + 2 <= sizeof(n->bytes));
		n->bytes[n->len++] = (uint8_t)len;
		memcpy(n->bytes + n->len, labels, len);
		n->len = (uint8_t)(n->len + len);
		labels += len + (labels[len] == '.');
	}
}

void wire_name_append(struct wire_name *n, const struct wire_name *more)
{
	assert((size_t)n->len + more->len < sizeof(n->bytes));
	memcpy(n->bytes + n->len, more->bytes, more->len);
	n->len = (uint8_t)(n->len + more->len);
}

void wire_name_end(struct wire_name *n)
{
	assert(n->len < sizeof(n->bytes));
	n->bytes[n->len++] = 0;
}

static void add_bytes(struct message *m, const void *bytes, size_t len)
{
	assert(m->len + len <= sizeof(m->bytes));
	memcpy(m->bytes + m->len, bytes, len);
	m->len += len;
}

static void add_u16(struct message *m, unsigned value)
{
	uint8_t bytes[] = { (uint8_t)(value >> 8), (uint8_t)value };

	add_bytes(m, bytes, sizeof(bytes));
}

static void add_u32(struct message *m, uint32_t value)
{
	add_u16(m, value >> 16);
	add_u16(m, value & 0xffff);
}

/* None of them comes near 256. */
static void count(struct message *m, unsigned which)
{
	m->bytes[which + 1]++;
}

static void begin_record(struct message *m, uint16_t type, uint32_t ttl,
			 size_t len)
{
	add_u16(m, type);
	add_u16(m, CLASS_IN);
	add_u32(m, ttl);
	add_u16(m, (unsigned)len);
}

void message_begin(struct message *m, uint16_t id, uint16_t flags,
		   const struct wire_name *name, uint16_t type)
{
	static const uint8_t no_counts[8];

	m->len = 0;
	add_u16(m, id);
	add_u16(m, flags);
	add_bytes(m, no_counts, sizeof(no_counts));
	add_bytes(m, name->bytes, name->len);
	add_u16(m, type);
	add_u16(m, CLASS_IN);
	count(m, QUESTIONS);
}

size_t message_add_cname(struct message *m, size_t owner,
			 const struct wire_name *target, uint32_t ttl)
{
	size_t at;

	add_u16(m, (unsigned)(POINTER | owner));
	begin_record(m, TYPE_CNAME, ttl, target->len);
	at = m->len;
	add_bytes(m, target->bytes, target->len);
	count(m, ANSWERS);
	return at;
}

void message_add_address(struct message *m, size_t owner, uint16_t type,
			 uint64_t address, uint32_t ttl)
{
	add_u16(m, (unsigned)(POINTER | owner));
	begin_record(m, type, ttl, type == TYPE_A ? 4 : 16);
	if (type == TYPE_AAAA) {
		add_u32(m, 0x26031000); /* 2603:1000::/32 */
		add_u32(m, 0);
		add_u32(m, (uint32_t)(address >> 32));
	}
	add_u32(m, (uint32_t)address);
	count(m, ANSWERS);
}

void message_add_soa(struct message *m, const struct wire_name *zone,
		     uint32_t ttl)
{
	static const uint8_t server[] = "\2ns\3dns";
	static const uint8_t mailbox[] = "\12hostmaster";

	add_bytes(m, zone->bytes, zone->len);
	begin_record(m, TYPE_SOA, ttl,
		     sizeof(server) - 1 + sizeof(mailbox) - 1 +
			     2 * (size_t)zone->len + 20);
	add_bytes(m, server, sizeof(server) - 1);
	add_bytes(m, zone->bytes, zone->len);
	add_bytes(m, mailbox, sizeof(mailbox) - 1);
	add_bytes(m, zone->bytes, zone->len);
	add_u32(m, 1772600000); /* serial, refresh, retry, expire, minimum */
	add_u32(m, 7200);
	add_u32(m, 1800);
	add_u32(m, 86400);
	add_u32(m, ttl);
	count(m, AUTHORITIES);
}

void message_add_edns(struct message *m, uint16_t udp_size)
{
	static const uint8_t root[] = { 0 };

	add_bytes(m, root, sizeof(root));
	add_u16(m, TYPE_OPT);
	add_u16(m, udp_size);
	add_u32(m, 0);
	add_u16(m, 0);
	count(m, ADDITIONALS);
}
