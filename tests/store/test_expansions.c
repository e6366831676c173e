/* SPDX-License-Identifier: BSD-3-Clause */
/* What expansions.sql and roles.sql conclude from what was asked. */
#include "base/text.h"
#include "k8s/json_items.h"
#include "store/snapshot.h"
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

static void load(struct store *s, const char *json)
{
	struct bytes text = { (const uint8_t *)json, strlen(json) };
	struct json_items found = { 0 };
	struct json_fault fault;
	struct snapshot *n = snapshot_begin(s);

	assert_non_null(n);
	assert_int_equal(json_items_find(&found, text, &fault), 0);
	assert_int_equal(snapshot_add_document(n, "x.json", text), 0);
	for (size_t i = 0; i < found.count; i++)
		assert_int_equal(
			snapshot_add_item(n, found.kind, found.items[i]), 0);
	json_items_release(&found);
	assert_int_equal(snapshot_commit(n), 0);
}

/*
 * Rows of [client, server, name, rcode, second]; the first is transaction 1.
 * Answers have authority in the zone of the cluster, and data where there is
 * no error.
 */
static void ask_for(struct store *s, const char *rows)
{
	struct text sql = { 0 };

	text_addf(&sql,
		  "CREATE TEMP TABLE q AS SELECT key + 1 AS id,"
		  " value ->> 0 AS client, value ->> 1 AS server,"
		  " value ->> 2 AS name, value ->> 3 AS rcode,"
		  " value ->> 4 AS second FROM json_each('%s');"
		  "DELETE FROM exchange; DELETE FROM name; DELETE FROM address;"
		  "INSERT INTO name (text) SELECT DISTINCT name FROM temp.q;"
		  "INSERT INTO address (text) SELECT client FROM temp.q"
		  " UNION SELECT server FROM temp.q;"
		  "INSERT OR IGNORE INTO answer_set VALUES (1, 1, 'x', NULL);"
		  "INSERT INTO exchange (id, state, traits, client, server,"
		  " socket, name, question, time_ns, response_head, answers)"
		  " SELECT q.id, 0, 0, c.id, v.id, 65537, n.id, 1,"
		  " q.second * 1000000000, (q.rcode - 0x8580"
		  " + iif(q.name LIKE '%%.local.', 0x8400, 0x8000)) << 16,"
		  " iif(q.rcode = 0, 1, NULL)"
		  " FROM temp.q AS q JOIN name AS n ON n.text = q.name"
		  " JOIN address AS c ON c.text = q.client"
		  " JOIN address AS v ON v.text = q.server;"
		  "DROP TABLE temp.q;",
		  rows);
	assert_int_equal(store_run(s, text_string(&sql)), 0);
	assert_int_equal(snapshot_name_addresses(s), 0);
	text_release(&sql);
}

static const char expansions_sql[] =
	"SELECT group_concat(transaction_id || ' ' || base || ' ' || outcome "
	"|| iif(how = 'seen in traffic', '', ' list'), '; ') "
	"FROM (SELECT * FROM expansions ORDER BY transaction_id)";

static void test_a_walk_shows_the_list(void **state)
{
	static const struct {
		const char *rows, *expansions;
	} cases[] = {
		/* to its end */
		{ "[[\"c\",\"s\",\"a.b.x.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.b.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"A.b.Cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.b.zz.internal.cloudapp.net.\",3,1],"
		  "[\"c\",\"s\",\"a.b.\",0,1]]",
		  "1 a.b. answered; 2 a.b. answered; 3 a.b. answered; "
		  "4 a.b. answered" },
		{ "[[\"c\",\"s\",\"a.b.x.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.b.\",3,1]]",
		  "1 a.b. not answered" },
		/* a service of another namespace */
		{ "[[\"c\",\"s\",\"api.shop.x.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"api.shop.svc.cluster.local.\",0,1]]",
		  "1 api.shop. answered; 2 api.shop. answered" },
		/* several of them, none answered: nothing else tells it */
		{ "[[\"c\",\"s\",\"a.x.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.svc.cluster.local.\",3,1]]",
		  "1 a. not seen; 2 a. not seen" },
		/* names in full: two namespaces are no list */
		{ "[[\"c\",\"s\",\"a.x.svc.cluster.local.\",0,1],"
		  "[\"c\",\"s\",\"a.y.svc.cluster.local.\",3,1]]",
		  "(null)" },
		{ "[[\"c\",\"s\",\"a.x.svc.cluster.local.\",3,1]]", "(null)" },
		/* another client, another time */
		{ "[[\"c\",\"s\",\"a.x.svc.cluster.local.\",3,1],"
		  "[\"d\",\"s\",\"a.\",3,1]]",
		  "(null)" },
		{ "[[\"c\",\"s\",\"a.x.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.\",0,32]]",
		  "(null)" },
		{ "[[\"c\",\"s\",\"a.x.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.\",0,31]]",
		  "1 a. answered" },
		/* one label that goes on is no suffix of a node */
		{ "[[\"c\",\"s\",\"a.x.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.com.\",3,1],[\"c\",\"s\",\"a.\",3,1]]",
		  "1 a. not answered" },
		/* unless it ends the walk, as it is answered */
		{ "[[\"c\",\"s\",\"a.x.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.com.\",0,1]]",
		  "1 a. answered; 2 a. answered; 3 a. answered; "
		  "4 a. answered" },
		/* not the walk's end, nor what it went on to */
		{ "[[\"c\",\"s\",\"a.com.\",0,1],"
		  "[\"c\",\"s\",\"a.x.svc.cluster.local.\",3,2],"
		  "[\"c\",\"s\",\"a.svc.cluster.local.\",3,2],"
		  "[\"c\",\"s\",\"a.cluster.local.\",3,2]]",
		  "2 a. not seen; 3 a. not seen; 4 a. not seen" },
		{ "[[\"c\",\"s\",\"a.x.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.com.\",0,1]]",
		  "1 a. not seen; 2 a. not seen" },
		/* in two walks it is no chance */
		{ "[[\"c\",\"s\",\"a.x.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.svc.cluster.local.\",3,1],"
		  "[\"c\",\"s\",\"a.com.\",0,1],"
		  "[\"c\",\"s\",\"b.x.svc.cluster.local.\",3,2],"
		  "[\"c\",\"s\",\"b.svc.cluster.local.\",3,2],"
		  "[\"c\",\"s\",\"b.com.\",0,2]]",
		  "1 a. answered; 2 a. answered; 3 a. answered; "
		  "4 b. answered; 5 b. answered; 6 b. answered" },
		/* the zone is what is answered */
		{ "[[\"c\",\"s\",\"b.x.svc.k8s.corp.\",0,1],"
		  "[\"c\",\"s\",\"a.x.svc.k8s.corp.\",3,1],"
		  "[\"c\",\"s\",\"a.\",0,1]]",
		  "2 a. answered" },
	};
	struct store *s = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		ask_for(s, cases[i].rows);
		assert_answer(s, expansions_sql, cases[i].expansions);
	}
}

static const char pod_json[] =
	"{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"x\",\"name\":\"p\"},"
	"\"spec\":{\"dnsPolicy\":\"%s\",\"hostNetwork\":%s,\"dnsConfig\":{"
	"\"searches\":[\"corp.example\",7,\"\"]}},"
	"\"status\":{\"podIP\":\"10.0.0.1\"}}";

static void test_a_pod_tells_its_list(void **state)
{
	static const struct {
		const char *policy, *host, *expansions;
	} cases[] = {
		{ "ClusterFirst", "false",
		  "1 a. not seen list; 3 b. answered list" },
		{ "None", "false", "3 b. answered list" },
		{ "Default", "false", "3 b. answered list" },
	};
	struct store *s = *state;
	char json[512];

	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(json, sizeof(json), pod_json, cases[i].policy,
			 cases[i].host);
		load(s, json);
		ask_for(s, "[[\"10.0.0.1\",\"s\",\"a.x.svc.cluster.local.\",3,"
			   "1],[\"10.0.0.1\",\"s\",\"a.y.svc.cluster.local.\","
			   "3,1],[\"10.0.0.1\",\"s\",\"b.corp.example.\",3,1],"
			   "[\"10.0.0.1\",\"s\",\"b.\",0,1]]");
		assert_answer(s, expansions_sql, cases[i].expansions);
	}
}

static const char roles_sql[] =
	"SELECT group_concat(address || ' ' || role || ' ' || "
	"coalesce(name, '-') || ' ' || inferred, '; ') "
	"FROM (SELECT * FROM roles ORDER BY address, role)";

static void test_behaviour_shows_roles(void **state)
{
	struct store *s = *state;

	ask_for(s, "[[\"c\",\"v\",\"a.x.svc.cluster.local.\",0,1],"
		   "[\"c\",\"v\",\"b.\",0,1],"
		   "[\"d\",\"168.63.129.16\",\"b.\",0,1]]");
	assert_answer(s, roles_sql,
		      "168.63.129.16 well-known azure-dns 0; "
		      "cluster.local. cluster zone - 1; v cluster DNS - 1");
	ask_for(s, "[[\"c\",\"v\",\"b.\",0,1],[\"d\",\"v\",\"b.\",0,1],"
		   "[\"v\",\"u\",\"b.\",0,1],[\"e\",\"w\",\"b.\",0,1],"
		   "[\"w\",\"y\",\"b.\",0,1]]");
	assert_answer(s, roles_sql, "u upstream - 1; v cluster DNS - 1");
}

static void test_a_snapshot_knows_roles(void **state)
{
	struct store *s = *state;

	load(s,
	     "[{\"kind\":\"Service\",\"metadata\":{\"namespace\":"
	     "\"kube-system\",\"name\":\"kube-dns\"},\"spec\":{\"clusterIP\":"
	     "\"10.0.0.10\"}},{\"kind\":\"Pod\",\"metadata\":{\"namespace\":"
	     "\"kube-system\",\"name\":\"coredns-1\",\"labels\":{\"k8s-app\":"
	     "\"kube-dns\"}},\"status\":{\"podIP\":\"10.0.1.9\"}}]");
	ask_for(s, "[[\"c\",\"10.0.0.10\",\"a.x.svc.cluster.local.\",0,1],"
		   "[\"10.0.1.9\",\"u\",\"b.\",0,1]]");
	assert_answer(s, roles_sql,
		      "10.0.0.10 service address kube-system/kube-dns 0; "
		      "10.0.1.9 cluster DNS kube-system/coredns-1 0; "
		      "cluster.local. cluster zone - 1; u upstream - 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_walk_shows_the_list,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_pod_tells_its_list,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_behaviour_shows_roles,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_snapshot_knows_roles,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
