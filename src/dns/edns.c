/* SPDX-License-Identifier: BSD-3-Clause */
#include "dns/edns_private.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "dns/layout_private.h"

enum option {
	OPTION_ECS = 8,        /* RFC 7871 */
	OPTION_EXPIRE = 9,     /* RFC 7314 */
	OPTION_COOKIE = 10,    /* RFC 7873 */
	OPTION_KEEPALIVE = 11, /* RFC 7828 */
	OPTION_EDE = 15        /* RFC 8914 */
};

/* RFC 7871, 6: address families as IANA numbers them. */
enum { FAMILY_IPV4 = 1, FAMILY_IPV6 = 2 };

/* All NULs at the end go (RFC 8914, 2); one within becomes a space. */
static const char *extra_text(struct bytes bytes, struct arena *arena)
{
	char *text, *nul;

	while (bytes.len > 0 && bytes.data[bytes.len - 1] == '\0')
		bytes.len--;
	if (bytes.len == 0)
		return NULL;
	text = arena_string(arena, bytes.data, bytes.len);
	while ((nul = memchr(text, '\0', bytes.len)) != NULL)
		*nul = ' ';
	return text;
}

static const char *read_ede(struct dns_edns *edns, struct reader r,
			    struct arena *arena)
{
	uint16_t code = read_u16(&r);

	if (!reader_ok(&r))
		return "extended error without a code";
	if (edns->ede_code >= 0)
		return NULL;
	edns->ede_code = code;
	edns->ede_text = extra_text(reader_rest(&r), arena);
	return NULL;
}

static bool bits_beyond(struct bytes address, unsigned prefix)
{
	return prefix % 8 != 0 && address.len > 0 &&
	       (address.data[address.len - 1] & (0xffu >> prefix % 8)) != 0;
}

static const char *subnet_text(int family, struct bytes address,
			       unsigned prefix, struct arena *arena)
{
	char text[INET6_ADDRSTRLEN + sizeof("/128")] = "";
	uint8_t whole[16] = { 0 };
	size_t len;

	if (address.len > 0)
		memcpy(whole, address.data, address.len);
	inet_ntop(family == FAMILY_IPV4 ? AF_INET : AF_INET6, whole, text,
		  sizeof(text));
	len = strlen(text);
	len += (size_t)snprintf(text + len, sizeof(text) - len, "/%u", prefix);
	return arena_string(arena, text, len);
}

/* RFC 7871, 6: exactly the bytes that the prefix needs, zero bits after it. */
static const char *read_ecs(struct dns_edns *edns, struct reader r,
			    struct arena *arena)
{
	int family = read_u16(&r);
	unsigned prefix = read_u8(&r);
	unsigned longest = family == FAMILY_IPV4 ? 32 : 128;
	struct bytes address;

	skip(&r, 1); /* scope: for caches */
	if (!reader_ok(&r))
		return "client subnet too short";
	if (family != FAMILY_IPV4 && family != FAMILY_IPV6)
		return NULL;
	address = reader_rest(&r);
	if (prefix > longest)
		return "client subnet prefix longer than an address";
	if (address.len != (prefix + 7) / 8)
		return "client subnet address does not fit its prefix";
	if (bits_beyond(address, prefix))
		return "client subnet address longer than its prefix";
	if (edns->client_subnet == NULL)
		edns->client_subnet = subnet_text(family, address, prefix,
						  arena);
	return NULL;
}

/* NULL, or what is wrong. */
static const char *read_option(struct dns_edns *edns, unsigned code,
			       struct bytes value, struct arena *arena)
{
	switch (code) {
	case OPTION_EDE:
		return read_ede(edns, reader_of(value), arena);
	case OPTION_ECS:
		return read_ecs(edns, reader_of(value), arena);
	case OPTION_COOKIE:
		if (value.len != 8 && (value.len < 16 || value.len > 40))
			return "cookie of a bad length";
		return NULL;
	case OPTION_KEEPALIVE:
		return value.len == 0 || value.len == 2
			       ? NULL
			       : "keepalive of a bad length";
	case OPTION_EXPIRE:
		return value.len == 0 || value.len == 4
			       ? NULL
			       : "expire of a bad length";
	default:
		return NULL;
	}
}

bool dns_edns_read_options(struct dns_edns *edns, struct reader r,
			   struct arena *arena, struct dns_fault *fault)
{
	*fault = (struct dns_fault){ 0 };
	while (reader_left(&r) > 0) {
		size_t offset = reader_offset(&r);
		unsigned code = read_u16(&r);
		uint16_t len = read_u16(&r);
		struct bytes value = read_bytes(&r, len);
		const char *why =
			reader_ok(&r) ? read_option(edns, code, value, arena)
				      : "EDNS option longer than its record";

		if (why != NULL && fault->why == NULL)
			*fault = (struct dns_fault){ .why = why,
						     .offset = offset };
		if (!reader_ok(&r))
			break;
	}
	return fault->why == NULL;
}

static void visit_option(struct layout *l, unsigned code, struct reader value)
{
	size_t offset = reader_offset(&value), len = reader_left(&value);

	switch (code) {
	case OPTION_ECS:
		layout_subnet(l, value);
		break;
	case OPTION_EDE:
		if (len > 2)
			layout_part(l, DNS_PART_STRING, offset + 2, len - 2);
		break;
	case OPTION_KEEPALIVE:
	case OPTION_EXPIRE:
		break;
	default:
		layout_part(l, DNS_PART_DATA, offset, len);
	}
}

void edns_visit(struct reader r, struct layout *l)
{
	while (reader_left(&r) >= 4) {
		unsigned code = read_u16(&r);
		size_t len = read_u16(&r);
		struct reader value = r;

		if (len > reader_left(&r)) {
			layout_part(l, DNS_PART_DATA, reader_offset(&r), len);
			return;
		}
		skip(&r, len);
		value.end = r.at;
		visit_option(l, code, value);
	}
	layout_part(l, DNS_PART_DATA, reader_offset(&r), reader_left(&r));
}
