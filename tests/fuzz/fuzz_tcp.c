/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Segments of one connection in any order, doubled, overlapping, lost, cut by
 * the capture: each message that comes out is a part of the stream that was
 * sent.  The first byte says how the streams are made, each six bytes after
 * it one segment.
 */
#include <string.h>

#include "dns/message.h"
#include "packet/packets.h"
#include "tests/fuzz/fuzz.h"

enum {
	STEP = 6,
	STREAM_LEN = 1 << 13,
	HEADERS_LEN = 40,
	LINKTYPE_RAW = 101,
	TCP = 6,
	SYN = 2,
	ACK = 16
};

static const uint16_t ports[] = { 53 };

/* What both sides say: messages with their lengths before them. */
struct test {
	uint8_t stream[STREAM_LEN];
	uint32_t first; /* its first sequence number, of both sides */
};

static void make_stream(struct test *t, uint8_t how)
{
	static const uint8_t header[12] = { 7, 7, 1, 0, 0, 1 };
	size_t at = 0, len;

	for (size_t i = 0; i < STREAM_LEN; i++)
		t->stream[i] = (uint8_t)(i * 13 + (i >> 7));
	for (size_t n = 1; at + 600 < STREAM_LEN; n++) {
		len = 17 + n * how % 500;
		t->stream[at] = (uint8_t)(len >> 8);
		t->stream[at + 1] = (uint8_t)len;
		memcpy(t->stream + at + 2, header, sizeof(header));
		t->stream[at + 2 + sizeof(header)] = 3;
		at += 2 + len;
	}
	/* So that numbers wrap in the middle of it. */
	t->first = how & 1 ? (uint32_t)-4096 : 1000;
}

static void take_datagram(void *context, const struct datagram *d)
{
	const struct test *t = context;
	/* The first byte of the message, or of its length before it. */
	uint32_t at = d->seq - t->first;

	CHECK(d->payload.len <= d->wire_len);
	CHECK(d->transport == TRANSPORT_TCP);
	CHECK(at < STREAM_LEN);
	CHECK(d->payload.len <= STREAM_LEN - at);
	CHECK(memcmp(d->payload.data, t->stream + at, d->payload.len) == 0);
}

static void take_icmp(void *context, const struct icmp_error *e)
{
	(void)context;
	(void)e;
}

static void take_connection(void *context, const struct connection *c)
{
	(void)context;
	CHECK(c->server.port == 53 || c->client.port == 53);
}

static void put(uint8_t *at, uint64_t value, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--, value >>= 8)
		at[i] = (uint8_t)value;
}

static void write_headers(uint8_t *to, const uint8_t *step, size_t len)
{
	bool is_back = step[0] & 0x80;

	memset(to, 0, HEADERS_LEN);
	to[0] = 0x45;
	put(to + 2, HEADERS_LEN + len, 2);
	to[8] = 64;
	to[9] = TCP;
	put(to + 12, 0x0a000001, 4);
	put(to + 16, 0x0a000001, 4);
	put(to + 20, is_back ? 53 : 40000, 2);
	put(to + 22, is_back ? 40000 : 53, 2);
	to[32] = 5 << 4;
	to[33] = step[0] & 0x1f;
}

static void feed(struct packets *p, const struct test *t, const uint8_t *step,
		 struct frame *frame)
{
	uint8_t bytes[HEADERS_LEN + 0x3ff];
	size_t at = ((size_t)step[1] << 8 | step[2]) % STREAM_LEN;
	size_t len = ((size_t)step[3] << 8 | step[4]) & 0x3ff;
	size_t cut = step[5] & 0x80 ? step[5] & 0x7f : 0;
	uint32_t seq = t->first;

	if (step[0] & SYN)
		at = len = 0;
	if (len > STREAM_LEN - at)
		len = STREAM_LEN - at;
	seq += (uint32_t)at - (step[0] & SYN ? 1 : 0);
	write_headers(bytes, step, len);
	put(bytes + 24, seq, 4);
	put(bytes + 28, t->first + at, 4);
	memcpy(bytes + HEADERS_LEN, t->stream + at, len);
	frame->number++;
	frame->time_ns += 1000;
	frame->wire_len = (uint32_t)(HEADERS_LEN + len);
	frame->bytes.data = bytes;
	frame->bytes.len = HEADERS_LEN + len - (cut < len ? cut : len);
	packets_feed(p, frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct test t;
	const struct packet_options options = { ports, 1, dns_plausible };
	const struct packets_sinks sinks = { .datagram = take_datagram,
					     .icmp = take_icmp,
					     .connection = take_connection,
					     .context = &t };
	struct packets *p;
	struct frame frame = { .has_time = true, .linktype = LINKTYPE_RAW };

	if (len == 0)
		return 0;
	make_stream(&t, data[0]);
	p = packets_new(&options, &sinks);
	for (size_t at = 1; len - at >= STEP; at += STEP)
		feed(p, &t, data + at, &frame);
	packets_finish(p);
	packets_free(p);
	return 0;
}
