/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/pods.h"

#include "tests/store/folder.h"

/*
 * Three interfaces, two of which tell their pods, as captures of Inspektor
 * Gadget do; a message at each, from 10.0.0.1, 2 and 3.
 */
static const char captured_sql[] =
	"INSERT INTO capture (id, file, sha256, format) "
	"VALUES (1, 'x', 'x', 'pcapng');"
	"INSERT INTO interface (id, capture, number, linktype, namespace, pod, "
	"labels) VALUES (1, 1, 0, 'EN10MB', 'shop', 'web', 'app=web,tier=a'),"
	" (2, 1, 1, 'EN10MB', 'shop', 'api', NULL),"
	" (3, 1, 2, 'EN10MB', NULL, NULL, NULL);"
	"INSERT INTO address (id, text) VALUES (1, '10.0.0.1'),"
	" (2, '10.0.0.2'), (3, '10.0.0.3'), (9, '10.0.0.9');"
	"INSERT INTO exchange (id, state, traits, client, server, "
	"socket, name, question, time_ns, query_capture, query_frame, "
	"query_interface) SELECT id, 0, 0, id, 9, 65536, 0, 1, id, 1, id, id "
	"FROM interface;";

static int set_up(void **state)
{
	*state = store_open_temporary();
	return *state != NULL ? store_run(*state, captured_sql) : -1;
}

static int tear_down(void **state)
{
	store_close(*state);
	return 0;
}

static void assert_chosen(struct store *s, struct choice_words words,
			  const char *transactions)
{
	struct choice *choice = choice_new(&words);

	assert_non_null(choice);
	assert_int_equal(pods_choose(s, choice), 0);
	assert_answer(s, "SELECT group_concat(transaction_id) FROM temp.chosen",
		      transactions);
	assert_int_equal(store_run(s, "DROP TABLE temp.chosen; "
				      "DROP TABLE temp.chosen_span; "
				      "DROP TABLE temp.chosen_subject"),
			 0);
	choice_free(choice);
}

static void test_interfaces_tell_of_pods(void **state)
{
	struct store *s = *state;

	assert_int_equal(pods_are_known(s), 1);
	assert_int_equal(pods_have_addresses(s), 0);
	assert_chosen(s, (struct choice_words){ .namespace = "shop" }, "1,2");
	assert_chosen(s,
		      (struct choice_words){ .namespace = "shop",
					     .selector = "tier in (a,b)" },
		      "1");
	assert_chosen(s,
		      (struct choice_words){ .namespace = "shop",
					     .selector = "!app" },
		      "2");
	assert_chosen(s,
		      (struct choice_words){ .all_namespaces = true,
					     .podname = "!web" },
		      "2");
	assert_answer(s,
		      "SELECT \"k8s.podname\" || ' ' || \"k8s.podlabels\" "
		      "FROM trace WHERE frame = 1",
		      "web app=web,tier=a");
}

/* Who has an address now did not have it before. */
static void test_addresses_count_at_their_time(void **state)
{
	struct store *s = *state;

	assert_int_equal(
		store_run(
			s,
			"INSERT INTO pod (id, namespace, name, host_network) "
			"VALUES (7, 'default', 'x', 0), (8, 'shop', 'api', 0);"
			"INSERT INTO pod_label VALUES (7, 'app', 'x'), "
			"(8, 'app', 'api');"
			"INSERT INTO naming_pod VALUES "
			"('10.0.0.3', 0, 3, 7), ('10.0.0.1', 0, 9, 7)"),
		0);
	assert_chosen(s, (struct choice_words){ .selector = "app=x" }, "1");
	/* An interface without labels has those of its pod. */
	assert_chosen(s,
		      (struct choice_words){ .selector = "app=api",
					     .namespace = "shop" },
		      "2");
}

static void test_nothing_tells_of_pods(void **state)
{
	struct store *s = *state;

	assert_int_equal(store_run(s, "UPDATE interface SET pod = NULL"), 0);
	assert_int_equal(pods_are_known(s), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_interfaces_tell_of_pods,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_addresses_count_at_their_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_tells_of_pods,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
