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
		{ "CoreDNS' health check", HEADER "\".\" 0002 0001", 40000, 53,
		  KIND_HEALTH_CHECK },
		{ "its answer", "102d 8182 0001 0000 0000 0000 \".\" 0002 0001",
		  53, 40000, KIND_HEALTH_CHECK },
		{ "dig's", "102d 0120 0001 0000 0000 0000 \".\" 0002 0001",
		  40000, 53, KIND_QUERY },
		{ "LocalDNS' health check",
		  HEADER "\"Health-check.localdns.local.\" 0001 0001", 40000,
		  53, KIND_HEALTH_CHECK },
		{ "a loop probe",
		  HEADER "\"4547991504243258144.3688648895315093531.\" 000d "
			 "0001",
		  40000, 53, KIND_LOOP_PROBE },
		{ "a loop probe below a zone",
		  HEADER "\"1.2.example.\" 000d 0001", 40000, 53,
		  KIND_LOOP_PROBE },
		{ "HINFO of a host", HEADER "\"1.host.\" 000d 0001", 40000, 53,
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
		{ HEADER "\"www.example.\" 001c 0001", false, false },
		{ HEADER "\"www.example.\" 0001 0003", false, false },
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

/* Cut at 512 bytes without TC, say: it answers its query all the same. */
static void test_a_response_cut_by_its_sender_fits_its_query(void **state)
{
	struct sighting q = observe_wire(
		*state, HEADER "\"many.example.\" 0001 0001", 40000, 53);
	struct sighting r = observe_wire(
		*state,
		"102d 8180 0001 0028 0000 0000 \"many.example.\" 0001 0001 "
		"c00c 0001 0001 0000003c 0004 0a00",
		53, 40000);

	assert_true(r.is_response);
	assert_int_equal(r.kind, KIND_QUERY);
	assert_int_equal(r.id, q.id);
	assert_true(r.has_question);
	assert_true(key128_equal(r.question, q.question));
}

/* An error about a query from port 40000 of which len bytes are quoted. */
static struct icmp_notice observe_quote(struct dns_decoder *decoder,
					const char *text, size_t len,
					bool is_response)
{
	static struct wire wire;
	struct icmp_error e = {
		.family = 4,
		.type = 3,
		.code = 1,
		.mtu = 1400,
		.reporter = { 4, { 10, 0, 0, 1 } },
		.quoted = { .frame = 7, .place = 3, .ifindex = 9, .tunnels = 1 }
	};
	struct datagram *d = &e.quoted;

	wire.len = 0;
	wire_write(&wire, text);
	d->src.port = is_response ? 53 : 40000;
	d->dst.port = is_response ? 40000 : 53;
	d->payload = (struct bytes){ wire.data,
				     len < wire.len ? len : wire.len };
	d->wire_len = (uint32_t)wire.len;
	return observe_error(&e, dns_decode(decoder, d->payload, d->wire_len),
			     &unicast);
}

static void test_an_error_is_told_by_what_it_quotes(void **state)
{
	static const char message[] = HEADER "\"www.example.\" 0001 0001";
	struct sighting whole = observe_wire(*state, message, 40000, 53);
	struct icmp_notice n = observe_quote(*state, message, SIZE_MAX, false);

	assert_int_equal(n.family, 4);
	assert_int_equal(n.type, 3);
	assert_int_equal(n.code, 1);
	assert_int_equal(n.mtu, 1400);
	assert_int_equal(n.reporter.bytes[3], 1);
	assert_true(n.has_id);
	assert_int_equal(n.quoted.id, 0x102d);
	assert_int_equal(n.quoted.frame, 7);
	assert_int_equal(n.quoted.place, 3);
	assert_int_equal(n.quoted.ifindex, 9);
	assert_int_equal(n.quoted.tunnels, 1);
	assert_false(n.quoted.is_response);
	assert_true(key128_equal(n.quoted.question, whole.question));
}

static void test_what_a_short_quote_holds_is_used(void **state)
{
	static const char message[] =
		"102d 8180 0001 0000 0000 0000 \"a.\" 0001 0001";

	for (size_t len = 0; len < 12 + 7; len++) {
		for (int response = 0; response < 2; response++) {
			struct icmp_notice n = observe_quote(*state, message,
							     len, response);

			assert_int_equal(n.has_id, len >= 2);
			assert_int_equal(n.quoted.id, len >= 2 ? 0x102d : 0);
			assert_int_equal(n.quoted.has_header, len >= 12);
			assert_int_equal(n.quoted.has_question, len >= 12 + 7);
			/* From the header where there is one. */
			assert_int_equal(n.quoted.is_response,
					 len >= 12 || response);
		}
	}
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
		cmocka_unit_test(
			test_a_response_cut_by_its_sender_fits_its_query),
		cmocka_unit_test(test_an_error_is_told_by_what_it_quotes),
		cmocka_unit_test(test_what_a_short_quote_holds_is_used),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
