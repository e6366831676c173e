/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/interface_names.h"

#include <stdint.h>

#include "base/memory.h"
#include "tests/capture/files.h"

typedef void (*begin)(struct interface_names *n, const char *file,
		      struct bytes text);

/* All that comes out, one a line; then how it ended and what was said. */
static const char *names_in(begin of, const char *text, size_t len)
{
	static char all[65536];
	struct text got = { 0 };
	struct interface_names n;
	struct bytes json;
	struct hush h = hush();
	int rc;

	of(&n, "FILE", (struct bytes){ (const uint8_t *)text, len });
	while ((rc = interface_names_next(&n, &json)) == 1) {
		text_add_bytes(&got, json.data, json.len);
		text_add(&got, "\n");
	}
	assert_int_equal(interface_names_next(&n, &json), rc);
	interface_names_release(&n);
	text_add(&got, unhush(h));
	text_addf(&got, "%d", rc);
	snprintf(all, sizeof(all), "%s", text_string(&got));
	text_release(&got);
	return all;
}

static void assert_names(begin of, const char *text, const char *expected)
{
	assert_string_equal(names_in(of, text, strlen(text)), expected);
}

#define LO  "{\"ifindex\":1,\"ifname\":\"lo\",\"flags\":[\"UP\"]}"
#define AZV "{\"link_index\":3,\"ifindex\":7,\"ifname\":\"a]}\\\"[{\"}"

static const char resources[] =
	"Summary:\n\n"
	"/sbin/ip -d -j addr show(IP address configuration)\n"
	"/sbin/ip rule list(Policy routing list)\n\n"
	"Execute:\n\n"
	"/sbin/ip -d -j addr show\n\n"
	"[" LO "," AZV "]\n"
	"/sbin/ip -d -j neighbor show\n\n"
	"[{\"dst\":\"10.0.0.1\",\"dev\":\"eth0\"}]\n"
	"/sbin/ip rule list\n\n0:\tfrom all lookup local\n";

#define BROKEN(byte)                                                          \
	"dnsforensics: warning: FILE: byte " byte ": the list of interfaces " \
	"is cut short or damaged; those from here on have no names\n-1"

static void test_finds_the_list_among_other_output(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ resources, LO "\n" AZV "\n0" },
		{ "[ ]\n", "0" },
		{ "[\n  " LO "\n ,\n" LO "]", LO "\n" LO "\n0" },
		/* The command failed. */
		{ "Execute:\n\n/sbin/ip -d -j addr show\n\nFailed to run\n"
		  "[1] x [{\n",
		  "0" },
		{ "", "0" },
		/* Cut, or not what it should be. */
		{ "[", BROKEN("2") },
		{ "[" LO, LO "\n" BROKEN("44") },
		{ "[" LO ",{\"a\":\"b}", LO "\n" BROKEN("45") },
		{ "[" LO ",7]", LO "\n" BROKEN("45") },
		{ "[{\"\\", BROKEN("2") },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_names(interface_names_of_ip_resources, rows[i].text,
			     rows[i].expected);
	assert_string_equal(names_in(interface_names_of_ip_resources, NULL, 0),
			    "0");
}

#define NAMED(ifindex, name) \
	"{\"ifindex\":" ifindex ",\"ifname\":\"" name "\",\"addr_info\":[]}\n"

static void test_reads_the_maps_that_people_write(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "7 eth0\n8: azv1\r\n9=azv2",
		  NAMED("7", "eth0") NAMED("8", "azv1")
			  NAMED("9", "azv2") "0" },
		{ "\xef\xbb\xbf# node 7\n\n  7\teth0  \n8 : azv1@if3\n",
		  NAMED("7", "eth0") NAMED("8", "azv1") "0" },
		{ "2147483647 x", NAMED("2147483647", "x") "0" },
		{ "", "0" },
		{ "\n# nothing", "0" },
		{ "7 a\"\\b", NAMED("7", "a\\\"\\\\b") "0" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_names(interface_names_of_map, rows[i].text,
			     rows[i].expected);
}

static void test_reads_what_ip_prints(void **state)
{
	(void)state;
	assert_names(
		interface_names_of_map,
		"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue\n"
		"    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
		"    inet 127.0.0.1/8 scope host lo\n"
		"       valid_lft forever preferred_lft forever\n"
		"    inet6 ::1/128 scope host \n"
		"7: azv1@if3: <BROADCAST> mtu 1500 qdisc noqueue\n"
		"    RX:  bytes packets\n"
		"    1234 12\n"
		"8: eth0: <BROADCAST> mtu 1500\n",
		"{\"ifindex\":1,\"ifname\":\"lo\",\"addr_info\":["
		"{\"local\":\"127.0.0.1\"},{\"local\":\"::1\"}]}\n" NAMED(
			"7", "azv1") NAMED("8", "eth0") "0");
	assert_names(interface_names_of_map, " \n[" LO "," AZV "]",
		     LO "\n" AZV "\n0");
	assert_names(interface_names_of_map, "[" LO ",",
		     LO "\ndnsforensics: FILE: byte 45: the list of "
			"interfaces is cut short or damaged\n-1");
}

static void test_says_which_line_of_a_map_is_wrong(void **state)
{
	static const char *const lines[] = {
		"eth0",    "eth0 7",         "7",
		"7:",      "0 eth0",         "4294967296 eth0",
		"7eth0",   "99999999999 e",  "7 eth0 up",
		"-7 eth0", "2147483648 eth", "inet 10.0.0.1/8",
		"7: : <",  "{\"a\": 1}",     "7 \xff\xfe x",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		char text[128];

		snprintf(text, sizeof(text), "# x\n1 lo\n\n%s\n9 eth9\n",
			 lines[i]);
		assert_names(
			interface_names_of_map, text,
			NAMED("1",
			      "lo") "dnsforensics: FILE: line 4: "
				    "neither \"7 eth0\" nor a line that \"ip addr\" "
				    "or \"ip link\" prints\n-1");
	}
}

static void test_any_cut_is_taken(void **state)
{
	static const char map[] = "1 lo\n7: azv1@if3: <UP> mtu\n  inet 10.0\n";
	const char *got;

	(void)state;
	for (size_t len = 0; len < sizeof(resources); len++) {
		/* A copy, so that the sanitizers see what is behind it. */
		char *copy = must_memdup(resources, len);

		got = names_in(interface_names_of_ip_resources, copy, len);
		assert_true(count_lines(got) <= 3);
		free(copy);
	}
	for (size_t len = 0; len < sizeof(map); len++) {
		char *copy = must_memdup(map, len);

		got = names_in(interface_names_of_map, copy, len);
		assert_true(count_lines(got) <= 2);
		free(copy);
	}
}

static void test_long_lines_and_deep_lists_are_only_long(void **state)
{
	struct text deep = { 0 }, line = { 0 };

	(void)state;
	text_add(&deep, "[");
	for (int i = 0; i < 100000; i++)
		text_add(&deep, "{\"a\":[");
	assert_names(interface_names_of_ip_resources, text_string(&deep),
		     BROKEN("2"));
	text_add(&line, "7 ");
	for (int i = 0; i < 100000; i++)
		text_add(&line, "x");
	assert_non_null(strstr(
		names_in(interface_names_of_map, text_string(&line), line.len),
		"FILE: line 1: neither"));
	text_release(&deep);
	text_release(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_the_list_among_other_output),
		cmocka_unit_test(test_reads_the_maps_that_people_write),
		cmocka_unit_test(test_reads_what_ip_prints),
		cmocka_unit_test(test_says_which_line_of_a_map_is_wrong),
		cmocka_unit_test(test_any_cut_is_taken),
		cmocka_unit_test(test_long_lines_and_deep_lists_are_only_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
