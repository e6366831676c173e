/* SPDX-License-Identifier: BSD-3-Clause */
/* What becomes of TCP connections: client 10.0.0.1:40000, server port 53. */
#include <string.h>

#include "tests/packet/build.h"

enum { TYPE_IN = 0, TYPE_OUT = 4, SYN_ACK = FLAG_SYN | FLAG_ACK };

static const uint8_t byte[1] = { 0 };

static void client(struct session *s, unsigned int flags, uint32_t seq,
		   size_t len)
{
	session_send(s, &(struct sent){ .flags = flags,
					.seq = seq,
					.data = byte,
					.len = len });
}

static void server(struct session *s, unsigned int flags, uint32_t seq,
		   size_t len)
{
	session_send(s, &(struct sent){ .flags = flags,
					.seq = seq,
					.data = byte,
					.len = len,
					.back = true,
					.packet_type = TYPE_OUT });
}

/* The only one, when the capture has ended. */
static const struct connection *only(struct session *s)
{
	session_end(s);
	assert_int_equal(s->seen.num_connections, 1);
	assert_int_equal(s->seen.connections[0].client.port, 40000);
	assert_int_equal(s->seen.connections[0].server.port, 53);
	return &s->seen.connections[0];
}

static struct session s;

static void test_tells_when_what_was_seen_first(void **state)
{
	const struct connection *c;

	(void)state;
	session_begin(&s);
	client(&s, FLAG_SYN, 100, 0);
	client(&s, FLAG_SYN, 100, 0);
	server(&s, SYN_ACK, 500, 0);
	server(&s, SYN_ACK, 500, 0);
	client(&s, FLAG_ACK, 101, 0);
	client(&s, FLAG_ACK, 101, 1);
	server(&s, FLAG_FIN | FLAG_ACK, 501, 0);
	client(&s, FLAG_FIN | FLAG_ACK, 102, 0);
	client(&s, FLAG_RST, 103, 0);
	c = only(&s);
	assert_int_equal(c->first.frame, 1);
	assert_int_equal(c->syn.frame, 1);
	assert_int_equal(c->syn.time_ns, 1000000);
	assert_true(c->syn.has_time);
	assert_int_equal(c->syns, 2);
	assert_int_equal(c->syn_ack.frame, 3);
	assert_int_equal(c->fin.frame, 7);
	assert_int_equal(c->fin_by, SIDE_SERVER);
	assert_int_equal(c->rst.frame, 9);
	assert_int_equal(c->rst_by, SIDE_CLIENT);
	assert_true(c->data[SIDE_CLIENT]);
	assert_false(c->data[SIDE_SERVER]);
	assert_false(c->midstream);
	assert_int_equal(c->icmp.frame, 0);
}

static void test_a_syn_alone_is_a_connection(void **state)
{
	const struct connection *c;

	(void)state;
	session_begin(&s);
	client(&s, FLAG_SYN, 100, 0);
	c = only(&s);
	assert_int_equal(c->syns, 1);
	assert_int_equal(c->syn_ack.frame, 0);
	assert_int_equal(c->rst.frame, 0);
}

static void test_a_reset_may_be_the_answer(void **state)
{
	const struct connection *c;

	(void)state;
	session_begin(&s);
	client(&s, FLAG_SYN, 100, 0);
	server(&s, FLAG_RST | FLAG_ACK, 0, 0);
	c = only(&s);
	assert_int_equal(c->rst.frame, 2);
	assert_int_equal(c->rst_by, SIDE_SERVER);
	assert_int_equal(c->syn_ack.frame, 0);
}

/* What a RST carries is a remark. */
static void test_data_of_a_reset_is_none(void **state)
{
	const struct connection *c;

	(void)state;
	session_begin(&s);
	client(&s, FLAG_SYN, 100, 0);
	server(&s, FLAG_RST, 0, 1);
	c = only(&s);
	assert_false(c->data[SIDE_SERVER]);
}

static void test_knows_the_client_whoever_is_seen_first(void **state)
{
	static const struct {
		unsigned int flags;
		size_t len;
		bool back, midstream;
	} firsts[] = {
		{ FLAG_SYN, 0, false, false },
		{ SYN_ACK, 0, true, false },
		{ FLAG_ACK, 1, false, true },
		{ FLAG_ACK, 1, true, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(firsts); i++) {
		const struct connection *c;

		session_begin(&s);
		session_send(
			&s, &(struct sent){ .flags = firsts[i].flags,
					    .len = firsts[i].len,
					    .data = byte,
					    .back = firsts[i].back,
					    .ifindex = 9,
					    .packet_type = firsts[i].back
								   ? TYPE_OUT
								   : TYPE_IN });
		c = only(&s);
		assert_int_equal(c->midstream, firsts[i].midstream);
		assert_int_equal(c->data[SIDE_SERVER],
				 firsts[i].back && firsts[i].len > 0);
		assert_int_equal(c->ifindex, 9);
		assert_int_equal(c->direction, DIRECTION_IN);
	}
}

static void test_another_syn_is_another_connection(void **state)
{
	(void)state;
	session_begin(&s);
	server(&s, FLAG_ACK, 7000, 1);
	client(&s, FLAG_SYN, 100, 0);
	server(&s, FLAG_RST, 0, 0);
	client(&s, FLAG_SYN, 200, 0);
	server(&s, SYN_ACK, 500, 0);
	session_end(&s);
	assert_int_equal(s.seen.num_connections, 3);
	assert_true(s.seen.connections[0].midstream);
	assert_int_equal(s.seen.connections[0].syns, 0);
	assert_int_equal(s.seen.connections[1].syn.frame, 2);
	assert_int_equal(s.seen.connections[1].rst.frame, 3);
	assert_int_equal(s.seen.connections[2].syn.frame, 4);
	assert_int_equal(s.seen.connections[2].syns, 1);
	assert_int_equal(s.seen.connections[2].rst.frame, 0);
}

static void test_what_begins_nothing_is_no_connection(void **state)
{
	(void)state;
	session_begin(&s);
	client(&s, FLAG_ACK, 100, 0);
	client(&s, FLAG_FIN, 100, 0);
	client(&s, FLAG_RST, 100, 0);
	session_end(&s);
	assert_int_equal(s.seen.num_connections, 0);
}

/* An error message that came in about a segment that went out. */
static void send_error(struct session *session, unsigned int code)
{
	static struct build b;
	struct frame frame;

	b.len = 0;
	build_u16(&b, 0x0800);
	build_u16(&b, 0);
	build_u32(&b, 9);
	build_u16(&b, 1);
	build_u8(&b, TYPE_IN);
	build_u8(&b, 6);
	build_u32(&b, 0);
	build_u32(&b, 0);
	build_ipv4(&b, 1, 8 + 20 + 8);
	build_u8(&b, 3);
	build_u8(&b, code);
	build_u16(&b, 0);
	build_u32(&b, 0);
	build_ipv4(&b, PROTOCOL_TCP, 20);
	build_u16(&b, 40000);
	build_u16(&b, 53);
	build_u32(&b, 100);
	frame = build_frame(&b, LINK_SLL2, ++session->frame);
	assert_int_equal(packets_feed(session->packets, &frame), PACKET_TAKEN);
}

static void test_an_error_message_belongs_to_its_connection(void **state)
{
	const struct connection *c;

	(void)state;
	session_begin(&s);
	session_send(&s, &(struct sent){ .flags = FLAG_SYN,
					 .seq = 100,
					 .ifindex = 9,
					 .packet_type = TYPE_OUT });
	send_error(&s, 13);
	send_error(&s, 1);
	c = only(&s);
	assert_int_equal(c->icmp.frame, 2);
	assert_int_equal(c->icmp_type, 3);
	assert_int_equal(c->icmp_code, 13);
	assert_int_equal(s.seen.num_errors, 2);
}

static void test_an_error_message_elsewhere_does_not(void **state)
{
	static const struct sent elsewhere[] = {
		{ .flags = FLAG_SYN, .ifindex = 8, .packet_type = TYPE_OUT },
		{ .flags = FLAG_SYN, .ifindex = 9, .packet_type = TYPE_IN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(elsewhere); i++) {
		session_begin(&s);
		session_send(&s, &elsewhere[i]);
		send_error(&s, 13);
		assert_int_equal(only(&s)->icmp.frame, 0);
		assert_int_equal(s.seen.num_errors, 1);
	}
}

/* A flood of SYNs costs bounded memory, and each is told. */
static void test_forgets_the_oldest_and_tells_of_it(void **state)
{
	enum { FLOOD = 40000, CEILING = 32768 };

	(void)state;
	session_begin(&s);
	for (unsigned int i = 0; i < FLOOD; i++)
		session_send(&s, &(struct sent){ .flags = FLAG_SYN,
						 .ifindex = i + 1 });
	assert_int_equal(s.seen.num_connections, FLOOD - CEILING);
	assert_int_equal(s.seen.connections[0].ifindex, 1);
	assert_int_equal(s.seen.connections[1].ifindex, 2);
	session_end(&s);
	assert_int_equal(s.seen.num_connections, FLOOD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tells_when_what_was_seen_first),
		cmocka_unit_test(test_a_syn_alone_is_a_connection),
		cmocka_unit_test(test_a_reset_may_be_the_answer),
		cmocka_unit_test(test_data_of_a_reset_is_none),
		cmocka_unit_test(test_knows_the_client_whoever_is_seen_first),
		cmocka_unit_test(test_another_syn_is_another_connection),
		cmocka_unit_test(test_what_begins_nothing_is_no_connection),
		cmocka_unit_test(
			test_an_error_message_belongs_to_its_connection),
		cmocka_unit_test(test_an_error_message_elsewhere_does_not),
		cmocka_unit_test(test_forgets_the_oldest_and_tells_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
