/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/packet/build.h"

#include <assert.h>
#include <string.h>

void build_bytes(struct build *b, const void *data, size_t len)
{
	if (len == 0)
		return;
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

static void see_datagram(void *context, const struct datagram *d)
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

static void see_error(void *context, const struct icmp_error *e)
{
	struct seen *s = context;

	assert(s->num_errors < sizeof(s->errors) / sizeof(s->errors[0]));
	assert(e->quoted.payload.len <= sizeof(s->quotes[0]));
	if (e->quoted.payload.len > 0)
		memcpy(s->quotes[s->num_errors], e->quoted.payload.data,
		       e->quoted.payload.len);
	s->errors[s->num_errors] = *e;
	s->errors[s->num_errors].quoted.payload.data = s->quotes[s->num_errors];
	s->num_errors++;
}

static void see_connection(void *context, const struct connection *c)
{
	struct seen *s = context;

	if (s->num_connections <
	    sizeof(s->connections) / sizeof(s->connections[0]))
		s->connections[s->num_connections] = *c;
	s->num_connections++;
}

static void see_parts(void *context, struct frame_part of,
		      const struct frame_part *parts, size_t count)
{
	struct seen *s = context;

	assert_in_range(count, 2, PARTS_MAX);
	s->whole = of.frame;
	for (size_t i = 0; i < count; i++)
		s->parts[i] = parts[i].frame;
	s->num_parts = count;
	s->num_wholes++;
}

struct packets *build_packets(struct seen *s)
{
	struct packets_sinks sinks = { see_datagram, see_error, see_connection,
				       s, see_parts };

	s->count = s->num_errors = s->num_connections = 0;
	s->num_parts = s->num_wholes = 0;
	return packets_new(&build_options, &sinks);
}

void check_endpoint(const struct endpoint *e, const char *address,
		    unsigned int port)
{
	char text[ADDRESS_TEXT_MAX];

	assert_string_equal(address_format(&e->address, text), address);
	assert_int_equal(e->port, port);
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

void build_framed(struct build *b, unsigned int id, size_t len)
{
	build_u16(b, (unsigned int)len);
	build_message(b, id, len);
}

void session_begin(struct session *s)
{
	s->packets = build_packets(&s->seen);
	s->frame = 0;
}

static void build_sll2(struct build *b, const struct sent *what)
{
	build_u16(b, 0x0800);
	build_u16(b, 0);
	build_u32(b, what->ifindex);
	build_u16(b, 1);
	build_u8(b, what->packet_type);
	build_u8(b, 6);
	build_u32(b, 0);
	build_u32(b, 0);
}

static void build_tcp(struct build *b, const struct sent *what)
{
	build_u16(b, what->back ? 53 : 40000);
	build_u16(b, what->back ? 40000 : 53);
	build_u32(b, what->seq);
	build_u32(b, what->ack);
	build_u8(b, 0x80); /* 12 bytes of options */
	build_u8(b, what->flags);
	build_u16(b, 0xffff); /* window */
	build_u32(b, 0);      /* checksum, urgent pointer */
	build_u32(b, 0x0101080a);
	build_u32(b, 1);
	build_u32(b, 2);
}

enum packet_verdict session_send(struct session *s, const struct sent *what)
{
	static struct build b;
	struct frame frame;

	b.len = 0;
	build_sll2(&b, what);
	build_ipv4(&b, PROTOCOL_TCP, 32 + what->len);
	if (what->back) {
		b.data[b.len - 5] = 2;
		b.data[b.len - 1] = 1;
	}
	build_tcp(&b, what);
	build_bytes(&b, what->data, what->len);
	frame = build_frame(&b, LINK_SLL2, ++s->frame);
	frame.bytes.len -= what->cut;
	return packets_feed(s->packets, &frame);
}

void session_data(struct session *s, uint32_t seq, const uint8_t *data,
		  size_t len)
{
	struct sent what = { .seq = seq, .data = data, .len = len };

	assert_int_equal(session_send(s, &what), PACKET_TAKEN);
}

void session_syn(struct session *s, uint32_t seq)
{
	struct sent what = { .flags = FLAG_SYN, .seq = seq };

	assert_int_equal(session_send(s, &what), PACKET_TAKEN);
}

void session_end(struct session *s)
{
	packets_finish(s->packets);
	packets_free(s->packets);
	s->packets = NULL;
}

void check_message(const struct session *s, size_t i, unsigned int id,
		   size_t len)
{
	const struct datagram *d = &s->seen.datagrams[i];

	assert_true(i < s->seen.count);
	assert_int_equal(d->payload.len, len);
	assert_int_equal(d->wire_len, len);
	assert_int_equal(d->payload.data[0] << 8 | d->payload.data[1], id);
	assert_false(d->stream_gap);
	assert_false(d->fragment_missing);
	assert_int_equal(d->transport, TRANSPORT_TCP);
	if (len <= sizeof(s->seen.payloads[0]) && len > 12)
		assert_int_equal(d->payload.data[len - 1],
				 0x80 | ((len - 1) & 0x7f));
}

void check_cut_message(const struct session *s, size_t i, size_t len,
		       size_t wire_len)
{
	const struct datagram *d = &s->seen.datagrams[i];

	assert_true(i < s->seen.count);
	assert_int_equal(d->payload.len, len);
	assert_int_equal(d->wire_len, wire_len);
}
