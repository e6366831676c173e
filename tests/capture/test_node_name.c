/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/node_name.h"

#include <string.h>

#include "base/text.h"
#include "tests/capture/files.h"

struct row {
	const char *name, *node; /* NULL: none */
};

static void assert_nodes(const struct row *rows, size_t count,
			 const struct pattern *from)
{
	for (size_t i = 0; i < count; i++) {
		char node[NODE_NAME_MAX] = "";
		bool found = node_name_find(rows[i].name, from, node);

		if (found != (rows[i].node != NULL))
			print_error("%s: \"%s\"\n", rows[i].name, node);
		assert_int_equal(found, rows[i].node != NULL);
		if (found)
			assert_string_equal(node, rows[i].node);
	}
}

static void test_the_forms_of_clouds_are_known(void **state)
{
	static const struct row rows[] = {
		{ "dns-aks-np1-41844487-vmss00000a-20240131094052UTC.tar.gz",
		  "aks-np1-41844487-vmss00000a" },
		{ "my-own-dns-aks-np1-41844487-vmss000000-20240131094052UTC"
		  ".pcap12",
		  "aks-np1-41844487-vmss000000" },
		{ "aks-np1-41844487-vmss000000-20240131T094052Z.pcap",
		  "aks-np1-41844487-vmss000000" },
		{ "aks-agentpool-41844487-2.pcap", "aks-agentpool-41844487-2" },
		{ "dumpy-aksnpwin000001.pcap", "aksnpwin000001" },
		{ "x-aksnpwin00000a-20240131094052UTC.etl", "aksnpwin00000a" },
		{ "c-ip-10-0-12-7.eu-west-1.compute.internal-"
		  "20240131094052UTC.pcap",
		  "ip-10-0-12-7.eu-west-1.compute.internal" },
		{ "ip-10-0-12-7.pcap.gz", "ip-10-0-12-7" },
		{ "dns-gke-prod-default-pool-1a2b3c4d-x7f2-"
		  "20240131094052UTC.tar.gz",
		  "gke-prod-default-pool-1a2b3c4d-x7f2" },
		/* Not quite. */
		{ "aks-np1-41844487-vmss0000.pcap", NULL },
		{ "aks-np1-41844487-vmss000000-old.pcap", NULL },
		{ "notaks-np1-41844487-vmss000000x.pcap", NULL },
		{ "trip-10-0-12-7.pcap", NULL },
		{ "gke-prod.pcap", NULL },
		{ "capture.pcap", NULL },
		{ "-", NULL },
		{ "", NULL },
	};

	(void)state;
	assert_nodes(rows, COUNT(rows), NULL);
}

static void test_retinas_own_capture_name_ends_where_it_ends(void **state)
{
	static const struct row rows[] = {
		{ "retina-capture-worker-1-20240131094052UTC.tar.gz",
		  "worker-1" },
		{ "retina-capture-zlx5v-worker-1-20240131094052UTC.pcap",
		  "worker-1" },
		{ "retina-capture-node.example.net-20240131094052UTC.pcap0",
		  "node.example.net" },
		{ "dnsforensics-worker-1-20240131094052UTC.tar.gz",
		  "worker-1" },
		/* Another's name may end anywhere. */
		{ "my-dns-worker-1-20240131094052UTC.tar.gz", NULL },
		{ "retina-capture-worker-1.pcap", NULL },
		{ "retina-capture-worker-1-2024013109405UTC.pcap", NULL },
		{ "retina-capture--20240131094052UTC.pcap", NULL },
		{ "retina-capture-no de-20240131094052UTC.pcap", NULL },
	};

	(void)state;
	assert_nodes(rows, COUNT(rows), NULL);
}

static void test_parts_of_a_capture_are_of_its_node(void **state)
{
	static const struct row rows[] = {
		{ "aks-np1-41844487-vmss000000_00003_20240131094052.pcap",
		  "aks-np1-41844487-vmss000000" },
		{ "dns-aks-np1-41844487-vmss000000-20240131094052UTC_00000_"
		  "20240131094055.pcapng.gz",
		  "aks-np1-41844487-vmss000000" },
		{ "ip-10-0-12-7_00001_20240131094052", "ip-10-0-12-7" },
		{ "retina-capture-worker-1-20240131094052UTC_00011_"
		  "20240131094052.pcap",
		  "worker-1" },
		{ "dnsforensics-worker-1-20240131094052UTC_00000_"
		  "20240131094052.pcap",
		  "worker-1" },
		{ "ip-10-0-12-7_00001.pcap", NULL },
		{ "ip-10-0-12-7_0001_20240131094052.pcap", NULL },
	};

	(void)state;
	assert_nodes(rows, COUNT(rows), NULL);
}

static void test_the_innermost_name_counts_first(void **state)
{
	static const struct row rows[] = {
		{ "a/ip-10-0-0-1.tar.gz!b/ip-10-0-0-2.pcap", "ip-10-0-0-2" },
		{ "a/ip-10-0-0-1.tar.gz!b/capture.pcap", "ip-10-0-0-1" },
		{ "all.tar.gz!ns/c/retina-capture-n1-20240131094052UTC.tar.gz"
		  "!tcpdump.log",
		  "n1" },
		/* Folders are whoever's. */
		{ "ip-10-0-0-1/capture.pcap", NULL },
		{ "ip-10-0-0-1.pcap!", "ip-10-0-0-1" },
		{ "!!!", NULL },
	};

	(void)state;
	assert_nodes(rows, COUNT(rows), NULL);
}

static void test_the_users_expression_comes_first(void **state)
{
	static const struct row rows[] = {
		{ "n7/ip-10-0-0-2.pcap", "n7" },
		{ "ip-10-0-0-2.pcap", "ip-10-0-0-2" },
		{ "/ip-10-0-0-2.pcap", "ip-10-0-0-2" },
		{ "capture.pcap", NULL },
	};
	struct pattern *from = node_name_pattern("^(?<node>[^/]*)/");

	(void)state;
	assert_non_null(from);
	assert_nodes(rows, COUNT(rows), from);
	pattern_free(from);
}

static void test_an_expression_without_the_group_is_refused(void **state)
{
	static const struct {
		const char *expression, *said;
	} rows[] = {
		{ "^[^/]*/", "dnsforensics: --node-from: \"^[^/]*/\" has no "
			     "group (?<node>...), which says what the node's "
			     "name is\n" },
		{ "(?<Node>x)", "dnsforensics: --node-from: \"(?<Node>x)\" has "
				"no group (?<node>...), which says what the "
				"node's name is\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct hush h = hush();
		struct pattern *p = node_name_pattern(rows[i].expression);

		assert_string_equal(unhush(h), rows[i].said);
		assert_null(p);
	}
}

static void test_an_expression_that_is_none_is_refused(void **state)
{
	struct hush h = hush();
	struct pattern *p = node_name_pattern("(?<node>x");
	const char *said = unhush(h);

	(void)state;
	assert_null(p);
	assert_non_null(strstr(said, "--node-from: "));
	assert_non_null(strstr(said, " of \"(?<node>x\"\n"));
	assert_int_equal(count_lines(said), 1);
}

static void test_no_name_is_too_long(void **state)
{
	struct pattern *all = node_name_pattern("(?<node>.*)");
	char node[NODE_NAME_MAX];
	struct text name = { 0 };

	(void)state;
	for (int i = 0; i < NODE_NAME_MAX - 1; i++)
		text_add(&name, "n");
	assert_true(node_name_find(text_string(&name), all, node));
	assert_int_equal(strlen(node), NODE_NAME_MAX - 1);
	text_add(&name, "n");
	assert_false(node_name_find(text_string(&name), all, node));
	for (int i = 0; i < 100000; i++)
		text_add(&name, "gke-");
	assert_false(node_name_find(text_string(&name), NULL, node));
	text_release(&name);
	pattern_free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_forms_of_clouds_are_known),
		cmocka_unit_test(
			test_retinas_own_capture_name_ends_where_it_ends),
		cmocka_unit_test(test_parts_of_a_capture_are_of_its_node),
		cmocka_unit_test(test_the_innermost_name_counts_first),
		cmocka_unit_test(test_the_users_expression_comes_first),
		cmocka_unit_test(
			test_an_expression_without_the_group_is_refused),
		cmocka_unit_test(test_an_expression_that_is_none_is_refused),
		cmocka_unit_test(test_no_name_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
