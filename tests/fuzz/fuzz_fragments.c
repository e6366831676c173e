/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fragments of a few packets in any order, doubled, overlapping, cut: what
 * comes out is what they were made of.  Each five bytes of the input are one
 * fragment.
 */
#include <string.h>

#include "dns/message.h"
#include "packet/packets.h"
#include "tests/fuzz/fuzz.h"

enum {
	STEP = 5,
	PACKETS = 4,
	PAYLOAD_MAX = 1 << 16,
	UDP_LEN = 8,
	LINKTYPE_RAW = 101,
	UDP = 17,
	FRAGMENT_HEADER = 44
};

static const uint16_t ports[] = { 53 };

/* The payload of packet `id`: a UDP header, then bytes by their place. */
static uint8_t byte_of(unsigned id, size_t at)
{
	const uint8_t udp[UDP_LEN] = { 0, 53, 0x9c, (uint8_t)id, 0xff, 0xff };

	return at < UDP_LEN ? udp[at] : (uint8_t)(at * 7 + (at >> 8) + id * 31);
}

static unsigned id_of(const struct datagram *d)
{
	return d->dst.port & 0xff;
}

static void take_datagram(void *context, const struct datagram *d)
{
	bool conflicts = *(const bool *)context;

	CHECK(d->src.port == 53 || conflicts);
	CHECK(d->payload.len <= d->wire_len);
	fuzz_touch(d->payload);
	for (size_t i = 0; !conflicts && i < d->payload.len; i++)
		CHECK(d->payload.data[i] == byte_of(id_of(d), UDP_LEN + i));
}

static void take_icmp(void *context, const struct icmp_error *e)
{
	(void)context;
	(void)e;
}

static void take_connection(void *context, const struct connection *c)
{
	(void)context;
	(void)c;
}

struct fragment {
	unsigned id;
	bool is_ipv6, is_last, is_wrong;
	size_t offset, len, cut;
	int64_t later_ns;
};

static struct fragment read_fragment(const uint8_t *at)
{
	return (struct fragment){
		.id = at[0] % PACKETS,
		.is_ipv6 = at[0] & 0x10,
		.is_last = at[0] & 0x20,
		.is_wrong = at[0] & 0x40,
		.later_ns = at[0] & 0x80 ? 10000000000 : 1000,
		/* mostly near the start, so that they meet */
		.offset = (at[1] & 0x80 ? at[1] & 0x7f : at[1] % 8) *
			  (size_t)64 * (at[4] & 1 ? 8 : 1),
		.len = at[2] * (size_t)8,
		.cut = at[3] & 0x80 ? at[3] & 0x7f : 0,
	};
}

static size_t write_ipv4(uint8_t *to, const struct fragment *f)
{
	static const uint8_t header[20] = { 0x45, 0,  0,   0, 0, 0,  0,
					    0,    64, UDP, 0, 0, 10, 0,
					    0,    1,  10,  0, 0, 2 };

	memcpy(to, header, sizeof(header));
	to[2] = (uint8_t)((20 + f->len) >> 8);
	to[3] = (uint8_t)(20 + f->len);
	to[5] = (uint8_t)f->id;
	to[6] = (uint8_t)((f->is_last ? 0 : 0x20) | f->offset >> 11);
	to[7] = (uint8_t)(f->offset >> 3);
	return sizeof(header);
}

static size_t write_ipv6(uint8_t *to, const struct fragment *f)
{
	memset(to, 0, 48);
	to[0] = 0x60;
	to[4] = (uint8_t)((8 + f->len) >> 8);
	to[5] = (uint8_t)(8 + f->len);
	to[6] = FRAGMENT_HEADER;
	to[23] = 1;
	to[39] = 2;
	to[40] = UDP;
	to[42] = (uint8_t)(f->offset >> 8);
	to[43] = (uint8_t)(f->offset | (f->is_last ? 0 : 1));
	to[47] = (uint8_t)f->id;
	return 48;
}

static void feed(struct packets *p, const struct fragment *f,
		 struct frame *frame)
{
	size_t header_len = f->is_ipv6 ? 48 : 20, cut;
	uint8_t *bytes = malloc(header_len + f->len);

	CHECK(bytes != NULL);
	if (f->is_ipv6)
		write_ipv6(bytes, f);
	else
		write_ipv4(bytes, f);
	for (size_t i = 0; i < f->len; i++)
		bytes[header_len + i] =
			(uint8_t)(byte_of(f->id, f->offset + i) ^
				  (f->is_wrong && f->offset + i >= UDP_LEN));
	cut = f->cut < f->len ? f->cut : f->len;
	frame->number++;
	frame->time_ns += f->later_ns;
	frame->wire_len = (uint32_t)(header_len + f->len);
	frame->bytes = (struct bytes){ bytes, header_len + f->len - cut };
	packets_feed(p, frame);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct packet_options options = { ports, 1, dns_plausible };
	bool conflicts = false;
	const struct packets_sinks sinks = { .datagram = take_datagram,
					     .icmp = take_icmp,
					     .connection = take_connection,
					     .context = &conflicts };
	struct packets *p = packets_new(&options, &sinks);
	struct frame frame = { .has_time = true, .linktype = LINKTYPE_RAW };

	for (size_t at = 0; len - at >= STEP; at += STEP)
		conflicts |= read_fragment(data + at).is_wrong;
	for (size_t at = 0; len - at >= STEP; at += STEP) {
		struct fragment f = read_fragment(data + at);

		if (f.offset + f.len < PAYLOAD_MAX - 8)
			feed(p, &f, &frame);
	}
	packets_finish(p);
	packets_free(p);
	return 0;
}
