/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/test.h"

#include <string.h>

#include "tests/packet/build.h"

static struct build b;
static struct seen seen;

static enum packet_verdict feed_cut(size_t cut)
{
	struct packets *p = build_packets(&seen);
	struct frame frame = build_frame(&b, LINK_RAW, 1);
	enum packet_verdict verdict;

	frame.bytes.len -= cut;
	verdict = packets_feed(p, &frame);
	packets_finish(p);
	packets_free(p);
	return verdict;
}

/* A query of 30 bytes over IPv4; its fields can be overwritten. */
static void build_query(void)
{
	b.len = 0;
	build_ipv4(&b, PROTOCOL_UDP, 8 + 30);
	build_udp(&b, 40000, 53, 30);
	build_message(&b, 7, 30);
}

static void set_u16(size_t offset, unsigned int value)
{
	b.data[offset] = (uint8_t)(value >> 8);
	b.data[offset + 1] = (uint8_t)value;
}

static void check_payload(size_t len, size_t wire_len)
{
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.datagrams[0].payload.len, len);
	assert_int_equal(seen.datagrams[0].wire_len, wire_len);
}

static void test_skips_ipv4_options(void **state)
{
	(void)state;
	b.len = 0;
	build_ipv4(&b, PROTOCOL_UDP, 4 + 8 + 30);
	b.data[0] = 0x46;
	build_u32(&b, 0x94040000); /* router alert */
	build_udp(&b, 40000, 53, 30);
	build_message(&b, 7, 30);
	assert_int_equal(feed_cut(0), PACKET_TAKEN);
	check_payload(30, 30);
	assert_memory_equal(seen.payloads[0], b.data + 32, 30);
}

static void test_does_not_take_padding_for_payload(void **state)
{
	(void)state;
	build_query();
	build_bytes(&b, "padding", 7);
	assert_int_equal(feed_cut(0), PACKET_TAKEN);
	check_payload(30, 30);
	/* Half the padding cut: still a whole payload. */
	assert_int_equal(feed_cut(4), PACKET_TAKEN);
	check_payload(30, 30);
	assert_int_equal(feed_cut(8), PACKET_TAKEN);
	check_payload(29, 30);
}

static void test_takes_all_there_is_where_offload_left_no_length(void **state)
{
	(void)state;
	build_query();
	set_u16(2, 0);
	assert_int_equal(feed_cut(0), PACKET_TAKEN);
	check_payload(30, 30);
	assert_int_equal(feed_cut(5), PACKET_TAKEN);
	check_payload(25, 30);

	b.len = 0;
	build_ipv6(&b, PROTOCOL_UDP, 0);
	build_udp(&b, 40000, 53, 30);
	build_message(&b, 7, 30);
	assert_int_equal(feed_cut(0), PACKET_TAKEN);
	check_payload(30, 30);
}

static void test_takes_a_frame_shorter_than_its_ip_length_as_cut(void **state)
{
	(void)state;
	build_query();
	b.len -= 10;
	assert_int_equal(feed_cut(0), PACKET_TAKEN);
	check_payload(20, 30);
}

static void test_calls_headers_that_contradict_damaged(void **state)
{
	static const struct {
		const char *what;
		size_t offset;
		unsigned int value;
		enum packet_verdict verdict;
	} cases[] = {
		{ "header length below 20", 0, 0x4400, PACKET_DAMAGED },
		{ "version 5", 0, 0x5500, PACKET_DAMAGED },
		{ "total length below the header's", 2, 19, PACKET_DAMAGED },
		{ "total length ends in the ports", 2, 22, PACKET_DAMAGED },
		{ "total length ends in UDP's header", 2, 26, PACKET_DAMAGED },
		{ "UDP length 0", 24, 0, PACKET_DAMAGED },
		{ "UDP length 7", 24, 7, PACKET_DAMAGED },
		{ "UDP length beyond the payload", 24, 39, PACKET_TAKEN },
		{ "UDP length within the payload", 24, 37, PACKET_TAKEN },
		{ "UDP without payload", 24, 8, PACKET_TAKEN },
		{ "another port", 22, 80, PACKET_OTHER },
		{ "ICMP", 8, 0x4001, PACKET_OTHER },
		{ "second fragment", 6, 0x2001, PACKET_FRAGMENT },
		{ "last fragment", 6, 0x1000, PACKET_FRAGMENT },
		{ "fragment beyond all", 6, 0x1fff, PACKET_DAMAGED },
		{ "don't fragment", 6, 0x4000, PACKET_TAKEN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		build_query();
		set_u16(cases[i].offset, cases[i].value);
		if (feed_cut(0) != cases[i].verdict)
			fail_msg("%s: another verdict", cases[i].what);
		assert_int_equal(seen.count, cases[i].verdict == PACKET_TAKEN);
	}
}

static void test_ends_a_payload_where_udp_ends_it(void **state)
{
	(void)state;
	build_query();
	set_u16(24, 8 + 25);
	feed_cut(0);
	check_payload(25, 25);
	set_u16(24, 8);
	feed_cut(0);
	check_payload(0, 0);
}

static void test_takes_a_udp_length_too_long_for_a_lie(void **state)
{
	(void)state;
	build_query();
	set_u16(24, 8 + 31);
	feed_cut(0);
	check_payload(30, 30);
	feed_cut(1);
	check_payload(29, 30);
	assert_false(seen.datagrams[0].fragment_missing);
}

static void test_takes_a_port_on_either_side(void **state)
{
	(void)state;
	build_query();
	set_u16(20, 5353);
	set_u16(22, 40000);
	assert_int_equal(feed_cut(0), PACKET_TAKEN);
	check_payload(30, 30);
}

static void test_hands_on_what_a_first_fragment_holds(void **state)
{
	(void)state;
	build_query();
	set_u16(6, 0x2000);
	set_u16(24, 8 + 2000);
	assert_int_equal(feed_cut(0), PACKET_FRAGMENT);
	/* Fragments end at a unit of 8 bytes. */
	check_payload(24, 2000);
	assert_true(seen.datagrams[0].fragment_missing);
}

/* An extension header of 8 bytes and more; next_len is its length field. */
static void build_extension(unsigned int next, unsigned int len_field,
			    size_t len)
{
	static const uint8_t zeros[64];

	build_u8(&b, next);
	build_u8(&b, len_field);
	build_bytes(&b, zeros, len - 2);
}

static void build_query_behind_extensions(void)
{
	b.len = 0;
	build_ipv6(&b, 0, 16 + 8 + 24 + 16 + 8 + 8 + 30);
	build_extension(60, 1, 16);          /* hop by hop */
	build_extension(43, 0, 8);           /* destination */
	build_extension(51, 2, 24);          /* routing */
	build_extension(44, 2, 16);          /* authentication */
	build_extension(PROTOCOL_UDP, 0, 8); /* fragment, a whole packet */
	build_udp(&b, 40000, 53, 30);
	build_message(&b, 7, 30);
}

static void test_steps_over_ipv6_extension_headers(void **state)
{
	(void)state;
	build_query_behind_extensions();
	assert_int_equal(feed_cut(0), PACKET_TAKEN);
	check_payload(30, 30);
	assert_false(seen.datagrams[0].fragment_missing);
	for (size_t cut = 1; cut <= b.len; cut++)
		assert_int_equal(feed_cut(cut),
				 cut <= 30 ? PACKET_TAKEN : PACKET_TRUNCATED);
}

static void test_reads_ipv6_fragments(void **state)
{
	size_t fragment = 40 + 16 + 8 + 24 + 16;

	(void)state;
	build_query_behind_extensions();
	set_u16(fragment + 2, 1);
	set_u16(fragment + 8 + 4, 8 + 2000);
	assert_int_equal(feed_cut(0), PACKET_FRAGMENT);
	check_payload(24, 2000);
	assert_true(seen.datagrams[0].fragment_missing);
	set_u16(fragment + 2, 8);
	assert_int_equal(feed_cut(0), PACKET_FRAGMENT);
	assert_int_equal(seen.count, 0);
}

static void test_stops_in_a_long_chain_of_extensions(void **state)
{
	(void)state;
	b.len = 0;
	build_ipv6(&b, 0, 800);
	for (int i = 0; i < 100; i++)
		build_extension(0, 0, 8);
	assert_int_equal(feed_cut(0), PACKET_OTHER);
	/* One that claims more than there is. */
	b.data[41] = 255;
	assert_int_equal(feed_cut(0), PACKET_DAMAGED);
}

static void test_keeps_packets_that_claim_less_than_they_have(void **state)
{
	struct packets *p = build_packets(&seen);
	struct frame frame;

	(void)state;
	build_query();
	frame = build_frame(&b, LINK_RAW, 1);
	frame.wire_len = 40;
	assert_int_equal(packets_feed(p, &frame), PACKET_TAKEN);
	check_payload(30, 30);
	packets_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_skips_ipv4_options),
		cmocka_unit_test(test_does_not_take_padding_for_payload),
		cmocka_unit_test(
			test_takes_all_there_is_where_offload_left_no_length),
		cmocka_unit_test(
			test_takes_a_frame_shorter_than_its_ip_length_as_cut),
		cmocka_unit_test(test_calls_headers_that_contradict_damaged),
		cmocka_unit_test(test_ends_a_payload_where_udp_ends_it),
		cmocka_unit_test(test_takes_a_udp_length_too_long_for_a_lie),
		cmocka_unit_test(test_takes_a_port_on_either_side),
		cmocka_unit_test(test_hands_on_what_a_first_fragment_holds),
		cmocka_unit_test(test_steps_over_ipv6_extension_headers),
		cmocka_unit_test(test_reads_ipv6_fragments),
		cmocka_unit_test(test_stops_in_a_long_chain_of_extensions),
		cmocka_unit_test(
			test_keeps_packets_that_claim_less_than_they_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
