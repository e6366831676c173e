/* SPDX-License-Identifier: BSD-3-Clause */
#include "filter/fields.h"

#include <stdlib.h>
#include <string.h>

#include "tests/filter/stderr.h"
#include "tests/test.h"

static void test_every_row_is_found_by_its_name(void **state)
{
	const struct field *row;
	unsigned count = 0;

	(void)state;
	for (; (row = field_row(count)) != NULL; count++)
		assert_ptr_equal(field_find(row->name, strlen(row->name)), row);
	assert_true(count > 70);
	assert_null(field_row(count + 1000));
}

static void test_every_row_is_complete(void **state)
{
	const struct field *row;

	(void)state;
	for (unsigned i = 0; (row = field_row(i)) != NULL; i++) {
		assert_non_null(row->column);
		assert_non_null(row->compared);
		assert_null(strchr(row->column, '"'));
		assert_null(strchr(row->compared, '"'));
		assert_true(row->width > 0);
		assert_true(row->summary[0] != '\0');
		assert_true((row->words != NULL) == (row->kind == FIELD_WORD));
	}
}

static void test_case_does_not_matter(void **state)
{
	const struct field *field = field_find("k8s.podName", 11);

	(void)state;
	assert_non_null(field);
	assert_string_equal(field->name, "k8s.podname");
	assert_ptr_equal(field_find("K8S.PODNAME", 11), field);
	assert_string_equal(field_find("LATENCY_NS", 10)->name, "latency_ns");
}

static void test_a_name_need_not_end_in_a_nul(void **state)
{
	(void)state;
	assert_string_equal(field_find("rcode_raw", 5)->name, "rcode");
	assert_null(field_find("rcode", 4));
	assert_null(field_find("", 0));
}

static void test_codes_show_names_and_compare_numbers(void **state)
{
	const struct field *rcode = field_find("rcode", 5);
	const struct field *latency = field_find("latency_ns_raw", 14);

	(void)state;
	assert_string_equal(rcode->column, "rcode");
	assert_string_equal(rcode->compared, "rcode_raw");
	assert_string_equal(latency->column, "latency_ns");
	assert_string_equal(field_find("time", 4)->column, "time_ns");
}

/* The names of a list with a space after each. */
static void show(const struct field_list *list, struct text *t)
{
	for (size_t i = 0; i < list->count; i++)
		text_addf(t, "%s ", list->fields[i]->name);
}

static void test_lists_give_the_fields_in_their_order(void **state)
{
	static const struct {
		const char *names, *expected;
	} cases[] = {
		{ "k8s.node,src,dst,name,qtype,rcode",
		  "k8s.node src dst name qtype rcode " },
		{ "k8s.node,src,dst,name,qtype,rcode,latency_ns",
		  "k8s.node src dst name qtype rcode latency_ns " },
		{ "src,dst,id,qr,name,nameserver,rcode,latency_ns",
		  "src dst id qr name nameserver rcode latency_ns " },
		{ "k8s.node,k8s.namespace,k8s.podname,id,qtype,qr,name,rcode,latency_ns",
		  "k8s.node k8s.namespace k8s.podname id qtype qr name rcode latency_ns " },
		{ "k8s.podname,id,qtype,qr,name,rcode,num_answers,addresses",
		  "k8s.podname id qtype qr name rcode num_answers addresses " },
		{ " frame , FRAME\t,k8s.podName ", "frame frame k8s.podname " },
		{ "id", "id " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct field_list list = { 0 };
		struct text shown = { 0 };

		assert_int_equal(field_list_parse(&list, cases[i].names), 0);
		show(&list, &shown);
		assert_string_equal(text_string(&shown), cases[i].expected);
		text_release(&shown);
		field_list_release(&list);
	}
}

static void test_the_default_list_can_be_read(void **state)
{
	struct field_list list = { 0 };

	(void)state;
	assert_int_equal(field_list_parse(&list, field_list_default), 0);
	assert_int_equal(list.count, 14);
	assert_string_equal(list.fields[2]->name, "time");
	field_list_release(&list);
	assert_null(list.fields);
	field_list_release(&list);
}

static void test_unknown_fields_are_shown_with_what_is_near(void **state)
{
	static const struct {
		const char *names, *expected;
	} cases[] = {
		{ "src,rcod",
		  "dnsforensics: --fields: unknown field \"rcod\"; did you mean \"rcode\"? (--fields help lists them)\n"
		  "  src,rcod\n"
		  "      ^\n" },
		{ "podName",
		  "dnsforensics: --fields: unknown field \"podName\"; did you mean \"k8s.podname\"? (--fields help lists them)\n"
		  "  podName\n"
		  "  ^\n" },
		{ "addr",
		  "dnsforensics: --fields: unknown field \"addr\"; did you mean \"src.addr\" or \"dst.addr\" or \"nameserver.addr\"? (--fields help lists them)\n"
		  "  addr\n"
		  "  ^\n" },
		{ "id,  nothing_like_it,qr",
		  "dnsforensics: --fields: unknown field \"nothing_like_it\" (--fields help lists them)\n"
		  "  id,  nothing_like_it,qr\n"
		  "       ^\n" },
		{ "a\033b,qr",
		  "dnsforensics: --fields: unknown field \"a\\027b\" (--fields help lists them)\n"
		  "  a\\027b,qr\n"
		  "  ^\n" },
		{ "src,,dst", "dnsforensics: --fields: a name is missing here\n"
			      "  src,,dst\n"
			      "      ^\n" },
		{ "", "dnsforensics: --fields: a name is missing here\n"
		      "  \n"
		      "  ^\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct field_list list = { 0 };
		struct stderr_caught said;
		int rc;

		stderr_catch(&said);
		rc = field_list_parse(&list, cases[i].names);
		assert_string_equal(stderr_release(&said), cases[i].expected);
		assert_int_equal(rc, -1);
		field_list_release(&list);
	}
}

static void test_random_bytes_are_survived(void **state)
{
	struct stderr_caught said;

	(void)state;
	srand(1);
	stderr_catch(&said);
	for (int round = 0; round < 2000; round++) {
		struct field_list list = { 0 };
		char names[48] = { 0 };

		for (int i = rand() % (int)sizeof(names) - 1; i >= 0; i--)
			names[i] = (char)(1 + rand() % 255);
		field_list_parse(&list, names);
		field_list_release(&list);
	}
	stderr_release(&said);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_found_by_its_name),
		cmocka_unit_test(test_every_row_is_complete),
		cmocka_unit_test(test_case_does_not_matter),
		cmocka_unit_test(test_a_name_need_not_end_in_a_nul),
		cmocka_unit_test(test_codes_show_names_and_compare_numbers),
		cmocka_unit_test(test_lists_give_the_fields_in_their_order),
		cmocka_unit_test(test_the_default_list_can_be_read),
		cmocka_unit_test(
			test_unknown_fields_are_shown_with_what_is_near),
		cmocka_unit_test(test_random_bytes_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
