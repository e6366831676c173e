/* SPDX-License-Identifier: BSD-3-Clause */
/* For whom a server asks: the rules of legs.h, one by one. */
#include "correlate/legs.h"

#include "base/duration.h"
#include "tests/test.h"

#define MS (NS_PER_SECOND / 1000)

static const int64_t start_ns = 1000 * NS_PER_SECOND;

static struct endpoint at(uint8_t last, uint16_t port)
{
	return (struct endpoint){ .address = { .len = 4,
					       .bytes = { 10, 0, 0, last } },
				  .port = port };
}

static const uint8_t client = 5, service = 10, server = 9, upstream = 53;

/* A query for the name that the letter stands for. */
static struct sighting query(struct endpoint src, struct endpoint dst,
			     uint16_t id, char name, int64_t after_ns)
{
	return (struct sighting){
		.time_ns = start_ns + after_ns,
		.has_time = true,
		.src = src,
		.dst = dst,
		.kind = KIND_QUERY,
		.has_header = true,
		.id = id,
		.has_question = true,
		.question = hash_key(&name, 1),
	};
}

static struct sighting response_to(const struct sighting *q, int64_t after_ns)
{
	struct sighting s = *q;

	s.src = q->dst;
	s.dst = q->src;
	s.is_response = true;
	s.time_ns = start_ns + after_ns;
	return s;
}

static void ask_server(struct legs *l, uint16_t id, int64_t after_ns,
		       int64_t exchange)
{
	struct sighting q = query(at(client, 40000 + id), at(server, 53), id,
				  'a', after_ns);

	legs_feed(l, &q, exchange);
}

static struct leg ask_upstream(struct legs *l, uint16_t id, int64_t after_ns)
{
	struct sighting q = query(at(server, 50000 + id), at(upstream, 53), id,
				  'a', after_ns);

	return legs_find(l, &q);
}

static int set_up(void **state)
{
	*state = legs_new();
	return 0;
}

static int tear_down(void **state)
{
	legs_free(*state);
	return 0;
}

static void assert_leg(struct leg leg, int64_t parent,
		       enum leg_confidence confidence)
{
	assert_int_equal(leg.parent, parent);
	assert_int_equal(leg.confidence, confidence);
}

static void test_the_only_one_is_exact(void **state)
{
	ask_server(*state, 1, 0, 7);
	assert_leg(ask_upstream(*state, 900, 1 * MS), 7, LEG_EXACT);
}

static void test_the_query_behind_nat_counts(void **state)
{
	struct sighting asked = query(at(client, 40000), at(service, 53), 1,
				      'a', 0);
	struct sighting behind = query(at(client, 40000), at(server, 53), 1,
				       'a', 1 * MS);

	behind.copy_of = 4 * 7;
	legs_feed(*state, &asked, 7);
	legs_feed(*state, &behind, 7);
	assert_leg(ask_upstream(*state, 900, 2 * MS), 7, LEG_EXACT);
}

static void test_what_was_lost_on_the_way_made_it_ask_nobody(void **state)
{
	struct sighting lost = query(at(client, 40000), at(server, 53), 1, 'a',
				     0);
	struct sighting asked = query(at(client, 40001), at(server, 53), 2, 'a',
				      20 * MS);
	struct sighting q = query(at(server, 50000), at(upstream, 53), 900, 'a',
				  21 * MS);

	lost.ifindex = 2;
	lost.direction = DIRECTION_IN;
	asked.ifindex = q.ifindex = 3;
	asked.direction = DIRECTION_OUT;
	q.direction = DIRECTION_IN;
	legs_feed(*state, &lost, 7);
	legs_feed(*state, &asked, 8);
	assert_leg(legs_find(*state, &q), 8, LEG_EXACT);
}

static void test_another_question_is_for_nobody(void **state)
{
	struct sighting q = query(at(server, 50000), at(upstream, 53), 900, 'b',
				  1 * MS);

	ask_server(*state, 1, 0, 7);
	assert_leg(legs_find(*state, &q), 0, LEG_NONE);
}

static void test_their_order_decides(void **state)
{
	ask_server(*state, 1, 0, 7);
	ask_server(*state, 2, 20 * MS, 8);
	assert_leg(ask_upstream(*state, 900, 21 * MS), 7, LEG_LIKELY);
	assert_leg(ask_upstream(*state, 901, 22 * MS), 8, LEG_LIKELY);
}

static void test_two_at_once_are_ambiguous(void **state)
{
	ask_server(*state, 1, 0, 7);
	ask_server(*state, 2, MS / 2, 8);
	assert_leg(ask_upstream(*state, 900, 1 * MS), 7, LEG_AMBIGUOUS);
}

/* CoreDNS up to 1.8.6. */
static void test_the_same_id_is_exact(void **state)
{
	ask_server(*state, 1, 0, 7);
	ask_server(*state, 2, MS / 2, 8);
	assert_leg(ask_upstream(*state, 2, 1 * MS), 8, LEG_EXACT);
}

static void test_a_second_try_is_for_the_same(void **state)
{
	ask_server(*state, 1, 0, 7);
	ask_server(*state, 2, 5 * MS, 8);
	ask_upstream(*state, 900, 6 * MS);
	ask_upstream(*state, 901, 7 * MS);
	assert_leg(ask_upstream(*state, 902, 2006 * MS), 7, LEG_LIKELY);
	assert_leg(ask_upstream(*state, 903, 2007 * MS), 8, LEG_LIKELY);
}

/* The copy that NAT made of each attempt, the second one 2.5 s later. */
static void ask_behind_nat(struct legs *l, uint16_t id, int64_t after_ns,
			   int64_t exchange, int64_t message)
{
	struct sighting q = query(at(client, 40000 + id), at(server, 53), id,
				  'a', after_ns);

	q.copy_of = message;
	legs_feed(l, &q, exchange);
}

static void test_asking_again_is_no_copy(void **state)
{
	ask_behind_nat(*state, 1, 0, 7, 28);
	ask_behind_nat(*state, 2, 1 * MS, 8, 32);
	ask_upstream(*state, 900, 2 * MS);
	ask_upstream(*state, 901, 3 * MS);
	ask_behind_nat(*state, 2, 2500 * MS, 8, 34);
	assert_leg(ask_upstream(*state, 902, 2501 * MS), 8, LEG_LIKELY);
}

static void test_one_response_is_for_the_first_attempt(void **state)
{
	struct sighting q = query(at(client, 40001), at(server, 53), 1, 'a', 0);
	struct sighting r = response_to(&q, 4001 * MS);

	ask_server(*state, 1, 0, 7);
	ask_upstream(*state, 900, 1 * MS);
	ask_server(*state, 1, 2500 * MS, 7);
	ask_upstream(*state, 901, 2501 * MS);
	legs_feed(*state, &r, 7);
	r.copy_of = 29;
	r.time_ns += MS;
	legs_feed(*state, &r, 7);
	assert_leg(ask_upstream(*state, 902, 4501 * MS), 7, LEG_EXACT);
}

/* CoreDNS waits 2 s for an upstream. */
static void test_who_is_due_asks_again(void **state)
{
	ask_server(*state, 1, 0, 7);
	ask_upstream(*state, 900, 1 * MS);
	ask_server(*state, 2, 700 * MS, 8);
	ask_upstream(*state, 901, 701 * MS);
	assert_leg(ask_upstream(*state, 902, 2701 * MS), 8, LEG_LIKELY);
}

/* Such as one that the server has a request of its own for already. */
static void test_what_was_not_forwarded_at_once_is_not_due(void **state)
{
	ask_server(*state, 1, 0, 7);
	ask_upstream(*state, 900, 1 * MS);
	ask_server(*state, 2, 700 * MS, 8);
	assert_leg(ask_upstream(*state, 901, 2001 * MS), 7, LEG_LIKELY);
}

/* It may have been sent for it just before. */
static void test_another_one_nearby_leaves_a_doubt(void **state)
{
	struct sighting q = query(at(client, 40001), at(server, 53), 1, 'a', 0);
	struct sighting r = response_to(&q, 2 * MS);

	ask_server(*state, 1, 0, 7);
	ask_upstream(*state, 900, 1 * MS);
	legs_feed(*state, &r, 7);
	ask_server(*state, 2, 3 * MS, 8);
	assert_leg(ask_upstream(*state, 901, 4 * MS), 8, LEG_LIKELY);
}

/* A refreshed cache entry, for example. */
static void test_nobody_waits_after_the_answer(void **state)
{
	struct sighting q = query(at(client, 40001), at(server, 53), 1, 'a', 0);
	struct sighting r = response_to(&q, 1 * MS);

	legs_feed(*state, &q, 7);
	legs_feed(*state, &r, 7);
	assert_leg(ask_upstream(*state, 900, 2 * MS), 0, LEG_NONE);
}

static void test_nobody_waits_for_ever(void **state)
{
	ask_server(*state, 1, 0, 7);
	assert_leg(ask_upstream(*state, 900, 6600 * MS), 0, LEG_NONE);
}

/* LocalDNS listens on 169.254.10.11 and sends from the node's address. */
static void test_a_hosts_own_resolver_sends_from_the_host(void **state)
{
	struct endpoint local = { .address = { .len = 4,
					       .bytes = { 169, 254, 10, 11 } },
				  .port = 53 };
	struct sighting q = query(at(client, 40000), local, 1, 'a', 0);
	struct sighting out = query(at(4, 50000), at(server, 53), 900, 'a',
				    1 * MS);
	struct sighting in = out;

	out.direction = DIRECTION_OUT;
	in.direction = DIRECTION_IN;
	legs_feed(*state, &q, 7);
	assert_leg(legs_find(*state, &in), 0, LEG_NONE);
	assert_leg(legs_find(*state, &out), 7, LEG_EXACT);
}

static void test_who_asks_itself_is_no_server(void **state)
{
	struct sighting q = query(at(server, 40000), at(server, 53), 1, 'a', 0);

	legs_feed(*state, &q, 7);
	assert_leg(ask_upstream(*state, 900, 1 * MS), 0, LEG_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_the_only_one_is_exact),
		TEST(test_the_query_behind_nat_counts),
		TEST(test_what_was_lost_on_the_way_made_it_ask_nobody),
		TEST(test_another_question_is_for_nobody),
		TEST(test_their_order_decides),
		TEST(test_two_at_once_are_ambiguous),
		TEST(test_the_same_id_is_exact),
		TEST(test_a_second_try_is_for_the_same),
		TEST(test_asking_again_is_no_copy),
		TEST(test_one_response_is_for_the_first_attempt),
		TEST(test_who_is_due_asks_again),
		TEST(test_what_was_not_forwarded_at_once_is_not_due),
		TEST(test_another_one_nearby_leaves_a_doubt),
		TEST(test_nobody_waits_after_the_answer),
		TEST(test_nobody_waits_for_ever),
		TEST(test_a_hosts_own_resolver_sends_from_the_host),
		TEST(test_who_asks_itself_is_no_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
