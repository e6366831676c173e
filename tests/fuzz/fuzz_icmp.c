/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ICMP and ICMPv6 in an IP header that is right: error messages and what they
 * quote.  The first byte says which of both, and how much was cut.
 */
#include <string.h>

#include "dns/message.h"
#include "packet/packets.h"
#include "tests/fuzz/fuzz.h"

enum { LINKTYPE_RAW = 101, IPV4_LEN = 20, IPV6_LEN = 40, MESSAGE_MAX = 2048 };

static const uint16_t ports[] = { 53 };

static void take_datagram(void *context, const struct datagram *d)
{
	(void)context;
	(void)d;
	CHECK(!"a message that is only quoted is none");
}

static void take_icmp(void *context, const struct icmp_error *e)
{
	size_t len = *(const size_t *)context;
	struct dns_decoder *d = dns_decoder_new();
	const struct datagram *q = &e->quoted;

	CHECK(e->family == 4 || e->family == 6);
	CHECK(q->src.port == 53 || q->dst.port == 53);
	CHECK(q->payload.len <= len && q->payload.len <= q->wire_len);
	CHECK(e->reporter.len == (e->family == 4 ? 4 : 16));
	/* It goes on like this. */
	dns_decode(d, q->payload, q->wire_len);
	dns_decoder_free(d);
}

static void take_connection(void *context, const struct connection *c)
{
	(void)context;
	(void)c;
}

static size_t write_header(uint8_t *to, bool is_ipv6, size_t len)
{
	memset(to, 0, IPV6_LEN);
	if (is_ipv6) {
		to[0] = 0x60;
		to[4] = (uint8_t)(len >> 8);
		to[5] = (uint8_t)len;
		to[6] = 58;
		to[7] = 64;
		return IPV6_LEN;
	}
	to[0] = 0x45;
	to[2] = (uint8_t)((IPV4_LEN + len) >> 8);
	to[3] = (uint8_t)(IPV4_LEN + len);
	to[8] = 64;
	to[9] = 1;
	to[12] = 10;
	to[16] = 10;
	return IPV4_LEN;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct packet_options options = { ports, 1, dns_plausible };
	const struct packets_sinks sinks = { .datagram = take_datagram,
					     .icmp = take_icmp,
					     .connection = take_connection,
					     .context = &len };
	struct frame frame = { .number = 1, .linktype = LINKTYPE_RAW };
	struct packets *p;
	uint8_t *bytes;
	size_t header_len, cut;

	if (len < 1 || len > MESSAGE_MAX)
		return 0;
	bytes = malloc(IPV6_LEN + len - 1);
	CHECK(bytes != NULL);
	cut = data[0] >> 1;
	header_len = write_header(bytes, data[0] & 1, len - 1 + cut);
	memcpy(bytes + header_len, data + 1, len - 1);
	frame.bytes = (struct bytes){ bytes, header_len + len - 1 };
	frame.wire_len = (uint32_t)(frame.bytes.len + cut);
	p = packets_new(&options, &sinks);
	packets_feed(p, &frame);
	packets_finish(p);
	packets_free(p);
	free(bytes);
	return 0;
}
