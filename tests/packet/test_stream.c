/* SPDX-License-Identifier: BSD-3-Clause */
/* Segments in, messages out: order, repetition, holes, ends. */
#include "tests/test.h"

#include <string.h>

#include "tests/packet/build.h"

static struct session s;
static struct build b;
static struct packet_tally tally;

/* Messages 1 to 4 of these lengths, one after the other. */
static const size_t lengths[] = { 20, 47, 500, 12 };

static void build_four_messages(void)
{
	b.len = 0;
	for (unsigned int i = 0; i < COUNT(lengths); i++)
		build_framed(&b, i + 1, lengths[i]);
}

static void end_session(void)
{
	packets_finish(s.packets);
	tally = *packets_tally(s.packets);
	session_end(&s);
}

/* Whole, in order, each once. */
static void check_four_messages(void)
{
	end_session();
	assert_int_equal(s.seen.count, COUNT(lengths));
	for (unsigned int i = 0; i < COUNT(lengths); i++)
		check_message(&s, i, i + 1, lengths[i]);
	assert_int_equal(tally.stream_gaps, 0);
	assert_int_equal(tally.streams, 1);
}

static void test_cuts_messages_out_of_one_segment(void **state)
{
	const struct datagram *d = s.seen.datagrams;

	(void)state;
	build_four_messages();
	session_begin(&s);
	session_syn(&s, 999);
	session_data(&s, 1000, b.data, b.len);
	check_four_messages();
	check_endpoint(&d->src, "10.0.0.1", 40000);
	check_endpoint(&d->dst, "10.0.0.2", 53);
	assert_int_equal(d->first_frame, 2);
	assert_int_equal(d->frame, 2);
	assert_int_equal(d->time_ns, 2000000);
	assert_int_equal(d->ttl, 63);
	assert_int_equal(d->ip_id, 0x1234);
	assert_int_equal(d->direction, DIRECTION_IN);
}

/* The length alone, the rest out of order, and one segment twice. */
static void test_tells_in_which_frames_a_message_came(void **state)
{
	static const uint64_t expected[] = { 2, 4, 3 };

	(void)state;
	b.len = 0;
	build_framed(&b, 1, 47);
	session_begin(&s);
	session_syn(&s, 999);
	session_data(&s, 1000, b.data, 2);
	session_data(&s, 1020, b.data + 20, b.len - 20);
	session_data(&s, 1002, b.data + 2, 18);
	session_data(&s, 1002, b.data + 2, 18);
	session_data(&s, 1000 + (uint32_t)b.len, b.data, b.len);
	end_session();
	assert_int_equal(s.seen.count, 2);
	/* The second message came in one. */
	assert_int_equal(s.seen.num_wholes, 1);
	assert_int_equal(s.seen.whole, 4);
	assert_int_equal(s.seen.num_parts, COUNT(expected));
	assert_memory_equal(s.seen.parts, expected, sizeof(expected));
}

static void test_tells_no_more_frames_than_it_holds(void **state)
{
	(void)state;
	b.len = 0;
	build_framed(&b, 1, 2 * PARTS_MAX);
	session_begin(&s);
	session_syn(&s, 999);
	for (size_t i = 0; i < b.len; i++)
		session_data(&s, 1000 + (uint32_t)i, b.data + i, 1);
	end_session();
	assert_int_equal(s.seen.count, 1);
	assert_int_equal(s.seen.num_parts, PARTS_MAX);
}

static void test_joins_segments_split_anywhere(void **state)
{
	(void)state;
	build_four_messages();
	for (size_t at = 1; at < b.len; at++) {
		session_begin(&s);
		session_syn(&s, 999);
		session_data(&s, 1000, b.data, at);
		session_data(&s, 1000 + (uint32_t)at, b.data + at, b.len - at);
		check_four_messages();
		assert_int_equal(s.seen.datagrams[0].first_frame,
				 at <= 2 ? 3 : 2);
		assert_int_equal(s.seen.datagrams[0].frame, at < 22 ? 3 : 2);
		assert_int_equal(s.seen.datagrams[3].frame, 3);
	}
}

static void test_joins_segments_of_any_size(void **state)
{
	(void)state;
	build_four_messages();
	for (size_t size = 1; size < 100; size++) {
		session_begin(&s);
		session_syn(&s, 999);
		for (size_t at = 0; at < b.len; at += size) {
			size_t left = b.len - at;

			session_data(&s, 1000 + (uint32_t)at, b.data + at,
				     left < size ? left : size);
		}
		check_four_messages();
	}
}

/* Each of four segments once, in an order of 24; base may wrap around. */
static void send_permuted(int order, uint32_t base)
{
	size_t quarter = b.len / 4;
	bool sent[4] = { false };

	for (int left = 4; left > 0; left--) {
		int nth = order % left, i = 0;

		order /= left;
		while (sent[i] || nth-- > 0)
			i++;
		sent[i] = true;
		session_data(&s, base + (uint32_t)(i * quarter),
			     b.data + i * quarter,
			     i == 3 ? b.len - 3 * quarter : quarter);
	}
}

static void test_puts_segments_in_order(void **state)
{
	static const uint32_t bases[] = { 1000, 0xffffffff, 0xffffff00,
					  0x7fffff80, 0 };

	(void)state;
	build_four_messages();
	for (size_t i = 0; i < COUNT(bases); i++) {
		for (int order = 0; order < 24; order++) {
			session_begin(&s);
			session_syn(&s, bases[i] - 1);
			send_permuted(order, bases[i]);
			check_four_messages();
			assert_int_equal(tally.verdicts[PACKET_TAKEN], 5);
		}
	}
}

static void test_names_the_frame_that_completed_a_message(void **state)
{
	(void)state;
	b.len = 0;
	build_framed(&b, 1, 40);
	build_framed(&b, 2, 40);
	session_begin(&s);
	session_syn(&s, 999);
	session_data(&s, 1020, b.data + 20, 64); /* 2: and all of message 2 */
	session_data(&s, 1000, b.data, 20);      /* 3 */
	end_session();
	check_message(&s, 0, 1, 40);
	assert_int_equal(s.seen.datagrams[0].first_frame, 3);
	assert_int_equal(s.seen.datagrams[0].frame, 3);
	assert_int_equal(s.seen.datagrams[0].time_ns, 3000000);
	check_message(&s, 1, 2, 40);
	assert_int_equal(s.seen.datagrams[1].frame, 2);
}

static void test_takes_repeated_bytes_once(void **state)
{
	(void)state;
	build_four_messages();
	for (size_t at = 0; at < b.len; at += 7) {
		session_begin(&s);
		session_syn(&s, 999);
		session_syn(&s, 999);
		session_data(&s, 1000, b.data, 300);
		session_data(&s, 1000, b.data, 300);
		session_data(&s, 1000 + (uint32_t)at, b.data + at, b.len - at);
		if (at > 300)
			session_data(&s, 1290, b.data + 290, b.len - 290);
		session_data(&s, 1000, b.data, b.len);
		check_four_messages();
	}
}

static void test_lets_the_first_of_overlapping_segments_win(void **state)
{
	uint8_t other[200];

	(void)state;
	memset(other, 'x', sizeof(other));
	build_four_messages();
	session_begin(&s);
	session_syn(&s, 999);
	session_data(&s, 1100, b.data + 100, 50);
	session_data(&s, 1200, b.data + 200, 50);
	session_data(&s, 1000, b.data, 100);
	session_data(&s, 1050, other, 100); /* all of it known */
	session_data(&s, 1150, b.data + 150, 50);
	/* Around held segments: only what they leave is taken. */
	session_data(&s, 1300, b.data + 300, 50);
	session_data(&s, 1400, b.data + 400, 50);
	memcpy(other, b.data + 260, 180);
	memset(other + 40, 'x', 50);
	memset(other + 140, 'x', 40);
	session_data(&s, 1260, other, 180);
	session_data(&s, 1450, b.data + 450, b.len - 450);
	session_data(&s, 1250, b.data + 250, 10);
	check_four_messages();
	assert_memory_equal(s.seen.payloads[2], b.data + 22 + 49 + 2, 500);
}

/* Repeatable, and random enough here: Knuth's MMIX. */
static uint32_t next_random(uint64_t *state, uint32_t below)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(*state >> 33) % below;
}

/* Pieces of every size from around what is not sent yet, then the rest. */
static void send_in_disorder(uint64_t *seed)
{
	uint32_t base = next_random(seed, 4) * 0x40000000 - 100, sent = 0;

	session_syn(&s, base - 1);
	while (sent < b.len) {
		uint32_t from = sent > 50 ? sent - 50 : 0, to;

		from += next_random(seed, 100);
		from = from < b.len ? from : (uint32_t)b.len - 1;
		to = from + 1 + next_random(seed, 80);
		to = to < b.len ? to : (uint32_t)b.len;
		session_data(&s, base + from, b.data + from, to - from);
		if (from <= sent && to > sent)
			sent = to;
	}
}

static void test_survives_any_disorder(void **state)
{
	uint64_t seed = 1;

	(void)state;
	build_four_messages();
	for (int round = 0; round < 500; round++) {
		session_begin(&s);
		send_in_disorder(&seed);
		check_four_messages();
	}
}

static void test_is_not_disturbed_by_empty_segments(void **state)
{
	(void)state;
	build_four_messages();
	session_begin(&s);
	session_data(&s, 1000, b.data, 0);
	session_syn(&s, 999);
	session_data(&s, 1000, b.data, 0);
	session_data(&s, 1000, b.data, 100);
	session_data(&s, 1100, b.data, 0);
	session_data(&s, 1099, (const uint8_t *)"", 1); /* keep-alive */
	session_data(&s, 1099, b.data, 0);
	session_data(&s, 1100, b.data + 100, b.len - 100);
	check_four_messages();
}

static void test_takes_data_on_syn_and_fin(void **state)
{
	struct sent syn = {
		.flags = FLAG_SYN, .seq = 999, .data = b.data, .len = 100
	};
	struct sent fin = { .flags = FLAG_FIN, .seq = 1100 };

	(void)state;
	build_four_messages();
	fin.data = b.data + 100;
	fin.len = b.len - 100;
	session_begin(&s);
	session_send(&s, &syn);
	session_send(&s, &fin);
	session_send(&s, &fin);
	session_data(&s, 1000, b.data, b.len);
	check_four_messages();
}

static void test_waits_for_what_comes_after_the_fin(void **state)
{
	struct sent fin = { .flags = FLAG_FIN, .seq = 1100 };

	(void)state;
	build_four_messages();
	fin.data = b.data + 100;
	fin.len = b.len - 100;
	session_begin(&s);
	session_syn(&s, 999);
	session_send(&s, &fin);
	session_data(&s, 1000, b.data, 100);
	check_four_messages();
}

static void test_skips_empty_messages(void **state)
{
	(void)state;
	b.len = 0;
	build_u16(&b, 0);
	build_framed(&b, 1, 30);
	build_u32(&b, 0);
	build_framed(&b, 2, 30);
	session_begin(&s);
	session_syn(&s, 999);
	session_data(&s, 1000, b.data, 1);
	session_data(&s, 1001, b.data + 1, b.len - 1);
	end_session();
	assert_int_equal(s.seen.count, 2);
	check_message(&s, 0, 1, 30);
	check_message(&s, 1, 2, 30);
}

static void test_takes_the_longest_message_there_is(void **state)
{
	size_t left;

	(void)state;
	b.len = 0;
	build_framed(&b, 1, 65535);
	build_framed(&b, 2, 30);
	session_begin(&s);
	session_syn(&s, 999);
	for (size_t at = 0; at < b.len; at += 1448) {
		left = b.len - at;
		session_data(&s, 1000 + (uint32_t)at, b.data + at,
			     left < 1448 ? left : 1448);
	}
	end_session();
	assert_int_equal(s.seen.count, 2);
	check_message(&s, 0, 1, 65535);
	assert_int_equal(s.seen.datagrams[0].first_frame, 2);
	check_message(&s, 1, 2, 30);
}

static void test_tells_connections_of_the_same_endpoints_apart(void **state)
{
	(void)state;
	b.len = 0;
	build_framed(&b, 1, 30);
	build_framed(&b, 2, 30);
	session_begin(&s);
	session_syn(&s, 999);
	session_data(&s, 1000, b.data, 40);
	session_syn(&s, 1015); /* in the window of the one before */
	session_data(&s, 1016, b.data + 32, 32);
	session_syn(&s, 0x80000000); /* far away */
	session_data(&s, 0x80000001, b.data, 32);
	end_session();
	assert_int_equal(s.seen.count, 4);
	check_message(&s, 0, 1, 30);
	check_cut_message(&s, 1, 6, 30);
	assert_true(s.seen.datagrams[1].stream_gap);
	check_message(&s, 2, 2, 30);
	check_message(&s, 3, 1, 30);
	assert_int_equal(tally.streams, 3);
}

static void test_reads_both_directions(void **state)
{
	struct sent syn = { .flags = FLAG_SYN | FLAG_ACK,
			    .seq = 4999,
			    .ack = 1000,
			    .back = true,
			    .packet_type = 4 };
	struct sent answer = { .flags = FLAG_ACK,
			       .seq = 5000,
			       .ack = 1032,
			       .back = true,
			       .packet_type = 4 };

	(void)state;
	b.len = 0;
	build_framed(&b, 1, 30);
	build_framed(&b, 2, 30);
	answer.data = b.data + 32;
	answer.len = 32;
	session_begin(&s);
	session_syn(&s, 999);
	session_send(&s, &syn);
	session_data(&s, 1000, b.data, 32);
	session_send(&s, &answer);
	end_session();
	assert_int_equal(s.seen.count, 2);
	check_message(&s, 0, 1, 30);
	check_message(&s, 1, 2, 30);
	assert_int_equal(s.seen.datagrams[1].src.port, 53);
	assert_int_equal(s.seen.datagrams[1].direction, DIRECTION_OUT);
	assert_int_equal(tally.streams, 2);
}

static void test_keeps_copies_seen_elsewhere_apart(void **state)
{
	(void)state;
	b.len = 0;
	build_framed(&b, 1, 30);
	session_begin(&s);
	for (uint32_t ifindex = 1; ifindex <= 3; ifindex++) {
		for (unsigned int type = 0; type <= 4; type += 4) {
			struct sent copy = { .flags = FLAG_SYN,
					     .seq = 999,
					     .ifindex = ifindex,
					     .packet_type = type };

			session_send(&s, &copy);
			copy = (struct sent){ .seq = 1000,
					      .data = b.data,
					      .len = b.len,
					      .ifindex = ifindex,
					      .packet_type = type };
			session_send(&s, &copy);
		}
	}
	end_session();
	assert_int_equal(s.seen.count, 6);
	for (size_t i = 0; i < 6; i++) {
		check_message(&s, i, 1, 30);
		assert_int_equal(s.seen.datagrams[i].ifindex, i / 2 + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cuts_messages_out_of_one_segment),
		cmocka_unit_test(test_tells_in_which_frames_a_message_came),
		cmocka_unit_test(test_tells_no_more_frames_than_it_holds),
		cmocka_unit_test(test_joins_segments_split_anywhere),
		cmocka_unit_test(test_joins_segments_of_any_size),
		cmocka_unit_test(test_puts_segments_in_order),
		cmocka_unit_test(test_names_the_frame_that_completed_a_message),
		cmocka_unit_test(test_takes_repeated_bytes_once),
		cmocka_unit_test(
			test_lets_the_first_of_overlapping_segments_win),
		cmocka_unit_test(test_survives_any_disorder),
		cmocka_unit_test(test_is_not_disturbed_by_empty_segments),
		cmocka_unit_test(test_takes_data_on_syn_and_fin),
		cmocka_unit_test(test_waits_for_what_comes_after_the_fin),
		cmocka_unit_test(test_skips_empty_messages),
		cmocka_unit_test(test_takes_the_longest_message_there_is),
		cmocka_unit_test(
			test_tells_connections_of_the_same_endpoints_apart),
		cmocka_unit_test(test_reads_both_directions),
		cmocka_unit_test(test_keeps_copies_seen_elsewhere_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
