/* SPDX-License-Identifier: BSD-3-Clause */
/* Which messages are taken for one: the rules of copies.h, one by one. */
#include "correlate/copies.h"

#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "tests/test.h"

enum { US = 1000 };

static const int64_t start_ns = 1000 * NS_PER_SECOND;

static const struct copy_place any = { .node = 1,
				       .interface = 1,
				       .times_advance = true };

static struct endpoint at(uint8_t last, uint16_t port)
{
	return (struct endpoint){ .address = { .len = 4,
					       .bytes = { 10, 0, 0, last } },
				  .port = port };
}

/* On interface number ifindex, that much after the start. */
static struct datagram seen(const char *payload, uint32_t ifindex,
			    enum frame_direction direction, int64_t after_ns)
{
	return (struct datagram){
		.src = at(5, 40000),
		.dst = at(10, 53),
		.payload = { (const uint8_t *)payload, strlen(payload) },
		.time_ns = start_ns + after_ns,
		.has_time = true,
		.ifindex = ifindex,
		.direction = direction,
		.ttl = 64,
		.ip_id = 7,
	};
}

static void assert_verdict(struct copies *c, const struct datagram *d,
			   enum copy_verdict expected)
{
	struct copied original;

	assert_int_equal(copies_feed(c, d, &any, &original), expected);
}

static int set_up(void **state)
{
	*state = copies_new();
	return 0;
}

static int tear_down(void **state)
{
	copies_free(*state);
	return 0;
}

static void test_nat_changes_one_endpoint(void **state)
{
	struct datagram veth = seen("q", 2, DIRECTION_IN, 0);
	struct datagram pod = seen("q", 3, DIRECTION_OUT, 74 * US);

	pod.dst = at(9, 53);
	pod.ttl = 63;
	assert_verdict(*state, &veth, COPY_NONE);
	assert_verdict(*state, &pod, COPY_ANOTHER);
}

static void test_multicast_and_unicast_are_two_messages(void **state)
{
	struct datagram group = seen("r", 2, DIRECTION_UNKNOWN, 0);
	struct datagram one = seen("r", 2, DIRECTION_UNKNOWN, 50 * US);
	struct datagram veth = seen("r", 3, DIRECTION_OUT, 90 * US);

	group.dst = (struct endpoint){
		.address = { .len = 4, .bytes = { 224, 0, 0, 251 } },
		.port = 5353,
	};
	veth.dst = group.dst;
	assert_verdict(*state, &group, COPY_NONE);
	assert_verdict(*state, &one, COPY_NONE);
	assert_verdict(*state, &veth, COPY_ANOTHER);
}

static void test_both_endpoints_change_but_not_the_identification(void **state)
{
	struct datagram first = seen("q", 2, DIRECTION_IN, 0);
	struct datagram second = seen("q", 3, DIRECTION_OUT, 50 * US);
	struct datagram stranger = seen("q", 3, DIRECTION_OUT, 60 * US);

	second.src = stranger.src = at(20, 50000);
	second.dst = stranger.dst = at(9, 53);
	stranger.ip_id = 8;
	assert_verdict(*state, &first, COPY_NONE);
	assert_verdict(*state, &second, COPY_ANOTHER);
	assert_verdict(*state, &stranger, COPY_NONE);
}

/* IPv6 has no identification: then the end that stays tells. */
static void test_without_identification_one_end_stays(void **state)
{
	struct datagram in = seen("q", 2, DIRECTION_IN, 0);
	struct datagram out = seen("q", 3, DIRECTION_OUT, 50 * US);
	struct datagram other = seen("q", 4, DIRECTION_IN, 60 * US);

	in.ip_id = out.ip_id = other.ip_id = 0;
	out.dst = at(9, 53);
	other.src = at(6, 40000);
	assert_verdict(*state, &in, COPY_NONE);
	assert_verdict(*state, &out, COPY_ANOTHER);
	/* Nothing is translated on the way in: another client's. */
	assert_verdict(*state, &other, COPY_NONE);
}

/* A capture of one interface that does not tell directions. */
static void test_one_interface_shows_no_copies(void **state)
{
	struct datagram a = seen("q", 0, DIRECTION_UNKNOWN, 0);
	struct datagram b = seen("q", 0, DIRECTION_UNKNOWN, 10 * US);

	b.dst = at(9, 53);
	assert_verdict(*state, &a, COPY_NONE);
	assert_verdict(*state, &b, COPY_NONE);
}

static void test_copies_tell_whose_they_are(void **state)
{
	struct datagram first = seen("q", 2, DIRECTION_IN, 0);
	struct datagram second = seen("q", 3, DIRECTION_OUT, 10 * US);
	struct datagram third = seen("q", 4, DIRECTION_IN, 20 * US);
	struct copied name = { .message = 4, .exchange = 1 }, original;

	copies_feed(*state, &first, &any, &original);
	assert_int_equal(original.message, 0);
	copies_name(*state, &name);
	copies_feed(*state, &second, &any, &original);
	assert_int_equal(original.message, 4);
	assert_int_equal(original.exchange, 1);
	copies_feed(*state, &third, &any, &original);
	assert_int_equal(original.message, 4);
}

static void test_the_same_place_again_is_a_second_try(void **state)
{
	struct datagram in = seen("q", 2, DIRECTION_IN, 0);
	struct datagram out = seen("q", 3, DIRECTION_OUT, 10 * US);

	assert_verdict(*state, &in, COPY_NONE);
	assert_verdict(*state, &out, COPY_ANOTHER);
	in.time_ns += 20 * US;
	in.ip_id = out.ip_id = 8;
	out.time_ns += 20 * US;
	assert_verdict(*state, &in, COPY_NONE);
	/* Of the second try: the first one was there already. */
	assert_verdict(*state, &out, COPY_ANOTHER);
	out.time_ns += 20 * US;
	assert_verdict(*state, &out, COPY_NONE);
}

static void test_other_content_is_another_message(void **state)
{
	struct datagram a = seen("q", 2, DIRECTION_IN, 0);
	struct datagram b = seen("Q", 3, DIRECTION_OUT, 10 * US);

	assert_verdict(*state, &a, COPY_NONE);
	assert_verdict(*state, &b, COPY_NONE);
}

static void test_a_copy_comes_soon_and_its_ttl_does_not_grow(void **state)
{
	struct datagram a = seen("q", 2, DIRECTION_IN, 0);
	struct datagram grown = seen("q", 3, DIRECTION_OUT, 10 * US);
	struct datagram late = seen("q", 4, DIRECTION_OUT, NS_PER_SECOND / 4);
	struct datagram early = seen("q", 5, DIRECTION_IN, -5 * US);

	grown.ttl = 65;
	early.ttl = 65;
	assert_verdict(*state, &a, COPY_NONE);
	assert_verdict(*state, &grown, COPY_NONE);
	assert_verdict(*state, &late, COPY_NONE);
	/* Queues of a network card may turn the order around. */
	assert_verdict(*state, &early, COPY_ANOTHER);
}

static void test_the_same_record_is_a_repeat(void **state)
{
	struct datagram a = seen("q", 2, DIRECTION_IN, 0);

	assert_verdict(*state, &a, COPY_NONE);
	a.frame++;
	assert_verdict(*state, &a, COPY_REPEAT);
	a.ip_id++;
	assert_verdict(*state, &a, COPY_NONE);
}

static void test_the_same_frame_of_another_file_is_a_repeat(void **state)
{
	struct datagram a = seen("q", 2, DIRECTION_IN, 0);

	assert_verdict(*state, &a, COPY_NONE);
	a.source++;
	assert_verdict(*state, &a, COPY_REPEAT);
}

static void test_messages_of_one_segment_are_no_repeats(void **state)
{
	struct datagram a = seen("q", 2, DIRECTION_IN, 0);

	a.transport = TRANSPORT_TCP;
	assert_verdict(*state, &a, COPY_NONE);
	assert_verdict(*state, &a, COPY_NONE);
	a.packet_id = 77;
	assert_verdict(*state, &a, COPY_NONE);
	assert_verdict(*state, &a, COPY_NONE);
}

static void test_where_all_times_are_alike_nothing_repeats(void **state)
{
	struct copy_place alike = { .node = 1, .interface = 1 };
	struct datagram a = seen("q", 2, DIRECTION_IN, 0);
	struct copied original;

	assert_int_equal(copies_feed(*state, &a, &alike, &original), COPY_NONE);
	assert_int_equal(copies_feed(*state, &a, &alike, &original), COPY_NONE);
}

static void test_without_times_nothing_repeats(void **state)
{
	struct datagram a = seen("q", 2, DIRECTION_IN, 0);

	a.has_time = false;
	assert_verdict(*state, &a, COPY_NONE);
	assert_verdict(*state, &a, COPY_NONE);
}

static void test_a_number_of_the_packet_tells_repeats(void **state)
{
	struct datagram a = seen("q", 2, DIRECTION_IN, 0);

	a.packet_id = 77;
	assert_verdict(*state, &a, COPY_NONE);
	a.frame++;
	a.time_ns += 3 * US;
	assert_verdict(*state, &a, COPY_REPEAT);
	a.packet_id = 78;
	assert_verdict(*state, &a, COPY_NONE);
}

static void test_nodes_are_apart(void **state)
{
	struct copy_place other = { .node = 2, .interface = 1 };
	struct copied original;
	struct datagram a = seen("q", 2, DIRECTION_OUT, 0);
	struct datagram b = seen("q", 2, DIRECTION_IN, 10 * US);

	assert_verdict(*state, &a, COPY_NONE);
	assert_int_equal(copies_feed(*state, &b, &other, &original), COPY_NONE);
}

static void test_what_is_long_ago_is_forgotten(void **state)
{
	struct datagram a = seen("first", 2, DIRECTION_IN, 0), other;
	char payload[16];

	assert_verdict(*state, &a, COPY_NONE);
	for (int i = 0; i < 40000; i++) {
		snprintf(payload, sizeof(payload), "%d", i);
		other = seen(payload, 2, DIRECTION_IN, 1);
		assert_verdict(*state, &other, COPY_NONE);
	}
	assert_verdict(*state, &a, COPY_NONE);
	other.frame++;
	assert_verdict(*state, &other, COPY_REPEAT);
}

static const struct copy_place other_node = { .node = 2,
					      .interface = 2,
					      .times_advance = true };

/* What the datagram is to the one that another node saw as exchange 7. */
static struct crossing cross(struct copies *c, const struct datagram *there,
			     const struct datagram *here)
{
	struct copied name = { .message = 28, .exchange = 7 }, original;

	assert_int_equal(copies_feed(c, there, &other_node, &original),
			 COPY_NONE);
	copies_name(c, &name);
	assert_int_equal(copies_feed(c, here, &any, &original), COPY_NONE);
	return copies_crossing(c);
}

static void test_nodes_cross_where_both_ends_are_the_same(void **state)
{
	struct datagram out = seen("q", 2, DIRECTION_OUT, 0);
	struct datagram in = seen("q", 3, DIRECTION_IN, 1700 * 1000 * US);
	struct crossing c;

	c = cross(*state, &out, &in);
	assert_int_equal(c.other.exchange, 7);
	assert_int_equal(c.other.message, 28);
	assert_true(c.other_is_first);
}

/* The clock of the node that it came to may be behind. */
static void test_directions_tell_which_node_is_first(void **state)
{
	struct datagram in = seen("q", 2, DIRECTION_IN, 0);
	struct datagram out = seen("q", 3, DIRECTION_OUT, 1700 * 1000 * US);
	struct crossing c = cross(*state, &in, &out);

	assert_int_equal(c.other.exchange, 7);
	assert_false(c.other_is_first);
}

static void test_without_directions_routers_count_down(void **state)
{
	struct datagram far = seen("q", 2, DIRECTION_UNKNOWN, 0);
	struct datagram near = seen("q", 3, DIRECTION_UNKNOWN, 1000 * US);
	struct crossing c;

	far.ttl = 62;
	c = cross(*state, &far, &near);
	assert_int_equal(c.other.exchange, 7);
	assert_false(c.other_is_first);
}

static void test_before_nat_the_identification_crosses(void **state)
{
	struct datagram far = seen("q", 2, DIRECTION_IN, 0);
	struct datagram near = seen("q", 3, DIRECTION_IN, 300 * US);

	far.dst = at(9, 53);
	assert_int_equal(cross(*state, &far, &near).other.exchange, 7);
	near.ip_id = 8;
	near.payload = far.payload;
	assert_int_equal(cross(*state, &far, &near).other.exchange, 0);
}

static void test_what_is_far_apart_does_not_cross(void **state)
{
	struct datagram out = seen("q", 2, DIRECTION_OUT, 0);
	struct datagram in = seen("q", 3, DIRECTION_IN, 11 * NS_PER_SECOND);

	assert_int_equal(cross(*state, &out, &in).other.exchange, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_nat_changes_one_endpoint),
		TEST(test_multicast_and_unicast_are_two_messages),
		TEST(test_both_endpoints_change_but_not_the_identification),
		TEST(test_without_identification_one_end_stays),
		TEST(test_one_interface_shows_no_copies),
		TEST(test_copies_tell_whose_they_are),
		TEST(test_the_same_place_again_is_a_second_try),
		TEST(test_other_content_is_another_message),
		TEST(test_a_copy_comes_soon_and_its_ttl_does_not_grow),
		TEST(test_the_same_record_is_a_repeat),
		TEST(test_the_same_frame_of_another_file_is_a_repeat),
		TEST(test_messages_of_one_segment_are_no_repeats),
		TEST(test_where_all_times_are_alike_nothing_repeats),
		TEST(test_without_times_nothing_repeats),
		TEST(test_a_number_of_the_packet_tells_repeats),
		TEST(test_nodes_are_apart),
		TEST(test_what_is_long_ago_is_forgotten),
		TEST(test_nodes_cross_where_both_ends_are_the_same),
		TEST(test_directions_tell_which_node_is_first),
		TEST(test_without_directions_routers_count_down),
		TEST(test_before_nat_the_identification_crosses),
		TEST(test_what_is_far_apart_does_not_cross),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
