/* SPDX-License-Identifier: BSD-3-Clause */
#include "redact/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "dns/layout.h"
#include "dns/message.h"

struct target {
	struct redactor *r;
	uint8_t *bytes;
};

static void map_label_part(const struct target *t, const struct dns_part *p)
{
	uint8_t name[DNS_NAME_WIRE_MAX];

	if (p->tail == NULL) {
		redact_label(t->r, t->bytes + p->offset, p->len);
		return;
	}
	memcpy(name, p->tail, p->tail_len);
	redact_wire(t->r, name, p->tail_len);
	memcpy(t->bytes + p->offset, name + 1, p->len);
}

static void map_address_part(const struct target *t, const struct dns_part *p)
{
	struct address a = { .len = (uint8_t)p->len };

	if (p->len != 4 && p->len != 16) {
		redact_bytes(t->r, t->bytes + p->offset, p->len);
		return;
	}
	memcpy(a.bytes, t->bytes + p->offset, p->len);
	redact_address(t->r, REDACT, &a);
	memcpy(t->bytes + p->offset, a.bytes, p->len);
}

static void map_subnet_part(const struct target *t, const struct dns_part *p)
{
	struct address a = { .len = p->address_len };

	memcpy(a.bytes, t->bytes + p->offset, p->len);
	redact_address(t->r, REDACT, &a);
	for (unsigned i = p->prefix; i < 8u * a.len; i++)
		a.bytes[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
	memcpy(t->bytes + p->offset, a.bytes, p->len);
}

static void map_part(void *context, const struct dns_part *p)
{
	const struct target *t = context;

	switch (p->kind) {
	case DNS_PART_LABEL:
		map_label_part(t, p);
		break;
	case DNS_PART_ADDRESS:
		map_address_part(t, p);
		break;
	case DNS_PART_SUBNET:
		map_subnet_part(t, p);
		break;
	case DNS_PART_STRING:
		redact_string(t->r, t->bytes + p->offset, p->len);
		break;
	case DNS_PART_DATA:
		redact_bytes(t->r, t->bytes + p->offset, p->len);
		break;
	case DNS_PART_REST:
		memset(t->bytes + p->offset, 0, p->len);
		break;
	}
}

void redact_message(struct redactor *r, uint8_t *bytes, size_t len,
		    size_t sent_len)
{
	struct target t = { r, bytes };
	uint8_t *original = must_memdup(bytes, len);

	dns_visit((struct bytes){ original, len }, sent_len, map_part, &t);
	free(original);
}
