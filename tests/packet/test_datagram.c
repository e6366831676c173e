/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/test.h"

#include "tests/packet/build.h"

static void test_addresses_survive_parsing_and_formatting(void **state)
{
	static const struct {
		const char *text, *formatted;
		int len;
	} cases[] = {
		{ "10.244.0.5", "10.244.0.5", 4 },
		{ "255.255.255.255", "255.255.255.255", 4 },
		{ "::", "::", 16 },
		{ "FD00:0:0:0:0:0:0:1", "fd00::1", 16 },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", 16 },
		{ "::ffff:10.0.0.1", "::ffff:10.0.0.1", 16 },
		{ "::ffff:a00:1", "::ffff:10.0.0.1", 16 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[ADDRESS_TEXT_MAX];
		struct address a;

		assert_true(address_parse(cases[i].text, &a));
		assert_int_equal(a.len, cases[i].len);
		assert_ptr_equal(address_format(&a, text), text);
		assert_string_equal(text, cases[i].formatted);
	}
}

static void test_refuses_what_is_no_address(void **state)
{
	static const char *const cases[] = {
		"",           "10.0.0",      "10.0.0.256",
		"010.0.0.1x", "fd00::1::2",  "fe80::1%eth0",
		"kube-dns",   "10.0.0.1:53", "[::1]",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct address a;

		if (address_parse(cases[i], &a))
			fail_msg("\"%s\" was taken", cases[i]);
	}
}

static void test_compares_addresses_of_both_families(void **state)
{
	struct address v4, same, v6, mapped;

	(void)state;
	assert_true(address_parse("0.0.0.0", &v4));
	assert_true(address_parse("0.0.0.0", &same));
	assert_true(address_parse("::", &v6));
	assert_true(address_parse("::ffff:0.0.0.0", &mapped));
	assert_true(address_equal(&v4, &same));
	assert_false(address_equal(&v4, &v6));
	assert_false(address_equal(&v4, &mapped));
}

static void test_compares_endpoints(void **state)
{
	struct endpoint a = { .port = 53 }, b = { .port = 53 };

	(void)state;
	address_parse("10.0.0.10", &a.address);
	address_parse("10.0.0.11", &b.address);
	assert_false(endpoint_equal(&a, &b));
	b = a;
	assert_true(endpoint_equal(&a, &b));
	b.port = 54;
	assert_false(endpoint_equal(&a, &b));
}

static void test_tells_tunnels_the_outermost_first(void **state)
{
	struct datagram d = {
		.tunnels = 2,
		.outer = { { .kind = TUNNEL_VXLAN, .has_key = true, .key = 42 },
			   { .kind = TUNNEL_GRE } },
	};
	struct text t = { 0 };

	(void)state;
	address_parse("10.224.0.4", &d.outer[0].src);
	address_parse("10.224.0.5", &d.outer[0].dst);
	address_parse("fd00::1", &d.outer[1].src);
	address_parse("fd00::2", &d.outer[1].dst);
	datagram_add_tunnels(&t, &d);
	assert_string_equal(text_string(&t),
			    "VXLAN 42 10.224.0.4 > 10.224.0.5, "
			    "GRE fd00::1 > fd00::2");
	d.tunnels = 0;
	text_clear(&t);
	datagram_add_tunnels(&t, &d);
	assert_int_equal(t.len, 0);
	text_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses_survive_parsing_and_formatting),
		cmocka_unit_test(test_refuses_what_is_no_address),
		cmocka_unit_test(test_compares_addresses_of_both_families),
		cmocka_unit_test(test_compares_endpoints),
		cmocka_unit_test(test_tells_tunnels_the_outermost_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
