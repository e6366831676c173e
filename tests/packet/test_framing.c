/* SPDX-License-Identifier: BSD-3-Clause */
/* Finding messages where bytes are missing: joins, holes, cut segments. */
#include "tests/test.h"

#include <string.h>

#include "tests/packet/build.h"

static struct session s;
static struct build b;
static struct packet_tally tally;

static void end_session(void)
{
	packets_finish(s.packets);
	tally = *packets_tally(s.packets);
	session_end(&s);
}

/* count framed messages of 30 bytes: 32 each in the stream. */
static void build_messages(unsigned int count)
{
	b.len = 0;
	for (unsigned int id = 1; id <= count; id++)
		build_framed(&b, id, 30);
}

static void send_part(size_t from, size_t to)
{
	session_data(&s, 1000 + (uint32_t)from, b.data + from, to - from);
}

static void acknowledge(uint32_t ack)
{
	struct sent what = { .flags = FLAG_ACK,
			     .seq = 5000,
			     .ack = ack,
			     .back = true,
			     .packet_type = 4 };

	session_send(&s, &what);
}

/*
 * Segments of a connection joined in its middle, the sizes of which are given,
 * of a stream of messages 1 to 4, of 30 bytes, that begins at `from`.
 */
static void test_joins_a_connection_in_its_middle(void **state)
{
	static const struct {
		const char *what;
		size_t from, sizes[8];
		unsigned int first_id, count;
	} cases[] = {
		{ "one message each", 0, { 32, 32, 32, 32 }, 1, 4 },
		{ "several in the first", 0, { 96, 32 }, 1, 4 },
		{ "a message and a half", 0, { 48, 80 }, 1, 4 },
		{ "half a message", 0, { 16, 112 }, 1, 4 },
		{ "less than a header, then whole ones",
		  22,
		  { 10, 32, 64 },
		  2,
		  3 },
		{ "the rest of one, then whole ones", 12, { 20, 96 }, 2, 3 },
		{ "the length was just before", 2, { 30, 32, 64 }, 1, 4 },
		{ "length and message apart", 0, { 2, 30, 2, 30, 64 }, 1, 4 },
		{ "the length alone, then more than one", 0, { 2, 126 }, 1, 4 },
		{ "the length alone, then a part", 0, { 2, 20, 106 }, 1, 4 },
		{ "always in the middle", 16, { 32, 32, 32 }, 0, 0 },
	};

	(void)state;
	build_messages(4);
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t at = cases[i].from;

		session_begin(&s);
		for (size_t n = 0; cases[i].sizes[n] > 0; n++) {
			send_part(at, at + cases[i].sizes[n]);
			at += cases[i].sizes[n];
		}
		end_session();
		if (s.seen.count != cases[i].count)
			fail_msg("%s: %zu messages", cases[i].what,
				 s.seen.count);
		for (unsigned int n = 0; n < cases[i].count; n++)
			check_message(&s, n, cases[i].first_id + n, 30);
		assert_int_equal(tally.stream_gaps, 0);
	}
}

static void test_does_not_believe_a_framing_that_leads_astray(void **state)
{
	(void)state;
	b.len = 0;
	build_framed(&b, 1, 30);
	b.data[1] = 25; /* a length that is wrong, and nothing to check it */
	build_bytes(&b, "\xff\xff not a message", 17);
	build_framed(&b, 2, 30);
	session_begin(&s);
	send_part(0, 32);
	send_part(32, 49);
	send_part(49, b.len);
	end_session();
	check_message(&s, s.seen.count - 1, 2, 30);
}

static void test_finds_nothing_in_another_protocol(void **state)
{
	static const char text[] =
		"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";

	(void)state;
	session_begin(&s);
	for (uint32_t i = 0; i < 10; i++)
		session_data(&s, 1000 + i * sizeof(text), (const uint8_t *)text,
			     sizeof(text));
	end_session();
	assert_int_equal(s.seen.count, 0);
}

/* Messages 1 to 8, a hole in them, what comes of it. */
static void test_goes_on_after_a_hole(void **state)
{
	static const struct {
		const char *what;
		size_t before, after; /* the hole is between */
		size_t cut_len;       /* of the message cut; 0: none */
		unsigned int next_id;
	} cases[] = {
		{ "whole messages missing", 64, 128, 0, 5 },
		{ "the start of the connection", 0, 32, 0, 2 },
		{ "within a message", 74, 80, 8, 4 },
		{ "up to a message's end", 74, 96, 8, 4 },
		{ "after the length", 66, 80, 0, 4 },
		{ "in the length", 65, 96, 0, 4 },
		{ "over two messages", 74, 128, 8, 5 },
	};

	(void)state;
	build_messages(8);
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t whole = cases[i].before / 32, n = whole;

		session_begin(&s);
		session_syn(&s, 999);
		if (cases[i].before > 0)
			send_part(0, cases[i].before);
		send_part(cases[i].after, b.len);
		assert_int_equal(s.seen.count, whole);
		end_session();
		if (cases[i].cut_len > 0) {
			check_cut_message(&s, n, cases[i].cut_len, 30);
			assert_true(s.seen.datagrams[n++].stream_gap);
		}
		for (unsigned int id = cases[i].next_id; id <= 8; id++)
			check_message(&s, n++, id, 30);
		if (s.seen.count != n)
			fail_msg("%s: %zu messages", cases[i].what,
				 s.seen.count);
		assert_int_equal(tally.stream_gaps, 1);
	}
}

static void test_looks_again_where_a_hole_ends_within_a_message(void **state)
{
	(void)state;
	build_messages(4);
	session_begin(&s);
	session_syn(&s, 999);
	send_part(0, 32);
	send_part(50, 64); /* the rest of message 2, whose start is missing */
	send_part(64, 128);
	end_session();
	assert_int_equal(s.seen.count, 3);
	check_message(&s, 0, 1, 30);
	check_message(&s, 1, 3, 30);
	check_message(&s, 2, 4, 30);
}

static void test_gives_a_hole_up_once_it_is_acknowledged(void **state)
{
	(void)state;
	build_messages(4);
	session_begin(&s);
	session_syn(&s, 999);
	send_part(0, 32);
	send_part(64, 96);
	acknowledge(1032);
	assert_int_equal(s.seen.count, 1);
	acknowledge(1096);
	assert_int_equal(s.seen.count, 2);
	check_message(&s, 1, 3, 30);
	send_part(32, 64); /* too late */
	send_part(96, 128);
	end_session();
	assert_int_equal(s.seen.count, 3);
	check_message(&s, 2, 4, 30);
	assert_int_equal(tally.stream_gaps, 1);
}

static void test_does_not_wait_where_all_is_acknowledged(void **state)
{
	(void)state;
	build_messages(4);
	session_begin(&s);
	session_syn(&s, 999);
	send_part(0, 32);
	acknowledge(1064);
	send_part(64, 96);
	assert_int_equal(s.seen.count, 2);
	end_session();
	assert_int_equal(tally.stream_gaps, 1);
}

static void test_hands_a_held_question_on_before_its_answer(void **state)
{
	struct sent answer = { .flags = FLAG_ACK,
			       .seq = 5000,
			       .ack = 1096,
			       .data = b.data,
			       .len = 32,
			       .back = true,
			       .packet_type = 4 };

	(void)state;
	build_messages(4);
	session_begin(&s);
	session_syn(&s, 999);
	send_part(64, 96);
	session_send(&s, &answer);
	assert_int_equal(s.seen.count, 2);
	assert_int_equal(s.seen.datagrams[0].dst.port, 53);
	assert_int_equal(s.seen.datagrams[1].src.port, 53);
	end_session();
}

/* Half a message, then an end; what is handed on is not called whole. */
static void test_hands_on_half_a_message_at_the_end(void **state)
{
	static const struct {
		const char *what;
		unsigned int flags;
		uint32_t seq;
		size_t wire_len;
		bool gap;
	} cases[] = {
		/* What was sent is there: the sender gave up. */
		{ "FIN", FLAG_FIN, 1016, 14, false },
		{ "RST", FLAG_RST, 1016, 14, false },
		{ "FIN after a hole", FLAG_FIN, 1032, 30, true },
		{ "end of the capture", 0, 1016, 30, true },
		{ "another connection", FLAG_SYN, 77777777, 30, true },
	};

	(void)state;
	build_messages(1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sent end = { .flags = cases[i].flags,
				    .seq = cases[i].seq };

		session_begin(&s);
		session_syn(&s, 999);
		send_part(0, 16);
		session_send(&s, &end);
		end_session();
		if (s.seen.count != 1)
			fail_msg("%s: %zu messages", cases[i].what,
				 s.seen.count);
		check_cut_message(&s, 0, 14, cases[i].wire_len);
		assert_int_equal(s.seen.datagrams[0].stream_gap, cases[i].gap);
	}
}

static void test_goes_on_after_a_reset_that_had_no_effect(void **state)
{
	struct sent reset = {
		.flags = FLAG_RST, .seq = 1032, .data = b.data, .len = 32
	};

	(void)state;
	build_messages(4);
	session_begin(&s);
	session_syn(&s, 999);
	send_part(0, 32);
	session_send(&s, &reset); /* what it carries is no message */
	assert_int_equal(s.seen.count, 1);
	send_part(0, 32);
	send_part(32, 128);
	end_session();
	assert_int_equal(s.seen.count, 4);
	check_message(&s, 1, 2, 30);
}

/* A snapshot length: every segment's end is missing. */
static void test_tells_messages_that_the_snaplen_cut(void **state)
{
	(void)state;
	build_messages(4);
	session_begin(&s);
	session_syn(&s, 999);
	for (uint32_t i = 0; i < 4; i++) {
		struct sent what = { .seq = 1000 + 32 * i,
				     .data = b.data + 32 * i,
				     .len = 32,
				     .cut = 10 };

		session_send(&s, &what);
		check_cut_message(&s, i, 20, 30);
		assert_false(s.seen.datagrams[i].stream_gap);
	}
	end_session();
	assert_int_equal(s.seen.count, 4);
	assert_int_equal(tally.stream_gaps, 0);
}

static void test_never_takes_a_cut_segment_for_whole(void **state)
{
	(void)state;
	build_messages(1);
	for (int with_syn = 0; with_syn < 2; with_syn++) {
		for (size_t cut = 1; cut <= 20 + 20 + 32 + 32; cut++) {
			struct sent what = { .seq = 1000,
					     .data = b.data,
					     .len = 32,
					     .cut = cut };

			session_begin(&s);
			if (with_syn)
				session_syn(&s, 999);
			session_send(&s, &what);
			end_session();
			assert_true(s.seen.count <= 1);
			if (s.seen.count == 1)
				check_cut_message(&s, 0, 30 - cut, 30);
			assert_int_equal(s.seen.count,
					 cut < (with_syn ? 30 : 19));
		}
	}
}

static void test_gives_up_holes_when_too_much_is_held(void **state)
{
	uint8_t *noise = b.data + 256;

	(void)state;
	build_messages(8);
	memset(noise, 0xff, 60000);
	/* Many small segments with a hole before each. */
	session_begin(&s);
	session_syn(&s, 999);
	for (uint32_t i = 1; i < 3000; i++)
		session_data(&s, 1000 + 4 * i, noise, 2);
	assert_true(packets_tally(s.packets)->stream_gaps > 2000);
	end_session();
	/* A few that are large. */
	session_begin(&s);
	session_syn(&s, 999);
	send_part(0, 32);
	session_data(&s, 1064, b.data + 64, 32);
	for (uint32_t i = 0; i < 10; i++)
		session_data(&s, 1096 + 60000 * i, noise, 60000);
	assert_int_equal(packets_tally(s.packets)->stream_gaps, 1);
	assert_int_equal(s.seen.count, 2);
	check_message(&s, 1, 3, 30);
	end_session();
}

static void test_forgets_streams_rather_than_grow(void **state)
{
	uint32_t many = 40000;

	(void)state;
	build_messages(1);
	session_begin(&s);
	for (uint32_t i = 0; i < many; i++) {
		struct sent what = { .flags = FLAG_SYN,
				     .seq = 999,
				     .ifindex = i };

		session_send(&s, &what);
	}
	/* The last one is known, the first one is not. */
	for (uint32_t i = 0; i < 2; i++) {
		struct sent what = { .seq = 1000,
				     .data = b.data + 16 * i,
				     .len = 16,
				     .ifindex = i * (many - 1) };

		session_send(&s, &what);
	}
	end_session();
	assert_int_equal(tally.streams_dropped, many + 1 - 32768);
	assert_int_equal(tally.streams, many + 1);
}

static void test_forgets_streams_rather_than_hold_too_much(void **state)
{
	(void)state;
	b.len = 0;
	build_framed(&b, 1, 60000);
	session_begin(&s);
	for (uint32_t i = 0; i < 1700; i++) {
		/* Half of them hold a message begun, half one out of order. */
		struct sent what = { .flags = FLAG_SYN,
				     .seq = 999 - i % 2,
				     .ifindex = i };

		session_send(&s, &what);
		what = (struct sent){
			.seq = 1000, .data = b.data, .len = 40000, .ifindex = i
		};
		session_send(&s, &what);
	}
	assert_true(s.seen.count > 200);
	check_cut_message(&s, 0, 39998, 60000);
	assert_true(s.seen.datagrams[0].stream_gap);
	tally = *packets_tally(s.packets);
	assert_true(tally.streams_dropped > 300);
	assert_true(tally.streams_dropped < 500);
	packets_free(s.packets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_joins_a_connection_in_its_middle),
		cmocka_unit_test(
			test_does_not_believe_a_framing_that_leads_astray),
		cmocka_unit_test(test_finds_nothing_in_another_protocol),
		cmocka_unit_test(test_goes_on_after_a_hole),
		cmocka_unit_test(
			test_looks_again_where_a_hole_ends_within_a_message),
		cmocka_unit_test(test_gives_a_hole_up_once_it_is_acknowledged),
		cmocka_unit_test(test_does_not_wait_where_all_is_acknowledged),
		cmocka_unit_test(
			test_hands_a_held_question_on_before_its_answer),
		cmocka_unit_test(test_hands_on_half_a_message_at_the_end),
		cmocka_unit_test(test_goes_on_after_a_reset_that_had_no_effect),
		cmocka_unit_test(test_tells_messages_that_the_snaplen_cut),
		cmocka_unit_test(test_never_takes_a_cut_segment_for_whole),
		cmocka_unit_test(test_gives_up_holes_when_too_much_is_held),
		cmocka_unit_test(test_forgets_streams_rather_than_grow),
		cmocka_unit_test(
			test_forgets_streams_rather_than_hold_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
