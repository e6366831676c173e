/* SPDX-License-Identifier: BSD-3-Clause */
/* Captures go in, and what the public views say of them is read. */
#include "store/ingest.h"

#include "store/snapshot.h"
#include "tests/store/folder.h"
#include "tests/store/one_capture.h"

static int set_up(void **state)
{
	*state = store_open_temporary();
	return *state != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	store_close(*state);
	return 0;
}

/* The one that is taken in. */
static int64_t capture;

static struct ingest_interface eth0 = { .name = "eth0",
					.linktype = "EN10MB",
					.snaplen = 96 };

static struct ingest *begin(struct store *s, const char *file)
{
	struct ingest *in = begin_capture(s, file, "node7", &capture);

	assert_non_null(in);
	eth0.capture = capture;
	return in;
}

static int finish(struct ingest *in, const char *sha256)
{
	struct ingest_facts facts = { .sha256 = sha256,
				      .size = 100,
				      .packets = 3,
				      .messages = 2,
				      .has_times = true,
				      .first_ns = 5,
				      .last_ns = 9 };

	return finish_capture(in, capture, &facts);
}

static struct endpoint endpoint(uint8_t last, uint16_t port)
{
	return (struct endpoint){ .address = { .len = 4,
					       .bytes = { 10, 0, 0, last } },
				  .port = port };
}

static struct sighting sighting(struct ingest *in, bool is_response)
{
	return (struct sighting){
		.frame = is_response ? 2 : 1,
		.time_ns = is_response ? 1500 : 1000,
		.has_time = true,
		.capture = capture,
		.interface = ingest_interface(in, &eth0),
		.src = is_response ? endpoint(10, 53) : endpoint(5, 40000),
		.dst = is_response ? endpoint(5, 40000) : endpoint(10, 53),
		.kind = KIND_QUERY,
		.has_header = true,
		.is_response = is_response,
		.id = 0x102d,
		.flags = is_response ? 0x8180 : 0x0100,
		.qtype = 1,
		.qclass = 1,
		.size = is_response ? 80 : 40,
		.has_question = true,
		.min_ttl = is_response ? 30 : -1,
		.negative_ttl = -1
	};
}

static void give_values(struct ingest *in, const char *name, struct sighting *s)
{
	struct dns_answer answers[] = {
		{ name, 5, 1, 30, "target.example." },
		{ "target.example.", 1, 1, 60, "10.0.0.2" },
		{ "target.example.", 1, 1, 60, "10.0.0.1" },
	};
	struct datagram d = { 0 };
	struct dns_message m = { .has_header = true,
				 .has_question = true,
				 .name = name,
				 .type = 1,
				 .class = 1,
				 .min_ttl = -1,
				 .negative_ttl = -1,
				 .edns.ede_code = -1 };

	if (s->is_response) {
		m.answers = answers;
		m.num_answers = COUNT(answers);
	}
	ingest_values(in, &d, &m, s);
}

/* One answered query for the name. */
static void put_exchange(struct ingest *in, const char *name)
{
	struct exchange x = { .id = ingest_first_exchange(in),
			      .state = STATE_ANSWERED,
			      .attempts = 1,
			      .last_asked_ns = 1000,
			      .has_query = true,
			      .has_response = true,
			      .query = sighting(in, false),
			      .response = sighting(in, true) };

	give_values(in, name, &x.query);
	give_values(in, name, &x.response);
	ingest_exchange(in, &x);
	assert_false(ingest_failed(in));
}

static void assert_answers(struct store *s, const char *const rows[][2],
			   size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_answer(s, rows[i][0], rows[i][1]);
}

static void test_an_exchange_is_a_transaction_and_two_messages(void **state)
{
	static const char *const rows[][2] = {
		{ "SELECT file || ' ' || format || ' ' || node || ' ' || "
		  "packets || ' ' || messages FROM captures",
		  "a.pcap pcap node7 3 2" },
		{ "SELECT first_ns || ' ' || last_ns FROM captures", "5 9" },
		{ "SELECT client || ':' || client_port || ' ' || server || "
		  "':' || server_port FROM transactions",
		  "10.0.0.5:40000 10.0.0.10:53" },
		{ "SELECT name || ' ' || qtype || ' ' || rcode || ' ' || "
		  "state FROM transactions",
		  "a.example. A NOERROR answered" },
		{ "SELECT asked_ns || ' ' || answered_ns || ' ' || latency_ns "
		  "FROM transactions",
		  "1000 1500 500" },
		{ "SELECT num_answers || ' ' || addresses || ' ' || cname "
		  "FROM transactions",
		  "3 10.0.0.2,10.0.0.1 target.example." },
		{ "SELECT query_file || '#' || query_frame || ' ' || "
		  "response_file || '#' || response_frame FROM transactions",
		  "a.pcap#1 a.pcap#2" },
		{ "SELECT group_concat(qr || frame || ' ' || src || '>' || "
		  "dst, ', ') FROM (SELECT * FROM messages ORDER BY frame)",
		  "Q1 10.0.0.5>10.0.0.10, R2 10.0.0.10>10.0.0.5" },
		{ "SELECT count(DISTINCT message_id) FROM messages", "2" },
		{ "SELECT rcode FROM messages WHERE qr = 'Q'", "(null)" },
		{ "SELECT latency_ns FROM messages WHERE qr = 'Q'", "(null)" },
		{ "SELECT latency_ns FROM messages WHERE qr = 'R'", "500" },
		{ "SELECT interface FROM messages WHERE qr = 'R'", "eth0" },
		{ "SELECT group_concat(position || type || data, ' ') FROM "
		  "(SELECT * FROM answers ORDER BY position)",
		  "1CNAMEtarget.example. 2A10.0.0.2 3A10.0.0.1" },
		{ "SELECT name || ' ' || linktype || ' ' || snaplen FROM "
		  "interfaces",
		  "eth0 EN10MB 96" },
		{ "SELECT group_concat(address || ' ' || role, ', ') FROM "
		  "(SELECT * FROM endpoints ORDER BY role)",
		  "10.0.0.5 client, 10.0.0.10 server" },
	};
	struct ingest *in = begin(*state, "a.pcap");

	put_exchange(in, "a.example.");
	assert_int_equal(finish(in, "aa"), 1);
	assert_answers(*state, rows, COUNT(rows));
}

static void test_what_is_not_known_is_null(void **state)
{
	static const char *const rows[][2] = {
		{ "SELECT asked_ns FROM transactions", "(null)" },
		{ "SELECT answered_ns FROM transactions", "(null)" },
		{ "SELECT latency_ns FROM transactions", "(null)" },
		{ "SELECT rcode FROM transactions", "(null)" },
		{ "SELECT response_frame FROM transactions", "(null)" },
		{ "SELECT addresses FROM transactions", "(null)" },
		{ "SELECT interface FROM messages", "(null)" },
		{ "SELECT direction FROM messages", "(null)" },
		{ "SELECT time_ns FROM messages", "(null)" },
		{ "SELECT node FROM captures", "(null)" },
	};
	struct ingest *in = begin_capture(*state, "a.pcap", NULL, &capture);
	struct exchange x = { .id = 1,
			      .state = STATE_UNANSWERED,
			      .attempts = 1,
			      .has_query = true };

	assert_non_null(in);
	x.query = sighting(in, false);
	x.query.has_time = false;
	x.query.interface = 0;
	ingest_exchange(in, &x);
	assert_int_equal(finish(in, "aa"), 1);
	assert_answers(*state, rows, COUNT(rows));
}

static void test_a_response_before_its_query_has_no_latency(void **state)
{
	struct ingest *in = begin(*state, "a.pcap");
	struct exchange x = { .id = 1,
			      .state = STATE_ANSWERED,
			      .attempts = 1,
			      .last_asked_ns = 1000,
			      .notes = NOTE_BEFORE_QUERY,
			      .has_query = true,
			      .has_response = true };

	x.query = sighting(in, false);
	x.response = sighting(in, true);
	x.response.time_ns = 900;
	ingest_exchange(in, &x);
	assert_int_equal(finish(in, "aa"), 1);
	assert_answer(*state, "SELECT latency_ns FROM transactions", "(null)");
	assert_answer(*state, "SELECT answered_ns FROM transactions", "900");
	assert_answer(*state, "SELECT before_query FROM transactions", "1");
}

/* A row has them in few numbers, where none may touch another. */
static void put_extreme(struct ingest *in, int64_t id, bool is_most)
{
	uint16_t most = is_most ? UINT16_MAX : 0;
	struct exchange x = { .id = id,
			      .attempts = is_most ? INT32_MAX : 0,
			      .leg.parent = is_most ? 7 : 0,
			      .leg.confidence = is_most ? LEG_EXACT : LEG_NONE,
			      .notes = is_most ? 0xff : 0,
			      .has_query = true,
			      .has_response = true,
			      .query = sighting(in, false),
			      .response = sighting(in, true) };

	x.query.src.port = x.query.id = x.query.flags = most;
	x.query.qclass = x.query.qtype = x.query.size = most;
	x.query.dst.port = most;
	x.query.frame = 9;
	x.query.transport = is_most ? TRANSPORT_TCP : TRANSPORT_UDP;
	x.query.kind = is_most ? 15 : KIND_QUERY;
	x.query.direction = is_most ? DIRECTION_OUT : DIRECTION_UNKNOWN;
	x.response.flags = x.response.size = most;
	x.response.rcode = is_most ? 0xfff : 0;
	x.response.direction = is_most ? DIRECTION_IN : DIRECTION_UNKNOWN;
	ingest_exchange(in, &x);
}

static void test_what_shares_a_number_keeps_apart(void **state)
{
	static const char sql[] =
		"SELECT group_concat(text, '; ') FROM (SELECT json_array("
		"query_direction, response_direction, transport, kind, notes, "
		"qclass, client_port, dns_id, query_flags, query_size, "
		"response_flags, response_size, rcode, qtype, server_port, "
		"attempts, query_frame, response_frame, parent, confidence) "
		"AS text "
		"FROM exchange ORDER BY id)";
	struct ingest *in = begin(*state, "a.pcap");

	put_extreme(in, 1, false);
	put_extreme(in, 2, true);
	assert_int_equal(finish(in, "aa"), 1);
	assert_answer(*state, sql,
		      "[null,null,0,0,0,0,0,0,0,0,0,0,0,0,0,0,9,2,null,null]; "
		      "[2,1,1,15,255,65535,65535,65535,65535,65535,65535,65535,"
		      "4095,65535,65535,2147483647,9,2,7,3]");
}

static void test_strays_are_messages_with_their_role(void **state)
{
	static const char *const rows[][2] = {
		{ "SELECT count(*) FROM transactions", "1" },
		{ "SELECT count(*) FROM messages", "4" },
		{ "SELECT transaction_id || ' ' || state || ' ' || attempt "
		  "FROM messages WHERE frame = 3",
		  "1 answered 2" },
		{ "SELECT transaction_id FROM messages WHERE frame = 4",
		  "(null)" },
		{ "SELECT state FROM messages WHERE frame = 4", "(null)" },
		{ "SELECT count(DISTINCT message_id) FROM messages", "4" },
	};
	struct ingest *in = begin(*state, "a.pcap");
	struct stray again = { .exchange = ingest_first_exchange(in),
			       .role = ROLE_ATTEMPT,
			       .attempt = 2 };
	struct stray multicast = { .role = ROLE_UNPAIRED };

	again.message = sighting(in, false);
	again.message.frame = 3;
	multicast.message = sighting(in, false);
	multicast.message.frame = 4;
	multicast.message.kind = KIND_MDNS;
	/* A stray may come before what it belongs to. */
	ingest_stray(in, &again);
	put_exchange(in, "a.example.");
	ingest_stray(in, &multicast);
	assert_int_equal(finish(in, "aa"), 1);
	assert_answers(*state, rows, COUNT(rows));
}

static void test_what_is_abandoned_leaves_nothing(void **state)
{
	static const char *const tables[] = {
		"capture", "interface", "exchange",   "stray",
		"name",    "address",   "answer",     "answer_set",
		"detail",  "icmp",      "connection",
	};
	struct ingest *in = begin(*state, "a.pcap");

	put_exchange(in, "a.example.");
	ingest_abandon(in);
	for (size_t i = 0; i < COUNT(tables); i++) {
		char sql[64];

		snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s",
			 tables[i]);
		assert_answer(*state, sql, "0");
	}
	/* Values that were forgotten with it are stored again. */
	in = begin(*state, "b.pcap");
	put_exchange(in, "a.example.");
	assert_int_equal(finish(in, "bb"), 1);
	assert_answer(*state,
		      "SELECT file || name FROM messages JOIN captures "
		      "USING (file) LIMIT 1",
		      "b.pcapa.example.");
	assert_answer(*state, "SELECT addresses FROM transactions",
		      "10.0.0.2,10.0.0.1");
}

static void test_the_same_content_is_kept_once(void **state)
{
	struct ingest *in = begin(*state, "a.pcap");

	assert_int_equal(store_has_capture(*state, "aa"), 0);
	put_exchange(in, "a.example.");
	assert_int_equal(finish(in, "aa"), 1);
	assert_int_equal(store_has_capture(*state, "aa"), 1);
	in = begin(*state, "copy-of-a.pcap");
	put_exchange(in, "a.example.");
	assert_int_equal(finish(in, "aa"), 0);
	assert_answer(*state, "SELECT group_concat(file) FROM captures",
		      "a.pcap");
	assert_answer(*state, "SELECT count(*) FROM transactions", "1");
}

static void test_a_second_capture_goes_on_numbering(void **state)
{
	struct ingest *in = begin(*state, "a.pcap");

	put_exchange(in, "a.example.");
	assert_int_equal(finish(in, "aa"), 1);
	in = begin(*state, "b.pcap");
	assert_int_equal(ingest_first_exchange(in), 2);
	put_exchange(in, "a.example.");
	assert_int_equal(finish(in, "bb"), 1);
	assert_answer(*state, "SELECT count(*) FROM transactions", "2");
	assert_answer(*state, "SELECT count(*) FROM name", "2");
	assert_answer(*state, "SELECT count(*) FROM address", "2");
	assert_answer(*state, "SELECT count(*) FROM answer_set", "1");
}

static void test_interfaces_are_known_by_number_and_ifindex(void **state)
{
	struct ingest_interface any = { .number = 1,
					.ifindex = 3,
					.linktype = "LINUX_SLL2" };
	struct ingest *in = begin(*state, "a.pcap");
	int64_t first = ingest_interface(in, &eth0), other, third;

	any.capture = capture;
	other = ingest_interface(in, &any);
	assert_true(first > 0 && other > 0 && first != other);
	any.ifindex = 4;
	third = ingest_interface(in, &any);
	assert_true(third != other && third != first);
	any.ifindex = 3;
	assert_int_equal(ingest_interface(in, &any), other);
	assert_int_equal(ingest_interface(in, &eth0), first);
	ingest_interface_counters(in, &eth0, 1000, 7);
	ingest_interface_counters(in, &any, -1, -1);
	/* Those that no message passed. */
	any.number = 2;
	any.name = "lo";
	ingest_interface_counters(in, &any, -1, 0);
	any.number = 3;
	any.name = "idle";
	ingest_interface_counters(in, &any, -1, -1);
	assert_int_equal(finish(in, "aa"), 1);
	assert_answer(*state,
		      "SELECT group_concat(name || ' ' || "
		      "coalesce(dropped, 'unknown'), ', ') FROM interfaces",
		      "eth0 7, if#3 unknown, if#4 unknown, lo 0, idle unknown");
}

static void test_a_file_that_claims_too_many_interfaces_is_borne(void **state)
{
	struct ingest_interface any = { .linktype = "EN10MB" };
	struct ingest *in = begin(*state, "a.pcap");

	for (uint32_t i = 0; i < 4096; i++) {
		any.number = i;
		assert_true(ingest_interface(in, &any) > 0);
	}
	any.number = 5000;
	assert_int_equal(ingest_interface(in, &any), 0);
	assert_false(ingest_failed(in));
	assert_int_equal(finish(in, "aa"), 1);
}

/* Also where no transaction comes with it; what is abandoned does not. */
static void test_what_comes_in_makes_conclusions_void(void **state)
{
	struct store *s = *state;
	struct snapshot *n;
	struct ingest *in;

	assert_int_equal(snapshot_name_addresses(s), 0);
	assert_int_equal(snapshot_is_concluded(s), 1);
	for (int i = 0; i < 2; i++) {
		in = begin(s, "a.pcap");
		if (i == 0)
			assert_int_equal(ingest_checkpoint(in), 0);
		else
			ingest_abandon(in);
		assert_int_equal(snapshot_is_concluded(s), i);
		if (i == 0)
			assert_int_equal(ingest_commit(in), 0);
		assert_int_equal(snapshot_name_addresses(s), 0);
		assert_int_equal(snapshot_is_concluded(s), 1);
	}
	n = snapshot_begin(s);
	assert_non_null(n);
	assert_int_equal(snapshot_commit(n), 0);
	assert_int_equal(snapshot_is_concluded(s), 0);
	assert_int_equal(snapshot_name_addresses(s), 0);
	assert_int_equal(store_run(s, "UPDATE rollup SET maker = 'x'"), 0);
	assert_int_equal(snapshot_is_concluded(s), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define WITH_STORE(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)
		WITH_STORE(test_an_exchange_is_a_transaction_and_two_messages),
		WITH_STORE(test_what_is_not_known_is_null),
		WITH_STORE(test_a_response_before_its_query_has_no_latency),
		WITH_STORE(test_what_shares_a_number_keeps_apart),
		WITH_STORE(test_strays_are_messages_with_their_role),
		WITH_STORE(test_what_is_abandoned_leaves_nothing),
		WITH_STORE(test_the_same_content_is_kept_once),
		WITH_STORE(test_a_second_capture_goes_on_numbering),
		WITH_STORE(test_what_comes_in_makes_conclusions_void),
		WITH_STORE(test_interfaces_are_known_by_number_and_ifindex),
		WITH_STORE(
			test_a_file_that_claims_too_many_interfaces_is_borne),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
