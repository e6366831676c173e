/* SPDX-License-Identifier: BSD-3-Clause */
#include "filter/filter.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
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
		  "(\"qr\" IS :f1) AND (\"rcode_raw\" <> :f2)",
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
