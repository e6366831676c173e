/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/test.h"

#include <string.h>

#include "tests/packet/build.h"

enum { MESSAGE_LEN = 30, NESTED_MAX = 4 };

struct sample {
	const char *what;
	unsigned int protocol; /* of IP; UDP: with port */
	unsigned int port;
	const char *told;
	const char *header;
	size_t header_len;
	bool ethernet; /* in front of the inner packet */
	bool outer_ipv6, inner_ipv6;
};

#define HEADER(text) text, sizeof(text) - 1

static const struct sample tunnels[] = {
	{ "VXLAN", 17, 4789, "VXLAN 1", HEADER("\x08\0\0\0\0\0\1\0"), true, 0,
	  0 },
	{ "VXLAN, Linux", 17, 8472, "VXLAN 1", HEADER("\x08\0\0\0\0\0\1\0"),
	  true, 0, 0 },
	{ "VXLAN, policy", 17, 8472, "VXLAN 1", HEADER("\x88\0\0\7\0\0\1\0"),
	  true, 0, 1 },
	{ "VXLAN on IPv6", 17, 4789, "VXLAN 1", HEADER("\x08\0\0\0\0\0\1\0"),
	  true, 1, 0 },
	{ "Geneve", 17, 6081, "Geneve 1", HEADER("\0\0\x65\x58\0\0\1\0"), true,
	  0, 0 },
	{ "Geneve, options", 17, 6081, "Geneve 1",
	  HEADER("\2\0\x65\x58\0\0\1\0\1\2\3\1\0\0\0\0"), true, 0, 0 },
	{ "Geneve, IPv4", 17, 6081, "Geneve 1", HEADER("\0\0\x08\0\0\0\1\0"), 0,
	  0, 0 },
	{ "Geneve, IPv6", 17, 6081, "Geneve 1", HEADER("\0\0\x86\xdd\0\0\1\0"),
	  0, 0, 1 },
	{ "GRE", 47, 0, "GRE", HEADER("\0\0\x08\0"), false, false, false },
	{ "GRE, IPv6", 47, 0, "GRE", HEADER("\0\0\x86\xdd"), false, true,
	  true },
	{ "GRE, checksum", 47, 0, "GRE", HEADER("\x80\0\x08\0\1\2\0\0"), 0, 0,
	  0 },
	{ "GRE, key", 47, 0, "GRE 1", HEADER("\x20\0\x08\0\0\0\0\1"), 0, 0, 0 },
	{ "GRE, all", 47, 0, "GRE 1",
	  HEADER("\xb0\0\x08\0\1\2\0\0\0\0\0\1\0\0\0\2"), 0, 0, 0 },
	{ "GRE, Ethernet", 47, 0, "GRE", HEADER("\0\0\x65\x58"), true, 0, 0 },
	{ "ERSPAN I", 47, 0, "ERSPAN", HEADER("\0\0\x88\xbe"), true, 0, 0 },
	{ "ERSPAN II", 47, 0, "ERSPAN 5",
	  HEADER("\x10\0\x88\xbe\0\0\0\1\x10\7\xf8\5\0\0\0\0"), true, 0, 0 },
	{ "IPv4 in IPv4", 4, 0, "IPIP", HEADER(""), false, false, false },
	{ "IPv6 in IPv4", 41, 0, "6in4", HEADER(""), false, false, true },
	{ "IPv4 in IPv6", 4, 0, "4in6", HEADER(""), false, true, false },
	{ "IPv6 in IPv6", 41, 0, "6in6", HEADER(""), false, true, true },
};

static struct build packet;
static struct build inner;
static struct seen seen;
static struct packets *p;

static void begin(void)
{
	p = build_packets(&seen);
}

static void end(void)
{
	packets_finish(p);
	packets_free(p);
	p = NULL;
}

static enum packet_verdict feed(uint64_t number, size_t cut)
{
	struct frame frame = build_frame(&packet, LINK_RAW, number);

	frame.bytes.len -= cut;
	return packets_feed(p, &frame);
}

static enum packet_verdict feed_alone(size_t cut)
{
	enum packet_verdict verdict;

	begin();
	verdict = feed(1, cut);
	end();
	return verdict;
}

static void build_query(bool ipv6)
{
	packet.len = 0;
	if (ipv6)
		build_ipv6(&packet, PROTOCOL_UDP, 8 + MESSAGE_LEN);
	else
		build_ipv4(&packet, PROTOCOL_UDP, 8 + MESSAGE_LEN);
	build_udp(&packet, 40000, 53, MESSAGE_LEN);
	build_message(&packet, 7, MESSAGE_LEN);
}

/* The outer addresses begin with another byte than the inner ones. */
static void build_outer(unsigned int protocol, size_t len, bool ipv6)
{
	if (ipv6) {
		build_ipv6(&packet, protocol, len);
		packet.data[8] = 0xfc;
	} else {
		build_ipv4(&packet, protocol, len);
		packet.data[12] = 192;
	}
}

static void build_inner_ethernet(void)
{
	build_u32(&packet, 0);
	build_u32(&packet, 0);
	build_u32(&packet, 0);
	build_u16(&packet, inner.data[0] >> 4 == 6 ? 0x86dd : 0x0800);
}

/* Puts what is in `packet` into a tunnel. */
static void wrap(const struct sample *t)
{
	size_t len = t->header_len + (t->ethernet ? 14 : 0) + packet.len;

	inner = packet;
	packet.len = 0;
	build_outer(t->protocol, t->port != 0 ? 8 + len : len, t->outer_ipv6);
	if (t->port != 0)
		build_udp(&packet, 50000, t->port, len);
	build_bytes(&packet, t->header, t->header_len);
	if (t->ethernet)
		build_inner_ethernet();
	build_bytes(&packet, inner.data, inner.len);
}

static void check_query(size_t i, unsigned int depth, size_t len)
{
	const struct datagram *d = &seen.datagrams[i];

	assert_true(i < seen.count);
	assert_int_equal(d->tunnels, depth);
	assert_int_equal(d->payload.len, len);
	assert_int_equal(d->wire_len, MESSAGE_LEN);
	assert_int_equal(d->src.port, 40000);
	assert_int_equal(d->dst.port, 53);
	assert_int_equal(d->src.address.bytes[0],
			 d->src.address.len == 4 ? 10 : 0xfd);
	assert_int_equal(d->ip_id, d->src.address.len == 4 ? 0x1234 : 0);
}

static void test_reads_the_packet_in_a_tunnel(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(tunnels); i++) {
		build_query(tunnels[i].inner_ipv6);
		wrap(&tunnels[i]);
		if (feed_alone(0) != PACKET_TAKEN)
			fail_msg("%s is not read", tunnels[i].what);
		assert_int_equal(seen.count, 1);
		check_query(0, 1, MESSAGE_LEN);
		assert_int_equal(seen.datagrams[0].src.address.len,
				 tunnels[i].inner_ipv6 ? 16 : 4);
	}
}

static void test_tells_which_tunnel_it_was(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(tunnels); i++) {
		const struct sample *t = &tunnels[i];
		struct text expected = { 0 }, told = { 0 };

		build_query(t->inner_ipv6);
		wrap(t);
		feed_alone(0);
		assert_int_equal(seen.count, 1);
		text_addf(&expected, "%s %s", t->told,
			  t->outer_ipv6 ? "fc00::1 > fd00::2"
					: "192.0.0.1 > 10.0.0.2");
		datagram_add_tunnels(&told, &seen.datagrams[0]);
		assert_string_equal(text_string(&told), text_string(&expected));
		text_release(&expected);
		text_release(&told);
	}
}

static void test_survives_every_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(tunnels); i++) {
		build_query(tunnels[i].inner_ipv6);
		wrap(&tunnels[i]);
		for (size_t cut = 0; cut <= packet.len; cut++) {
			enum packet_verdict verdict = feed_alone(cut);

			if (cut <= MESSAGE_LEN) {
				assert_int_equal(verdict, PACKET_TAKEN);
				check_query(0, 1, MESSAGE_LEN - cut);
			} else {
				assert_true(verdict == PACKET_TRUNCATED ||
					    verdict == PACKET_OTHER);
				assert_int_equal(seen.count, 0);
			}
		}
	}
}

static void test_goes_only_so_deep(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(tunnels); i++) {
		const struct sample *t = &tunnels[i];

		if (t->outer_ipv6 != t->inner_ipv6 && !t->ethernet)
			continue;
		build_query(t->inner_ipv6);
		for (unsigned int depth = 1; depth <= 6; depth++) {
			wrap(t);
			if (depth <= NESTED_MAX) {
				assert_int_equal(feed_alone(0), PACKET_TAKEN);
				check_query(0, depth, MESSAGE_LEN);
			} else {
				assert_int_equal(feed_alone(0), PACKET_OTHER);
				assert_int_equal(seen.count, 0);
			}
		}
	}
}

static void test_does_not_read_what_is_no_tunnel(void **state)
{
	static const struct sample others[] = {
		{ "VXLAN without the flag", 17, 4789, NULL,
		  HEADER("\0\0\0\0\0\0\1\0"), true, 0, 0 },
		{ "another port", 17, 4788, NULL, HEADER("\x08\0\0\0\0\0\1\0"),
		  true, 0, 0 },
		{ "Geneve 1", 17, 6081, NULL, HEADER("\x40\0\x65\x58\0\0\1\0"),
		  true, 0, 0 },
		{ "Geneve, ARP", 17, 6081, NULL, HEADER("\0\0\x08\6\0\0\1\0"),
		  0, 0, 0 },
		{ "GRE 1", 47, 0, NULL, HEADER("\0\1\x08\0"), false, 0, 0 },
		{ "GRE, routing", 47, 0, NULL, HEADER("\x40\0\x08\0"), false, 0,
		  0 },
		{ "GRE, MPLS", 47, 0, NULL, HEADER("\0\0\x88\x47"), false, 0,
		  0 },
		{ "ESP", 50, 0, NULL, HEADER(""), false, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		build_query(false);
		wrap(&others[i]);
		if (feed_alone(0) != PACKET_OTHER || seen.count != 0)
			fail_msg("%s is read", others[i].what);
	}
}

static void test_calls_inner_headers_that_contradict_damaged(void **state)
{
	(void)state;
	build_query(false);
	packet.data[0] = 0x44;
	wrap(&tunnels[0]);
	assert_int_equal(feed_alone(0), PACKET_DAMAGED);
	build_query(true);
	wrap(&(struct sample){ .protocol = 4, .header = "" });
	assert_int_equal(feed_alone(0), PACKET_DAMAGED);
}

static void test_reads_dns_between_a_tunnel_port_and_53(void **state)
{
	static const uint16_t ports[] = { 4789, 8472, 6081 };

	(void)state;
	for (size_t i = 0; i < COUNT(ports); i++) {
		for (int back = 0; back < 2; back++) {
			packet.len = 0;
			build_ipv4(&packet, PROTOCOL_UDP, 8 + MESSAGE_LEN);
			build_udp(&packet, back ? 53 : ports[i],
				  back ? ports[i] : 53, MESSAGE_LEN);
			build_message(&packet, 0x0800, MESSAGE_LEN);
			assert_int_equal(feed_alone(0), PACKET_TAKEN);
			assert_int_equal(seen.datagrams[0].tunnels, 0);
		}
	}
}

/* The IPv4 packet in `packet` in two; the first part is `len` bytes. */
static void split(struct build *first, struct build *last, size_t len)
{
	size_t rest = packet.len - 20 - len;

	*first = packet;
	first->len = 20 + len;
	first->data[2] = (uint8_t)(first->len >> 8);
	first->data[3] = (uint8_t)first->len;
	first->data[6] = 0x20;
	*last = packet;
	memcpy(last->data + 20, packet.data + 20 + len, rest);
	last->len = 20 + rest;
	last->data[2] = (uint8_t)(last->len >> 8);
	last->data[3] = (uint8_t)last->len;
	last->data[7] = (uint8_t)(len / 8);
}

static struct build first, last;

static void test_puts_outer_fragments_together(void **state)
{
	(void)state;
	build_query(false);
	wrap(&tunnels[0]);
	split(&first, &last, 32);
	begin();
	packet = last;
	assert_int_equal(feed(1, 0), PACKET_FRAGMENT);
	packet = first;
	assert_int_equal(feed(2, 0), PACKET_TAKEN);
	end();
	check_query(0, 1, MESSAGE_LEN);
	assert_int_equal(seen.datagrams[0].first_frame, 1);
	assert_int_equal(seen.datagrams[0].frame, 2);
}

/* Each of them is in a packet that is in fragments itself. */
static void test_puts_inner_fragments_together(void **state)
{
	static struct build halves[2];

	(void)state;
	build_query(false);
	split(&halves[0], &halves[1], 16);
	begin();
	for (size_t i = 0; i < 2; i++) {
		packet = halves[i];
		wrap(&tunnels[1]);
		packet.data[5] = (uint8_t)i; /* identification */
		split(&first, &last, 24);
		packet = first;
		assert_int_equal(feed(2 * i + 1, 0), PACKET_FRAGMENT);
		packet = last;
		assert_int_equal(feed(2 * i + 2, 0),
				 i == 0 ? PACKET_FRAGMENT : PACKET_TAKEN);
	}
	end();
	assert_int_equal(seen.count, 1);
	check_query(0, 1, MESSAGE_LEN);
	assert_int_equal(seen.datagrams[0].frame, 4);
}

static void test_reads_into_a_packet_that_stays_incomplete(void **state)
{
	(void)state;
	build_query(false);
	wrap(&tunnels[0]);
	split(&first, &last, 72);
	packet = first;
	begin();
	feed(1, 0);
	assert_int_equal(seen.count, 0);
	packets_finish(p);
	assert_int_equal(packets_tally(p)->incomplete, 1);
	packets_free(p);
	check_query(0, 1, 72 - 8 - 8 - 14 - 20 - 8);
	assert_true(seen.datagrams[0].fragment_missing);
}

static void test_forgets_fragments_within_incomplete_packets(void **state)
{
	(void)state;
	build_query(false);
	split(&first, &last, 32);
	packet = first;
	wrap(&tunnels[0]);
	packet.data[6] = 0x20; /* more fragments */
	feed_alone(0);
	assert_int_equal(seen.count, 0);
}

/* As on a port that mirrors both what is in the tunnel and what came out. */
static void test_keeps_streams_in_a_tunnel_apart(void **state)
{
	static const size_t lens[] = { 40, 50 };

	(void)state;
	begin();
	for (size_t i = 0; i < 4; i++) {
		bool is_syn = i < 2;
		size_t len = is_syn ? 0 : lens[i % 2] + 2;

		packet.len = 0;
		build_ipv4(&packet, PROTOCOL_TCP, 20 + len);
		build_u16(&packet, 40000);
		build_u16(&packet, 53);
		build_u32(&packet, is_syn ? 99 : 100);
		build_u32(&packet, 0);
		build_u16(&packet, 0x5000 | (is_syn ? FLAG_SYN : 0));
		build_u16(&packet, 0xffff);
		build_u32(&packet, 0);
		if (!is_syn)
			build_framed(&packet, 7, lens[i % 2]);
		if (i % 2 == 1)
			wrap(&tunnels[8]);
		assert_int_equal(feed(i + 1, 0), PACKET_TAKEN);
	}
	end();
	assert_int_equal(seen.count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(seen.datagrams[i].payload.len, lens[i]);
		assert_int_equal(seen.datagrams[i].tunnels, i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_the_packet_in_a_tunnel),
		cmocka_unit_test(test_tells_which_tunnel_it_was),
		cmocka_unit_test(test_survives_every_truncation),
		cmocka_unit_test(test_goes_only_so_deep),
		cmocka_unit_test(test_does_not_read_what_is_no_tunnel),
		cmocka_unit_test(
			test_calls_inner_headers_that_contradict_damaged),
		cmocka_unit_test(test_reads_dns_between_a_tunnel_port_and_53),
		cmocka_unit_test(test_puts_outer_fragments_together),
		cmocka_unit_test(test_puts_inner_fragments_together),
		cmocka_unit_test(
			test_reads_into_a_packet_that_stays_incomplete),
		cmocka_unit_test(
			test_forgets_fragments_within_incomplete_packets),
		cmocka_unit_test(test_keeps_streams_in_a_tunnel_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
