/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/observe.h"

#include "tests/dns/wire.h"
#include "tests/test.h"

static const uint16_t unicast_ports[] = { 53 };
static const struct dns_ports unicast = { unicast_ports, 1 };

static int set_up(void **state)
{
	*state = dns_decoder_new();
	return 0;
}

static int tear_down(void **state)
{
	dns_decoder_free(*state);
	return 0;
}

static struct sighting observe_wire(struct dns_decoder *decoder,
				    const char *text, uint16_t src_port,
				    uint16_t dst_port)
{
	static struct wire wire;
	struct datagram d = { .src.port = src_port,
			      .dst.port = dst_port,
			      .frame = 7,
			      .time_ns = 42,
			      .has_time = true };
	const struct dns_message *m;

	wire.len = 0;
	wire_write(&wire, text);
	m = dns_decode(decoder, (struct bytes){ wire.data, wire.len },
		       wire.len);
	return observe(&d, m, &unicast);
}

#define HEADER "102d 0100 0001 0000 0000 0000 "

static void test_tells_kinds_by_ports_opcode_and_question(void **state)
{
	static const struct {
		const char *what, *message;
		uint16_t src_port, dst_port;
		enum message_kind kind;
	} cases[] = {
		{ "a query", HEADER "\"a.\" 0001 0001", 40000, 53, KIND_QUERY },
		{ "AXFR", HEADER "\"a.\" 00fc 0001", 40000, 53, KIND_TRANSFER },
		{ "IXFR", HEADER "\"a.\" 00fb 0001", 40000, 53, KIND_TRANSFER },
		{ "NOTIFY", "102d 2000 0001 0000 0000 0000 \"a.\" 0006 0001",
		  40000, 53, KIND_NOTIFY },
		{ "UPDATE", "102d 2800 0001 0000 0000 0000 \"a.\" 0006 0001",
		  40000, 53, KIND_UPDATE },
		{ "STATUS", "102d 1000 0000 0000 0000 0000", 40000, 53,
		  KIND_OTHER },
		{ "a query without question", "102d 0100 0000 0000 0000 0000",
		  40000, 53, KIND_OTHER },
		{ "FORMERR without question", "102d 8181 0000 0000 0000 0000",
		  53, 40000, KIND_QUERY },
		{ "two questions",
		  "102d 0100 0002 0000 0000 0000 \"a.\" 0001 0001 \"b.\" 0001 "
		  "0001",
		  40000, 53, KIND_OTHER },
		{ "half a header", "102d 0100", 40000, 53, KIND_OTHER },
		{ "mDNS", HEADER "\"a.\" 0001 0001", 5353, 5353, KIND_MDNS },
		{ "mDNS asked from elsewhere", HEADER "\"a.\" 0001 0001", 40000,
		  5353, KIND_MDNS },
		{ "LLMNR", HEADER "\"a.\" 0001 0001", 40000, 5355, KIND_LLMNR },
		{ "a server asked from port 5353", HEADER "\"a.\" 0001 0001",
		  5353, 53, KIND_QUERY },
		{ "its answer",
		  "102d 8180 0001 0000 0000 0000 \"a.\" 0001 0001", 53, 5355,
		  KIND_QUERY },
		{ "half an mDNS header", "0000 00", 5353, 5353, KIND_MDNS },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sighting s = observe_wire(*state, cases[i].message,
						 cases[i].src_port,
						 cases[i].dst_port);

		if (s.kind != cases[i].kind)
			print_error("%s\n", cases[i].what);
		assert_int_equal(s.kind, cases[i].kind);
	}
}

static void test_takes_over_what_the_packet_and_the_header_say(void **state)
{
	struct sighting s = observe_wire(
		*state,
		"abcd 8583 0001 0000 0000 0000 \"www.example.\" 001c 0001", 53,
		40000);

	assert_int_equal(s.frame, 7);
	assert_int_equal(s.time_ns, 42);
	assert_true(s.has_time && s.has_header && s.is_response);
	assert_true(s.has_question);
	assert_int_equal(s.id, 0xabcd);
	assert_int_equal(s.flags, 0x8583);
	assert_int_equal(s.rcode, 3);
	assert_int_equal(s.qtype, 28);
	assert_int_equal(s.qclass, 1);
	assert_int_equal(s.src.port, 53);
	assert_int_equal(s.dst.port, 40000);
	assert_int_equal(s.min_ttl, -1);
	assert_int_equal(s.negative_ttl, -1);
}

static void test_a_question_is_name_without_case_type_and_class(void **state)
{
	static const struct {
		const char *message;
		bool same_question, same_spelling;
	} cases[] = {
		{ HEADER "\"www.example.\" 0001 0001", true, true },
		{ HEADER "\"WWW.eXample.\" 0001 0001", true, false },
		{ HEADER "\"www.example.\" 001c 0001", false, true },
		{ HEADER "\"www.example.\" 0001 0003", false, true },
		{ HEADER "\"www.examplf.\" 0001 0001", false, false },
		/* One label with a dot in it, not two. */
		{ HEADER "0b 'www.example' 00 0001 0001", false, false },
	};
	struct sighting first = observe_wire(
		*state, HEADER "\"www.example.\" 0001 0001", 40000, 53);
	/* Only letters have a case: these differ in the same bit. */
	struct sighting at = observe_wire(*state, HEADER "\"@.\" 0001 0001",
					  40000, 53);
	struct sighting tick = observe_wire(*state, HEADER "\"`.\" 0001 0001",
					    40000, 53);

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sighting s = observe_wire(*state, cases[i].message,
						 40000, 53);

		assert_int_equal(key128_equal(s.question, first.question),
				 cases[i].same_question);
		assert_int_equal(key128_equal(s.spelling, first.spelling),
				 cases[i].same_spelling);
	}
	assert_false(key128_equal(at.question, tick.question));
}

static void test_the_longest_name_fits(void **state)
{
	struct sighting s = observe_wire(
		*state,
		HEADER "\"a23456789.a23456789.a23456789.a23456789.a23456789."
		       "a23456789.a23456789.a23456789.a23456789.a23456789."
		       "a23456789.a23456789.a23456789.a23456789.a23456789."
		       "a23456789.a23456789.a23456789.a23456789.a23456789."
		       "a23456789.a23456789.a23456789.a23456789.a23456789."
		       "a2.\" 0001 0001",
		40000, 53);

	assert_true(s.has_question);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tells_kinds_by_ports_opcode_and_question),
		cmocka_unit_test(
			test_takes_over_what_the_packet_and_the_header_say),
		cmocka_unit_test(
			test_a_question_is_name_without_case_type_and_class),
		cmocka_unit_test(test_the_longest_name_fits),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
