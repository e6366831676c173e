/* SPDX-License-Identifier: BSD-3-Clause */
#include "k8s/json_items.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/test.h"

/* Whether there is a fault. */
static bool find_in(const char *text, size_t len, struct json_fault *fault)
{
	struct json_items found = { 0 };
	int rc = json_items_find(
		&found, (struct bytes){ (const uint8_t *)text, len }, fault);

	json_items_release(&found);
	return rc != 0;
}

static bool find(const char *text, struct json_fault *fault)
{
	return find_in(text, strlen(text), fault);
}

static void test_finds_the_items(void **state)
{
	static const struct {
		const char *text, *items;
	} cases[] = {
		{ "{\"kind\":\"PodList\", \"items\": [ {\"a\":[1,{}]} , 7,"
		  "\"x\" ] }",
		  "PodList|{\"a\":[1,{}]}|7|\"x\"" },
		{ "{\"items\":[{}],\"kind\":\"List\"}", "List|{}" },
		{ "{\"kind\":\"List\",\"items\":[]}", "List" },
		{ "[ {\"kind\":\"Pod\"}, [1] ]", "|{\"kind\":\"Pod\"}|[1]" },
		{ "[]", "" },
		{ " {\"kind\":\"Pod\",\"x\":{\"items\":[1]}} ",
		  "Pod| {\"kind\":\"Pod\",\"x\":{\"items\":[1]}} " },
		{ "{\"items\":{\"0\":1},\"kind\":[\"x\"]}",
		  "|{\"items\":{\"0\":1},\"kind\":[\"x\"]}" },
		{ "{\"itemsx\":[1]}", "|{\"itemsx\":[1]}" },
		{ "[{\"items\":[1]}]", "|{\"items\":[1]}" },
		{ "7", "|7" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct json_items found = { 0 };
		struct json_fault fault;
		struct text got = { 0 };
		struct bytes text = { (const uint8_t *)cases[i].text,
				      strlen(cases[i].text) };

		assert_int_equal(json_items_find(&found, text, &fault), 0);
		text_add_bytes(&got, found.kind.data, found.kind.len);
		for (size_t j = 0; j < found.count; j++) {
			text_add(&got, "|");
			text_add_bytes(&got, found.items[j].data,
				       found.items[j].len);
		}
		assert_string_equal(text_string(&got), cases[i].items);
		text_release(&got);
		json_items_release(&found);
	}
}

static void test_finds_nothing_in_json(void **state)
{
	static const char *const good[] = {
		"{}",
		"[]",
		" \t\r\n[ 1 , -0.5e+10 , 2E3 ] \n",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9 \xc3\xa9\"",
		"{\"a\":{\"b\":[true,false,null,{}]},\"c\":\"\"}",
		"[[],[[]],{\"\":0}]",
		"0",
	};
	struct json_fault fault;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (find(good[i], &fault))
			fail_msg("%s: %s", good[i], fault.what);
}

static void test_says_where_and_what(void **state)
{
	static const struct {
		const char *text;
		size_t line, column;
		const char *what;
	} broken[] = {
		{ "", 1, 1, "it ends in the middle" },
		{ "{\"a\":", 1, 6, "it ends in the middle" },
		{ "{\"a\":1", 1, 7, "it ends in the middle" },
		{ "\"x", 1, 3, "it ends in the middle" },
		{ "{\n \"a\": x}", 2, 7, "a value is wanted here" },
		{ "{\n \"\xc3\xa9\": x}", 2, 7, "a value is wanted here" },
		{ "Error from server", 1, 1, "a value is wanted here" },
		{ "[1,]", 1, 4, "a value is wanted here" },
		{ "{\"a\":1,}", 1, 8, "a name in quotes is wanted here" },
		{ "{1:2}", 1, 2, "a name in quotes is wanted here" },
		{ "{\"a\" 1}", 1, 6, "a colon is wanted here" },
		{ "{\"a\":1 \"b\":2}", 1, 8, "a comma or } is wanted here" },
		{ "[1 2]", 1, 4, "a comma or ] is wanted here" },
		{ "[1}", 1, 3, "a comma or ] is wanted here" },
		{ "{}{}", 1, 3, "something follows the end" },
		{ "[\"a\nb\"]", 1, 4, "a control character in a string" },
		{ "\"\\x\"", 1, 3, "no such escape" },
		{ "\"\\u00g0\"", 1, 6, "four hexadecimal digits are wanted" },
		{ "[-]", 1, 3, "a digit is wanted here" },
		{ "[1.]", 1, 4, "a digit is wanted here" },
		{ "[1e]", 1, 4, "a digit is wanted here" },
		{ "[01]", 1, 3, "a comma or ] is wanted here" },
	};
	struct json_fault fault;

	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		if (!find(broken[i].text, &fault))
			fail_msg("%s: no fault", broken[i].text);
		if (fault.line != broken[i].line ||
		    fault.column != broken[i].column ||
		    strcmp(fault.what, broken[i].what) != 0)
			fail_msg("%s: %zu:%zu %s", broken[i].text, fault.line,
				 fault.column, fault.what);
	}
}

static void test_every_cut_of_good_json_is_a_fault(void **state)
{
	static const char good[] =
		"{\"items\":[{\"a\":\"\\u00e9\",\"b\":[1.5e3,true,null]},{}]}";
	struct json_fault fault;

	(void)state;
	for (size_t len = 0; len < strlen(good); len++)
		assert_true(find_in(good, len, &fault));
	assert_false(find(good, &fault));
}

static void test_depth_is_bounded(void **state)
{
	enum { DEEP = 100000 };
	char *text = calloc(DEEP + 1, 1);
	struct json_fault fault;

	(void)state;
	assert_non_null(text);
	memset(text, '[', DEEP);
	assert_true(find(text, &fault));
	assert_string_equal(fault.what, "nested deeper than 1000 times");
	memset(text + 1000, ']', 1000);
	text[2000] = '\0';
	assert_false(find(text, &fault));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_the_items),
		cmocka_unit_test(test_finds_nothing_in_json),
		cmocka_unit_test(test_says_where_and_what),
		cmocka_unit_test(test_every_cut_of_good_json_is_a_fault),
		cmocka_unit_test(test_depth_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
