/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Each test tells a little story of messages to the matcher and then reads
 * what became of them.  Times are microseconds after the first frame.
 */
#include "correlate/matcher.h"

#include <string.h>

#include "base/duration.h"
#include "tests/test.h"

enum { US = 1000, MS = 1000 * US, LOG_MAX = 128, CEILING = 64 };

static const int64_t second = NS_PER_SECOND;
static const int64_t wait = 15 * NS_PER_SECOND;

/* What the matcher said, in the order in which it said it. */
struct story {
	struct matcher *matcher;
	int64_t next_id;
	uint64_t frames;
	struct exchange exchanges[LOG_MAX];
	size_t num_exchanges;
	struct stray strays[LOG_MAX];
	size_t num_strays;
	struct icmp_notice notices[LOG_MAX];
	size_t num_notices;
};

static void note_exchange(void *context, const struct exchange *x)
{
	struct story *s = context;

	assert_true(s->num_exchanges < LOG_MAX);
	s->exchanges[s->num_exchanges++] = *x;
}

static void note_stray(void *context, const struct stray *stray)
{
	struct story *s = context;

	assert_true(s->num_strays < LOG_MAX);
	s->strays[s->num_strays++] = *stray;
}

static void note_icmp(void *context, const struct icmp_notice *n)
{
	struct story *s = context;

	assert_true(s->num_notices < LOG_MAX);
	s->notices[s->num_notices++] = *n;
}

static void begin_so(struct story *s, int64_t first_id,
		     struct matcher_options options)
{
	struct matcher_sinks sinks = { note_exchange, note_stray, note_icmp,
				       s };

	memset(s, 0, sizeof(*s));
	s->next_id = first_id;
	options.next_id = &s->next_id;
	s->matcher = matcher_new(&options, &sinks);
}

static void begin_with(struct story *s, int64_t first_id, size_t ceiling)
{
	begin_so(s, first_id,
		 (struct matcher_options){ .wait_ns = wait,
					   .ceiling = ceiling });
}

static void begin_waiting(struct story *s, int64_t wait_ns)
{
	begin_so(s, 1,
		 (struct matcher_options){ .wait_ns = wait_ns,
					   .ceiling = CEILING });
}

static void begin(struct story *s)
{
	begin_with(s, 1, CEILING);
}

static void end(struct story *s)
{
	matcher_finish(s->matcher);
	matcher_free(s->matcher);
}

static struct endpoint endpoint(uint8_t last, uint16_t port)
{
	return (struct endpoint){ .address = { .len = 4,
					       .bytes = { 10, 0, 0, last } },
				  .port = port };
}

static struct key128 key(const char *text)
{
	return hash_key(text, strlen(text));
}

/* One client asks one server for one name: tests change what they are about. */
static struct sighting query(int64_t time_ns)
{
	return (struct sighting){ .time_ns = time_ns,
				  .has_time = true,
				  .capture = 1,
				  .place = 1,
				  .src = endpoint(5, 40000),
				  .dst = endpoint(10, 53),
				  .kind = KIND_QUERY,
				  .has_header = true,
				  .id = 0x102d,
				  .qtype = 1,
				  .qclass = 1,
				  .has_question = true,
				  .question = key("a.example."),
				  .spelling = key("a.example."),
				  .min_ttl = -1,
				  .negative_ttl = -1 };
}

static struct sighting response_to(struct sighting s, int64_t time_ns)
{
	struct endpoint client = s.src;

	s.src = s.dst;
	s.dst = client;
	s.is_response = true;
	s.time_ns = time_ns;
	return s;
}

static struct sighting response(int64_t time_ns)
{
	return response_to(query(0), time_ns);
}

static struct sighting without_question(struct sighting s)
{
	s.has_question = false;
	s.question = s.spelling = (struct key128){ 0 };
	return s;
}

static struct sighting over_tcp(struct sighting s)
{
	s.transport = TRANSPORT_TCP;
	return s;
}

/* One frame with one message. */
static void tell(struct story *s, struct sighting message)
{
	message.frame = ++s->frames;
	if (message.has_time)
		matcher_clock(s->matcher, message.time_ns);
	matcher_feed(s->matcher, &message);
}

/* Other traffic: time passes. */
static void pass(struct story *s, int64_t time_ns)
{
	s->frames++;
	matcher_clock(s->matcher, time_ns);
}

static const struct exchange *exchange_of(const struct story *s, int64_t id)
{
	for (size_t i = 0; i < s->num_exchanges; i++)
		if (s->exchanges[i].id == id)
			return &s->exchanges[i];
	return NULL;
}

static void assert_state(const struct story *s, int64_t id,
			 enum exchange_state state)
{
	const struct exchange *x = exchange_of(s, id);

	assert_non_null(x);
	assert_string_equal(exchange_state_name(x->state),
			    exchange_state_name(state));
}

static void assert_stray(const struct story *s, size_t i, enum stray_role role,
			 int64_t exchange)
{
	assert_true(i < s->num_strays);
	assert_string_equal(stray_role_name(s->strays[i].role),
			    stray_role_name(role));
	assert_int_equal(s->strays[i].exchange, exchange);
}

static void assert_counts(const struct story *s, size_t exchanges,
			  size_t strays)
{
	assert_int_equal(s->num_exchanges, exchanges);
	assert_int_equal(s->num_strays, strays);
}

static struct sighting numbered(struct sighting s, uint16_t id)
{
	s.id = id;
	return s;
}

static void test_pairs_a_query_with_its_response(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, query(0));
	tell(&s, response(14 * MS));
	assert_counts(&s, 1, 0);
	end(&s);
	assert_counts(&s, 1, 0);
	assert_state(&s, 1, STATE_ANSWERED);
	assert_int_equal(s.exchanges[0].attempts, 1);
	assert_int_equal(s.exchanges[0].notes, 0);
	assert_int_equal(s.exchanges[0].query.frame, 1);
	assert_int_equal(s.exchanges[0].response.frame, 2);
	assert_true(s.exchanges[0].has_query && s.exchanges[0].has_response);
}

static void change_id(struct sighting *s)
{
	s->id++;
}

static void change_opcode(struct sighting *s)
{
	s->flags |= 4 << 11;
}

static void change_question(struct sighting *s)
{
	s->question = key("b.example.");
}

static void change_transport(struct sighting *s)
{
	s->transport = TRANSPORT_TCP;
}

static void change_interface(struct sighting *s)
{
	s->place = 2;
}

static void change_client_port(struct sighting *s)
{
	s->dst.port++;
}

static void change_client_address(struct sighting *s)
{
	s->dst.address.bytes[3]++;
}

static void change_client_family(struct sighting *s)
{
	s->dst.address.len = 16;
}

static void test_never_pairs_what_differs(void **state)
{
	static const struct {
		const char *what;
		void (*change)(struct sighting *s);
	} cases[] = {
		{ "the id", change_id },
		{ "the opcode", change_opcode },
		{ "the question", change_question },
		{ "the transport", change_transport },
		{ "the client's port", change_client_port },
		{ "the client's address", change_client_address },
		{ "the client's address family", change_client_family },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sighting other = response(10 * second);
		struct story s;

		cases[i].change(&other);
		begin(&s);
		tell(&s, query(0));
		tell(&s, other);
		pass(&s, 40 * second);
		end(&s);
		if (s.num_exchanges != 2)
			print_error("differs: %s\n", cases[i].what);
		assert_counts(&s, 2, 0);
		assert_state(&s, 1, STATE_UNANSWERED);
		assert_state(&s, 2, STATE_ORPHAN_RESPONSE);
	}
}

/* The response took another path through the node. */
static void test_an_answer_on_another_interface_is_not_none(void **state)
{
	static const int64_t ends_ns[] = { 10 * NS_PER_SECOND,
					   20 * NS_PER_SECOND,
					   40 * NS_PER_SECOND };

	(void)state;
	for (size_t i = 0; i < COUNT(ends_ns); i++) {
		struct sighting other = response(10 * second);
		struct story s;

		change_interface(&other);
		begin(&s);
		tell(&s, query(0));
		tell(&s, other);
		pass(&s, ends_ns[i]);
		end(&s);
		assert_counts(&s, 2, 0);
		assert_state(&s, 1, STATE_ANSWERED_ELSEWHERE);
		assert_state(&s, 2, STATE_ORPHAN_RESPONSE);
	}
}

/* LINUX_SLL2 has all interfaces of the node at one place. */
static void change_ifindex(struct sighting *s)
{
	s->ifindex = 7;
}

static void check_another_exchange(void (*change)(struct sighting *s))
{
	struct sighting copy = query(1 * US);
	struct story s;

	change(&copy);
	begin(&s);
	tell(&s, query(0));
	tell(&s, copy);
	tell(&s, response_to(copy, 1 * MS));
	tell(&s, response(2 * MS));
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 1, STATE_ANSWERED);
	assert_state(&s, 2, STATE_ANSWERED);
	assert_int_equal(exchange_of(&s, 1)->response.frame, 4);
	assert_int_equal(exchange_of(&s, 2)->response.frame, 3);
}

static void test_a_copy_on_another_interface_is_another_exchange(void **state)
{
	(void)state;
	check_another_exchange(change_interface);
	check_another_exchange(change_ifindex);
}

/* A mirror port sees a packet before and behind the tunnel's end. */
static void test_a_copy_inside_a_tunnel_is_another_exchange(void **state)
{
	struct sighting copy = query(1 * US);
	struct story s;

	(void)state;
	copy.tunnels = 1;
	begin(&s);
	tell(&s, query(0));
	tell(&s, copy);
	tell(&s, response_to(copy, 1 * MS));
	tell(&s, response(2 * MS));
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 1, STATE_ANSWERED);
	assert_state(&s, 2, STATE_ANSWERED);
}

static void test_tells_apart_questions_of_one_port_and_id(void **state)
{
	struct sighting other = query(1 * MS);
	struct story s;

	(void)state;
	other.question = key("AAAA");
	begin(&s);
	tell(&s, query(0));
	tell(&s, other);
	tell(&s, response_to(other, 2 * MS));
	tell(&s, response(3 * MS));
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 1, STATE_ANSWERED);
	assert_state(&s, 2, STATE_ANSWERED);
	assert_int_equal(exchange_of(&s, 1)->response.frame, 4);
	assert_int_equal(exchange_of(&s, 2)->response.frame, 3);
}

static void test_notes_a_response_that_spells_the_name_differently(void **state)
{
	struct sighting answer = response(1 * MS);
	struct story s;

	(void)state;
	answer.spelling = key("A.eXample.");
	begin(&s);
	tell(&s, query(0));
	tell(&s, answer);
	end(&s);
	assert_state(&s, 1, STATE_ANSWERED);
	assert_int_equal(s.exchanges[0].notes, NOTE_CASE_DIFFERS);
}

static void test_takes_the_query_again_as_an_attempt(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, query(0));
	tell(&s, query(2 * second));
	tell(&s, query(4 * second));
	tell(&s, response(4 * second + 10 * MS));
	end(&s);
	assert_counts(&s, 1, 2);
	assert_state(&s, 1, STATE_ANSWERED_LATE);
	assert_int_equal(s.exchanges[0].attempts, 3);
	assert_int_equal(s.exchanges[0].query.frame, 1);
	assert_int_equal(s.exchanges[0].last_asked_ns, 4 * second);
	assert_stray(&s, 0, ROLE_ATTEMPT, 1);
	assert_stray(&s, 1, ROLE_ATTEMPT, 1);
	assert_int_equal(s.strays[0].attempt, 2);
	assert_int_equal(s.strays[1].attempt, 3);
}

static void test_takes_an_attempt_up_to_the_wait_time(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, query(0));
	tell(&s, query(wait));
	end(&s);
	assert_counts(&s, 1, 1);
	assert_stray(&s, 0, ROLE_ATTEMPT, 1);
}

static void test_a_response_after_the_wait_time_is_late(void **state)
{
	static const struct {
		int64_t after_ns;
		enum exchange_state state;
	} cases[] = {
		{ 0, STATE_ANSWERED },
		{ 15 * NS_PER_SECOND, STATE_ANSWERED },
		{ 15 * NS_PER_SECOND + 1, STATE_ANSWERED_LATE },
		{ 30 * NS_PER_SECOND, STATE_ANSWERED_LATE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct story s;

		begin(&s);
		tell(&s, query(0));
		tell(&s, response(cases[i].after_ns));
		end(&s);
		assert_counts(&s, 1, 0);
		assert_state(&s, 1, cases[i].state);
	}
}

static void test_gives_up_after_twice_the_wait_time(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, query(0));
	pass(&s, 2 * wait);
	assert_counts(&s, 0, 0);
	pass(&s, 2 * wait + 1);
	assert_counts(&s, 1, 0);
	assert_state(&s, 1, STATE_UNANSWERED);
	tell(&s, response(2 * wait + 2));
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 2, STATE_ORPHAN_RESPONSE);
}

/* However soon a query counts as unanswered, its late response is known. */
static void test_remembers_queries_beyond_a_short_wait_time(void **state)
{
	struct story s;

	(void)state;
	begin_waiting(&s, 2 * second);
	tell(&s, query(0));
	tell(&s, numbered(query(second), 2));
	tell(&s, response(6 * second));
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 1, STATE_ANSWERED_LATE);
	assert_state(&s, 2, STATE_UNANSWERED);
}

static void test_may_wait_for_ever(void **state)
{
	struct story s;

	(void)state;
	begin_waiting(&s, INT64_MAX);
	tell(&s, query(0));
	tell(&s, response(INT64_MAX / 2));
	tell(&s, numbered(query(INT64_MAX / 2), 2));
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 1, STATE_ANSWERED);
	assert_state(&s, 2, STATE_PENDING_AT_END);
}

static void test_pairs_weakly_where_one_side_has_no_question(void **state)
{
	static const struct {
		const char *what;
		bool query_has, response_has;
		unsigned notes;
	} cases[] = {
		{ "FORMERR without question", true, false, NOTE_WEAK_MATCH },
		{ "query cut by the snaplen", false, true,
		  NOTE_WEAK_MATCH | NOTE_QUERY_UNREADABLE },
		{ "neither", false, false,
		  NOTE_WEAK_MATCH | NOTE_QUERY_UNREADABLE },
		{ "both", true, true, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sighting asked = query(0), answered = response(1 * MS);
		struct story s;

		if (!cases[i].query_has)
			asked = without_question(asked);
		if (!cases[i].response_has)
			answered = without_question(answered);
		begin(&s);
		tell(&s, asked);
		tell(&s, answered);
		end(&s);
		if (s.num_exchanges != 1)
			print_error("case: %s\n", cases[i].what);
		assert_counts(&s, 1, 0);
		assert_state(&s, 1, STATE_ANSWERED);
		assert_int_equal(s.exchanges[0].notes, cases[i].notes);
	}
}

static void test_a_weak_response_must_come_from_the_server(void **state)
{
	struct sighting answer = without_question(response(10 * second));
	struct story s;

	(void)state;
	answer.src = endpoint(11, 53);
	begin(&s);
	tell(&s, query(0));
	tell(&s, answer);
	pass(&s, 40 * second);
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 1, STATE_UNANSWERED);
	assert_state(&s, 2, STATE_ORPHAN_RESPONSE);
}

/* In either order in the file; times are relative to the query's. */
static void test_a_response_may_be_stamped_a_bit_before_its_query(void **state)
{
	static const struct {
		int64_t response_ns;
		bool query_first, pairs;
	} cases[] = {
		{ 3 * MS, false, true },      { -1 * US, true, true },
		{ -1 * US, false, true },     { -1 * MS, true, true },
		{ -1 * MS, false, true },     { -1100 * US, true, false },
		{ -1100 * US, false, false }, { 0, false, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sighting asked = query(10 * second);
		struct sighting answered = response(10 * second +
						    cases[i].response_ns);
		bool is_early = cases[i].response_ns < 0;
		struct story s;

		begin(&s);
		pass(&s, 0);
		tell(&s, cases[i].query_first ? asked : answered);
		tell(&s, cases[i].query_first ? answered : asked);
		end(&s);
		if (s.num_exchanges != (cases[i].pairs ? 1 : 2))
			print_error("case %zu\n", i);
		assert_counts(&s, cases[i].pairs ? 1 : 2, 0);
		if (!cases[i].pairs)
			continue;
		assert_state(&s, 1, STATE_ANSWERED);
		assert_int_equal(s.exchanges[0].notes,
				 is_early ? NOTE_BEFORE_QUERY : 0);
		assert_int_equal(s.exchanges[0].attempts, 1);
	}
}

static void test_a_second_response_is_a_duplicate(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, query(0));
	tell(&s, response(1 * MS));
	tell(&s, response(1 * MS));
	tell(&s, response(4 * second));
	end(&s);
	assert_counts(&s, 1, 2);
	assert_state(&s, 1, STATE_ANSWERED);
	assert_int_equal(s.exchanges[0].response.frame, 2);
	assert_stray(&s, 0, ROLE_DUPLICATE, 1);
	assert_stray(&s, 1, ROLE_DUPLICATE, 1);
	assert_int_equal(s.strays[0].attempt, 0);
}

static void test_a_second_weak_response_is_a_duplicate_too(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, query(0));
	tell(&s, without_question(response(1 * MS)));
	tell(&s, without_question(response(2 * MS)));
	end(&s);
	assert_counts(&s, 1, 1);
	assert_stray(&s, 0, ROLE_DUPLICATE, 1);
}

static void test_two_attempts_with_two_responses(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, query(0));
	tell(&s, query(5 * second));
	tell(&s, response(6 * second));
	tell(&s, response(11 * second));
	end(&s);
	assert_counts(&s, 1, 2);
	assert_state(&s, 1, STATE_ANSWERED_LATE);
	assert_stray(&s, 0, ROLE_ATTEMPT, 1);
	assert_stray(&s, 1, ROLE_DUPLICATE, 1);
}

static void test_an_answer_from_elsewhere_is_not_the_answer(void **state)
{
	struct sighting elsewhere = response(1 * MS);
	struct story s;

	(void)state;
	elsewhere.src = endpoint(9, 53);
	begin(&s);
	tell(&s, query(0));
	tell(&s, elsewhere);
	end(&s);
	assert_counts(&s, 1, 1);
	assert_state(&s, 1, STATE_WRONG_SOURCE);
	assert_false(s.exchanges[0].has_response);
	assert_stray(&s, 0, ROLE_WRONG_SOURCE, 1);
}

static void test_the_right_answer_may_follow_a_wrong_one(void **state)
{
	struct sighting elsewhere = response(1 * MS);
	struct story s;

	(void)state;
	elsewhere.src = endpoint(10, 5353);
	begin(&s);
	tell(&s, query(0));
	tell(&s, elsewhere);
	tell(&s, response(2 * MS));
	end(&s);
	assert_counts(&s, 1, 1);
	assert_state(&s, 1, STATE_ANSWERED);
	assert_int_equal(s.exchanges[0].response.frame, 3);
	assert_stray(&s, 0, ROLE_WRONG_SOURCE, 1);
}

static void test_over_tcp_there_is_no_wrong_source(void **state)
{
	struct sighting elsewhere = over_tcp(response(1 * MS));
	struct story s;

	(void)state;
	elsewhere.src = endpoint(9, 53);
	begin(&s);
	tell(&s, over_tcp(query(0)));
	tell(&s, elsewhere);
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 1, STATE_PENDING_AT_END);
	assert_state(&s, 2, STATE_ORPHAN_AT_START);
}

/* musl asks all its servers at once, from one port and with one id. */
static void test_each_server_answers_for_itself(void **state)
{
	struct sighting second_server = query(0);
	struct story s;

	(void)state;
	second_server.dst = endpoint(11, 53);
	begin(&s);
	tell(&s, query(0));
	tell(&s, second_server);
	tell(&s, response_to(second_server, 1 * MS));
	tell(&s, response(2 * MS));
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 1, STATE_ANSWERED);
	assert_state(&s, 2, STATE_ANSWERED);
}

static void test_an_id_used_again_after_its_answer_is_new(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	for (int i = 0; i < 3; i++) {
		tell(&s, query(i * 10 * MS));
		tell(&s, response(i * 10 * MS + 1 * MS));
	}
	end(&s);
	assert_counts(&s, 3, 0);
	for (int i = 0; i < 3; i++) {
		assert_state(&s, i + 1, STATE_ANSWERED);
		assert_int_equal(s.exchanges[i].query.frame, 2 * i + 1);
		assert_int_equal(s.exchanges[i].response.frame, 2 * i + 2);
	}
}

static void test_an_id_used_again_after_the_wait_time_is_new(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, query(0));
	tell(&s, query(wait + 1));
	tell(&s, response(wait + 1 * MS));
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 1, STATE_UNANSWERED);
	assert_state(&s, 2, STATE_ANSWERED);
	assert_int_equal(exchange_of(&s, 2)->response.frame, 3);
}

static void test_the_end_leaves_young_queries_pending(void **state)
{
	static const struct {
		int64_t end_ns;
		enum exchange_state state;
	} cases[] = {
		{ 0, STATE_PENDING_AT_END },
		{ 15 * NS_PER_SECOND, STATE_PENDING_AT_END },
		{ 15 * NS_PER_SECOND + 1, STATE_UNANSWERED },
		{ 15 * NS_PER_SECOND * 100, STATE_UNANSWERED },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct story s;

		begin(&s);
		tell(&s, query(0));
		pass(&s, cases[i].end_ns);
		end(&s);
		assert_counts(&s, 1, 0);
		assert_state(&s, 1, cases[i].state);
	}
}

static void test_a_wrong_source_needs_no_wait_time(void **state)
{
	struct sighting elsewhere = response(1 * MS);
	struct story s;

	(void)state;
	elsewhere.src = endpoint(9, 53);
	begin(&s);
	tell(&s, query(0));
	tell(&s, elsewhere);
	pass(&s, 3 * wait);
	end(&s);
	assert_counts(&s, 1, 1);
	assert_state(&s, 1, STATE_WRONG_SOURCE);
}

static void test_the_start_excuses_responses_without_a_query(void **state)
{
	static const struct {
		int64_t time_ns;
		enum exchange_state state;
	} cases[] = {
		{ 0, STATE_ORPHAN_AT_START },
		{ 5 * NS_PER_SECOND, STATE_ORPHAN_AT_START },
		{ 5 * NS_PER_SECOND + 1, STATE_ORPHAN_RESPONSE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct story s;

		begin(&s);
		pass(&s, 0);
		tell(&s, response(cases[i].time_ns));
		end(&s);
		assert_counts(&s, 1, 0);
		assert_state(&s, 1, cases[i].state);
		assert_false(s.exchanges[0].has_query);
		assert_int_equal(s.exchanges[0].attempts, 0);
	}
}

static void test_settles_an_orphan_when_its_query_cannot_come_anymore(
	void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, response(0));
	pass(&s, 1 * MS);
	assert_counts(&s, 0, 0);
	pass(&s, 1 * MS + 1);
	assert_counts(&s, 1, 0);
	end(&s);
	assert_counts(&s, 1, 0);
}

static struct sighting transfer(struct sighting s)
{
	s.kind = KIND_TRANSFER;
	s.transport = TRANSPORT_TCP;
	return s;
}

static void test_further_messages_of_a_transfer_continue_it(void **state)
{
	struct sighting asked = transfer(query(0));
	/* RFC 5936, 2.2.1: only the first must repeat the question. */
	struct sighting bare = over_tcp(without_question(response(3 * MS)));
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, asked);
	tell(&s, response_to(asked, 1 * MS));
	tell(&s, response_to(asked, 2 * MS));
	tell(&s, bare);
	tell(&s, bare);
	end(&s);
	assert_counts(&s, 1, 3);
	assert_state(&s, 1, STATE_ANSWERED);
	for (size_t i = 0; i < 3; i++) {
		assert_stray(&s, i, ROLE_CONTINUATION, 1);
		assert_string_equal(message_kind_name(s.strays[i].message.kind),
				    "transfer");
	}
}

static void make_udp(struct sighting *s)
{
	s->transport = TRANSPORT_UDP;
}

static void change_server(struct sighting *s)
{
	s->src.address.bytes[3]++;
}

static void test_only_messages_of_its_connection_continue_a_transfer(
	void **state)
{
	static void (*const changes[])(struct sighting * s) = {
		make_udp,      change_id,          change_interface,
		change_server, change_client_port, change_client_address,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		struct sighting asked = transfer(query(10 * second));
		struct sighting bare = without_question(
			response_to(asked, 10 * second + 2 * MS));
		struct story s;

		changes[i](&bare);
		begin(&s);
		pass(&s, 0);
		tell(&s, asked);
		tell(&s, response_to(asked, 10 * second + 1 * MS));
		tell(&s, bare);
		end(&s);
		if (s.num_strays != 0)
			print_error("case %zu\n", i);
		assert_counts(&s, 2, 0);
		assert_state(&s, 2, STATE_ORPHAN_RESPONSE);
	}
}

static void test_an_open_question_comes_before_a_finished_transfer(void **state)
{
	struct sighting asked = transfer(query(0));
	struct sighting other = over_tcp(query(2 * MS));
	struct story s;

	(void)state;
	other.question = key("b.example.");
	begin(&s);
	tell(&s, asked);
	tell(&s, response_to(asked, 1 * MS));
	tell(&s, other);
	tell(&s, without_question(response_to(other, 3 * MS)));
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 2, STATE_ANSWERED);
	assert_int_equal(exchange_of(&s, 2)->notes, NOTE_WEAK_MATCH);
}

static void test_what_is_multicast_or_has_no_header_is_never_paired(
	void **state)
{
	static const struct {
		enum message_kind kind;
		bool has_header;
	} cases[] = {
		{ KIND_MDNS, true },
		{ KIND_LLMNR, true },
		{ KIND_OTHER, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sighting asked = query(0);
		struct story s;

		asked.kind = cases[i].kind;
		asked.has_header = cases[i].has_header;
		begin(&s);
		tell(&s, asked);
		tell(&s, response_to(asked, 1 * MS));
		end(&s);
		assert_counts(&s, 0, 2);
		assert_stray(&s, 0, ROLE_UNPAIRED, 0);
		assert_stray(&s, 1, ROLE_UNPAIRED, 0);
	}
}

static void test_pairs_notify_update_and_others_as_well(void **state)
{
	static const enum message_kind kinds[] = { KIND_NOTIFY, KIND_UPDATE,
						   KIND_OTHER };

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct sighting asked = query(0);
		struct story s;

		asked.kind = kinds[i];
		begin(&s);
		tell(&s, asked);
		tell(&s, response_to(asked, 1 * MS));
		end(&s);
		assert_counts(&s, 1, 0);
		assert_state(&s, 1, STATE_ANSWERED);
	}
}

static void test_a_full_table_gives_up_the_oldest_query(void **state)
{
	struct story s;

	(void)state;
	begin_with(&s, 1, 2);
	tell(&s, numbered(query(0), 1));
	tell(&s, numbered(query(1 * MS), 2));
	tell(&s, numbered(query(2 * MS), 3));
	assert_counts(&s, 1, 0);
	assert_state(&s, 1, STATE_UNDECIDED);
	assert_int_equal(matcher_undecided(s.matcher), 1);
	tell(&s, numbered(response(3 * MS), 2));
	tell(&s, numbered(response(3 * MS), 3));
	end(&s);
	assert_counts(&s, 3, 0);
	assert_state(&s, 2, STATE_ANSWERED);
	assert_state(&s, 3, STATE_ANSWERED);
}

static void test_a_full_table_forgets_what_is_answered_first(void **state)
{
	struct story s;

	(void)state;
	begin_with(&s, 1, 2);
	tell(&s, numbered(query(0), 1));
	tell(&s, numbered(query(1 * MS), 2));
	tell(&s, numbered(response(2 * MS), 2));
	tell(&s, numbered(query(3 * MS), 3));
	tell(&s, numbered(response(4 * MS), 1));
	assert_int_equal(matcher_undecided(s.matcher), 0);
	end(&s);
	assert_counts(&s, 3, 0);
	assert_state(&s, 1, STATE_ANSWERED);
	assert_state(&s, 3, STATE_PENDING_AT_END);
}

static void test_a_full_table_settles_orphans_before_queries(void **state)
{
	struct story s;

	(void)state;
	begin_with(&s, 1, 2);
	tell(&s, numbered(query(0), 1));
	tell(&s, numbered(response(0), 2));
	tell(&s, numbered(query(0), 3));
	assert_int_equal(matcher_undecided(s.matcher), 0);
	assert_counts(&s, 1, 0);
	assert_state(&s, 2, STATE_ORPHAN_AT_START);
	end(&s);
	assert_counts(&s, 3, 0);
}

static struct sighting timeless(struct sighting s)
{
	s.has_time = false;
	s.time_ns = 0;
	return s;
}

static void test_without_times_the_order_is_all_there_is(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, timeless(query(0)));
	tell(&s, timeless(query(0)));
	tell(&s, timeless(response(0)));
	tell(&s, timeless(numbered(query(0), 2)));
	tell(&s, timeless(numbered(response(0), 3)));
	end(&s);
	assert_counts(&s, 3, 1);
	assert_state(&s, 1, STATE_ANSWERED_LATE);
	assert_state(&s, 2, STATE_PENDING_AT_END);
	assert_state(&s, 3, STATE_ORPHAN_RESPONSE);
	assert_stray(&s, 0, ROLE_ATTEMPT, 1);
}

static void test_without_times_no_response_is_early(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, timeless(response(0)));
	tell(&s, timeless(query(0)));
	tell(&s, timeless(response(0)));
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 1, STATE_ORPHAN_RESPONSE);
	assert_state(&s, 2, STATE_ANSWERED);
}

static void test_a_query_without_time_holds_up_no_other(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	pass(&s, 0);
	tell(&s, timeless(numbered(query(0), 1)));
	tell(&s, numbered(query(1 * MS), 2));
	pass(&s, 2 * wait + 1 * second);
	assert_counts(&s, 2, 0);
	assert_state(&s, 1, STATE_UNANSWERED);
	assert_state(&s, 2, STATE_UNANSWERED);
	end(&s);
	assert_counts(&s, 2, 0);
}

static void test_ids_follow_the_order_of_first_messages(void **state)
{
	struct story s;

	(void)state;
	begin_with(&s, 100, CEILING);
	tell(&s, numbered(query(0), 1));
	tell(&s, numbered(query(1 * MS), 2));
	tell(&s, numbered(query(2 * MS), 1));
	tell(&s, numbered(response(3 * MS), 3));
	tell(&s, numbered(response(4 * MS), 2));
	tell(&s, numbered(response(5 * MS), 1));
	assert_int_equal(s.next_id, 103);
	end(&s);
	assert_counts(&s, 3, 1);
	assert_int_equal(exchange_of(&s, 100)->query.id, 1);
	assert_int_equal(exchange_of(&s, 101)->query.id, 2);
	assert_int_equal(exchange_of(&s, 102)->response.id, 3);
}

static void test_matchers_may_share_the_numbers(void **state)
{
	struct story a, b;

	(void)state;
	begin_with(&a, 7, CEILING);
	begin(&b);
	matcher_free(b.matcher);
	b.matcher = matcher_new(
		&(struct matcher_options){ .wait_ns = wait,
					   .next_id = &a.next_id,
					   .ceiling = CEILING },
		&(struct matcher_sinks){ note_exchange, note_stray, note_icmp,
					 &b });
	tell(&a, query(0));
	tell(&b, query(0));
	tell(&a, numbered(query(0), 1));
	end(&a);
	end(&b);
	assert_int_equal(a.next_id, 10);
	assert_int_equal(a.exchanges[0].id, 7);
	assert_int_equal(b.exchanges[0].id, 8);
	assert_int_equal(a.exchanges[1].id, 9);
}

static void test_a_clock_that_goes_back_settles_nothing(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, numbered(query(100 * second), 1));
	tell(&s, numbered(query(99 * second), 2));
	tell(&s, numbered(response(99 * second + 1 * MS), 2));
	tell(&s, numbered(response(100 * second + 1 * MS), 1));
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 1, STATE_ANSWERED);
	assert_state(&s, 2, STATE_ANSWERED);
}

/* Or one frame has a stamp from the future. */
static void test_pairs_on_after_the_clock_was_set_back(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	pass(&s, 4000 * second);
	for (int i = 0; i < 3; i++) {
		tell(&s, query(i * second));
		pass(&s, i * second + 1 * MS);
		tell(&s, response(i * second + 2 * MS));
	}
	end(&s);
	assert_counts(&s, 3, 0);
	for (int i = 0; i < 3; i++)
		assert_state(&s, i + 1, STATE_ANSWERED);
}

static void test_many_queries_of_one_port_and_id_do_not_get_lost(void **state)
{
	enum { MANY = 40 };
	struct sighting queries[MANY];
	struct story s;

	(void)state;
	begin(&s);
	for (int i = 0; i < MANY; i++) {
		queries[i] = query(i * US);
		queries[i].question = hash_key(&i, sizeof(i));
		tell(&s, queries[i]);
	}
	for (int i = 0; i < MANY; i++)
		tell(&s, response_to(queries[i], (MANY + i) * US));
	end(&s);
	assert_counts(&s, MANY, 0);
	for (int i = 0; i < MANY; i++)
		assert_state(&s, i + 1, STATE_ANSWERED);
}

static void test_all_states_kinds_and_roles_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < EXCHANGE_STATES; i++)
		assert_non_null(exchange_state_name(i));
	for (int i = 0; i < MESSAGE_KINDS; i++)
		assert_non_null(message_kind_name(i));
	for (int i = ROLE_UNPAIRED; i < STRAY_ROLES; i++)
		assert_non_null(stray_role_name(i));
}

/* An error message about a query or response, seen at the same place. */
static struct icmp_notice error_about(struct sighting s, int64_t time_ns)
{
	s.time_ns = time_ns;
	return (struct icmp_notice){
		.family = 4, .type = 3, .code = 3, .has_id = true, .quoted = s
	};
}

static struct icmp_notice without_id(struct icmp_notice n)
{
	n.has_id = n.quoted.has_header = n.quoted.has_question = false;
	n.quoted.id = 0;
	n.quoted.question = (struct key128){ 0 };
	return n;
}

static void tell_error(struct story *s, struct icmp_notice n)
{
	n.quoted.frame = ++s->frames;
	matcher_clock(s->matcher, n.quoted.time_ns);
	matcher_feed_icmp(s->matcher, &n);
}

static void test_an_error_about_a_query_is_its_outcome(void **state)
{
	static const int64_t ends_ns[] = { 1 * NS_PER_SECOND,
					   20 * NS_PER_SECOND,
					   40 * NS_PER_SECOND };

	(void)state;
	for (size_t i = 0; i < COUNT(ends_ns); i++) {
		struct story s;

		begin(&s);
		tell(&s, query(0));
		tell_error(&s, error_about(query(0), 1 * MS));
		pass(&s, ends_ns[i]);
		end(&s);
		assert_counts(&s, 1, 0);
		assert_state(&s, 1, STATE_ICMP_ERROR);
		assert_int_equal(s.num_notices, 1);
		assert_int_equal(s.notices[0].exchange, 1);
		assert_int_equal(s.notices[0].quoted.frame, 2);
	}
}

static void test_an_answer_counts_more_than_an_error(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, query(0));
	tell_error(&s, error_about(query(0), 1 * MS));
	tell(&s, response(2 * MS));
	tell_error(&s, error_about(query(0), 3 * MS));
	end(&s);
	assert_counts(&s, 1, 0);
	assert_state(&s, 1, STATE_ANSWERED);
	assert_int_equal(s.notices[0].exchange, 1);
	assert_int_equal(s.notices[1].exchange, 1);
}

/* The client had closed its socket: it asked and was answered. */
static void test_an_error_about_a_response_changes_nothing(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, query(0));
	tell_error(&s, error_about(response(0), 1 * MS));
	tell(&s, response(2 * MS));
	tell_error(&s, error_about(response(0), 3 * MS));
	tell(&s, numbered(query(4 * MS), 7));
	tell_error(&s, error_about(numbered(response(0), 7), 5 * MS));
	pass(&s, 40 * second);
	end(&s);
	assert_counts(&s, 2, 0);
	assert_state(&s, 1, STATE_ANSWERED);
	assert_state(&s, 2, STATE_UNANSWERED);
	assert_int_equal(s.notices[1].exchange, 1);
}

static void test_an_error_is_about_what_it_quotes(void **state)
{
	static void (*const changes[])(struct sighting * s) = {
		change_id,          change_question,       change_transport,
		change_client_port, change_client_address,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		struct sighting other = query(0);
		struct endpoint client = other.src;
		struct story s;

		/* They change where responses go to. */
		other.src = other.dst;
		other.dst = client;
		changes[i](&other);
		client = other.dst;
		other.dst = other.src;
		other.src = client;
		begin(&s);
		tell(&s, query(0));
		tell_error(&s, error_about(other, 1 * MS));
		pass(&s, 40 * second);
		end(&s);
		assert_state(&s, 1, STATE_UNANSWERED);
		assert_int_equal(s.num_notices, 1);
		assert_int_equal(s.notices[0].exchange, 0);
	}
}

/* One id for two servers at a time, as musl does it. */
static void test_an_error_is_about_the_server_that_it_quotes(void **state)
{
	struct sighting second_server = query(1 * US);
	struct story s;

	(void)state;
	second_server.dst = endpoint(11, 53);
	begin(&s);
	tell(&s, query(0));
	tell(&s, second_server);
	tell_error(&s, error_about(query(0), 1 * MS));
	pass(&s, 40 * second);
	end(&s);
	assert_state(&s, 1, STATE_ICMP_ERROR);
	assert_state(&s, 2, STATE_UNANSWERED);
}

static void test_a_short_quote_is_known_by_its_ports(void **state)
{
	struct sighting other = query(0);
	struct icmp_notice n = without_id(error_about(query(0), 3 * MS));
	struct story s;

	(void)state;
	other.src.port++;
	begin(&s);
	tell(&s, numbered(query(0), 1));
	tell(&s, numbered(query(1 * MS), 2));
	tell(&s, other);
	tell_error(&s, n);
	n.quoted.place = 2;
	tell_error(&s, n);
	n = without_id(error_about(response(0), 4 * MS));
	tell_error(&s, n);
	pass(&s, 40 * second);
	end(&s);
	assert_state(&s, 1, STATE_UNANSWERED);
	assert_state(&s, 2, STATE_ICMP_ERROR);
	assert_state(&s, 3, STATE_UNANSWERED);
	assert_int_equal(s.notices[0].exchange, 2);
	assert_int_equal(s.notices[1].exchange, 0);
	assert_int_equal(s.notices[2].exchange, 0);
}

/* Quoted behind NAT, where the query itself was not captured. */
static void test_an_error_elsewhere_belongs_to_the_only_one(void **state)
{
	struct sighting behind = query(0), copy = query(1 * US);
	struct story s;

	(void)state;
	behind.place = 3;
	behind.dst = endpoint(99, 53);
	copy.place = 2;
	begin(&s);
	tell(&s, query(0));
	tell_error(&s, error_about(behind, 1 * MS));
	tell(&s, copy);
	tell_error(&s, error_about(behind, 2 * MS));
	pass(&s, 40 * second);
	end(&s);
	assert_int_equal(s.notices[0].exchange, 1);
	assert_int_equal(s.notices[1].exchange, 0);
	assert_state(&s, 1, STATE_ICMP_ERROR);
	assert_state(&s, 2, STATE_UNANSWERED);
}

static void test_a_response_from_elsewhere_counts_more_than_an_error(
	void **state)
{
	struct sighting wrong = response(2 * MS);
	struct story s;

	(void)state;
	wrong.src = endpoint(99, 53);
	begin(&s);
	tell(&s, query(0));
	tell_error(&s, error_about(query(0), 1 * MS));
	tell(&s, wrong);
	pass(&s, 40 * second);
	end(&s);
	assert_state(&s, 1, STATE_WRONG_SOURCE);
}

/* It may come every moment. */
static void test_a_checkpoint_says_nothing_twice(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, query(0));
	matcher_checkpoint(s.matcher);
	matcher_checkpoint(s.matcher);
	assert_counts(&s, 1, 0);
	assert_state(&s, 1, STATE_PENDING_AT_END);
	tell(&s, query(1));
	matcher_checkpoint(s.matcher);
	assert_counts(&s, 2, 1);
	pass(&s, wait + 1);
	matcher_checkpoint(s.matcher);
	matcher_checkpoint(s.matcher);
	assert_counts(&s, 3, 1);
	assert_int_equal(s.exchanges[2].state, STATE_UNANSWERED);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs_a_query_with_its_response),
		cmocka_unit_test(test_never_pairs_what_differs),
		cmocka_unit_test(
			test_an_answer_on_another_interface_is_not_none),
		cmocka_unit_test(
			test_a_copy_on_another_interface_is_another_exchange),
		cmocka_unit_test(
			test_a_copy_inside_a_tunnel_is_another_exchange),
		cmocka_unit_test(test_tells_apart_questions_of_one_port_and_id),
		cmocka_unit_test(
			test_notes_a_response_that_spells_the_name_differently),
		cmocka_unit_test(test_takes_the_query_again_as_an_attempt),
		cmocka_unit_test(test_takes_an_attempt_up_to_the_wait_time),
		cmocka_unit_test(test_a_response_after_the_wait_time_is_late),
		cmocka_unit_test(test_gives_up_after_twice_the_wait_time),
		cmocka_unit_test(
			test_remembers_queries_beyond_a_short_wait_time),
		cmocka_unit_test(test_may_wait_for_ever),
		cmocka_unit_test(
			test_pairs_weakly_where_one_side_has_no_question),
		cmocka_unit_test(
			test_a_weak_response_must_come_from_the_server),
		cmocka_unit_test(
			test_a_response_may_be_stamped_a_bit_before_its_query),
		cmocka_unit_test(test_a_second_response_is_a_duplicate),
		cmocka_unit_test(
			test_a_second_weak_response_is_a_duplicate_too),
		cmocka_unit_test(test_two_attempts_with_two_responses),
		cmocka_unit_test(
			test_an_answer_from_elsewhere_is_not_the_answer),
		cmocka_unit_test(test_the_right_answer_may_follow_a_wrong_one),
		cmocka_unit_test(test_over_tcp_there_is_no_wrong_source),
		cmocka_unit_test(test_each_server_answers_for_itself),
		cmocka_unit_test(test_an_id_used_again_after_its_answer_is_new),
		cmocka_unit_test(
			test_an_id_used_again_after_the_wait_time_is_new),
		cmocka_unit_test(test_the_end_leaves_young_queries_pending),
		cmocka_unit_test(test_a_wrong_source_needs_no_wait_time),
		cmocka_unit_test(
			test_the_start_excuses_responses_without_a_query),
		cmocka_unit_test(
			test_settles_an_orphan_when_its_query_cannot_come_anymore),
		cmocka_unit_test(
			test_further_messages_of_a_transfer_continue_it),
		cmocka_unit_test(
			test_only_messages_of_its_connection_continue_a_transfer),
		cmocka_unit_test(
			test_an_open_question_comes_before_a_finished_transfer),
		cmocka_unit_test(
			test_what_is_multicast_or_has_no_header_is_never_paired),
		cmocka_unit_test(test_pairs_notify_update_and_others_as_well),
		cmocka_unit_test(test_a_full_table_gives_up_the_oldest_query),
		cmocka_unit_test(
			test_a_full_table_forgets_what_is_answered_first),
		cmocka_unit_test(
			test_a_full_table_settles_orphans_before_queries),
		cmocka_unit_test(test_without_times_the_order_is_all_there_is),
		cmocka_unit_test(test_without_times_no_response_is_early),
		cmocka_unit_test(test_a_query_without_time_holds_up_no_other),
		cmocka_unit_test(test_ids_follow_the_order_of_first_messages),
		cmocka_unit_test(test_matchers_may_share_the_numbers),
		cmocka_unit_test(test_a_clock_that_goes_back_settles_nothing),
		cmocka_unit_test(test_pairs_on_after_the_clock_was_set_back),
		cmocka_unit_test(
			test_many_queries_of_one_port_and_id_do_not_get_lost),
		cmocka_unit_test(test_all_states_kinds_and_roles_have_names),
		cmocka_unit_test(test_an_error_about_a_query_is_its_outcome),
		cmocka_unit_test(test_an_answer_counts_more_than_an_error),
		cmocka_unit_test(
			test_an_error_about_a_response_changes_nothing),
		cmocka_unit_test(test_an_error_is_about_what_it_quotes),
		cmocka_unit_test(
			test_an_error_is_about_the_server_that_it_quotes),
		cmocka_unit_test(test_a_short_quote_is_known_by_its_ports),
		cmocka_unit_test(
			test_an_error_elsewhere_belongs_to_the_only_one),
		cmocka_unit_test(
			test_a_response_from_elsewhere_counts_more_than_an_error),
		cmocka_unit_test(test_a_checkpoint_says_nothing_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
