/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/bench/packet.h"

#include <string.h>

enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd };
enum { IPV4_LEN = 20, IPV6_LEN = 40, UDP_LEN = 8, TCP_LEN = 20 };

static uint8_t *put_u16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
	return put_u16(put_u16(at, value >> 16), value & 0xffff);
}

static uint32_t sum_of(const uint8_t *data, size_t len, uint32_t sum)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)(data[i] << 8 | data[i + 1]);
	return i < len ? sum + (uint32_t)(data[i] << 8) : sum;
}

/* RFC 1071. */
static unsigned fold(uint32_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static unsigned ethertype(const struct packet *p)
{
	return p->src.is_ipv6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
}

static uint8_t *put_ethernet(const struct packet *p, uint8_t *at)
{
	static const uint8_t macs[] = {
		2, 0, 10, 244, 0, 1, 2, 0, 10, 244, 0, 2
	};

	memcpy(at, macs, sizeof(macs));
	return put_u16(at + sizeof(macs), ethertype(p));
}

/* tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html */
static uint8_t *put_sll2(const struct packet *p, uint8_t *at)
{
	at = put_u16(at, ethertype(p));
	at = put_u16(at, 0);
	at = put_u32(at, p->ifindex);
	at = put_u16(at, 1); /* ARPHRD_ETHER */
	*at++ = p->is_out ? 4 : 0;
	*at++ = 6;
	at = put_u32(at, 0x02000af4);
	return put_u32(at, p->ifindex << 16);
}

static uint8_t *put_ipv4(const struct packet *p, size_t len, uint8_t *at)
{
	uint8_t *start = at;

	at = put_u16(at, 0x4500);
	at = put_u16(at, (unsigned)(IPV4_LEN + len));
	at = put_u16(at, p->ip_id);
	at = put_u16(at, p->more_fragments ? 0x2000 : 0);
	*at++ = p->ttl;
	*at++ = p->protocol;
	at = put_u16(at, 0);
	memcpy(at, p->src.address, 4);
	memcpy(at + 4, p->dst.address, 4);
	put_u16(start + 10, fold(sum_of(start, IPV4_LEN, 0)));
	return at + 8;
}

static uint8_t *put_ipv6(const struct packet *p, size_t len, uint8_t *at)
{
	at = put_u32(at, UINT32_C(6) << 28);
	at = put_u16(at, (unsigned)len);
	*at++ = p->protocol;
	*at++ = p->ttl;
	memcpy(at, p->src.address, 16);
	memcpy(at + 16, p->dst.address, 16);
	return at + 32;
}

static uint8_t *put_udp(const struct packet *p, size_t len, uint8_t *at)
{
	at = put_u16(at, p->src.port);
	at = put_u16(at, p->dst.port);
	at = put_u16(at, (unsigned)len);
	return put_u16(at, 0);
}

static uint8_t *put_tcp(const struct packet *p, uint8_t *at)
{
	at = put_u16(at, p->src.port);
	at = put_u16(at, p->dst.port);
	at = put_u32(at, p->seq);
	at = put_u32(at, p->ack);
	at = put_u16(at, 0x5000u | p->flags);
	at = put_u16(at, 64240);
	return put_u32(at, 0);
}

/* Over the pseudo header too (RFC 9293, 3.1; RFC 8200, 8.1). */
static void put_checksum(const struct packet *p, uint8_t *segment, size_t len)
{
	size_t offset = p->protocol == PROTOCOL_UDP ? 6 : 16;
	size_t address = p->src.is_ipv6 ? 16 : 4;
	uint32_t sum = p->protocol + (uint32_t)len;
	unsigned checksum;

	sum = sum_of(p->src.address, address, sum);
	sum = sum_of(p->dst.address, address, sum);
	checksum = fold(sum_of(segment, len, sum));
	put_u16(segment + offset, checksum == 0 ? 0xffff : checksum);
}

size_t packet_write(const struct packet *p, enum link link, uint8_t *out)
{
	bool is_udp = p->protocol == PROTOCOL_UDP;
	size_t len = (is_udp ? UDP_LEN : TCP_LEN) + p->len;
	/* What a first fragment's UDP header says: 8 bytes will follow. */
	size_t said = len + (p->more_fragments ? 8 : 0);
	uint8_t *at, *segment;

	at = link == LINK_SLL2 ? put_sll2(p, out) : put_ethernet(p, out);
	segment = p->src.is_ipv6 ? put_ipv6(p, len, at) : put_ipv4(p, len, at);
	at = is_udp ? put_udp(p, said, segment) : put_tcp(p, segment);
	if (p->len > 0)
		memcpy(at, p->payload, p->len);
	put_checksum(p, segment, len);
	return (size_t)(at - out) + p->len;
}
