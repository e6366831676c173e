/* SPDX-License-Identifier: BSD-3-Clause */
/* ICMP errors and TCP connections go in, the views tell them. */
#include "store/ingest.h"

#include <string.h>

#include "tests/store/folder.h"
#include "tests/store/one_capture.h"

enum { WAIT_NS = 15 }; /* as in one_capture.h */

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

static struct endpoint endpoint(uint8_t last, uint16_t port)
{
	return (struct endpoint){ .address = { .len = 4,
					       .bytes = { 10, 0, 0, last } },
				  .port = port };
}

/* The one that is taken in. */
static int64_t capture;

static struct ingest *begin(struct store *s)
{
	struct ingest *in = begin_capture(s, "a.pcap", "node7", &capture);

	assert_non_null(in);
	return in;
}

/* The capture ends at 1000 ns. */
static void finish(struct ingest *in, bool has_times)
{
	struct ingest_facts facts = { .sha256 = "aa",
				      .tcp_dns = 1,
				      .has_times = has_times,
				      .first_ns = 1,
				      .last_ns = 1000 };

	assert_false(ingest_failed(in));
	assert_int_equal(finish_capture(in, capture, &facts), 1);
}

static int64_t eth0(struct ingest *in)
{
	return ingest_interface(
		in, &(struct ingest_interface){ .capture = capture,
						.name = "eth0",
						.linktype = "EN10MB" });
}

static struct sighting query(struct ingest *in)
{
	return (struct sighting){ .frame = 1,
				  .time_ns = 10,
				  .has_time = true,
				  .capture = capture,
				  .interface = eth0(in),
				  .src = endpoint(5, 40000),
				  .dst = endpoint(10, 53),
				  .has_header = true,
				  .id = 0x102d,
				  .qtype = 1 };
}

static void put_exchange(struct ingest *in, enum exchange_state state)
{
	struct exchange x = { .id = 1,
			      .state = state,
			      .attempts = 1,
			      .has_query = true,
			      .query = query(in) };

	ingest_exchange(in, &x);
}

static struct icmp_notice notice(struct ingest *in)
{
	struct icmp_notice n = { .exchange = 1,
				 .family = 4,
				 .type = 3,
				 .code = 4,
				 .mtu = 1400,
				 .reporter = endpoint(1, 0).address,
				 .has_id = true,
				 .quoted = query(in) };

	n.quoted.frame = 2;
	n.quoted.time_ns = 20;
	n.quoted.direction = DIRECTION_IN;
	return n;
}

static void test_an_error_is_told_with_what_it_quotes(void **state)
{
	static const char *const rows[][2] = {
		{ "SELECT transaction_id || ' ' || file || '#' || frame || ' ' "
		  "|| time_ns || ' ' || node FROM icmp_errors",
		  "1 a.pcap#2 20 node7" },
		{ "SELECT interface || ' ' || direction || ' ' || reporter "
		  "FROM icmp_errors",
		  "eth0 in 10.0.0.1" },
		{ "SELECT protocol || ' ' || type || ' ' || code || ' ' || "
		  "meaning || ' ' || mtu FROM icmp_errors",
		  "ICMP 3 4 fragmentation needed 1400" },
		{ "SELECT src || ':' || src_port || ' ' || dst || ':' || "
		  "dst_port || ' ' || transport || ' ' || dns_id || ' ' || "
		  "quotes FROM icmp_errors",
		  "10.0.0.5:40000 10.0.0.10:53 UDP 4141 query" },
		{ "SELECT state || ' ' || icmp_type || ' ' || icmp_code || ' ' "
		  "|| icmp_meaning || ' ' || icmp_file || '#' || icmp_frame "
		  "FROM transactions",
		  "icmp_error 3 4 fragmentation needed a.pcap#2" },
		{ "SELECT finding || ' ' || subject || ' ' || count FROM "
		  "findings",
		  "ICMP-UNREACHABLE 10.0.0.10 1" },
	};
	struct ingest *in = begin(*state);
	struct icmp_notice n = notice(in);

	ingest_icmp(in, &n);
	/* A further one is not the first. */
	n.quoted.frame = 3;
	n.code = 3;
	ingest_icmp(in, &n);
	put_exchange(in, STATE_ICMP_ERROR);
	finish(in, true);
	assert_answer(*state, "SELECT count(*) FROM icmp_errors", "2");
	assert_answer(*state, "SELECT count(*) FROM transactions", "1");
	store_run(*state, "DELETE FROM icmp WHERE frame = 3");
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_answer(*state, rows[i][0], rows[i][1]);
}

static void test_an_error_about_a_response_is_not_the_querys(void **state)
{
	struct ingest *in = begin(*state);
	struct icmp_notice n = notice(in);

	n.quoted.is_response = true;
	ingest_icmp(in, &n);
	put_exchange(in, STATE_ANSWERED);
	finish(in, true);
	assert_answer(*state,
		      "SELECT transaction_id || quotes FROM icmp_errors",
		      "1response");
	assert_answer(*state, "SELECT icmp_type FROM transactions", "(null)");
}

static void test_what_an_error_does_not_quote_is_null(void **state)
{
	static const char *const columns[] = { "transaction_id", "dns_id",
					       "time_ns",        "interface",
					       "direction",      "mtu" };
	struct ingest *in = begin(*state);
	struct icmp_notice n = notice(in);

	n.exchange = 0;
	n.family = 6;
	n.type = 1;
	n.code = 99;
	n.has_id = n.quoted.has_time = false;
	n.mtu = 0;
	n.quoted.interface = 0;
	n.quoted.direction = DIRECTION_UNKNOWN;
	n.quoted.transport = TRANSPORT_TCP;
	ingest_icmp(in, &n);
	finish(in, true);
	for (size_t i = 0; i < COUNT(columns); i++) {
		char sql[64];

		snprintf(sql, sizeof(sql), "SELECT %s FROM icmp_errors",
			 columns[i]);
		assert_answer(*state, sql, "(null)");
	}
	assert_answer(*state,
		      "SELECT protocol || ' ' || meaning || ' ' || quotes "
		      "FROM icmp_errors",
		      "ICMPv6 type 1 code 99 segment");
}

static struct moment at(uint64_t frame)
{
	return (struct moment){ .frame = frame,
				.source = (uint32_t)capture,
				.time_ns = (int64_t)frame * 10,
				.has_time = true };
}

static struct connection connection(void)
{
	return (struct connection){ .client = endpoint(5, 40000),
				    .server = endpoint(10, 53),
				    .first = at(1),
				    .syn = at(1),
				    .syns = 1 };
}

static void put_connection(struct ingest *in, const struct connection *c)
{
	ingest_connection(in, c, eth0(in));
}

static void test_a_connection_is_told_with_its_frames(void **state)
{
	static const char *const rows[][2] = {
		{ "SELECT file || '#' || frame || ' ' || time_ns || ' ' || "
		  "interface || ' ' || tunnels FROM connections",
		  "a.pcap#1 10 eth0 1" },
		{ "SELECT client || ':' || client_port || ' ' || server || "
		  "':' || server_port || ' ' || state FROM connections",
		  "10.0.0.5:40000 10.0.0.10:53 closed" },
		{ "SELECT syns || ' ' || syn_frame || ' ' || syn_ack_frame || "
		  "' ' || connect_ns FROM connections",
		  "2 1 3 20" },
		{ "SELECT client_data || ' ' || server_data FROM connections",
		  "1 0" },
		{ "SELECT fin_frame || fin_by || ' ' || rst_frame || rst_by "
		  "FROM connections",
		  "5server 6client" },
		{ "SELECT icmp_frame || ' ' || icmp_meaning FROM connections",
		  "4 host unreachable" },
		{ "SELECT evidence FROM connections",
		  "a.pcap#1 a.pcap#3 a.pcap#5 a.pcap#6 a.pcap#4" },
	};
	struct ingest *in = begin(*state);
	struct connection c = connection();

	c.syns = 2;
	c.syn_ack = at(3);
	c.fin = at(5);
	c.fin_by = SIDE_SERVER;
	c.rst = at(6);
	c.rst_by = SIDE_CLIENT;
	c.data[SIDE_CLIENT] = true;
	c.icmp = at(4);
	c.icmp_type = 3;
	c.icmp_code = 1;
	c.tunnels = 1;
	put_connection(in, &c);
	finish(in, true);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_answer(*state, rows[i][0], rows[i][1]);
}

/* Frames by which each event was seen first; 0: none. */
struct fate {
	uint64_t syn, syn_ack, fin, rst, icmp;
	bool rst_by_server, data;
	const char *state;
};

static void check_fate(const struct fate *f)
{
	struct store *s = store_open_temporary();
	struct ingest *in = begin(s);
	struct connection c = connection();

	c.syn = at(f->syn);
	c.syns = f->syn != 0;
	c.midstream = f->syn == 0;
	c.syn_ack = at(f->syn_ack);
	c.fin = at(f->fin);
	c.rst = at(f->rst);
	c.rst_by = f->rst_by_server ? SIDE_SERVER : SIDE_CLIENT;
	c.icmp = at(f->icmp);
	c.data[SIDE_CLIENT] = f->data;
	put_connection(in, &c);
	finish(in, true);
	assert_answer(s, "SELECT state FROM connections", f->state);
	store_close(s);
}

static void test_a_state_says_what_became_of_a_connection(void **state)
{
	static const struct fate fates[] = {
		{ .syn = 1, .state = "no answer to SYN" },
		/* The capture ends within the wait time. */
		{ .syn = 99, .state = "pending" },
		{ .syn = 1, .icmp = 2, .state = "unreachable" },
		{ .syn = 1,
		  .rst = 2,
		  .rst_by_server = true,
		  .state = "refused" },
		{ .syn = 1, .rst = 2, .state = "reset" },
		{ .syn = 1, .syn_ack = 2, .state = "established" },
		/* The way back was not captured. */
		{ .syn = 1, .data = true, .state = "established" },
		{ .syn = 1,
		  .data = true,
		  .rst = 2,
		  .rst_by_server = true,
		  .state = "reset" },
		{ .syn = 1,
		  .syn_ack = 2,
		  .rst = 3,
		  .rst_by_server = true,
		  .state = "reset" },
		{ .syn = 1,
		  .syn_ack = 2,
		  .rst = 3,
		  .fin = 4,
		  .state = "reset" },
		{ .syn = 1,
		  .syn_ack = 2,
		  .fin = 3,
		  .rst = 4,
		  .state = "closed" },
		{ .data = true, .state = "mid-stream" },
		{ .data = true, .fin = 2, .state = "closed" },
		{ .data = true, .rst = 2, .state = "reset" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(fates); i++)
		check_fate(&fates[i]);
}

static void test_times_that_mean_nothing_are_forgotten(void **state)
{
	struct ingest *in = begin(*state);
	struct connection c = connection();
	struct icmp_notice n = notice(in);

	c.syn_ack = at(2);
	put_connection(in, &c);
	ingest_icmp(in, &n);
	finish(in, false);
	assert_answer(*state,
		      "SELECT coalesce(time_ns, syn_ns, syn_ack_ns, "
		      "connect_ns) FROM connections",
		      "(null)");
	assert_answer(*state, "SELECT time_ns FROM icmp_errors", "(null)");
}

static void put_truncated(struct ingest *in)
{
	struct exchange x = { .id = 1,
			      .state = STATE_ANSWERED,
			      .attempts = 1,
			      .has_query = true,
			      .has_response = true,
			      .query = query(in),
			      .response = query(in) };

	x.response.src = x.query.dst;
	x.response.dst = x.query.src;
	x.response.is_response = true;
	x.response.flags = 0x8380;
	ingest_exchange(in, &x);
}

static void test_who_cannot_connect_after_tc_is_blocked(void **state)
{
	static const struct {
		uint64_t syn_ack, rst;
		const char *findings;
	} cases[] = {
		{ 0, 0, "TCP53-BLOCKED 10.0.0.10" },
		{ 0, 2, "TCP53-BLOCKED 10.0.0.10" },
		{ 2, 0, "TC-NO-TCP 10.0.0.5" },
		{ 2, 3, "TC-NO-TCP 10.0.0.5,TCP-RESET 10.0.0.10" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct store *s = store_open_temporary();
		struct ingest *in = begin(s);
		struct connection c = connection();

		c.syn_ack = at(cases[i].syn_ack);
		c.rst = at(cases[i].rst);
		c.rst_by = SIDE_SERVER;
		put_truncated(in);
		put_connection(in, &c);
		finish(in, true);
		assert_answer(s,
			      "SELECT group_concat(finding || ' ' || subject) "
			      "FROM (SELECT * FROM findings ORDER BY finding)",
			      cases[i].findings);
		store_close(s);
	}
}

static void test_a_message_tells_its_tunnels_and_what_is_odd(void **state)
{
	static const struct datagram seen[] = {
		{ .tunnels = 1,
		  .outer = { { .kind = TUNNEL_VXLAN,
			       .has_key = true,
			       .key = 42,
			       .src = { 4, { 10, 224, 0, 4 } },
			       .dst = { 4, { 10, 224, 0, 5 } } } } },
		{ .tunnels = 1,
		  .outer = { { .kind = TUNNEL_VXLAN,
			       .has_key = true,
			       .key = 43,
			       .src = { 4, { 10, 224, 0, 4 } },
			       .dst = { 4, { 10, 224, 0, 5 } } } } },
		{ .fragment_conflict = true },
		{ .fragment_conflict = false },
	};
	static const char *const expected[] = {
		"1|VXLAN 42 10.224.0.4 > 10.224.0.5|",
		"1|VXLAN 43 10.224.0.4 > 10.224.0.5|",
		"0||overlapping fragments differ",
		"0||",
	};
	struct ingest *in = begin(*state);
	struct dns_message m = { .has_header = true, .edns.ede_code = -1 };

	for (size_t i = 0; i < COUNT(seen); i++) {
		struct stray stray = { .role = ROLE_UNPAIRED,
				       .message = query(in) };

		stray.message.frame = i;
		ingest_values(in, &seen[i], &m, &stray.message);
		ingest_stray(in, &stray);
	}
	finish(in, true);
	for (size_t i = 0; i < COUNT(seen); i++) {
		char sql[128];

		snprintf(sql, sizeof(sql),
			 "SELECT tunnels || '|' || coalesce(tunnel, '') || '|' "
			 "|| coalesce(notes, '') FROM messages WHERE frame = "
			 "%zu",
			 i);
		assert_answer(*state, sql, expected[i]);
	}
	assert_answer(*state, "SELECT count(*) FROM detail", "3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define WITH_STORE(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)
		WITH_STORE(test_an_error_is_told_with_what_it_quotes),
		WITH_STORE(test_an_error_about_a_response_is_not_the_querys),
		WITH_STORE(test_what_an_error_does_not_quote_is_null),
		WITH_STORE(test_a_connection_is_told_with_its_frames),
		WITH_STORE(test_a_state_says_what_became_of_a_connection),
		WITH_STORE(test_times_that_mean_nothing_are_forgotten),
		WITH_STORE(test_who_cannot_connect_after_tc_is_blocked),
		WITH_STORE(test_a_message_tells_its_tunnels_and_what_is_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
