/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One frame of any link type, with tunnels and IP headers: the first two bytes
 * are the link type and how much of the frame was cut.
 */
#include <string.h>

#include "dns/message.h"
#include "packet/layout.h"
#include "tests/fuzz/fuzz.h"

static const uint16_t ports[] = { 53, 5353 };

static const int linktypes[] = { 0,   1,   12,  101, 105, 108, 109,  113,
				 114, 147, 228, 229, 240, 276, 65535 };

struct seen {
	size_t len; /* of the frame */
	size_t messages, errors;
};

static void check_endpoint(const struct endpoint *e)
{
	char text[ADDRESS_TEXT_MAX];
	struct address back;

	CHECK(e->address.len == 4 || e->address.len == 16);
	CHECK(address_parse(address_format(&e->address, text), &back));
	CHECK(address_equal(&e->address, &back));
}

static void check_datagram(const struct seen *seen, const struct datagram *d)
{
	struct text tunnels = { 0 };

	check_endpoint(&d->src);
	check_endpoint(&d->dst);
	CHECK(d->payload.len <= seen->len);
	CHECK(d->wire_len >= d->payload.len);
	CHECK(d->tunnels <= TUNNELS_MAX);
	fuzz_touch(d->payload);
	datagram_add_tunnels(&tunnels, d);
	CHECK((tunnels.len > 0) == (d->tunnels > 0));
	text_release(&tunnels);
}

static void take_datagram(void *context, const struct datagram *d)
{
	struct seen *seen = context;

	seen->messages++;
	check_datagram(seen, d);
}

static void take_icmp(void *context, const struct icmp_error *e)
{
	struct seen *seen = context;

	seen->errors++;
	CHECK(e->family == 4 || e->family == 6);
	check_datagram(seen, &e->quoted);
}

static void take_connection(void *context, const struct connection *c)
{
	(void)context;
	check_endpoint(&c->client);
	check_endpoint(&c->server);
}

/* Each layer lies within the one before it. */
static void check_layout(const struct frame *frame)
{
	struct layer layers[LAYERS_MAX];
	size_t count = packet_layout(frame, ports, 2, layers), at = 0;

	CHECK(count >= 1 && count <= LAYERS_MAX);
	for (size_t i = 0; i < count; i++) {
		CHECK(layers[i].at >= at);
		CHECK(layers[i].payload >= layers[i].at);
		CHECK(layers[i].end >= layers[i].payload);
		CHECK(layers[i].end <= frame->bytes.len);
		CHECK(layers[i].mac == 0 ||
		      layers[i].mac + 12 <= frame->bytes.len);
		at = layers[i].at;
	}
}

static void check_tally(const struct packet_tally *t, enum packet_verdict v)
{
	uint64_t verdicts = 0;

	for (int i = 0; i < PACKET_VERDICTS; i++)
		verdicts += t->verdicts[i];
	CHECK(verdicts == 1 && t->verdicts[v] == 1);
	CHECK(t->udp_dns + t->tcp_dns + t->icmp_errors + t->later_fragments +
		      t->other ==
	      1);
}

static void feed(const struct frame *frame)
{
	const struct packet_options options = { ports, 2, dns_plausible };
	struct seen seen = { .len = frame->bytes.len };
	const struct packets_sinks sinks = { .datagram = take_datagram,
					     .icmp = take_icmp,
					     .connection = take_connection,
					     .context = &seen };
	struct packets *p = packets_new(&options, &sinks);

	check_tally(packets_tally(p), packets_feed(p, frame));
	packets_finish(p);
	packets_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	size_t count = sizeof(linktypes) / sizeof(linktypes[0]);
	struct frame frame = { .number = 1, .has_time = true, .time_ns = 1 };

	if (len < 2)
		return 0;
	frame.linktype = linktypes[data[0] % count];
	frame.bytes = (struct bytes){ data + 2, len - 2 };
	frame.wire_len = (uint32_t)(len - 2 + data[1]);
	check_layout(&frame);
	feed(&frame);
	return 0;
}
