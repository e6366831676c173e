/* SPDX-License-Identifier: BSD-3-Clause */
#include "filter/filter.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/filter/stderr.h"
#include "tests/test.h"

/* ":f1=R :f2=0 ": what is bound. */
static void show_values(const struct filter *f, struct text *t)
{
	for (size_t i = 0; i < filter_num_values(f); i++) {
		const struct filter_value *v = filter_value(f, i);

		if (v->type == FILTER_INTEGER)
			text_addf(t, "%s=%" PRId64 " ", v->name, v->integer);
		else
			text_addf(t, "%s='%s' ", v->name, v->text);
	}
}

struct expected {
	const char *expression, *condition, *values;
};

static void check(const struct expected *e)
{
	struct filter *f = filter_new();
	struct text values = { 0 };

	assert_int_equal(filter_add(f, e->expression), 0);
	assert_string_equal(filter_condition(f), e->condition);
	show_values(f, &values);
	assert_string_equal(text_string(&values), e->values);
	text_release(&values);
	filter_free(f);
}

static void test_the_filters_of_the_guide_work_letter_for_letter(void **state)
{
	static const struct expected cases[] = {
		{ "qr==R,rcode!=Success",
		  "(\"qr\" IS :f1) AND (\"rcode_raw\" IS NOT :f2)",
		  ":f1='R' :f2=0 " },
		{ "latency_ns_raw>5000000", "(\"latency_ns\" > :f1)",
		  ":f1=5000000 " },
		{ "nameserver.addr==168.63.129.16",
		  "(\"nameserver.addr\" IS :f1)", ":f1='168.63.129.16' " },
		{ "name==microsoft.com.", "(\"name\" COLLATE NOCASE IS :f1)",
		  ":f1='microsoft.com.' " },
		{ "name~myheadless", "(\"name\" REGEXP :f1)",
		  ":f1='myheadless' " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

static void test_operators_spaces_and_escapes_are_read(void **state)
{
	static const struct expected cases[] = {
		{ "", "1", "" },
		{ " \t ", "1", "" },
		{ "frame=7", "(\"frame\" IS :f1)", ":f1=7 " },
		{ "frame!=7", "(\"frame\" IS NOT :f1)", ":f1=7 " },
		{ "frame<=7", "(\"frame\" <= :f1)", ":f1=7 " },
		{ "frame<7", "(\"frame\" < :f1)", ":f1=7 " },
		{ "frame>=7", "(\"frame\" >= :f1)", ":f1=7 " },
		{ " frame > 0x1F , Size<600 ",
		  "(\"frame\" > :f1) AND (\"size\" < :f2)", ":f1=31 :f2=600 " },
		{ "name!~^a", "((\"name\" REGEXP :f1) IS NOT TRUE)",
		  ":f1='^a' " },
		{ "name~a{1\\,3}\\.\\d\\\\w", "(\"name\" REGEXP :f1)",
		  ":f1='a{1,3}\\.\\d\\w' " },
		{ "file==a b\\,c  ,qr==Q",
		  "(\"file\" IS :f1) AND (\"qr\" IS :f2)",
		  ":f1='a b,c' :f2='Q' " },
		{ "file==a\\b", "(\"file\" IS :f1)", ":f1='a\\b' " },
		{ "file==a\\", "(\"file\" IS :f1)", ":f1='a\\' " },
		{ "file===x", "(\"file\" IS :f1)", ":f1='=x' " },
		{ "K8S.PodName==mypod", "(\"k8s.podname\" IS :f1)",
		  ":f1='mypod' " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

static void test_an_empty_value_asks_whether_there_is_any(void **state)
{
	static const struct expected cases[] = {
		{ "rcode==", "(ifnull(\"rcode_raw\", '') = '')", "" },
		{ "rcode!=", "(ifnull(\"rcode_raw\", '') <> '')", "" },
		{ "cname== ,qr==R",
		  "(ifnull(\"cname\", '') = '') AND (\"qr\" IS :f1)",
		  ":f1='R' " },
		{ "src==", "(ifnull(\"src\", '') = '')", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

static void test_codes_are_known_by_every_name(void **state)
{
	static const struct expected cases[] = {
		{ "rcode==NXDOMAIN", "(\"rcode_raw\" IS :f1)", ":f1=3 " },
		{ "rcode==nameerror", "(\"rcode_raw\" IS :f1)", ":f1=3 " },
		{ "rcode==3", "(\"rcode_raw\" IS :f1)", ":f1=3 " },
		{ "rcode>=SERVFAIL", "(\"rcode_raw\" >= :f1)", ":f1=2 " },
		{ "rcode~Err", "(\"rcode\" REGEXP :f1)", ":f1='Err' " },
		{ "qtype==aaaa", "(\"qtype_raw\" IS :f1)", ":f1=28 " },
		{ "qtype!=TYPE65", "(\"qtype_raw\" IS NOT :f1)", ":f1=65 " },
		{ "opcode==notify", "(\"opcode_raw\" IS :f1)", ":f1=4 " },
		{ "qclass==ch", "(\"qclass_raw\" IS :f1)", ":f1=3 " },
		{ "qclass==CLASS1", "(\"qclass_raw\" IS :f1)", ":f1=1 " },
		{ "ede==22", "(\"ede_raw\" IS :f1)", ":f1=22 " },
		{ "ede==stale answer", "(\"ede_raw\" IS :f1)", ":f1=3 " },
		{ "qr==response", "(\"qr\" IS :f1)", ":f1='R' " },
		{ "qr!=q", "(\"qr\" IS NOT :f1)", ":f1='Q' " },
		{ "id==102D", "(\"id\" IS :f1)", ":f1='102d' " },
		{ "id==0x2d", "(\"id\" IS :f1)", ":f1='002d' " },
		{ "id_raw==0x102d", "(\"id_raw\" IS :f1)", ":f1=4141 " },
		{ "tc==TRUE", "(\"tc\" IS :f1)", ":f1=1 " },
		{ "rd=no,ra==0", "(\"rd\" IS :f1) AND (\"ra\" IS :f2)",
		  ":f1=0 :f2=0 " },
		{ "transport==tcp", "(\"transport\" IS :f1)", ":f1='TCP' " },
		{ "state!=Answered", "(\"state\" IS NOT :f1)",
		  ":f1='answered' " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

static void test_durations_and_times_have_units(void **state)
{
	static const struct expected cases[] = {
		{ "latency_ns>5ms", "(\"latency_ns\" > :f1)", ":f1=5000000 " },
		{ "latency_ns>5\xce\xbcs", "(\"latency_ns\" > :f1)",
		  ":f1=5000 " },
		{ "latency_ns>5\xc2\xb5s", "(\"latency_ns\" > :f1)",
		  ":f1=5000 " },
		{ "latency_ns >= 1.5s", "(\"latency_ns\" >= :f1)",
		  ":f1=1500000000 " },
		{ "latency_ns>5000000", "(\"latency_ns\" > :f1)",
		  ":f1=5000000 " },
		{ "latency_ns==0", "(\"latency_ns\" IS :f1)", ":f1=0 " },
		{ "time>=2026-03-01T14:03:11.5Z", "(\"time_ns\" >= :f1)",
		  ":f1=1772373791500000000 " },
		{ "time_ns<10", "(\"time_ns\" < :f1)", ":f1=10 " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

static void test_addresses_and_names_are_normalised(void **state)
{
	static const char contains[] =
		"(instr(lower(',' || \"addresses\" || ','), :f1) > 0)";
	static const struct expected cases[] = {
		{ "name==Microsoft.com", "(\"name\" COLLATE NOCASE IS :f1)",
		  ":f1='Microsoft.com.' " },
		{ "name!=.", "(\"name\" COLLATE NOCASE IS NOT :f1)",
		  ":f1='.' " },
		{ "name==a\\.", "(\"name\" COLLATE NOCASE IS :f1)",
		  ":f1='a\\..' " },
		{ "src.addr==FD00:0:0::1", "(\"src.addr\" IS :f1)",
		  ":f1='fd00::1' " },
		{ "nameserver==168.63.129.16", "(\"nameserver.addr\" IS :f1)",
		  ":f1='168.63.129.16' " },
		{ "nameserver~^168", "(\"nameserver\" REGEXP :f1)",
		  ":f1='^168' " },
		{ "addresses==10.0.0.1", contains, ":f1=',10.0.0.1,' " },
		{ "addresses==FD00:0::1", contains, ":f1=',fd00::1,' " },
		{ "addresses!=10.0.0.1",
		  "((instr(lower(',' || \"addresses\" || ','), :f1) > 0) IS NOT TRUE)",
		  ":f1=',10.0.0.1,' " },
		{ "addresses==10.0.0.1\\, fd00:0::1", "(\"addresses\" IS :f1)",
		  ":f1='10.0.0.1,fd00::1' " },
		{ "cname==A.Example",
		  "(instr(lower(',' || \"cname\" || ','), :f1) > 0)",
		  ":f1=',a.example.,' " },
		{ "cname!=a\\,b.", "(\"cname\" COLLATE NOCASE IS NOT :f1)",
		  ":f1='a.,b.' " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

static void test_endpoints_are_written_in_many_ways(void **state)
{
	static const char beginning[] =
		"(substr(\"src\", 1, length(:f1)) IS :f1)";
	static const struct expected cases[] = {
		{ "src==r/10.0.0.1:53", "(\"src\" IS :f1)",
		  ":f1='r/10.0.0.1:53' " },
		{ "src==r/[FD00::1]:53", "(\"src\" IS :f1)",
		  ":f1='r/[fd00::1]:53' " },
		{ "src==r/10.0.0.1", beginning, ":f1='r/10.0.0.1:' " },
		{ "src==r/fd00::1", beginning, ":f1='r/[fd00::1]:' " },
		{ "src==r/[fd00::1]", beginning, ":f1='r/[fd00::1]:' " },
		{ "src==p/default/mypod", beginning,
		  ":f1='p/default/mypod:' " },
		{ "src==p/default/mypod:38480", "(\"src\" IS :f1)",
		  ":f1='p/default/mypod:38480' " },
		{ "src==s/kube-system/kube-dns", beginning,
		  ":f1='s/kube-system/kube-dns:' " },
		{ "src==n/node7", beginning, ":f1='n/node7:' " },
		{ "dst==10.0.0.1", "(\"dst.addr\" IS :f1)", ":f1='10.0.0.1' " },
		{ "dst==10.0.0.1:53",
		  "(\"dst.addr\" IS :f1 AND \"dst.port\" IS :f2)",
		  ":f1='10.0.0.1' :f2=53 " },
		{ "dst!=[fd00::1]:53",
		  "((\"dst.addr\" IS :f1 AND \"dst.port\" IS :f2) IS NOT TRUE)",
		  ":f1='fd00::1' :f2=53 " },
		{ "dst==fd00::1", "(\"dst.addr\" IS :f1)", ":f1='fd00::1' " },
		{ "src!=n/node7",
		  "(substr(\"src\", 1, length(:f1)) IS NOT :f1)",
		  ":f1='n/node7:' " },
		{ "src~coredns", "(\"src\" REGEXP :f1)", ":f1='coredns' " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

static void test_repeated_filters_must_all_hold(void **state)
{
	struct filter *f = filter_new();

	(void)state;
	assert_string_equal(filter_condition(f), "1");
	assert_int_equal(filter_add(f, "qr==R"), 0);
	assert_int_equal(filter_add(f, ""), 0);
	assert_int_equal(filter_add(f, "id==102d"), 0);
	assert_string_equal(filter_condition(f),
			    "(\"qr\" IS :f1) AND (\"id\" IS :f2)");
	assert_string_equal(filter_value(f, 0)->text, "R");
	assert_string_equal(filter_value(f, 1)->name, ":f2");
	filter_free(f);
	filter_free(NULL);
}

static void test_hostile_values_are_only_ever_bound(void **state)
{
	static const char *const values[] = {
		"\"",   "'",        "');DROP TABLE trace--",
		":f2",  "x\" OR 1", "%",
		"a\nb", "\xff\xfe", "\\'",
	};
	static const char *const fields[] = { "file", "name", "cname",
					      "k8s.podname", "flags" };

	(void)state;
	for (size_t i = 0; i < COUNT(values) * COUNT(fields); i++) {
		const char *value = values[i / COUNT(fields)];
		struct text expression = { 0 };
		struct filter *plain = filter_new();
		struct filter *f = filter_new();

		text_addf(&expression, "%s==", fields[i % COUNT(fields)]);
		text_add(&expression, "x");
		assert_int_equal(filter_add(plain, text_string(&expression)),
				 0);
		expression.len--;
		text_add(&expression, value);
		assert_int_equal(filter_add(f, text_string(&expression)), 0);
		assert_string_equal(filter_condition(f),
				    filter_condition(plain));
		assert_int_equal(filter_num_values(f), 1);
		assert_non_null(strcasestr(filter_value(f, 0)->text, value));
		filter_free(f);
		filter_free(plain);
		text_release(&expression);
	}
}

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
	  "unknown state \"gone\"; one of answered, answered_late, unanswered, pending_at_end, icmp_error, wrong_source, orphan_response, orphan_at_start, duplicate_response, undecided",
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
		cmocka_unit_test(
			test_the_filters_of_the_guide_work_letter_for_letter),
		cmocka_unit_test(test_operators_spaces_and_escapes_are_read),
		cmocka_unit_test(test_an_empty_value_asks_whether_there_is_any),
		cmocka_unit_test(test_codes_are_known_by_every_name),
		cmocka_unit_test(test_durations_and_times_have_units),
		cmocka_unit_test(test_addresses_and_names_are_normalised),
		cmocka_unit_test(test_endpoints_are_written_in_many_ways),
		cmocka_unit_test(test_repeated_filters_must_all_hold),
		cmocka_unit_test(test_hostile_values_are_only_ever_bound),
		cmocka_unit_test(test_mistakes_are_told_with_their_place),
		cmocka_unit_test(test_what_is_not_an_endpoint_is_refused),
		cmocka_unit_test(test_there_is_a_ceiling_for_conditions),
		cmocka_unit_test(test_every_truncation_is_survived),
		cmocka_unit_test(test_random_expressions_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
