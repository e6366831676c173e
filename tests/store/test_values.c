/* SPDX-License-Identifier: BSD-3-Clause */
/* Reports are the same, however few values are in memory. */
#include "pipeline/pipeline.h"
#include "report/report.h"
#include "store/inserter_private.h"
#include "store/snapshot.h"
#include "store/store_private.h"
#include "store/values_private.h"
#include "tests/store/folder.h"

/* With that many slots; 0: as many as it likes. */
static struct store *take_in(const char *capture, size_t slots)
{
	static const uint16_t ports[] = { 53 };
	const struct pipeline_options options = { .ports = ports,
						  .num_ports = 1,
						  .wait_ns = 5000000000 };
	struct pipeline_tally tally = { 0 };
	struct inputs inputs = { .node = NULL };
	struct store *s = store_open_temporary();
	char path[512];

	assert_non_null(s);
	if (slots != 0)
		values_limit(s->values, slots);
	snprintf(path, sizeof(path), "%s/testdata/%s", getenv("TOP_SRCDIR"),
		 capture);
	assert_int_equal(inputs_add(&inputs, path), 0);
	assert_int_equal(pipeline_ingest(s, &inputs, &options, &tally), 0);
	inputs_release(&inputs);
	assert_int_equal(snapshot_name_addresses(s), 0);
	return s;
}

/* All that is told of a store, to be freed. */
static char *report_on(struct store *s)
{
	static const struct report_parameters parameters = {
		.threshold_ns = 5000000
	};
	struct report_request request = { .writer = writer_find("json"),
					  .parameters = &parameters };
	const struct step *steps[ALL_STEPS_MAX];
	struct output output = { .row_limit = -1 };
	char *text = NULL;
	size_t len = 0;

	request.steps = steps;
	request.num_steps = report_all_steps(request.writer, steps);
	output.file = open_memstream(&text, &len);
	assert_non_null(output.file);
	assert_int_equal(report_run(s, &request, &output), 0);
	fclose(output.file);
	return text;
}

static void test_reports_do_not_depend_on_memory(void **state)
{
	static const char *const captures[] = { "first-session.pcap",
						"lookups.pcap",
						"mixed-case.pcap" };

	(void)state;
	for (size_t i = 0; i < sizeof(captures) / sizeof(captures[0]); i++) {
		struct store *much = take_in(captures[i], 0);
		struct store *little = take_in(captures[i], 8);
		char *expected = report_on(much), *got = report_on(little);

		assert_string_equal(got, expected);
		free(expected);
		free(got);
		store_close(much);
		store_close(little);
	}
}

static void test_little_memory_stores_names_twice(void **state)
{
	struct store *s = take_in("first-session.pcap", 8);

	(void)state;
	assert_answer(s, "SELECT count(*) > count(DISTINCT text) FROM name",
		      "1");
	assert_answer(s,
		      "SELECT count(DISTINCT n.id) = count(DISTINCT n.text)"
		      " FROM exchange AS x JOIN name AS n ON n.id = x.name",
		      "1");
	store_close(s);
}

static void test_names_in_use_are_remembered(void **state)
{
	struct store *s = store_open_temporary();
	int64_t often, once;
	char name[32];

	(void)state;
	assert_non_null(s);
	values_limit(s->values, 8);
	assert_int_equal(store_run(s, "BEGIN"), 0);
	s->inserter = inserter_new(s);
	assert_int_equal(values_begin(s->values), 0);
	often = values_name(s->values, "often.example.");
	once = values_name(s->values, "once.example.");
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "n%d.example.", i);
		values_name(s->values, name);
		assert_int_equal(values_name(s->values, "often.example."),
				 often);
	}
	assert_int_not_equal(values_name(s->values, "once.example."), once);
	assert_int_equal(inserter_drain(s->inserter), 0);
	inserter_free(s->inserter);
	s->inserter = NULL;
	assert_answer(s, "SELECT count(*) FROM name", "103");
	assert_answer(s,
		      "SELECT count(*) FROM name WHERE text = 'once.example.'",
		      "2");
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reports_do_not_depend_on_memory),
		cmocka_unit_test(test_little_memory_stores_names_twice),
		cmocka_unit_test(test_names_in_use_are_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
