/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/store.h"

#include <sqlite3.h>

#include "store/ingest.h"
#include "tests/store/folder.h"
#include "tests/store/one_capture.h"

static const char sha[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495"
			  "991b7852b855";

/* A capture without anything in it makes a store worth keeping. */
static void take_in_nothing(struct store *s)
{
	struct ingest_facts facts = { .sha256 = sha };
	int64_t capture;
	struct ingest *in = begin_capture(s, "a.pcap", NULL, &capture);

	assert_non_null(in);
	assert_int_equal(finish_capture(in, capture, &facts), 1);
}

static void make_store(const char *path)
{
	struct store *s = store_open_for_ingest(path);

	assert_non_null(s);
	take_in_nothing(s);
	store_close(s);
}

static void write_file(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(content, file);
	assert_int_equal(fclose(file), 0);
}

/* With SQLite itself, as another program would. */
static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void test_removes_a_new_store_that_got_no_capture(void **state)
{
	struct folder f;
	struct store *s;

	(void)state;
	folder_make(&f);
	s = store_open_for_ingest(f.file);
	assert_non_null(s);
	assert_string_equal(store_path(s), f.file);
	assert_int_equal(access(f.file, F_OK), 0);
	store_close(s);
	assert_int_not_equal(access(f.file, F_OK), 0);
	folder_remove(&f);
}

/* It was made here, but another process has taken a capture into it. */
static void test_keeps_a_new_store_that_others_filled(void **state)
{
	struct folder f;
	struct store *s;

	(void)state;
	folder_make(&f);
	s = store_open_for_ingest(f.file);
	assert_non_null(s);
	make_store(f.file);
	store_close(s);
	s = store_open(f.file);
	assert_non_null(s);
	assert_answer(s, "SELECT file FROM captures", "a.pcap");
	store_close(s);
	folder_remove(&f);
}

/* Or is at it: its transaction must not end in a file that is gone. */
static void test_keeps_a_new_store_that_others_write_to(void **state)
{
	struct ingest_facts facts = { .sha256 = sha };
	struct folder f;
	struct store *s, *other;
	struct ingest *in;
	int64_t capture;

	(void)state;
	folder_make(&f);
	s = store_open_for_ingest(f.file);
	other = store_open_for_ingest(f.file);
	assert_non_null(s);
	assert_non_null(other);
	in = begin_capture(other, "a.pcap", NULL, &capture);
	assert_non_null(in);
	store_close(s);
	assert_int_equal(finish_capture(in, capture, &facts), 1);
	store_close(other);
	s = store_open(f.file);
	assert_non_null(s);
	store_close(s);
	folder_remove(&f);
}

static void test_keeps_a_store_with_a_capture(void **state)
{
	struct folder f;
	struct store *s;

	(void)state;
	folder_make(&f);
	make_store(f.file);
	s = store_open_for_ingest(f.file);
	assert_non_null(s);
	store_close(s);
	s = store_open(f.file);
	assert_non_null(s);
	assert_answer(s, "SELECT file FROM captures", "a.pcap");
	assert_answer(s, "PRAGMA application_id", "1684960102");
	assert_answer(s, "PRAGMA integrity_check", "ok");
	store_close(s);
	folder_remove(&f);
}

static void test_an_empty_file_becomes_a_store(void **state)
{
	struct folder f;

	(void)state;
	folder_make(&f);
	write_file(f.file, "");
	make_store(f.file);
	folder_remove(&f);
}

enum way { TO_READ, TO_INGEST };

static const char *refusal(const char *path, enum way way,
			   struct stderr_caught *caught)
{
	struct store *s;
	const char *said;

	stderr_catch(caught);
	s = way == TO_READ ? store_open(path) : store_open_for_ingest(path);
	said = stderr_release(caught);
	assert_null(s);
	store_close(s);
	return said;
}

static void assert_refused(const struct folder *f, const char *why)
{
	char expected[512];

	snprintf(expected, sizeof(expected), "dnsforensics: %s: %s\n", f->file,
		 why);
	for (int way = TO_READ; way <= TO_INGEST; way++) {
		struct stderr_caught caught;

		assert_string_equal(refusal(f->file, way, &caught), expected);
	}
}

static void test_refuses_files_that_are_no_store(void **state)
{
	static const char *const contents[] = {
		"just a text of some length, as anybody might name x.db\n",
		"SQLite format 3",
		"xy", /* one byte passes for none at SQLite */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(contents); i++) {
		struct folder f;
		char kept[128] = "";
		FILE *file;

		folder_make(&f);
		write_file(f.file, contents[i]);
		assert_refused(&f, "not a dnsforensics store");
		file = fopen(f.file, "r");
		assert_non_null(file);
		kept[fread(kept, 1, sizeof(kept) - 1, file)] = '\0';
		fclose(file);
		assert_string_equal(kept, contents[i]);
		folder_remove(&f);
	}
}

static void test_refuses_a_database_of_another_program(void **state)
{
	static const char *const programs[] = {
		"CREATE TABLE bookmarks (url TEXT)",
		"PRAGMA application_id = 42",
		"PRAGMA application_id = 42; CREATE TABLE x (y)",
		"CREATE TABLE capture (id); PRAGMA user_version = 1",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(programs); i++) {
		struct folder f;

		folder_make(&f);
		run_sql(f.file, programs[i]);
		assert_refused(&f, "not a dnsforensics store");
		folder_remove(&f);
	}
}

static void test_refuses_a_store_of_another_version(void **state)
{
	struct folder f;

	(void)state;
	folder_make(&f);
	make_store(f.file);
	run_sql(f.file, "PRAGMA user_version = 10");
	assert_refused(&f, "a store of version 10, this program reads version "
			   "9; ingest its captures again into a new one");
	folder_remove(&f);
}

static void test_says_how_to_make_a_store_where_there_is_none(void **state)
{
	struct stderr_caught caught;

	(void)state;
	assert_string_equal(
		refusal("/nonexistent/x.db", TO_READ, &caught),
		"dnsforensics: /nonexistent/x.db: no such store; make a store "
		"by \"dnsforensics ingest -d /nonexistent/x.db CAPTURE...\"\n");
	assert_string_equal(refusal("/nonexistent/x.db", TO_INGEST, &caught),
			    "dnsforensics: /nonexistent/x.db: No such file or "
			    "directory\n");
}

static void test_what_is_opened_to_read_cannot_be_written(void **state)
{
	struct stderr_caught caught;
	struct folder f;
	struct store *s;

	(void)state;
	folder_make(&f);
	make_store(f.file);
	s = store_open(f.file);
	assert_non_null(s);
	stderr_catch(&caught);
	assert_int_equal(store_run(s, "DELETE FROM capture"), -1);
	stderr_release(&caught);
	assert_answer(s, "SELECT count(*) FROM captures", "1");
	/* Reports make views of their own, which are gone afterwards. */
	assert_int_equal(store_run(s, "CREATE TEMP VIEW v AS SELECT 1"), 0);
	store_close(s);
	folder_remove(&f);
}

static void test_a_temporary_store_leaves_no_trace(void **state)
{
	struct store *s = store_open_temporary();

	(void)state;
	assert_non_null(s);
	assert_string_equal(store_path(s), "temporary store");
	take_in_nothing(s);
	assert_answer(s, "SELECT count(*) FROM captures", "1");
	store_close(s);
}

static void test_closing_nothing_is_fine(void **state)
{
	(void)state;
	store_close(NULL);
}

/* Those that every user expects; more may follow. */
static void test_public_views_have_their_columns(void **state)
{
	static const struct {
		const char *view, *columns;
	} cases[] = {
		{ "messages",
		  "file, frame, time_ns, node, interface, src, src_port, dst, "
		  "dst_port, transport, dns_id, qr, name, qtype, qtype_raw, "
		  "rcode, rcode_raw, message_id, transaction_id" },
		{ "transactions",
		  "transaction_id, client, client_port, server, server_port, "
		  "transport, dns_id, name, qtype, qtype_raw, rcode, "
		  "rcode_raw, state, attempts, asked_ns, answered_ns, "
		  "latency_ns, num_answers, addresses, query_file, "
		  "query_frame, response_file, response_frame" },
		{ "captures", "file, sha256, node, first_ns, last_ns" },
		{ "interfaces", "file, name, linktype" },
		{ "answers", "transaction_id, position, name, type, data" },
		{ "endpoints", "address, role, port, transactions" },
		{ "icmp_errors",
		  "transaction_id, file, frame, time_ns, node, interface, "
		  "reporter, type, code, meaning, mtu, src, src_port, dst, "
		  "dst_port, transport, dns_id, quotes" },
		{ "connections",
		  "file, node, interface, client, client_port, server, "
		  "server_port, state, syn_ns, syn_frame, syns, syn_ack_ns, "
		  "connect_ns, fin_frame, rst_frame" },
	};
	struct store *s = store_open_temporary();

	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char sql[512];
		struct rows *r;

		snprintf(sql, sizeof(sql), "SELECT %s FROM %s",
			 cases[i].columns, cases[i].view);
		r = rows_open(s, sql);
		assert_non_null(r);
		assert_int_equal(rows_next(r), 0);
		rows_close(r);
	}
	store_close(s);
}

static void test_explains_its_numbers(void **state)
{
	static const struct {
		const char *sql, *expected;
	} cases[] = {
		{ "SELECT name FROM state WHERE code = 0", "answered" },
		{ "SELECT name FROM kind WHERE code = 0", "query" },
		{ "SELECT group_concat(name) FROM role",
		  "unpaired,attempt,duplicate_response,wrong_source,"
		  "continuation" },
		{ "SELECT name FROM qtype WHERE code = 28", "AAAA" },
		{ "SELECT name || ' ' || guide FROM rcode WHERE code = 3",
		  "NXDOMAIN NameError" },
		{ "SELECT count(*) FROM rcode WHERE guide = ''", "0" },
		{ "SELECT name FROM opcode WHERE code = 4", "NOTIFY" },
		{ "SELECT count(*) > 20 FROM ede", "1" },
	};
	struct store *s = store_open_temporary();

	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_answer(s, cases[i].sql, cases[i].expected);
	store_close(s);
}

/* A question to ::, answered at once with what the message holds. */
static void take_in_answer(struct ingest *in, const struct dns_message *m,
			   enum transport transport)
{
	static const struct endpoint nobody = { .address = { .len = 16 } };
	static const struct datagram d = { .wire_len = 0 };
	struct sighting s = { .capture = 1,
			      .frame = 1,
			      .has_time = true,
			      .src = nobody,
			      .dst = nobody,
			      .transport = transport,
			      .kind = KIND_QUERY,
			      .has_header = true,
			      .flags = m->flags,
			      .qtype = m->type,
			      .has_question = true };
	struct exchange x = { .has_query = true, .has_response = true };
	static int64_t id;

	x.id = ++id;
	ingest_values(in, &d, m, &s);
	x.query = s;
	s.is_response = true;
	s.min_ttl = s.negative_ttl = -1;
	ingest_values(in, &d, m, &s);
	x.response = s;
	ingest_exchange(in, &x);
}

static void test_nodata_is_no_record_of_the_wanted_type(void **state)
{
	static const struct dns_answer cname = { "a.", DNS_TYPE_CNAME, 1, 1,
						 "b." };
	static const struct dns_answer aaaa = { "b.", DNS_TYPE_AAAA, 1, 1,
						"::1" };
	const struct {
		uint16_t type;
		struct dns_answer answers[2];
		size_t num_answers;
		const char *nodata;
	} cases[] = {
		{ DNS_TYPE_A, { cname }, 0, "1" },
		{ DNS_TYPE_A, { cname }, 1, "1" },
		{ 65, { cname }, 1, "1" },
		{ DNS_TYPE_CNAME, { cname }, 1, "0" },
		{ 255, { cname }, 1, "0" },
		{ DNS_TYPE_A, { cname, aaaa }, 2, "1" },
		{ DNS_TYPE_AAAA, { cname, aaaa }, 2, "0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ingest_facts facts = { .sha256 = sha };
		struct dns_message m = { .has_question = true,
					 .name = "a.",
					 .type = cases[i].type,
					 .flags = DNS_FLAG_QR,
					 .answers = cases[i].answers,
					 .num_answers = cases[i].num_answers };
		struct store *s = store_open_temporary();
		int64_t capture;
		struct ingest *in = begin_capture(s, "a", NULL, &capture);

		take_in_answer(in, &m, TRANSPORT_UDP);
		assert_int_equal(finish_capture(in, capture, &facts), 1);
		assert_answer(s, "SELECT nodata FROM transactions",
			      cases[i].nodata);
		store_close(s);
	}
}

static void test_a_truncated_answer_wants_the_question_over_tcp(void **state)
{
	static const struct {
		const char *asked, *again;
		uint64_t tcp;
		const char *findings;
	} cases[] = {
		{ "a.", "b.", 1, "1" },
		{ "a.", "A.", 1, "0" },
		{ "a.", "b.", 0, "0" }, /* it may have been left out */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ingest_facts facts = { .sha256 = sha,
					      .tcp_dns = cases[i].tcp };
		struct dns_message m = { .has_question = true,
					 .name = cases[i].asked,
					 .type = DNS_TYPE_A,
					 .flags = DNS_FLAG_QR | DNS_FLAG_TC };
		struct store *s = store_open_temporary();
		int64_t capture;
		struct ingest *in = begin_capture(s, "a", NULL, &capture);

		take_in_answer(in, &m, TRANSPORT_UDP);
		m.name = cases[i].again;
		take_in_answer(in, &m, TRANSPORT_TCP);
		assert_int_equal(finish_capture(in, capture, &facts), 1);
		assert_answer(s,
			      "SELECT count(*) FROM findings "
			      "WHERE finding = 'TC-NO-TCP'",
			      cases[i].findings);
		store_close(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_removes_a_new_store_that_got_no_capture),
		cmocka_unit_test(test_keeps_a_new_store_that_others_filled),
		cmocka_unit_test(test_keeps_a_new_store_that_others_write_to),
		cmocka_unit_test(test_keeps_a_store_with_a_capture),
		cmocka_unit_test(test_an_empty_file_becomes_a_store),
		cmocka_unit_test(test_refuses_files_that_are_no_store),
		cmocka_unit_test(test_refuses_a_database_of_another_program),
		cmocka_unit_test(test_refuses_a_store_of_another_version),
		cmocka_unit_test(
			test_says_how_to_make_a_store_where_there_is_none),
		cmocka_unit_test(test_what_is_opened_to_read_cannot_be_written),
		cmocka_unit_test(test_a_temporary_store_leaves_no_trace),
		cmocka_unit_test(test_closing_nothing_is_fine),
		cmocka_unit_test(test_public_views_have_their_columns),
		cmocka_unit_test(test_explains_its_numbers),
		cmocka_unit_test(test_nodata_is_no_record_of_the_wanted_type),
		cmocka_unit_test(
			test_a_truncated_answer_wants_the_question_over_tcp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
