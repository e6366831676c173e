/* SPDX-License-Identifier: BSD-3-Clause */
#include "dns/message.h"

#include <string.h>

#include "tests/dns/samples.h"
#include "tests/dns/wire.h"
#include "tests/test.h"

static struct dns_decoder *decoder;
static struct wire wire;

static const struct dns_message *decode(const char *text)
{
	struct bytes payload = wire_of(&wire, text);

	return dns_decode(decoder, payload, payload.len);
}

static void test_decodes_a_query(void **state)
{
	const struct dns_message *m = decode(QUERY);

	(void)state;
	assert_int_equal(m->verdict, DNS_OK);
	assert_null(m->fault);
	assert_true(m->has_header);
	assert_false(dns_is_response(m));
	assert_int_equal(m->id, 0x102d);
	assert_int_equal(m->flags, DNS_FLAG_RD);
	assert_int_equal(m->size, wire.len);
	assert_true(m->has_question);
	assert_string_equal(m->name, "Kube.default.svc.");
	assert_int_equal(m->name_wire_len, 18);
	assert_memory_equal(m->name_wire, "\4Kube\7default\3svc", 18);
	assert_int_equal(m->type, DNS_TYPE_AAAA);
	assert_int_equal(m->class, DNS_CLASS_IN);
	assert_int_equal(m->num_answers, 0);
	assert_true(m->min_ttl == -1 && m->negative_ttl == -1);
	assert_true(m->edns.present && m->edns.dnssec_ok);
	assert_int_equal(m->edns.udp_size, 1232);
	assert_int_equal(m->edns.ede_code, -1);
}

static void test_decodes_an_answer(void **state)
{
	static const struct {
		const char *name;
		int type;
		unsigned ttl;
		const char *data;
	} rows[] = {
		{ "www.example.com.", DNS_TYPE_CNAME, 60, "web.example.com." },
		{ "web.example.com.", DNS_TYPE_A, 30, "10.0.0.1" },
		{ "web.example.com.", DNS_TYPE_A, 31, "10.0.0.2" },
	};
	const struct dns_message *m = decode(ANSWER);

	(void)state;
	assert_int_equal(m->verdict, DNS_OK);
	assert_true(dns_is_response(m));
	assert_int_equal(m->num_answers, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_string_equal(m->answers[i].name, rows[i].name);
		assert_int_equal(m->answers[i].type, rows[i].type);
		assert_int_equal(m->answers[i].class, DNS_CLASS_IN);
		assert_int_equal(m->answers[i].ttl, rows[i].ttl);
		assert_string_equal(m->answers[i].data, rows[i].data);
	}
	assert_true(m->min_ttl == 30);
	assert_int_equal(m->decoded[DNS_ANSWER], 3);
	assert_int_equal(m->decoded[DNS_ADDITIONAL], 1);
}

static void test_decodes_a_negative_answer(void **state)
{
	const struct dns_message *m = decode(NXDOMAIN);

	(void)state;
	assert_int_equal(m->verdict, DNS_OK);
	assert_int_equal(m->rcode, 3);
	assert_int_equal(m->num_answers, 0);
	assert_true(m->min_ttl == -1);
	assert_true(m->negative_ttl == 300);
	assert_int_equal(m->edns.ede_code, 22);
	assert_string_equal(m->edns.ede_text, "quiet");
}

static void test_writes_rdata_in_presentation_format(void **state)
{
	static const char *const data[] = { "10 mail.example.com.",
					    "1 2 53 example.com.",
					    "\"a\\\"b\" \"cd\"",
					    NULL,
					    "1 8 2 abcd",
					    "example.com. example.com. "
					    "1 2 3 4 5",
					    "\\# 4 0a000001" };
	const struct dns_message *m = decode(ZOO);

	(void)state;
	assert_int_equal(m->num_answers, COUNT(data));
	for (size_t i = 0; i < COUNT(data); i++)
		if (data[i] != NULL)
			assert_string_equal(m->answers[i].data, data[i]);
}

#define RESPONSE_TO_ROOT \
	"0001 8000 0000 0001 0000 0000 00 " /* and one record */

static void test_formats_of_single_records(void **state)
{
	static const struct {
		const char *what, *record, *data;
	} rows[] = {
		{ "an IPv6 address",
		  "001c 0001 00000000 0010 20010db8000000000000000000000001",
		  "2001:db8::1" },
		{ "mDNS flushes caches", "0001 8001 00000000 0004 7f000001",
		  "127.0.0.1" },
		{ "an unknown type without data", "ff00 0001 00000000 0000",
		  "\\# 0" },
		{ "well-known services: the host's names of them stay out",
		  "000b 0001 00000000 0006 7f000001 06 40",
		  "\\# 6 7f0000010640" },
		{ "a Chaosnet address is none of the Internet",
		  "0001 0003 00000000 0003 00 0102", "\\# 3 000102" },
		{ "a name that needs escapes",
		  "0002 0001 00000000 0005 03 'a.b' 00", "a\\.b." },
		{ "control characters in a text",
		  "0010 0001 00000000 0004 03 1b0a00", "\"\\027\\010\\000\"" },
		{ "a signature's times do not depend on today's",
		  "002e 0001 00000000 0014 0001 08 00 00000000 00000000"
		  "ffffffff 0000 00 ff",
		  "A 8 0 0 19700101000000 21060207062815 0 . /w==" },
		{ "what may be empty and is", "002a 0001 00000000 0000",
		  "\\# 0" },
		{ "a certification authority",
		  "0101 0001 00000000 000d 00 05 'issue' 'ca.org'",
		  "0 issue \"ca.org\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct dns_message *m;

		wire_of(&wire, RESPONSE_TO_ROOT);
		wire_write(&wire, rows[i].record);
		m = dns_decode(decoder, (struct bytes){ wire.data, wire.len },
			       wire.len);
		assert_int_equal(m->num_answers, 1);
		assert_string_equal(m->answers[0].data, rows[i].data);
		assert_int_equal(m->verdict, DNS_OK);
	}
}

/* The record is damaged; the address after it is not. */
static void test_damaged_rdata_costs_only_its_record(void **state)
{
	static const struct {
		const char *record, *why;
		unsigned offset;
	} rows[] = {
		{ "0001 0001 00000000 0003 0a0000",
		  "rdata too short for its type", 23 },
		{ "0001 0001 00000000 0005 0a00000100",
		  "rdata too long for its type", 27 },
		{ "001c 0001 00000000 0004 0a000001",
		  "rdata too short for its type", 23 },
		{ "0001 0001 00000000 0000", "rdata too short for its type",
		  23 },
		{ "0005 0001 00000000 0002 0161", "name longer than the rdata",
		  25 },
		{ "0005 0001 00000000 0002 c017", "compression loop", 23 },
		{ "000f 0001 00000000 0002 000a", "name longer than the rdata",
		  25 },
		{ "0010 0001 00000000 0003 03 'ab'",
		  "rdata too short for its type", 23 },
		{ "0005 0001 00000000 0002 00 00",
		  "rdata too long for its type", 24 },
		{ "0029 04d0 00000000 0000",
		  "OPT outside the additional section", 12 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct dns_message *m;

		wire_of(&wire, "0001 8000 0000 0002 0000 0000 00");
		wire_write(&wire, rows[i].record);
		wire_write(&wire, "00 0001 0001 00000005 0004 0a000001");
		m = dns_decode(decoder, (struct bytes){ wire.data, wire.len },
			       wire.len);
		assert_int_equal(m->verdict, DNS_MALFORMED);
		assert_int_equal(m->fault_section, DNS_ANSWER);
		assert_string_equal(m->fault, rows[i].why);
		assert_int_equal(m->fault_offset, rows[i].offset);
		assert_int_equal(m->decoded[DNS_ANSWER], 1);
		assert_string_equal(m->answers[m->num_answers - 1].data,
				    "10.0.0.1");
		assert_true(m->num_answers == 1 || m->answers[0].data == NULL);
	}
}

static void test_gives_verdict_place_and_reason(void **state)
{
	static const struct {
		const char *what, *wire;
		enum dns_verdict verdict;
		enum dns_section section;
		unsigned offset;
		const char *why;
	} rows[] = {
		{ "nothing", "", DNS_MALFORMED, DNS_HEADER, 0,
		  "shorter than a header" },
		{ "11 bytes", "0001 0100 0001 0000 0000 00", DNS_MALFORMED,
		  DNS_HEADER, 0, "shorter than a header" },
		{ "a question short", "0001 0100 0001 0000 0000 0000",
		  DNS_SENDER_CUT, DNS_QUESTION, 12,
		  "ends before a record that the header counts" },
		{ "no class", "0001 0100 0001 0000 0000 0000 \"a.\" 0001 00",
		  DNS_SENDER_CUT, DNS_QUESTION, 12, "ends within a question" },
		{ "a loop", "0001 0100 0001 0000 0000 0000 c00c 0001 0001",
		  DNS_MALFORMED, DNS_QUESTION, 12, "compression loop" },
		{ "rdata cut",
		  "0001 8000 0000 0001 0000 0000 00 0001 0001 00000000 0004 0a",
		  DNS_SENDER_CUT, DNS_ANSWER, 12, "ends within a record" },
		{ "the first fault counts",
		  "0001 8000 0000 0002 0000 0000 00 0001 0001 00000000 0001 0a"
		  "00 0001",
		  DNS_MALFORMED, DNS_ANSWER, 23,
		  "rdata too short for its type" },
		{ "bytes follow",
		  "0001 0100 0001 0000 0000 0000 00 0001 0001 00",
		  DNS_TRAILING_BYTES, DNS_ADDITIONAL, 17,
		  "bytes after the message" },
		{ "two OPTs",
		  "0001 0100 0000 0000 0000 0002 00 0029 0200 00000000 0000"
		  "00 0029 0200 00000000 0000",
		  DNS_MALFORMED, DNS_ADDITIONAL, 23, "more than one OPT" },
		{ "OPT with a name",
		  "0001 0100 0000 0000 0000 0001 \"a.\" 0029 0200 00000000 0000",
		  DNS_MALFORMED, DNS_ADDITIONAL, 12, "OPT with a name" },
		{ "an option too long",
		  "0001 0100 0000 0000 0000 0001 00 0029 0200 00000000 0004"
		  "000f 0001",
		  DNS_MALFORMED, DNS_ADDITIONAL, 23,
		  "EDNS option longer than its record" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct dns_message *m = decode(rows[i].wire);

		assert_string_equal(m->fault, rows[i].why);
		assert_int_equal(m->verdict, rows[i].verdict);
		assert_int_equal(m->fault_section, rows[i].section);
		assert_int_equal(m->fault_offset, rows[i].offset);
	}
}

static void test_unusual_messages_are_no_faults(void **state)
{
	static const struct {
		const char *what, *wire;
	} rows[] = {
		{ "a refusal without a question",
		  "0001 8005 0000 0000 0000 0000" },
		{ "two questions",
		  "0001 0100 0002 0000 0000 0000 \"a.\" 0001 0001 c00c 001c 0001" },
		{ "a zone transfer is asked for",
		  "0001 0000 0001 0000 0000 0000 \"a.\" 00fc 0001" },
		{ "mDNS asks for a unicast answer",
		  "0000 0000 0001 0000 0000 0000 \"a.local.\" 00ff 8001" },
		{ "a notification",
		  "0001 2400 0001 0000 0000 0000 \"a.\" 0006 0001" },
		{ "an update with prerequisites and deletions",
		  "0001 2800 0001 0003 0003 0000 \"a.\" 0006 0001"
		  "c00c 00ff 00ff 00000000 0000"
		  "c00c 0001 00fe 00000000 0000"
		  "c00c 0001 0001 00000000 0004 0a000001"
		  "c00c 0001 00ff 00000000 0000"
		  "c00c 00ff 00ff 00000000 0000"
		  "c00c 0001 00fe 00000000 0004 0a000001" },
		{ "a signature",
		  "0001 0100 0000 0000 0000 0001 \"key.\" 00fa 00ff 00000000 0025"
		  "\"hmac-sha256.\" 000000000001 012c 0004 01020304 0001 0000"
		  "0004 01020304" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct dns_message *m = decode(rows[i].wire);

		if (m->fault != NULL)
			print_message("%s: %s\n", rows[i].what, m->fault);
		assert_int_equal(m->verdict, DNS_OK);
	}
}

static void test_the_first_question_is_the_name(void **state)
{
	const struct dns_message *m = decode(
		"0001 0100 0002 0000 0000 0000"
		"\"a.\" 0001 8001 \"b.\" 001c 0001");

	(void)state;
	assert_string_equal(m->name, "a.");
	assert_int_equal(m->type, DNS_TYPE_A);
	assert_int_equal(m->class, 0x8001);
	assert_int_equal(m->decoded[DNS_QUESTION], 2);
}

static void test_the_rcode_has_upper_bits(void **state)
{
	const struct dns_message *m = decode("0001 8007 0000 0000 0000 0001"
					     "00 0029 0200 01020000 0000");

	(void)state;
	assert_int_equal(m->rcode, 0x17);
	assert_int_equal(m->edns.version, 2);
	assert_false(m->edns.dnssec_ok);
}

static void test_a_ttl_with_the_top_bit_is_zero(void **state)
{
	const struct dns_message *m = decode(
		"0001 8000 0000 0001 0001 0000"
		"00 0001 0001 80000000 0004 0a000001"
		"00 0006 0001 00000e10 0016 00 00 00000001 00000002"
		"00000003 00000004 ffffffff");

	(void)state;
	assert_int_equal(m->verdict, DNS_OK);
	assert_int_equal(m->answers[0].ttl, 0);
	assert_true(m->min_ttl == 0);
	assert_true(m->negative_ttl == 0);
}

static void test_a_cut_header_gives_what_is_there(void **state)
{
	struct bytes payload = wire_of(&wire, "102d 8183 00");
	const struct dns_message *m = dns_decode(decoder, payload, 100);

	(void)state;
	assert_int_equal(m->verdict, DNS_SNAP_TRUNCATED);
	assert_int_equal(m->fault_section, DNS_HEADER);
	assert_false(m->has_header);
	assert_int_equal(m->id, 0x102d);
	assert_true(dns_is_response(m));
	assert_int_equal(m->rcode, 3);
	assert_string_equal(m->name, "");
	assert_int_equal(m->size, 100);
}

static void test_tells_what_may_start_a_message(void **state)
{
	static const struct {
		const char *what, *wire;
		size_t len;
		bool plausible;
	} rows[] = {
		{ "a query", "0001 0100 0001 0000 0000 0001 03 'www'", 40,
		  true },
		{ "a response", "0001 8583 0001 0000 0001 0001 03", 80, true },
		{ "only the header", "0001 8005 0000 0000 0000 0000", 12,
		  true },
		{ "an update", "0001 2800 0001 0000 0002 0000 03", 80, true },
		{ "less than a header", "0001 0100 0001 0000 0000 00", 40,
		  false },
		{ "a length less than a header",
		  "0001 0100 0000 0000 0000 0000", 11, false },
		{ "an unknown opcode", "0001 1800 0001 0000 0000 0000", 40,
		  false },
		{ "the reserved bit", "0001 0140 0001 0000 0000 0000", 40,
		  false },
		{ "a query with an rcode", "0001 0103 0001 0000 0000 0000", 40,
		  false },
		{ "an unknown rcode", "0001 810f 0001 0000 0000 0000", 40,
		  false },
		{ "many questions", "0001 0100 0100 0000 0000 0000", 4000,
		  false },
		{ "more records than bytes", "0001 8180 0001 0003 0000 0000",
		  12 + 5 + 3 * 11 - 1, false },
		{ "just enough bytes", "0001 8180 0001 0003 0000 0000",
		  12 + 5 + 3 * 11, true },
		{ "a name that starts with a pointer",
		  "0001 0100 0001 0000 0000 0000 c0", 40, false },
		{ "text", "'GET / HTTP/1.1 Host'", 0x4745, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bytes start = wire_of(&wire, rows[i].wire);

		if (dns_plausible(start, rows[i].len) != rows[i].plausible)
			print_message("%s\n", rows[i].what);
		assert_int_equal(dns_plausible(start, rows[i].len),
				 rows[i].plausible);
	}
}

static void test_verdicts_and_sections_have_names(void **state)
{
	(void)state;
	assert_string_equal(dns_verdict_name(DNS_OK), "ok");
	assert_string_equal(dns_verdict_name(DNS_SNAP_TRUNCATED),
			    "snap_truncated");
	assert_string_equal(dns_verdict_name(DNS_SENDER_CUT), "sender_cut");
	assert_string_equal(dns_verdict_name(DNS_MALFORMED), "malformed");
	assert_string_equal(dns_verdict_name(DNS_TRAILING_BYTES),
			    "trailing_bytes");
	assert_string_equal(dns_section_name(DNS_HEADER), "header");
	assert_string_equal(dns_section_name(DNS_ADDITIONAL), "additional");
}

static int new_decoder(void **state)
{
	(void)state;
	decoder = dns_decoder_new();
	return 0;
}

static int free_decoder(void **state)
{
	(void)state;
	dns_decoder_free(decoder);
	dns_decoder_free(NULL);
	return 0;
}

enum { CUT_AT = 512, COUNTED = 40, RECORD_LEN = 16 };

/*
 * As Azure's DNS answers who has no EDNS: cut at 512 bytes, within a record or
 * between two, without TC.  It is no damage: what is whole stays.
 */
static void test_a_response_cut_by_its_sender_keeps_what_is_whole(void **state)
{
	static const char header[] = "102d 8180 0001 0028 0000 0000 ";
	static const char record[] = "c00c 0001 0001 0000003c 0004 0a000001 ";

	(void)state;
	wire.len = 0;
	wire_write(&wire, header);
	wire_write(&wire, "\"many.example.\" 0001 0001");
	for (int i = 0; i < COUNTED; i++)
		wire_write(&wire, record);
	for (size_t len = CUT_AT; len < CUT_AT + RECORD_LEN; len++) {
		const struct dns_message *m = dns_decode(
			decoder, (struct bytes){ wire.data, len }, len);

		assert_int_equal(m->verdict, DNS_SENDER_CUT);
		assert_int_equal(m->flags & DNS_FLAG_TC, 0);
		assert_int_equal(m->id, 0x102d);
		assert_true(m->has_question);
		assert_string_equal(m->name, "many.example.");
		assert_int_equal(m->num_answers, (len - 30) / RECORD_LEN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decodes_a_query),
		cmocka_unit_test(test_decodes_an_answer),
		cmocka_unit_test(test_decodes_a_negative_answer),
		cmocka_unit_test(test_writes_rdata_in_presentation_format),
		cmocka_unit_test(test_formats_of_single_records),
		cmocka_unit_test(test_damaged_rdata_costs_only_its_record),
		cmocka_unit_test(test_gives_verdict_place_and_reason),
		cmocka_unit_test(test_unusual_messages_are_no_faults),
		cmocka_unit_test(test_the_first_question_is_the_name),
		cmocka_unit_test(test_the_rcode_has_upper_bits),
		cmocka_unit_test(test_a_ttl_with_the_top_bit_is_zero),
		cmocka_unit_test(test_a_cut_header_gives_what_is_there),
		cmocka_unit_test(test_tells_what_may_start_a_message),
		cmocka_unit_test(test_verdicts_and_sections_have_names),
		cmocka_unit_test(
			test_a_response_cut_by_its_sender_keeps_what_is_whole),
	};

	return cmocka_run_group_tests(tests, new_decoder, free_decoder);
}
