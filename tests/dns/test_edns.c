/* SPDX-License-Identifier: BSD-3-Clause */
#include "dns/edns_private.h"

#include "tests/dns/wire.h"
#include "tests/test.h"

static struct wire rdata;
static struct arena arena;

static bool read_options(const char *text, struct dns_edns *edns,
			 struct dns_fault *fault)
{
	*edns = (struct dns_edns){ .ede_code = -1 };
	arena_reset(&arena);
	return dns_edns_read_options(edns, reader_of(wire_of(&rdata, text)),
				     &arena, fault);
}

static void test_reads_the_client_subnet(void **state)
{
	static const struct {
		const char *what, *wire, *subnet;
	} rows[] = {
		{ "IPv4 /24", "0008 0007 0001 18 00 0a0102", "10.1.2.0/24" },
		{ "/23", "0008 0007 0001 17 00 0a0102", "10.1.2.0/23" },
		{ "/32", "0008 0008 0001 20 00 0a010203", "10.1.2.3/32" },
		{ "/0: none of your business", "0008 0004 0001 00 00",
		  "0.0.0.0/0" },
		{ "IPv6 /56", "0008 000b 0002 38 00 20010db8000001",
		  "2001:db8:0:100::/56" },
		{ "IPv6 /128",
		  "0008 0014 0002 80 00 20010db8000000000000000000000001",
		  "2001:db8::1/128" },
		{ "an unknown family", "0008 0005 0003 08 00 0a", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dns_fault fault;
		struct dns_edns edns;

		assert_true(read_options(rows[i].wire, &edns, &fault));
		if (rows[i].subnet == NULL)
			assert_null(edns.client_subnet);
		else
			assert_string_equal(edns.client_subnet, rows[i].subnet);
	}
}

static void test_reads_the_first_extended_error(void **state)
{
	static const struct {
		const char *what, *wire;
		int code;
		const char *text;
	} rows[] = {
		{ "no option", "", -1, NULL },
		{ "without a text", "000f 0002 0016", 22, NULL },
		{ "with one", "000f 0006 0017 'time'", 23, "time" },
		{ "NULs at its end", "000f 0006 0017 'ab' 0000", 23, "ab" },
		{ "only NULs", "000f 0004 0017 0000", 23, NULL },
		{ "one within", "000f 0005 0017 'a' 00 'b'", 23, "a b" },
		{ "hostile bytes stay", "000f 0004 0017 1bff", 23, "\x1b\xff" },
		{ "a code from the future", "000f 0002 ffff", 65535, NULL },
		{ "two", "000f 0003 0016 'a' 000f 0003 0017 'b'", 22, "a" },
		{ "after another option", "0003 0002 'ns' 000f 0002 0003", 3,
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dns_fault fault;
		struct dns_edns edns;

		assert_true(read_options(rows[i].wire, &edns, &fault));
		assert_int_equal(edns.ede_code, rows[i].code);
		if (rows[i].text == NULL)
			assert_null(edns.ede_text);
		else
			assert_string_equal(edns.ede_text, rows[i].text);
	}
}

static void test_says_which_option_is_damaged(void **state)
{
	static const struct {
		const char *wire, *why;
		size_t offset;
	} rows[] = {
		{ "00", "EDNS option longer than its record", 0 },
		{ "0003 00", "EDNS option longer than its record", 0 },
		{ "0003 0001", "EDNS option longer than its record", 0 },
		{ "0003 0000 0003 ffff 00",
		  "EDNS option longer than its record", 4 },
		{ "000f 0000", "extended error without a code", 0 },
		{ "000f 0001 00", "extended error without a code", 0 },
		{ "0008 0003 000100", "client subnet too short", 0 },
		{ "0008 0009 0001 21 00 0a01020304",
		  "client subnet prefix longer than an address", 0 },
		{ "0008 0006 0001 18 00 0a01",
		  "client subnet address does not fit its prefix", 0 },
		{ "0008 0008 0001 18 00 0a010203",
		  "client subnet address does not fit its prefix", 0 },
		{ "0008 0007 0001 17 00 0a0103",
		  "client subnet address longer than its prefix", 0 },
		{ "000a 0007 01020304050607", "cookie of a bad length", 0 },
		{ "000b 0001 00", "keepalive of a bad length", 0 },
		{ "0009 0003 000000", "expire of a bad length", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dns_fault fault;
		struct dns_edns edns;

		assert_false(read_options(rows[i].wire, &edns, &fault));
		assert_string_equal(fault.why, rows[i].why);
		assert_int_equal(fault.offset, rows[i].offset);
		assert_false(fault.ran_out);
	}
}

static void test_options_after_a_damaged_one_count(void **state)
{
	struct dns_fault fault;
	struct dns_edns edns;

	(void)state;
	assert_false(read_options("0008 0000 000f 0002 0012", &edns, &fault));
	assert_string_equal(fault.why, "client subnet too short");
	assert_int_equal(edns.ede_code, 18);
}

static int release_arena(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_the_client_subnet),
		cmocka_unit_test(test_reads_the_first_extended_error),
		cmocka_unit_test(test_says_which_option_is_damaged),
		cmocka_unit_test(test_options_after_a_damaged_one_count),
	};

	return cmocka_run_group_tests(tests, NULL, release_arena);
}
