/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "tests/packet/build.h"

/* A header of each kind, as hexadecimal text, in front of IPv4 or IPv6. */
static const struct link_case {
	const char *what;
	int linktype;
	const char *header;
	int version;
	uint32_t ifindex;
	enum frame_direction direction;
} links[] = {
	{ "Ethernet", 1, "0102030405060708090a0b0c0800", 4, 0, 0 },
	{ "Ethernet, IPv6", 1, "0102030405060708090a0b0c86dd", 6, 0, 0 },
	{ "VLAN", 1, "0102030405060708090a0b0c810000070800", 4, 0, 0 },
	{ "VLAN in VLAN", 1, "0102030405060708090a0b0c88a800078100000886dd", 6,
	  0, 0 },
	{ "QinQ of old", 1, "0102030405060708090a0b0c91000007810000080800", 4,
	  0, 0 },
	{ "PPPoE", 1, "0102030405060708090a0b0c88641100000700440021", 4, 0, 0 },
	{ "PPPoE, IPv6, VLAN", 1,
	  "0102030405060708090a0b0c8100000788641100000700580057", 6, 0, 0 },
	{ "PPPoE, SLL", 113, "000000010006010203040506000088641100000700440021",
	  4, 0, DIRECTION_IN },
	{ "SLL, in", 113, "00000001000601020304050600000800", 4, 0,
	  DIRECTION_IN },
	{ "SLL, other host", 113, "00030001000601020304050600000800", 4, 0,
	  DIRECTION_IN },
	{ "SLL, out", 113, "000400010006010203040506000086dd", 6, 0,
	  DIRECTION_OUT },
	{ "SLL, VLAN", 113, "0004000100060102030405060000810000070800", 4, 0,
	  DIRECTION_OUT },
	{ "SLL, strange type", 113, "00070001000601020304050600000800", 4, 0,
	  DIRECTION_UNKNOWN },
	{ "SLL2, in", 276, "0800000000000007000100060102030405060000", 4, 7,
	  DIRECTION_IN },
	{ "SLL2, out", 276, "86dd000000010007000104060102030405060000", 6,
	  0x10007, DIRECTION_OUT },
	{ "SLL2, VLAN", 276, "810000000000000700010406010203040506000000070800",
	  4, 7, DIRECTION_OUT },
	{ "raw, IPv4", 101, "", 4, 0, 0 },
	{ "raw, IPv6", 101, "", 6, 0, 0 },
	{ "raw as a BSD numbers it", 12, "", 6, 0, 0 },
	{ "raw as OpenBSD numbers it", 14, "", 4, 0, 0 },
	{ "IPv4", 228, "", 4, 0, 0 },
	{ "IPv6", 229, "", 6, 0, 0 },
	{ "IPv6 where IPv4 was announced", 228, "", 6, 0, 0 },
	{ "null, little-endian", 0, "02000000", 4, 0, 0 },
	{ "null, big-endian", 0, "00000002", 4, 0, 0 },
	{ "null, IPv6 of Linux", 0, "0a000000", 6, 0, 0 },
	{ "null, IPv6 of NetBSD", 0, "00000018", 6, 0, 0 },
	{ "null, IPv6 of FreeBSD", 0, "1c000000", 6, 0, 0 },
	{ "null, IPv6 of macOS", 0, "1e000000", 6, 0, 0 },
	{ "loop", 108, "00000002", 4, 0, 0 },
	{ "loop, IPv6", 108, "00000018", 6, 0, 0 },
};

static void build_hex(struct build *b, const char *hex)
{
	for (; *hex != '\0'; hex += 2) {
		char digits[] = { hex[0], hex[1], '\0' };

		build_u8(b, (unsigned int)strtoul(digits, NULL, 16));
	}
}

static void build_query(struct build *b, const struct link_case *c)
{
	b->len = 0;
	build_hex(b, c->header);
	if (c->version == 4)
		build_ipv4(b, PROTOCOL_UDP, 8 + 30);
	else
		build_ipv6(b, PROTOCOL_UDP, 8 + 30);
	build_udp(b, 40000, 53, 30);
	build_message(b, 7, 30);
}

static struct build b;
static struct seen seen;
static struct packet_tally tally;

static enum packet_verdict feed(const struct frame *frame)
{
	struct packets *p = build_packets(&seen);
	enum packet_verdict verdict;
	/* A copy of its own, so that a read beyond its end is noticed. */
	uint8_t *copy = malloc(frame->bytes.len ? frame->bytes.len : 1);
	struct frame f = *frame;

	memcpy(copy, frame->bytes.data, frame->bytes.len);
	f.bytes.data = copy;
	verdict = packets_feed(p, &f);
	packets_finish(p);
	assert_int_equal(packets_tally(p)->verdicts[verdict], 1);
	tally = *packets_tally(p);
	packets_free(p);
	free(copy);
	return verdict;
}

static void check_query(const struct link_case *c, const struct datagram *d)
{
	bool is_ipv4 = c->version == 4;

	check_endpoint(&d->src, is_ipv4 ? "10.0.0.1" : "fd00::1", 40000);
	check_endpoint(&d->dst, is_ipv4 ? "10.0.0.2" : "fd00::2", 53);
	assert_int_equal(d->transport, TRANSPORT_UDP);
	assert_int_equal(d->payload.len, 30);
	assert_memory_equal(d->payload.data, b.data + b.len - 30, 30);
	assert_int_equal(d->wire_len, 30);
	assert_false(d->fragment_missing);
	assert_false(d->stream_gap);
	assert_int_equal(d->ttl, c->version == 4 ? 63 : 62);
	assert_int_equal(d->ip_id, c->version == 4 ? 0x1234 : 0);
	assert_int_equal(d->ifindex, c->ifindex);
	assert_int_equal(d->direction, c->direction);
}

static void test_reads_every_link_layer(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(links); i++) {
		struct frame frame;

		build_query(&b, &links[i]);
		frame = build_frame(&b, links[i].linktype, 12);
		frame.interface = 3;
		frame.place = 4;
		frame.source = 5;
		if (feed(&frame) != PACKET_TAKEN || seen.count != 1)
			fail_msg("%s: not taken", links[i].what);
		check_query(&links[i], &seen.datagrams[0]);
		assert_int_equal(seen.datagrams[0].interface, 3);
		assert_int_equal(seen.datagrams[0].place, 4);
		assert_int_equal(seen.datagrams[0].source, 5);
		assert_int_equal(seen.datagrams[0].frame, 12);
		assert_int_equal(seen.datagrams[0].first_frame, 12);
		assert_int_equal(seen.datagrams[0].time_ns, 12000000);
		assert_true(seen.datagrams[0].has_time);
		assert_int_equal(tally.udp_dns, 1);
		assert_int_equal(tally.in, links[i].direction == DIRECTION_IN);
		assert_int_equal(tally.out,
				 links[i].direction == DIRECTION_OUT);
		assert_int_equal(tally.other + tally.tunnelled, 0);
	}
}

static void test_never_takes_a_cut_frame_for_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(links); i++) {
		build_query(&b, &links[i]);
		for (size_t len = 0; len < b.len; len++) {
			struct frame frame = build_frame(&b, links[i].linktype,
							 1);
			enum packet_verdict verdict;

			frame.bytes.len = len;
			verdict = feed(&frame);
			assert_int_equal(verdict == PACKET_TAKEN, seen.count);
			if (seen.count == 0)
				continue;
			assert_int_equal(seen.datagrams[0].payload.len,
					 30 - (b.len - len));
			assert_int_equal(seen.datagrams[0].wire_len, 30);
		}
	}
}

static void test_calls_a_frame_cut_in_its_headers_truncated(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(links); i++) {
		build_query(&b, &links[i]);
		for (size_t cut = 31; cut <= b.len; cut++) {
			struct frame frame = build_frame(&b, links[i].linktype,
							 1);

			frame.bytes.len = b.len - cut;
			assert_int_equal(feed(&frame), PACKET_TRUNCATED);
		}
	}
}

/* No snapshot length is to blame: the packet was sent so. */
static void test_calls_a_whole_frame_that_is_too_short_damaged(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(links); i++) {
		build_query(&b, &links[i]);
		for (size_t cut = 39; cut <= b.len; cut++) {
			struct frame frame = build_frame(&b, links[i].linktype,
							 1);

			frame.bytes.len = b.len - cut;
			frame.wire_len = (uint32_t)frame.bytes.len;
			assert_int_equal(feed(&frame), PACKET_DAMAGED);
		}
	}
}

static void test_keeps_the_direction_a_pcapng_file_tells(void **state)
{
	struct frame frame;

	(void)state;
	build_query(&b, &links[0]);
	frame = build_frame(&b, LINK_ETHERNET, 1);
	frame.direction = DIRECTION_OUT;
	feed(&frame);
	assert_int_equal(seen.datagrams[0].direction, DIRECTION_OUT);
}

static void test_leaves_alone_what_is_not_ip(void **state)
{
	static const struct {
		const char *what;
		int linktype;
		const char *header;
		enum packet_verdict verdict;
	} cases[] = {
		{ "ARP", 1, "0102030405060708090a0b0c0806", PACKET_OTHER },
		{ "802.3", 1, "0102030405060708090a0b0c0040", PACKET_OTHER },
		{ "tags without end", 1,
		  "0102030405060708090a0b0c"
		  "8100000181000001810000018100000181000001"
		  "8100000181000001810000018100000181000001",
		  PACKET_OTHER },
		{ "AppleTalk", 0, "10000000", PACKET_OTHER },
		{ "IEEE 802.11", 105, "0800", PACKET_UNKNOWN_LINK },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct frame frame;

		b.len = 0;
		build_hex(&b, cases[i].header);
		build_ipv4(&b, PROTOCOL_UDP, 8 + 30);
		build_udp(&b, 40000, 53, 30);
		build_message(&b, 7, 30);
		frame = build_frame(&b, cases[i].linktype, 1);
		if (feed(&frame) != cases[i].verdict)
			fail_msg("%s: another verdict", cases[i].what);
		assert_int_equal(seen.count, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_every_link_layer),
		cmocka_unit_test(test_never_takes_a_cut_frame_for_whole),
		cmocka_unit_test(
			test_calls_a_frame_cut_in_its_headers_truncated),
		cmocka_unit_test(
			test_calls_a_whole_frame_that_is_too_short_damaged),
		cmocka_unit_test(test_keeps_the_direction_a_pcapng_file_tells),
		cmocka_unit_test(test_leaves_alone_what_is_not_ip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
