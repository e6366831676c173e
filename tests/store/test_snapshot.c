/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/snapshot.h"

#include "base/text.h"
#include "k8s/json_items.h"
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

/* 1: taken in; 0: no JSON. */
static int add(struct snapshot *n, const char *json)
{
	struct bytes text = { (const uint8_t *)json, strlen(json) };
	struct json_items found = { 0 };
	struct json_fault fault;
	int rc = json_items_find(&found, text, &fault);

	if (rc == 0)
		rc = snapshot_add_document(n, "x.json", text);
	for (size_t i = 0; rc == 0 && i < found.count; i++)
		rc = snapshot_add_item(n, found.kind, found.items[i]);
	json_items_release(&found);
	return rc == 0;
}

static void load(struct store *s, const char *json)
{
	struct snapshot *n = snapshot_begin(s);

	assert_non_null(n);
	assert_int_equal(add(n, json), 1);
	assert_int_equal(snapshot_commit(n), 0);
}

/* Addresses, as captures leave them there. */
static void name_addresses(struct store *s, const char *list)
{
	struct text sql = { 0 };

	text_addf(&sql,
		  "DELETE FROM address; INSERT INTO address (text) "
		  "SELECT value FROM json_each('%s')",
		  list);
	assert_int_equal(store_run(s, text_string(&sql)), 0);
	assert_int_equal(snapshot_name_addresses(s), 0);
	text_release(&sql);
}

#define POD(ns, name, ip, start, more)                                      \
	"{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"" ns               \
	"\",\"name\":\"" name "\"},\"spec\":{},\"status\":{\"podIP\":\"" ip \
	"\",\"startTime\":\"" start "\"" more "}}"

static const char pods_sql[] =
	"SELECT group_concat(namespace || '/' || name || ' ' || "
	"coalesce(addresses, '-'), ';') FROM (SELECT * FROM pods "
	"ORDER BY namespace, name)";

static void test_shapes_of_documents(void **state)
{
	static const struct {
		const char *json, *pods;
	} cases[] = {
		{ "{\"kind\":\"List\",\"items\":[" POD("a", "x", "10.0.0.1",
						       "2026-01-01T00:00:00Z",
						       "") "]}",
		  "a/x 10.0.0.1" },
		{ "{\"kind\":\"PodList\",\"items\":[{\"metadata\":{"
		  "\"namespace\":\"a\",\"name\":\"y\"}}]}",
		  "a/y -" },
		{ "[" POD("a", "z", "10.0.0.1", "", "") ",{},7]",
		  "a/z 10.0.0.1" },
		{ POD("a", "w", "10.0.0.1", "", ""), "a/w 10.0.0.1" },
		{ "{\"kind\":\"ConfigMapList\",\"items\":[{\"metadata\":{"
		  "\"namespace\":\"a\",\"name\":\"y\"}}]}",
		  "(null)" },
		{ "{\"items\":[{\"metadata\":{\"namespace\":\"a\","
		  "\"name\":\"y\"}}]}",
		  "(null)" },
		{ "{\"kind\":\"SecretList\",\"items\":[" POD(
			  "a", "v", "::FFFF:10.0.0.2", "", "") "]}",
		  "a/v 10.0.0.2" },
		{ "7", "(null)" },
		{ "\"x\"", "(null)" },
		{ "null", "(null)" },
	};
	struct store *s = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		load(s, cases[i].json);
		assert_answer(s, pods_sql, cases[i].pods);
	}
}

static void test_what_is_no_json_is_told_and_changes_nothing(void **state)
{
	static const char *const broken[] = { "", "{", "{\"items\":[}",
					      "Error from server" };
	struct store *s = *state;

	load(s, POD("a", "x", "10.0.0.1", "", ""));
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct snapshot *n = snapshot_begin(s);

		assert_non_null(n);
		assert_int_equal(add(n, POD("b", "y", "10.0.0.2", "", "")), 1);
		assert_int_equal(add(n, broken[i]), 0);
		snapshot_abandon(n);
	}
	assert_answer(s, pods_sql, "a/x 10.0.0.1");
}

static void test_documents_of_one_snapshot_are_one_set(void **state)
{
	struct store *s = *state;
	struct snapshot *n = snapshot_begin(s);

	assert_non_null(n);
	assert_int_equal(
		add(n, POD("a", "x", "10.0.0.1", "2026-01-01T00:00:01Z", "")),
		1);
	assert_int_equal(
		add(n, POD("a", "x", "10.0.0.2", "2026-01-01T00:00:05Z", "")),
		1);
	assert_int_equal(add(n, POD("b", "y", "10.0.0.3", "", "")), 1);
	assert_int_equal(snapshot_num_items(n), 3);
	assert_int_equal(snapshot_commit(n), 0);
	/* The first one of a name counts. */
	assert_answer(s, pods_sql, "a/x 10.0.0.1;b/y 10.0.0.3");
	assert_answer(s, "SELECT utc(max(taken_ns)) FROM snapshots",
		      "2026-01-01T00:00:05.000000Z");
	load(s, POD("c", "z", "10.0.0.1", "", ""));
	assert_answer(s, pods_sql, "c/z 10.0.0.1");
	assert_answer(s, "SELECT count(*) FROM snapshots", "1");
}

static void test_the_time_can_be_told(void **state)
{
	struct store *s = *state;
	struct snapshot *n = snapshot_begin(s);

	assert_int_equal(add(n, POD("a", "x", "10.0.0.1", "", "")), 1);
	assert_int_equal(snapshot_set_time(n, 42), 0);
	assert_int_equal(snapshot_commit(n), 0);
	assert_answer(s, "SELECT taken_ns FROM snapshots", "42");
}

/* No environment and no annotations, whatever becomes of the file. */
static void test_secrets_are_not_kept(void **state)
{
	struct folder f;
	struct store *s;
	struct text content = { 0 };
	char chunk[4096];
	size_t len;
	FILE *file;

	(void)state;
	folder_make(&f);
	s = store_open_for_ingest(f.file);
	load(s, "{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"a\","
		"\"name\":\"seen\",\"annotations\":{\"k\":\"S3CRET\"}},"
		"\"spec\":{\"containers\":[{\"name\":\"c\",\"env\":[{"
		"\"name\":\"S3CRET\",\"value\":\"S3CRET\"}]}]}}");
	assert_answer(s, "SELECT container FROM pod", "c");
	store_close(s);
	file = fopen(f.file, "r");
	assert_non_null(file);
	while ((len = fread(chunk, 1, sizeof(chunk), file)) > 0)
		text_add_bytes(&content, chunk, len);
	fclose(file);
	assert_non_null(memmem(content.data, content.len, "seen", 4));
	assert_null(memmem(content.data, content.len, "S3CRET", 6));
	text_release(&content);
	folder_remove(&f);
}

static const char owners_sql[] =
	"SELECT group_concat(address || ' ' || coalesce(since_ns / 1000000000, "
	"'-') || ' ' || coalesce(until_ns / 1000000000, '-') || ' ' || kind || "
	"' ' || coalesce(shown, name), '; ') FROM (SELECT * FROM owners "
	"ORDER BY address, since_ns)";

static void test_precedence(void **state)
{
	struct store *s = *state;

	load(s,
	     "[" POD("a", "live", "10.0.0.1", "1970-01-01T00:00:10Z", ",\"phase\":\"Running\"") "," POD(
		     "a", "old", "10.0.0.1", "1970-01-01T00:00:01Z",
		     ",\"phase\":\"Succeeded\",\"containerStatuses\":[{"
		     "\"state\":{\"terminated\":{\"finishedAt\":"
		     "\"1970-01-01T00:00:05Z\"}}}]") ","
						     "{\"kind\":\"Service\",\"metadata\":{\"namespace\":\"a\","
						     "\"name\":\"s\"},\"spec\":{\"clusterIP\":\"10.0.0.3\","
						     "\"clusterIPs\":[\"10.0.0.3\",\"fd00::3\"],\"externalIPs\":"
						     "[\"10.0.0.2\"]}},"
						     "{\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\"},\"status\":"
						     "{\"addresses\":[{\"type\":\"InternalIP\",\"address\":"
						     "\"10.0.0.2\"},{\"type\":\"Hostname\",\"address\":"
						     "\"10.0.0.9\"}]}},"
						     "{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"a\","
						     "\"name\":\"host\"},\"spec\":{\"hostNetwork\":true},"
						     "\"status\":{\"podIP\":\"10.0.0.2\"}}]");
	name_addresses(s, "[\"10.0.0.1\",\"10.0.0.2\",\"10.0.0.3\","
			  "\"fd00::3\",\"168.63.129.16\",\"10.0.0.9\"]");
	assert_answer(
		s, owners_sql,
		"10.0.0.1 - 1 raw later p/a/live; 10.0.0.1 1 5 pod p/a/old?; "
		"10.0.0.1 5 10 raw later p/a/live; 10.0.0.1 10 - pod p/a/live; "
		"10.0.0.2 - - node n/n1; 10.0.0.3 - - svc s/a/s; "
		"168.63.129.16 - - raw azure-dns; fd00::3 - - svc s/a/s");
}

static void test_a_pod_that_is_deleted_comes_after_one_that_lives(void **state)
{
	static const char going[] =
		"{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"a\",\"name\":"
		"\"going\",\"deletionTimestamp\":\"1970-01-01T00:00:20Z\"},"
		"\"status\":{\"podIP\":\"10.0.0.1\",\"startTime\":"
		"\"1970-01-01T00:00:01Z\"}}";
	struct store *s = *state;
	struct snapshot *n = snapshot_begin(s);

	assert_int_equal(add(n, going), 1);
	assert_int_equal(
		add(n, POD("a", "new", "10.0.0.1", "1970-01-01T00:00:10Z", "")),
		1);
	assert_int_equal(snapshot_commit(n), 0);
	name_addresses(s, "[\"10.0.0.1\"]");
	assert_answer(s, owners_sql,
		      "10.0.0.1 - 1 raw later p/a/going|later p/a/new; "
		      "10.0.0.1 1 10 pod p/a/going; "
		      "10.0.0.1 10 20 pod p/a/new; 10.0.0.1 20 - pod p/a/new");
}

static void test_two_owners_are_never_guessed_between(void **state)
{
	struct store *s = *state;

	load(s, "[" POD("b", "y", "10.0.0.1", "",
			"") "," POD("a", "x", "10.0.0.1", "", "") "]");
	name_addresses(s, "[\"10.0.0.1\",\"::ffff:10.0.0.1\"]");
	assert_answer(s, owners_sql,
		      "10.0.0.1 - - pod p/a/x|p/b/y; "
		      "::ffff:10.0.0.1 - - pod p/a/x|p/b/y");
	assert_answer(s,
		      "SELECT count(*) FROM owners WHERE ambiguous AND "
		      "namespace IS NULL AND name IS NULL",
		      "2");
	assert_answer(s, "SELECT count(*) FROM naming_pod", "4");
}

static void test_endpoints_and_their_readiness(void **state)
{
	struct store *s = *state;

	load(s,
	     "[{\"kind\":\"EndpointSlice\",\"metadata\":{\"namespace\":\"a\","
	     "\"labels\":{\"kubernetes.io/service-name\":\"s\"}},"
	     "\"endpoints\":[{\"addresses\":[\"10.0.0.1\"],\"conditions\":{"
	     "\"ready\":true}},{\"addresses\":[\"10.0.0.2\"],\"hostname\":"
	     "\"h\"},{\"addresses\":[\"10.0.0.3\"],\"conditions\":{\"ready\":"
	     "null}},{\"addresses\":[\"10.0.0.4\"],\"conditions\":{\"ready\":"
	     "false}},{\"addresses\":[\"web.example\"]}]},"
	     "{\"kind\":\"EndpointSlice\",\"metadata\":{\"namespace\":\"a\","
	     "\"labels\":{\"kubernetes.io/service-name\":\"none\"}},"
	     "\"endpoints\":null},"
	     "{\"kind\":\"Endpoints\",\"metadata\":{\"namespace\":\"a\","
	     "\"name\":\"e\"},\"subsets\":[{\"addresses\":[{\"ip\":"
	     "\"10.0.0.5\",\"targetRef\":{\"kind\":\"Pod\",\"name\":\"p\"}}],"
	     "\"notReadyAddresses\":[{\"ip\":\"10.0.0.6\"}]}]}]");
	assert_answer(s,
		      "SELECT group_concat(service || ' ' || source || ' ' || "
		      "address || ' ' || ready || ' ' || coalesce(hostname, "
		      "pod, '-'), '; ') FROM endpoint",
		      "s slice 10.0.0.1 1 -; s slice 10.0.0.2 1 h; "
		      "s slice 10.0.0.3 1 -; s slice 10.0.0.4 0 -; "
		      "none slice  0 -; e endpoints 10.0.0.5 1 p; "
		      "e endpoints 10.0.0.6 0 -");
}

/* Each kind with something else in place of each of its parts. */
static void test_wrong_types_never_fail(void **state)
{
	static const char *const values[] = {
		"null",
		"true",
		"0",
		"-1.5e308",
		"99999999999999999999",
		"\"\"",
		"\"x\"",
		"[]",
		"{}",
		"[[]]",
		"[null,7,\"x\",[],{}]",
		"{\"a\":{\"ip\":7}}",
		"\"now\"",
		"\"9999-12-31T00:00:00Z\"",
		"\"\\u0000\"",
		"\"\\ud800\"",
		"\"'); DROP TABLE pod; --\"",
	};
	static const char *const paths[] = {
		"$.metadata",
		"$.metadata.name",
		"$.metadata.namespace",
		"$.metadata.labels",
		"$.metadata.labels.app",
		"$.metadata.labels.\"kubernetes.io/service-name\"",
		"$.metadata.creationTimestamp",
		"$.metadata.deletionTimestamp",
		"$.metadata.ownerReferences",
		"$.metadata.ownerReferences[0]",
		"$.spec",
		"$.spec.nodeName",
		"$.spec.hostNetwork",
		"$.spec.dnsConfig",
		"$.spec.dnsConfig.searches",
		"$.spec.dnsConfig.searches[0]",
		"$.spec.containers",
		"$.spec.containers[0]",
		"$.spec.clusterIP",
		"$.spec.clusterIPs",
		"$.spec.externalIPs",
		"$.spec.ports",
		"$.spec.ports[0]",
		"$.spec.ports[0].port",
		"$.spec.type",
		"$.spec.ports[0].name",
		"$.spec.externalName",
		"$.status",
		"$.status.podIP",
		"$.status.podIPs",
		"$.status.podIPs[0]",
		"$.status.podIPs[0].ip",
		"$.status.startTime",
		"$.status.phase",
		"$.status.conditions",
		"$.status.conditions[0]",
		"$.status.containerStatuses",
		"$.status.containerStatuses[0]",
		"$.status.addresses",
		"$.status.addresses[0]",
		"$.status.addresses[0].address",
		"$.status.addresses[0].type",
		"$.status.loadBalancer",
		"$.status.loadBalancer.ingress",
		"$.endpoints",
		"$.endpoints[0]",
		"$.endpoints[0].addresses",
		"$.endpoints[0].conditions",
		"$.endpoints[0].targetRef",
		"$.subsets",
		"$.subsets[0]",
		"$.subsets[0].addresses",
		"$.subsets[0].addresses[0]",
		"$.kind",
	};
	static const char *const kinds[] = { "Pod",           "Service",
					     "EndpointSlice", "Endpoints",
					     "Node",          "Namespace" };
	static const char whole[] =
		"'{\"metadata\":{\"name\":\"n\",\"namespace\":\"s\",\"labels\":"
		"{\"app\":\"x\",\"kubernetes.io/service-name\":\"v\"},"
		"\"ownerReferences\":[{}]},\"spec\":{\"containers\":[{}],"
		"\"ports\":[{\"port\":1}]},\"status\":{\"podIPs\":[{\"ip\":"
		"\"10.0.0.1\"}],\"conditions\":[{}],\"containerStatuses\":[{}],"
		"\"addresses\":[{\"type\":\"InternalIP\",\"address\":"
		"\"10.0.0.2\"}],\"loadBalancer\":{\"ingress\":[{}]}},"
		"\"endpoints\":[{\"addresses\":[\"10.0.0.3\"]}],\"subsets\":[{"
		"\"addresses\":[{\"ip\":\"10.0.0.4\"}]}]}'";
	struct store *s = *state;
	struct snapshot *n = snapshot_begin(s);

	assert_non_null(n);
	for (size_t i = 0; i < COUNT(values) * COUNT(paths) * COUNT(kinds);
	     i++) {
		struct text sql = { 0 };
		struct rows *r;

		text_addf(&sql,
			  "SELECT json_object('kind', '%sList', 'items', "
			  "json_array(json_set(json(%s), '%s', json(:v))))",
			  kinds[i % COUNT(kinds)], whole,
			  paths[i / COUNT(kinds) % COUNT(paths)]);
		r = rows_open(s, text_string(&sql));
		assert_non_null(r);
		rows_bind_text(r, ":v",
			       values[i / COUNT(kinds) / COUNT(paths)]);
		assert_int_equal(rows_next(r), 1);
		if (add(n, rows_text(r, 0)) != 1)
			fail_msg("%s", rows_text(r, 0));
		rows_close(r);
		text_release(&sql);
	}
	assert_int_equal(snapshot_commit(n), 0);
	name_addresses(s, "[\"10.0.0.1\",\"10.0.0.2\"]");
	assert_answer(s,
		      "SELECT count(*) FROM pod WHERE name NOT IN ('n', 'x', "
		      "'now', '9999-12-31T00:00:00Z', '''); DROP TABLE pod; "
		      "--') AND hex(name) != 'EDA080'",
		      "0");
}

static void test_names_longer_than_allowed_are_none(void **state)
{
	enum { LONG = 1 << 20 };
	struct store *s = *state;
	struct text json = { 0 };
	char *name = calloc(LONG + 1, 1);

	assert_non_null(name);
	memset(name, 'a', LONG);
	text_addf(&json,
		  "[{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"a\","
		  "\"name\":\"%s\"}},{\"kind\":\"Pod\",\"metadata\":{"
		  "\"namespace\":\"a\",\"name\":\"x\",\"labels\":{\"%s\":\"v\","
		  "\"k\":\"%s\",\"l\":\"v\"}},\"spec\":{\"nodeName\":\"%s\"}}]",
		  name, name, name, name);
	load(s, text_string(&json));
	assert_answer(s, pods_sql, "a/x -");
	assert_answer(s, "SELECT labels || coalesce(node, '-') FROM pods",
		      "l=v-");
	text_release(&json);
	free(name);
}

static void test_a_copy_of_a_store_is_its_own(void **state)
{
	struct folder f;
	struct store *s, *copy;

	(void)state;
	folder_make(&f);
	s = store_open_for_ingest(f.file);
	load(s, POD("a", "x", "10.0.0.1", "", ""));
	copy = store_copy(s);
	store_close(s);
	assert_non_null(copy);
	load(copy, POD("b", "y", "10.0.0.1", "", ""));
	assert_answer(copy, pods_sql, "b/y 10.0.0.1");
	store_close(copy);
	s = store_open(f.file);
	assert_answer(s, pods_sql, "a/x 10.0.0.1");
	store_close(s);
	folder_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_shapes_of_documents,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_what_is_no_json_is_told_and_changes_nothing,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_documents_of_one_snapshot_are_one_set, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(test_the_time_can_be_told,
						set_up, tear_down),
		cmocka_unit_test(test_secrets_are_not_kept),
		cmocka_unit_test_setup_teardown(test_precedence, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_pod_that_is_deleted_comes_after_one_that_lives,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_two_owners_are_never_guessed_between, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			test_endpoints_and_their_readiness, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wrong_types_never_fail,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_names_longer_than_allowed_are_none, set_up,
			tear_down),
		cmocka_unit_test(test_a_copy_of_a_store_is_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
