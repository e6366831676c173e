/* SPDX-License-Identifier: BSD-3-Clause */
/* Error messages about DNS packets, however much they quote. */
#include <string.h>

#include "tests/packet/build.h"

enum { PROTOCOL_ICMP = 1, PROTOCOL_ICMPV6 = 58, MESSAGE_LEN = 30 };

enum { ICMP_LEN = 8, IPV4_LEN = 20, IPV6_LEN = 40, UDP_LEN = 8 };

static struct build quote;
static struct build packet;
static struct seen seen;

static void build_quoted_query(bool ipv6)
{
	size_t len = UDP_LEN + MESSAGE_LEN;

	quote.len = 0;
	if (ipv6)
		build_ipv6(&quote, PROTOCOL_UDP, len);
	else
		build_ipv4(&quote, PROTOCOL_UDP, len);
	build_udp(&quote, 40000, 53, MESSAGE_LEN);
	build_message(&quote, 7, MESSAGE_LEN);
}

/* An error message that quotes the first len bytes. */
static void build_error(bool ipv6, unsigned int type, unsigned int code,
			uint32_t rest, size_t len)
{
	packet.len = 0;
	if (ipv6)
		build_ipv6(&packet, PROTOCOL_ICMPV6, ICMP_LEN + len);
	else
		build_ipv4(&packet, PROTOCOL_ICMP, ICMP_LEN + len);
	build_u8(&packet, type);
	build_u8(&packet, code);
	build_u16(&packet, 0);
	build_u32(&packet, rest);
	build_bytes(&packet, quote.data, len);
}

static struct packet_tally tally;

static enum packet_verdict feed(int linktype, size_t cut)
{
	struct packets *p = build_packets(&seen);
	struct frame frame = build_frame(&packet, linktype, 1);
	enum packet_verdict verdict;

	frame.bytes.len -= cut;
	frame.source = 2;
	frame.place = 5;
	verdict = packets_feed(p, &frame);
	packets_finish(p);
	tally = *packets_tally(p);
	packets_free(p);
	return verdict;
}

static void check_quote(size_t len, size_t wire_len)
{
	const struct datagram *d = &seen.errors[0].quoted;

	assert_int_equal(seen.num_errors, 1);
	assert_int_equal(d->src.port, 40000);
	assert_int_equal(d->dst.port, 53);
	assert_int_equal(d->payload.len, len);
	assert_int_equal(d->wire_len, wire_len);
	assert_memory_equal(d->payload.data,
			    quote.data + quote.len - MESSAGE_LEN, len);
}

static void test_reads_who_reports_what_of_which_packet(void **state)
{
	const struct icmp_error *e = &seen.errors[0];
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	build_quoted_query(false);
	quote.data[4] = 0xab; /* identification */
	quote.data[8] = 1;    /* time to live */
	quote.data[15] = 9;   /* source */
	build_error(false, 3, 3, 0, quote.len);
	assert_int_equal(feed(LINK_RAW, 0), PACKET_TAKEN);
	check_quote(MESSAGE_LEN, MESSAGE_LEN);
	assert_int_equal(e->family, 4);
	assert_int_equal(e->type, 3);
	assert_int_equal(e->code, 3);
	assert_int_equal(e->mtu, 0);
	assert_int_equal(e->ttl, 63);
	assert_int_equal(e->ip_id, 0x1234);
	assert_string_equal(address_format(&e->reporter, text), "10.0.0.1");
	assert_string_equal(address_format(&e->receiver, text), "10.0.0.2");
	assert_string_equal(address_format(&e->quoted.src.address, text),
			    "10.0.0.9");
	assert_int_equal(e->quoted.ttl, 1);
	assert_int_equal(e->quoted.ip_id, 0xab34);
	assert_int_equal(e->quoted.frame, 1);
	assert_int_equal(e->quoted.time_ns, 1000000);
	assert_int_equal(e->quoted.source, 2);
	assert_int_equal(e->quoted.place, 5);
	assert_int_equal(seen.count, 0);
	assert_int_equal(tally.icmp_errors, 1);
}

static void test_takes_all_that_report_errors_and_nothing_else(void **state)
{
	static const struct {
		bool ipv6;
		unsigned int type;
		bool is_error;
	} cases[] = {
		{ false, 3, true },  { false, 4, true },   { false, 11, true },
		{ false, 12, true }, { false, 0, false },  { false, 5, false },
		{ false, 8, false }, { true, 1, true },    { true, 2, true },
		{ true, 3, true },   { true, 4, true },    { true, 0, false },
		{ true, 5, false },  { true, 128, false }, { true, 135, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		build_quoted_query(cases[i].ipv6);
		build_error(cases[i].ipv6, cases[i].type, 0, 0, quote.len);
		assert_int_equal(feed(LINK_RAW, 0), cases[i].is_error
							    ? PACKET_TAKEN
							    : PACKET_OTHER);
		assert_int_equal(seen.num_errors, cases[i].is_error);
		assert_int_equal(tally.icmp_errors, cases[i].is_error);
		assert_int_equal(tally.other, !cases[i].is_error);
		if (cases[i].is_error)
			assert_int_equal(seen.errors[0].family,
					 cases[i].ipv6 ? 6 : 4);
	}
}

static void test_tells_the_mtu_where_a_packet_was_too_big(void **state)
{
	static const struct {
		bool ipv6;
		unsigned int type, code;
		uint32_t rest, mtu;
	} cases[] = {
		{ false, 3, 4, 1400, 1400 },
		{ false, 3, 3, 1400, 0 },
		{ true, 2, 0, 70000, 70000 },
		{ true, 4, 0, 70000, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		build_quoted_query(cases[i].ipv6);
		build_error(cases[i].ipv6, cases[i].type, cases[i].code,
			    cases[i].rest, quote.len);
		assert_int_equal(feed(LINK_RAW, 0), PACKET_TAKEN);
		assert_int_equal(seen.errors[0].mtu, cases[i].mtu);
	}
}

/* The ports are all that is needed. */
static void test_takes_quotes_of_any_length(void **state)
{
	(void)state;
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		size_t ports = (ipv6 ? IPV6_LEN : IPV4_LEN) + 4;
		size_t start = ports + 4;

		build_quoted_query(ipv6);
		for (size_t len = 0; len <= quote.len; len++) {
			build_error(ipv6, ipv6 ? 1 : 3, 0, 0, len);
			assert_int_equal(feed(LINK_RAW, 0),
					 len < ports ? PACKET_OTHER
						     : PACKET_TAKEN);
			if (len >= start)
				check_quote(len - start, MESSAGE_LEN);
			else if (len >= ports)
				check_quote(0, 0);
		}
	}
}

static void test_a_cut_by_the_capture_is_no_damage(void **state)
{
	(void)state;
	build_quoted_query(false);
	build_error(false, 3, 3, 0, quote.len);
	for (size_t cut = 0; cut < packet.len; cut++) {
		enum packet_verdict verdict = feed(LINK_RAW, cut);

		if (cut <= MESSAGE_LEN)
			check_quote(MESSAGE_LEN - cut, MESSAGE_LEN);
		if (packet.len - cut < IPV4_LEN + ICMP_LEN)
			assert_int_equal(verdict, PACKET_TRUNCATED);
	}
}

/* RFC 4884: a length in words of 4 bytes, of 8 in ICMPv6. */
static void test_takes_no_extension_for_the_quote(void **state)
{
	(void)state;
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		size_t header = ipv6 ? IPV6_LEN : IPV4_LEN;
		size_t kept = ipv6 ? 8 : 12;

		build_quoted_query(ipv6);
		build_error(ipv6, ipv6 ? 1 : 3, 0,
			    ipv6 ? (uint32_t)(header + UDP_LEN + kept) / 8 << 24
				 : (uint32_t)(header + UDP_LEN + kept) / 4
					    << 16,
			    quote.len);
		assert_int_equal(feed(LINK_RAW, 0), PACKET_TAKEN);
		check_quote(kept, MESSAGE_LEN);
	}
}

static void test_leaves_out_quotes_of_something_else(void **state)
{
	static const struct {
		const char *what;
		size_t offset;
		uint8_t value;
	} cases[] = {
		{ "another port", IPV4_LEN + 3, 80 },
		{ "another protocol", 9, 132 },
		{ "an ICMP message", 9, 1 },
		{ "a later fragment", 7, 1 },
		{ "IPv6", 0, 0x65 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		build_quoted_query(false);
		quote.data[cases[i].offset] = cases[i].value;
		build_error(false, 3, 3, 0, quote.len);
		if (feed(LINK_RAW, 0) != PACKET_OTHER)
			fail_msg("%s: taken", cases[i].what);
		assert_int_equal(seen.num_errors, 0);
		assert_int_equal(tally.icmp_errors, 1);
	}
}

/* As a host quotes it that waited for the others in vain. */
static void test_takes_a_first_fragment(void **state)
{
	(void)state;
	build_quoted_query(false);
	quote.data[6] = 0x20;
	quote.data[IPV4_LEN + 4] = 8; /* UDP length: 2086 */
	build_error(false, 11, 1, 0, quote.len);
	assert_int_equal(feed(LINK_RAW, 0), PACKET_TAKEN);
	check_quote(MESSAGE_LEN, 0x826 - UDP_LEN);
}

static void build_quoted_segment(size_t data_len)
{
	quote.len = 0;
	build_ipv4(&quote, PROTOCOL_TCP, 20 + data_len);
	build_u16(&quote, 40000);
	build_u16(&quote, 53);
	build_u32(&quote, 1);
	build_u32(&quote, 0);
	build_u8(&quote, 0x50);
	build_u8(&quote, FLAG_SYN);
	build_u16(&quote, 0xffff);
	build_u32(&quote, 0);
	for (size_t i = 0; i < data_len; i++)
		build_u8(&quote, (unsigned int)i);
}

static void test_quotes_tcp_segments_too(void **state)
{
	(void)state;
	build_quoted_segment(MESSAGE_LEN);
	build_error(false, 3, 13, 0, quote.len);
	assert_int_equal(feed(LINK_RAW, 0), PACKET_TAKEN);
	check_quote(MESSAGE_LEN, MESSAGE_LEN);
	assert_int_equal(seen.errors[0].quoted.transport, TRANSPORT_TCP);
	build_error(false, 3, 13, 0, IPV4_LEN + 8);
	assert_int_equal(feed(LINK_RAW, 0), PACKET_TAKEN);
	check_quote(0, 0);
}

static const uint8_t vxlan[] = { 8, 0, 0, 0, 0, 0, 42, 0 };
static const uint8_t ethernet[] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0 };

/* Puts what is there into VXLAN 42. */
static void wrap(struct build *b)
{
	static struct build inner;
	size_t len = sizeof(vxlan) + sizeof(ethernet) + b->len;

	inner = *b;
	b->len = 0;
	build_ipv4(b, PROTOCOL_UDP, UDP_LEN + len);
	build_udp(b, 50000, 8472, len);
	build_bytes(b, vxlan, sizeof(vxlan));
	build_bytes(b, ethernet, sizeof(ethernet));
	build_bytes(b, inner.data, inner.len);
}

static void check_tunnel(void)
{
	const struct datagram *d = &seen.errors[0].quoted;
	struct text t = { 0 };

	assert_int_equal(d->tunnels, 1);
	datagram_add_tunnels(&t, d);
	assert_string_equal(text_string(&t), "VXLAN 42 10.0.0.1 > 10.0.0.2");
	text_release(&t);
}

static void test_looks_into_tunnels_outside_and_inside_the_quote(void **state)
{
	(void)state;
	build_quoted_query(false);
	build_error(false, 3, 3, 0, quote.len);
	wrap(&packet);
	assert_int_equal(feed(LINK_RAW, 0), PACKET_TAKEN);
	check_quote(MESSAGE_LEN, MESSAGE_LEN);
	check_tunnel();
	assert_int_equal(tally.tunnelled, 1);
	assert_int_equal(tally.icmp_errors, 1);

	build_quoted_query(false);
	wrap(&quote);
	build_error(false, 3, 4, 1450, quote.len);
	assert_int_equal(feed(LINK_RAW, 0), PACKET_TAKEN);
	check_quote(MESSAGE_LEN, MESSAGE_LEN);
	check_tunnel();
}

static void test_gives_up_in_a_quote_of_many_tunnels(void **state)
{
	(void)state;
	build_quoted_query(false);
	for (int i = 0; i < 64; i++)
		wrap(&quote);
	build_error(false, 3, 4, 1450, quote.len);
	assert_int_equal(feed(LINK_RAW, 0), PACKET_OTHER);
	assert_int_equal(seen.num_errors, 0);
}

/* The error message itself may come in fragments. */
static void test_puts_fragments_of_errors_together(void **state)
{
	struct packets *p = build_packets(&seen);
	size_t first = 32, all;
	struct frame frame;

	(void)state;
	build_quoted_query(false);
	build_error(false, 3, 3, 0, quote.len);
	all = packet.len - IPV4_LEN;
	packet.data[6] = 0x20;
	packet.data[3] = (uint8_t)(IPV4_LEN + first);
	frame = build_frame(&packet, LINK_RAW, 1);
	frame.bytes.len = frame.wire_len = (uint32_t)(IPV4_LEN + first);
	assert_int_equal(packets_feed(p, &frame), PACKET_FRAGMENT);
	packet.data[6] = 0;
	packet.data[7] = (uint8_t)(first / 8);
	packet.data[3] = (uint8_t)(IPV4_LEN + all - first);
	memmove(packet.data + IPV4_LEN, packet.data + IPV4_LEN + first,
		all - first);
	frame = build_frame(&packet, LINK_RAW, 2);
	frame.bytes.len = frame.wire_len = (uint32_t)(IPV4_LEN + all - first);
	assert_int_equal(packets_feed(p, &frame), PACKET_TAKEN);
	packets_finish(p);
	packets_free(p);
	check_quote(MESSAGE_LEN, MESSAGE_LEN);
	assert_int_equal(seen.errors[0].quoted.first_frame, 1);
	assert_int_equal(seen.errors[0].quoted.frame, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_who_reports_what_of_which_packet),
		cmocka_unit_test(
			test_takes_all_that_report_errors_and_nothing_else),
		cmocka_unit_test(test_tells_the_mtu_where_a_packet_was_too_big),
		cmocka_unit_test(test_takes_quotes_of_any_length),
		cmocka_unit_test(test_a_cut_by_the_capture_is_no_damage),
		cmocka_unit_test(test_takes_no_extension_for_the_quote),
		cmocka_unit_test(test_leaves_out_quotes_of_something_else),
		cmocka_unit_test(test_takes_a_first_fragment),
		cmocka_unit_test(test_quotes_tcp_segments_too),
		cmocka_unit_test(
			test_looks_into_tunnels_outside_and_inside_the_quote),
		cmocka_unit_test(test_gives_up_in_a_quote_of_many_tunnels),
		cmocka_unit_test(test_puts_fragments_of_errors_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
