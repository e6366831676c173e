/* SPDX-License-Identifier: BSD-3-Clause */
/* What the user is told, and that nothing worse happens. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "filter/filter.h"
#include "tests/filter/stderr.h"
#include "tests/test.h"

static const struct broken {
	const char *expression, *said, *shown, *caret;
} broken[] = {
	{ "qr==R,rcod!=Success",
	  "unknown field \"rcod\"; did you mean \"rcode\"? (--fields help lists them)",
	  "qr==R,rcod!=Success", "      ^" },
	{ "rcode==Foo",
	  "unknown rcode \"Foo\"; IANA names (NXDOMAIN), the guide's (NameError) and numbers are known",
	  "rcode==Foo", "       ^" },
	{ "qtype==FOO",
	  "unknown type \"FOO\"; IANA names (AAAA), TYPE65 and numbers are known",
	  "qtype==FOO", "       ^" },
	{ "latency_ns > 5parsecs",
	  "not a duration: \"5parsecs\"; 5ms, 5us, 1.5s, or nanoseconds without a unit",
	  "latency_ns > 5parsecs", "             ^" },
	{ "time>yesterday",
	  "not a time: \"yesterday\"; 2026-03-01T14:03:11.123456Z, or its beginning; UTC",
	  "time>yesterday", "     ^" },
	{ "frame==12a",
	  "not a number: \"12a\"; decimal digits, or hexadecimal ones after 0x",
	  "frame==12a", "       ^" },
	{ "frame==0x-1",
	  "not a number: \"0x-1\"; decimal digits, or hexadecimal ones after 0x",
	  "frame==0x-1", "       ^" },
	{ "frame==99999999999999999999",
	  "not a number: \"99999999999999999999\"; decimal digits, or hexadecimal ones after 0x",
	  "frame==99999999999999999999", "       ^" },
	{ "tc==maybe", "not a flag: \"maybe\"; true, false, yes, no, 1 or 0",
	  "tc==maybe", "    ^" },
	{ "id==12345",
	  "not a DNS id: \"12345\"; up to four hexadecimal digits, as in 102d",
	  "id==12345", "    ^" },
	{ "qr==X", "unknown qr \"X\"; Q (query) or R (response)", "qr==X",
	  "    ^" },
	{ "transport==sctp", "unknown transport \"sctp\"; one of UDP, TCP",
	  "transport==sctp", "           ^" },
	{ "state==gone",
	  "unknown state \"gone\"; one of answered, answered_late, unanswered, pending_at_end, answered_elsewhere, wrong_source, orphan_response, orphan_at_start, duplicate_response, continuation, undecided, icmp_error",
	  "state==gone", "       ^" },
	{ "src.addr==10.0.0",
	  "not an IP address: \"10.0.0\"; 10.0.0.1 or fd00::1",
	  "src.addr==10.0.0", "          ^" },
	{ "addresses==mypod",
	  "not IP addresses: \"mypod\"; 10.0.0.1, or several as 10.0.0.1\\,fd00::1",
	  "addresses==mypod", "           ^" },
	{ "addresses==\\,", "an empty list: \",\"; one value, or a\\,b",
	  "addresses==\\,", "           ^" },
	{ "addresses==10.0.0.1,10.0.0.2",
	  "\"10.0.0.2\" is not a condition: write a field, one of == != < <= > >= ~ !~ and a value (a comma in a value is \\,)",
	  "addresses==10.0.0.1,10.0.0.2", "                    ^" },
	{ "rcode",
	  "\"rcode\" is not a condition: write a field, one of == != < <= > >= ~ !~ and a value (a comma in a value is \\,)",
	  "rcode", "^" },
	{ "qr==R,", "a condition is missing here", "qr==R,", "      ^" },
	{ ",qr==R", "a condition is missing here", ",qr==R", "^" },
	{ "==R", "unknown field \"\" (--fields help lists them)", "==R", "^" },
	{ "frame<", "a value is missing here", "frame<", "      ^" },
	{ "name<a", "name can't be compared like this; use == != ~ or !~",
	  "name<a", "    ^" },
	{ "tc >1", "tc can't be compared like this; use == != ~ or !~", "tc >1",
	  "   ^" },
	{ "time~2026",
	  "time can't be compared like this; patterns (~ !~) are for text",
	  "time~2026", "    ^" },
	{ "name~a(b", "broken pattern \"a(b\": missing closing parenthesis",
	  "name~a(b", "        ^" },
	{ "qr==R,name~a{1\\,3}[z",
	  "broken pattern \"a{1,3}[z\": missing terminating ] for character class",
	  "qr==R,name~a{1\\,3}[z", "                    ^" },
	{ "k8s.node==\xce\xbc\xce\xbc,rcod=1",
	  "unknown field \"rcod\"; did you mean \"rcode\"? (--fields help lists them)",
	  "k8s.node==\xce\xbc\xce\xbc,rcod=1", "             ^" },
	{ "file==\033[2J\xff,rcod=1",
	  "unknown field \"rcod\"; did you mean \"rcode\"? (--fields help lists them)",
	  "file==\\027[2J\\255,rcod=1", "                  ^" },
	{ "name~\xce\xbc(",
	  "broken pattern \"\xce\xbc(\": missing closing parenthesis",
	  "name~\xce\xbc(", "       ^" },
	{ "src==mypod",
	  "not an endpoint: \"mypod\"; r/10.0.0.1:53, 10.0.0.1, p/namespace/pod, s/namespace/service or n/node, each with or without :port",
	  "src==mypod", "     ^" },
};

static void test_mistakes_are_told_with_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		const struct broken *b = &broken[i];
		struct filter *f = filter_new();
		struct stderr_caught said;
		struct text expected = { 0 };
		int rc;

		text_addf(&expected, "dnsforensics: filter: %s\n  %s\n  %s\n",
			  b->said, b->shown, b->caret);
		stderr_catch(&said);
		rc = filter_add(f, b->expression);
		assert_string_equal(stderr_release(&said),
				    text_string(&expected));
		assert_int_equal(rc, -1);
		filter_free(f);
		text_release(&expected);
	}
}

static void test_what_is_not_an_endpoint_is_refused(void **state)
{
	static const char *const values[] = {
		"p/default",
		"p/default/",
		"p//mypod",
		"p/a/b/c",
		"p/default/mypod:",
		"p/default/mypod:99999",
		"n/",
		"n/a/b",
		"r/mypod:53",
		"r/",
		"10.0.0.1:",
		"10.0.0.1:65536",
		"[10.0.0.1]:53",
		"[fd00::1",
		":53",
		"[]:53",
		"10.0.0.1:5x",
		"x/10.0.0.1",
		"p/a/b:1:2",
	};
	struct stderr_caught said;

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct filter *f = filter_new();
		struct text expression = { 0 };
		int rc;

		text_addf(&expression, "src==%s", values[i]);
		stderr_catch(&said);
		rc = filter_add(f, text_string(&expression));
		assert_non_null(
			strstr(stderr_release(&said), "not an endpoint"));
		assert_int_equal(rc, -1);
		filter_free(f);
		text_release(&expression);
	}
}

static void test_there_is_a_ceiling_for_conditions(void **state)
{
	struct filter *f = filter_new();
	struct stderr_caught said;
	int added = 0;

	(void)state;
	stderr_catch(&said);
	while (added < 5000 && filter_add(f, "frame!=1") == 0)
		added++;
	assert_string_equal(stderr_release(&said),
			    "dnsforensics: filter: more than 300 conditions\n");
	assert_int_equal(added, 300);
	filter_free(f);
}

/* Whatever it is, one of two things comes out; sanitizers watch. */
static void try(const char *expression)
{
	struct filter *f = filter_new();
	int rc = filter_add(f, expression);

	assert_true(rc == 0 || rc == -1);
	assert_non_null(filter_condition(f));
	filter_free(f);
}

static void test_every_truncation_is_survived(void **state)
{
	static const char whole[] =
		"qr==R, rcode!=Success,latency_ns>5\xce\xbcs,name~^a{1\\,3}\\.$,"
		"src==r/[fd00::1]:53,dst==p/default/mypod:80,time>2026-03-01,"
		"addresses==10.0.0.1\\,fd00::1,id==0x102d,tc==true,ede==22";
	struct stderr_caught said;

	(void)state;
	stderr_catch(&said);
	for (size_t len = 0; len < sizeof(whole); len++) {
		char *cut = strndup(whole, len);

		try(cut);
		free(cut);
	}
	stderr_release(&said);
}

static void test_random_expressions_are_survived(void **state)
{
	static const char *const pieces[] = {
		"qr",
		"rcode",
		"src",
		"addresses",
		"name",
		"time",
		"id",
		"ede",
		"==",
		"!=",
		"~",
		"!~",
		"<",
		",",
		"\\,",
		"\\",
		" ",
		"10.0.0.1",
		"r/",
		"p/",
		":53",
		"[fd00::1]",
		"(",
		"[",
		"0x",
		"5ms",
		"\xce",
		"\xff",
		"\033",
		"\xce\xbc",
		"\xe2\x80\xae",
	};
	struct stderr_caught said;

	(void)state;
	srand(1);
	stderr_catch(&said);
	for (int round = 0; round < 5000; round++) {
		struct text expression = { 0 };

		for (int n = rand() % 10; n >= 0; n--) {
			char byte[2] = { (char)(1 + rand() % 255), '\0' };

			text_add(&expression, rand() % 8 == 0
						      ? byte
						      : pieces[(size_t)rand() %
							       COUNT(pieces)]);
		}
		try(text_string(&expression));
		text_release(&expression);
	}
	stderr_release(&said);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistakes_are_told_with_their_place),
		cmocka_unit_test(test_what_is_not_an_endpoint_is_refused),
		cmocka_unit_test(test_there_is_a_ceiling_for_conditions),
		cmocka_unit_test(test_every_truncation_is_survived),
		cmocka_unit_test(test_random_expressions_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
