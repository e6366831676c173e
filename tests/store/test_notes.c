/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/notes.h"

#include "tests/store/folder.h"

static int set_up(void **state)
{
	*state = store_open_temporary();
	return *state != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	store_close(*state);
	return 0;
}

static int add(struct store *s, int64_t note, const char *json)
{
	return notes_add_interface(
		s, note, "x.txt",
		(struct bytes){ (const uint8_t *)json, strlen(json) });
}

static const char all_sql[] =
	"SELECT group_concat(note || '/' || ifindex || '/' || name || '/' || "
	"coalesce(addresses, '-'), ' ') FROM (SELECT * FROM note_interface "
	"ORDER BY note, ifindex)";

static void test_keeps_names_and_addresses(void **state)
{
	struct store *s = *state;

	assert_int_equal(
		add(s, 1,
		    "{\"ifindex\":7,\"link\":null,\"ifname\":\"azv1\","
		    "\"addr_info\":[{\"family\":\"inet\",\"local\":"
		    "\"10.0.0.4\",\"prefixlen\":24},{\"local\":\"fe80::1\"}]}"),
		1);
	assert_int_equal(add(s, 1, "{\"ifname\":\"lo\",\"ifindex\":1}"), 1);
	assert_int_equal(add(s, 2, "{\"ifindex\":7,\"ifname\":\"eth0\"}"), 1);
	/* The first one counts. */
	assert_int_equal(add(s, 2, "{\"ifindex\":7,\"ifname\":\"eth1\"}"), 0);
	assert_answer(s, all_sql,
		      "1/1/lo/- 1/7/azv1/10.0.0.4,fe80::1 2/7/eth0/-");
}

static void test_other_types_make_no_row_and_no_failure(void **state)
{
	static const char *const none[] = {
		"{}",
		"null",
		"7",
		"\"x\"",
		"[7]",
		"{\"ifindex\":7}",
		"{\"ifname\":\"x\"}",
		"{\"ifindex\":\"7\",\"ifname\":\"x\"}",
		"{\"ifindex\":7.5,\"ifname\":\"x\"}",
		"{\"ifindex\":0,\"ifname\":\"x\"}",
		"{\"ifindex\":-1,\"ifname\":\"x\"}",
		"{\"ifindex\":2147483648,\"ifname\":\"x\"}",
		"{\"ifindex\":99999999999999999999999,\"ifname\":\"x\"}",
		"{\"ifindex\":7,\"ifname\":\"\"}",
		"{\"ifindex\":7,\"ifname\":7}",
		"{\"ifindex\":7,\"ifname\":[\"x\"]}",
		"{\"ifindex\":{},\"ifname\":{}}",
	};
	static const struct {
		const char *addr_info, *addresses;
	} partly[] = {
		{ "7", "-" },
		{ "\"x\"", "-" },
		{ "{}", "-" },
		{ "{\"a.\\\"[b\":{\"local\":\"::1\"}}", "-" },
		{ "[]", "-" },
		{ "[7,null,\"x\",[],{}]", "-" },
		{ "[{\"local\":7},{\"local\":\"::1\"},{\"local\":null}]",
		  "::1" },
	};
	struct store *s = *state;
	char json[256], expected[64];

	for (size_t i = 0; i < COUNT(none); i++)
		assert_int_equal(add(s, 1, none[i]), 0);
	assert_answer(s, "SELECT count(*) FROM note_interface", "0");
	for (size_t i = 0; i < COUNT(partly); i++) {
		snprintf(json, sizeof(json),
			 "{\"ifindex\":7,\"ifname\":\"x\",\"addr_info\":%s}",
			 partly[i].addr_info);
		snprintf(expected, sizeof(expected), "1/7/x/%s",
			 partly[i].addresses);
		assert_int_equal(add(s, 1, json), 1);
		assert_answer(s, all_sql, expected);
		assert_int_equal(store_run(s, "DELETE FROM note_interface"), 0);
	}
}

static void test_what_is_no_json_is_shown(void **state)
{
	static const char *const broken[] = { "{\"ifindex\":}", "{\"a\":1,,}",
					      "{", "" };
	struct store *s = *state;

	for (size_t i = 0; i < COUNT(broken); i++) {
		struct stderr_caught caught;
		char expected[128];

		snprintf(expected, sizeof(expected),
			 "dnsforensics: warning: x.txt: not JSON, and so an "
			 "interface without a name: %s\n",
			 broken[i]);
		stderr_catch(&caught);
		assert_int_equal(add(s, 1, broken[i]), 0);
		assert_string_equal(stderr_release(&caught), expected);
	}
	assert_answer(s, "SELECT count(*) FROM note_interface", "0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_keeps_names_and_addresses,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_other_types_make_no_row_and_no_failure, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(test_what_is_no_json_is_shown,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
