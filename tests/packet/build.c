/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/packet/build.h"

#include <assert.h>
#include <string.h>

void build_bytes(struct build *b, const void *data, size_t len)
{
	assert(len <= sizeof(b->data) - b->len);
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

void build_u8(struct build *b, unsigned int value)
{
	uint8_t byte = (uint8_t)value;

	build_bytes(b, &byte, 1);
}

void build_u16(struct build *b, unsigned int value)
{
	build_u8(b, value >> 8);
	build_u8(b, value & 0xff);
}

void build_u32(struct build *b, uint32_t value)
{
	build_u16(b, value >> 16);
	build_u16(b, value & 0xffff);
}

void build_ipv4(struct build *b, unsigned int protocol, size_t payload_len)
{
	build_u16(b, 0x4500);
	build_u16(b, (unsigned int)payload_len + 20);
	build_u16(b, 0x1234); /* identification */
	build_u16(b, 0);      /* not a fragment */
	build_u8(b, 63);      /* time to live */
	build_u8(b, protocol);
	build_u16(b, 0); /* checksum */
	build_u32(b, 0x0a000001);
	build_u32(b, 0x0a000002);
}

static void build_ipv6_address(struct build *b, unsigned int last)
{
	build_u32(b, 0xfd000000);
	build_u32(b, 0);
	build_u32(b, 0);
	build_u32(b, last);
}

void build_ipv6(struct build *b, unsigned int protocol, size_t payload_len)
{
	build_u32(b, 0x60000000);
	build_u16(b, (unsigned int)payload_len);
	build_u8(b, protocol);
	build_u8(b, 62); /* hop limit */
	build_ipv6_address(b, 1);
	build_ipv6_address(b, 2);
}

void build_udp(struct build *b, unsigned int src_port, unsigned int dst_port,
	       size_t payload_len)
{
	build_u16(b, src_port);
	build_u16(b, dst_port);
	build_u16(b, (unsigned int)payload_len + 8);
	build_u16(b, 0); /* checksum */
}

void build_message(struct build *b, unsigned int id, size_t len)
{
	build_u16(b, id);
	build_u16(b, 0x0100); /* a query that wants recursion */
	build_u16(b, 1);      /* one question */
	build_u16(b, 0);
	build_u32(b, 0);
	/* No two bytes of this could be mistaken for the start of another. */
	for (size_t i = 12; i < len; i++)
		build_u8(b, 0x80 | (i & 0x7f));
}

bool is_plausible(struct bytes start, size_t len)
{
	static const uint8_t after_id[] = { 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };

	assert(start.len >= 12 || start.len == len);
	return len >= 12 && memcmp(start.data + 2, after_id, 10) == 0;
}

static const uint16_t ports[] = { 53, 5353 };

const struct packet_options build_options = { .ports = ports,
					      .num_ports = 2,
					      .plausible = is_plausible };

void seen_sink(void *context, const struct datagram *d)
{
	struct seen *s = context;
	size_t kept = sizeof(s->payloads[0]);

	assert(s->count < sizeof(s->datagrams) / sizeof(s->datagrams[0]));
	if (d->payload.len < kept)
		kept = d->payload.len;
	memcpy(s->payloads[s->count], d->payload.data, kept);
	s->datagrams[s->count] = *d;
	s->datagrams[s->count].payload.data = s->payloads[s->count];
	s->count++;
}

struct frame build_frame(const struct build *b, int linktype, uint64_t number)
{
	return (struct frame){ .number = number,
			       .time_ns = (int64_t)number * 1000000,
			       .has_time = true,
			       .linktype = linktype,
			       .wire_len = (uint32_t)b->len,
			       .bytes = { b->data, b->len } };
}
