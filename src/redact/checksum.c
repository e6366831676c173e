/* SPDX-License-Identifier: BSD-3-Clause */
#include "redact/checksum_private.h"

#include <stdbool.h>

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static uint64_t sum_of(const uint8_t *bytes, size_t len)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint64_t)bytes[i] << 8 : bytes[i];
	return sum;
}

/* The addresses, of what has a pseudo header (RFC 768, 9293, 8200, 8.1). */
static uint64_t sum_of_addresses(const struct layer *ip, const uint8_t *bytes)
{
	if (ip == NULL)
		return 0;
	return ip->kind == LAYER_IPV4 ? sum_of(bytes + ip->at + 12, 8)
				      : sum_of(bytes + ip->at + 8, 32);
}

struct place {
	size_t field, end;
	bool has_pseudo;
};

static bool find_place(const struct layer *l, const uint8_t *from,
		       struct place *p)
{
	*p = (struct place){ .end = l->end };
	switch (l->kind) {
	case LAYER_IPV4:
		p->field = l->at + 10;
		p->end = l->payload;
		return true;
	case LAYER_UDP:
		p->field = l->at + 6;
		p->has_pseudo = true;
		return from[p->field] != 0 || from[p->field + 1] != 0;
	case LAYER_TCP:
		p->field = l->at + 16;
		p->has_pseudo = true;
		return true;
	case LAYER_ICMP:
		p->field = l->at + 2;
		p->has_pseudo = l->protocol == 58;
		return true;
	case LAYER_TUNNEL: /* only of GRE has this bit a meaning */
		p->field = l->at + 4;
		return (from[l->at] & 0x80) != 0;
	default:
		return false;
	}
}

static uint16_t read_sum(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void write_sum(uint8_t *at, uint16_t sum)
{
	at[0] = (uint8_t)(sum >> 8);
	at[1] = (uint8_t)sum;
}

/* RFC 1624, eqn. 3, for many words at a time. */
static uint16_t follow(uint16_t sum, uint64_t before, uint64_t after)
{
	uint64_t inverse = (uint16_t)~fold(before);

	return (uint16_t)~fold((uint16_t)~sum + inverse + fold(after));
}

/* What a card was to fill in on its way out: so far it is the pseudo header. */
static bool is_offloaded(uint16_t sum, uint64_t pseudo, const struct layer *l)
{
	size_t len = l->end - l->at + l->cut;
	unsigned protocol = l->kind == LAYER_UDP ? 17 : 6;

	return l->kind != LAYER_ICMP && sum == fold(pseudo + len + protocol);
}

void checksum_follow(const struct layer *layer, const uint8_t *from,
		     uint8_t *to, const struct layer *ip)
{
	uint64_t before = 0, after = 0;
	struct place p;
	uint16_t sum;

	if (!find_place(layer, from, &p))
		return;
	sum = read_sum(from + p.field);
	if (p.has_pseudo) {
		before = sum_of_addresses(ip, from);
		after = sum_of_addresses(ip, to);
		if (is_offloaded(sum, before, layer)) {
			write_sum(to + p.field,
				  (uint16_t)~follow((uint16_t)~sum, before,
						    after));
			return;
		}
	}
	before += sum_of(from + layer->at, p.end - layer->at);
	after += sum_of(to + layer->at, p.end - layer->at);
	sum = follow(sum, before, after);
	/* 0 says that there is none (RFC 768). */
	if (sum == 0 && layer->kind == LAYER_UDP)
		sum = 0xffff;
	write_sum(to + p.field, sum);
}
