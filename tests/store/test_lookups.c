/* SPDX-License-Identifier: BSD-3-Clause */
/* What lookups.sql makes of what was asked, and of what came back. */
#include "base/text.h"
#include "store/snapshot.h"
#include "tests/store/folder.h"

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

/*
 * Rows of [name, type, port, id, asked, rcode, took, records, what else], times
 * in milliseconds; the first is transaction 1.  rcode is a number, or the state
 * of what has no response.  What else: attempts and when the last one was made,
 * client, server, tcp, tc, edns.
 */
static void ask_for(struct store *s, const char *rows)
{
	struct text sql = { 0 };

	text_addf(
		&sql,
		"CREATE TEMP TABLE q AS SELECT key + 1 AS id,"
		" value ->> 0 AS name, iif(value ->> 1 = 'A', 1, iif(value ->> 1"
		" = 'AAAA', 28, 16)) AS qtype, value ->> 2 AS port,"
		" value ->> 3 AS dns_id, value ->> 4 AS asked,"
		" value ->> 5 AS rcode, value ->> 6 AS took,"
		" value ->> 7 AS records, coalesce(value ->> '$[8].client', 'c')"
		" AS client, coalesce(value ->> '$[8].server', 's') AS server,"
		" coalesce(value ->> '$[8].attempts', 1) AS attempts,"
		" value ->> '$[8].last' AS last,"
		" coalesce(value ->> '$[8].tcp', 0) AS tcp,"
		" coalesce(value ->> '$[8].tc', 0) AS tc,"
		" value ->> '$[8].edns' AS edns FROM json_each('%s');"
		"DELETE FROM exchange; DELETE FROM name; DELETE FROM address;"
		"DELETE FROM detail;"
		"INSERT INTO name (text) SELECT DISTINCT name FROM temp.q;"
		"INSERT INTO address (text) SELECT client FROM temp.q"
		" UNION SELECT server FROM temp.q;"
		"INSERT INTO detail (verdict, edns_size, tunnels)"
		" SELECT DISTINCT 'ok', edns, 0 FROM temp.q"
		" WHERE edns IS NOT NULL;"
		"INSERT OR IGNORE INTO answer_set VALUES (1, 1, 'x', NULL),"
		" (2, 0, NULL, NULL);"
		"INSERT INTO exchange (id, state, traits, client, server,"
		" socket, name, question, last_attempt_ns,"
		" time_ns, query_frame, query_detail, response_frames,"
		" response_after_ns, response_head, answers)"
		" SELECT q.id, coalesce(t.code, 0), q.tcp << 4, c.id, v.id,"
		" q.port << 16 | q.dns_id, n.id,"
		" q.attempts - 1 << 32 | q.qtype,"
		" q.last * 1000000, q.asked * 1000000, 2 * q.id, d.id,"
		" iif(t.code IS NULL, 1, NULL), q.took * 1000000,"
		" iif(t.code IS NULL, (iif(q.tc, 0x8280, 0x8080) - 0x8580"
		" + q.rcode) << 16, NULL),"
		" iif(t.code IS NULL, 2 - q.records, NULL)"
		" FROM temp.q AS q JOIN name AS n ON n.text = q.name"
		" JOIN address AS c ON c.text = q.client"
		" JOIN address AS v ON v.text = q.server"
		" LEFT JOIN state AS t ON t.name = q.rcode"
		" LEFT JOIN detail AS d ON d.edns_size = q.edns;"
		"DROP TABLE temp.q;",
		rows);
	assert_int_equal(store_run(s, text_string(&sql)), 0);
	assert_int_equal(snapshot_name_addresses(s), 0);
	text_release(&sql);
}

/* "1 a. 2/2 answered", then who asked, how long and what failed, if known. */
static const char lookups_sql[] =
	"SELECT group_concat(lookup_id || ' ' || name || ' ' || transactions"
	" || '/' || queries || ' ' || outcome || iif(resolver = 'unknown', '',"
	" ' ' || resolver) || coalesce(' ' || (waited_ns / 1000000), '')"
	" || coalesce(' fails for ' || failed_for, '')"
	" || iif(failed IS NULL, ' ?', iif(failed, ' failed', '')), '; ')"
	" FROM (SELECT * FROM lookups ORDER BY lookup_id)";

struct example {
	const char *rows, *lookups;
};

static void check(struct store *s, const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ask_for(s, examples[i].rows);
		assert_answer(s, lookups_sql, examples[i].lookups);
	}
}

static void test_what_belongs_together(void **state)
{
	static const struct example examples[] = {
		/* again, after an answer; at once, from two sockets */
		{ "[[\"a.\",\"A\",1,1,0,0,1,1],[\"a.\",\"AAAA\",1,30009,0,0,1,0],"
		  "[\"a.\",\"A\",2,2,50,0,1,1],[\"a.\",\"AAAA\",2,30008,50,0,1,0]]",
		  "1 a. 2/2 answered 1; 3 a. 2/2 answered 1" },
		{ "[[\"a.\",\"A\",1,1,0,0,9,1],[\"a.\",\"A\",2,2,1,0,9,1],"
		  "[\"a.\",\"AAAA\",1,30009,2,0,9,0],"
		  "[\"A.\",\"AAAA\",2,30008,3,0,9,0]]",
		  "1 a. 2/2 answered 11; 2 a. 2/2 answered 11" },
		/* another type, another client */
		{ "[[\"a.\",\"A\",1,1,0,0,1,1],[\"a.\",\"TXT\",1,2,0,0,1,0],"
		  "[\"a.\",\"AAAA\",1,3,0,0,1,0,{\"client\":\"d\"}]]",
		  "1 a. 1/1 answered 1; 2 a. 1/1 no data 1; "
		  "3 a. 1/1 no data 1" },
		/* a walk through a search list, and the next one */
		{ "[[\"a.b.x.svc.cluster.local.\",\"A\",1,1,0,3,1,0],"
		  "[\"a.b.svc.cluster.local.\",\"A\",2,2,2,3,1,0],"
		  "[\"a.b.\",\"A\",3,3,4,0,1,1],"
		  "[\"a.b.x.svc.cluster.local.\",\"A\",4,4,9,3,1,0],"
		  "[\"a.b.svc.cluster.local.\",\"A\",5,5,11,3,1,0],"
		  "[\"a.b.\",\"A\",6,6,13,3,1,0]]",
		  "1 a.b. 3/3 answered 5; "
		  "4 a.b. 3/3 NXDOMAIN 5 fails for all failed" },
		/* half of a walk says nothing */
		{ "[[\"a.b.x.svc.cluster.local.\",\"A\",1,1,0,3,1,0],"
		  "[\"a.b.\",\"A\",3,3,5000,0,1,1]]",
		  "1 a.b. 1/1 unknown ?; 2 a.b. 1/1 answered 1" },
		/* what a server asks is no lookup */
		{ "[[\"a.\",\"A\",1,1,0,0,9,1],"
		  "[\"a.\",\"A\",1,1,1,0,1,1,{\"client\":\"s\",\"server\":\"u\"}]]",
		  "1 a. 1/1 answered 9" },
		/* over TCP, after a truncated answer; or not */
		{ "[[\"a.\",\"A\",1,1,0,0,1,0,{\"tc\":1}],"
		  "[\"a.\",\"A\",2,7,2,0,1,1,{\"tcp\":1}]]",
		  "1 a. 2/2 answered 3" },
		{ "[[\"a.\",\"A\",1,1,0,0,1,0,{\"tc\":1}]]",
		  "1 a. 1/1 truncated 1 fails for all failed" },
	};

	check(*state, examples, COUNT(examples));
}

static void test_resolvers_differ(void **state)
{
	static const struct example examples[] = {
		/* one half is denied, or fails: unknown who asked */
		{ "[[\"a.\",\"A\",1,1,0,0,1,1],[\"a.\",\"AAAA\",1,9,0,3,1,0]]",
		  "1 a. 2/2 partial 1 fails for musl ?" },
		/* musl waits to its end after an error */
		{ "[[\"a.\",\"A\",1,1,0,0,1,1],"
		  "[\"a.\",\"AAAA\",1,9,0,2,1,0],[\"a.\",\"AAAA\",1,9,2,2,1,0],"
		  "[\"a.\",\"AAAA\",1,9,2500,2,1,0]]",
		  "1 a. 4/4 partial musl 5000 fails for musl failed" },
		{ "[[\"a.\",\"A\",1,1,0,2,6000,0,{\"attempts\":2,\"last\":2500}]]",
		  "1 a. 1/2 timed out musl 5000 fails for all failed" },
		/* glibc hears it, and asks the next server with the same id */
		{ "[[\"a.\",\"A\",1,1,0,2,6000,0,{\"attempts\":2,\"last\":5000}]]",
		  "1 a. 1/2 SERVFAIL glibc 6000 fails for all failed" },
		{ "[[\"a.\",\"A\",1,1,0,\"unanswered\",null,0],"
		  "[\"a.\",\"A\",2,1,5000,0,1,1,{\"server\":\"t\"}]]",
		  "1 a. 2/2 answered glibc 5001" },
		/* Go: other sockets each time */
		{ "[[\"a.\",\"AAAA\",1,1,0,\"unanswered\",null,0,{\"edns\":1232}],"
		  "[\"a.\",\"A\",2,2,0,0,1,1,{\"edns\":1232}],"
		  "[\"a.\",\"AAAA\",3,3,5000,\"unanswered\",null,0,"
		  "{\"edns\":1232}]]",
		  "1 a. 3/3 partial Go 10000 fails for musl" },
		/* too late for some of them */
		{ "[[\"a.\",\"A\",1,1,0,0,5500,1]]",
		  "1 a. 1/1 answered 5500 fails for musl and Go ?" },
		/* glibc hears the first of two servers when it is asked again */
		{ "[[\"a.\",\"A\",1,1,0,0,10478,1,{\"attempts\":2,"
		  "\"last\":10000}],[\"a.\",\"A\",2,1,5000,\"unanswered\",null,0,"
		  "{\"server\":\"t\"}]]",
		  "1 a. 2/3 answered glibc 10478" },
		/* but not once it has given up */
		{ "[[\"a.\",\"A\",1,1,0,0,10200,1,{\"attempts\":2,"
		  "\"last\":5000}]]",
		  "1 a. 1/2 timed out glibc 10000 fails for all failed" },
	};

	check(*state, examples, COUNT(examples));
}

static void test_what_is_not_known_is_not_judged(void **state)
{
	static const struct example examples[] = {
		{ "[[\"a.\",\"A\",1,1,0,\"pending_at_end\",null,0],"
		  "[\"a.\",\"AAAA\",1,2,0,0,1,1]]",
		  "1 a. 2/2 unknown ?" },
		{ "[[\"a.\",\"A\",1,1,0,\"answered_elsewhere\",null,0]]",
		  "1 a. 1/1 unknown ?" },
		/* who asked it again was answered */
		{ "[[\"a.\",\"A\",1,1,0,\"pending_at_end\",null,0],"
		  "[\"a.\",\"A\",2,2,5000,0,1,1]]",
		  "1 a. 2/2 answered 5001" },
		/* how long it waits is not known either */
		{ "[[\"a.\",\"A\",1,1,0,\"unanswered\",null,0]]",
		  "1 a. 1/1 timed out fails for all failed" },
		{ "[[\"a.\",\"A\",1,1,0,\"icmp_error\",null,0]]",
		  "1 a. 1/1 unreachable 0 fails for all failed" },
		/* without times */
		{ "[[\"a.\",\"A\",1,1,null,0,null,1],"
		  "[\"a.\",\"AAAA\",1,2,null,0,null,0]]",
		  "1 a. 2/2 answered" },
	};

	check(*state, examples, COUNT(examples));
}

/* An ICMP error from the client quotes the response: nobody heard it. */
static void test_who_gave_up_heard_nothing(void **state)
{
	struct store *s = *state;

	ask_for(s, "[[\"a.\",\"A\",1,1,0,0,1400,1]]");
	assert_answer(s, lookups_sql, "1 a. 1/1 answered 1400");
	assert_int_equal(
		store_run(s, "INSERT INTO icmp SELECT 1, 1, 1, 1, NULL, NULL, "
			     "0, 4, 3, 3, NULL, client, server, 53, client, "
			     "1, 0, 1, 1 FROM exchange"),
		0);
	assert_int_equal(snapshot_name_addresses(s), 0);
	assert_answer(s, lookups_sql,
		      "1 a. 1/1 timed out fails for all failed");
}

static void test_a_client_shows_its_resolver(void **state)
{
	struct store *s = *state;

	/* ids from a clock, twice; random ones, once */
	ask_for(s,
		"[[\"a.\",\"A\",1,100,0,0,1,1],[\"a.\",\"AAAA\",1,300,0,0,1,0],"
		"[\"b.\",\"A\",2,65500,9,0,1,1],[\"b.\",\"AAAA\",2,200,9,0,1,0],"
		"[\"c.\",\"A\",1,9,9,0,1,1,{\"client\":\"e\"}],"
		"[\"c.\",\"AAAA\",1,9999,9,0,1,0,{\"client\":\"e\"}]]");
	assert_answer(s, lookups_sql,
		      "1 a. 2/2 answered musl 1; 3 b. 2/2 answered musl 1; "
		      "5 c. 2/2 answered 1");
	assert_answer(s,
		      "SELECT group_concat(lookup_id || ' ' || transaction_id "
		      "|| ' ' || step, '; ') FROM lookup_transactions "
		      "WHERE lookup_id > 1",
		      "3 3 first; 3 4 pair; 5 5 first; 5 6 pair");
}

/* Who had been forgotten, and came back. */
static void test_an_address_has_one_number(void **state)
{
	struct store *s = *state;

	ask_for(s, "[[\"a.\",\"A\",1,1,0,0,1,1],"
		   "[\"b.\",\"A\",1,2,9000,0,1,1]]");
	assert_int_equal(
		store_run(s, "INSERT INTO address (text) VALUES ('c'), ('s');"
			     "UPDATE exchange SET (client, server) = (SELECT "
			     "max(iif(text = 'c', id, 0)), "
			     "max(iif(text = 's', id, 0)) FROM address) "
			     "WHERE id = 2"),
		0);
	assert_int_equal(snapshot_name_addresses(s), 0);
	assert_answer(s,
		      "SELECT group_concat(client || ' ' || server || ' ' "
		      "|| count, '; ') FROM _tally",
		      "c s 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_belongs_together,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_resolvers_differ, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			test_what_is_not_known_is_not_judged, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(test_who_gave_up_heard_nothing,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_client_shows_its_resolver, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_an_address_has_one_number,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
