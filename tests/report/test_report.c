/* SPDX-License-Identifier: BSD-3-Clause */
/* Reports made up for the test, run over an empty store. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "tests/filter/stderr.h"
#include "tests/test.h"

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

/* What is printed for the steps, to be freed; NULL where it fails. */
static char *run(struct store *s, const char *format, const struct step *steps,
		 int count, int64_t row_limit)
{
	static const struct report_parameters parameters = {
		.threshold_ns = 5000000, .name = "a.example."
	};
	const struct step *list[] = { &steps[0], &steps[count - 1] };
	struct report_request request = { .steps = list,
					  .num_steps = count,
					  .writer = writer_find(format),
					  .parameters = &parameters };
	struct output output = { .row_limit = row_limit };
	char *text = NULL;
	size_t len = 0;
	int rc;

	assert_non_null(request.writer);
	output.file = open_memstream(&text, &len);
	assert_non_null(output.file);
	rc = report_run(s, &request, &output);
	fclose(output.file);
	if (rc == 0)
		return text;
	free(text);
	return NULL;
}

static void assert_ends(const char *text, const char *end)
{
	assert_non_null(text);
	if (strlen(text) < strlen(end) ||
	    strcmp(text + strlen(text) - strlen(end), end) != 0)
		assert_string_equal(text, end);
}

static const struct step sample = {
	"sample", "what it is",
	"-- sample: what it is\n"
	"--\n"
	"-- :limit   rows\n"
	"\n"
	"-- @summary\n"
	"SELECT 'Two rows.' AS headline, 2 AS rows, NULL AS no_value;\n"
	"\n"
	"-- @rows The rows\n"
	"SELECT column1 AS name, column2 AS latency_ns\n"
	"  FROM (VALUES ('a', 1500000), ('b\"', NULL)) LIMIT :limit;\n"
	"\n"
	"-- @none Never any\n"
	"SELECT 1 AS x WHERE 0;\n"
};

static void test_sections_of_a_file_in_each_format(void **state)
{
	static const struct {
		const char *format, *end;
	} cases[] = {
		{ "text", "\n== sample: what it is ==\n"
			  "Two rows.\n"
			  "ROWS 2\n"
			  "\n"
			  "The rows\n"
			  "NAME  LATENCY\n"
			  "a      1.50ms\n"
			  "b\"\n" },
		{ "json",
		  "  \"steps\": {\n"
		  "    \"sample\": {\n"
		  "      \"summary\": {\"headline\": \"Two rows.\", "
		  "\"rows\": 2, \"no_value\": null},\n"
		  "      \"rows\": [\n"
		  "        {\"name\": \"a\", \"latency_ns\": 1500000},\n"
		  "        {\"name\": \"b\\\"\", \"latency_ns\": null}\n"
		  "      ],\n"
		  "      \"none\": [\n"
		  "      ]\n"
		  "    }\n"
		  "  }\n"
		  "}\n" },
		{ "csv", "name,latency_ns\r\n"
			 "a,1500000\r\n"
			 "\"b\"\"\",\r\n" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = run(*state, cases[i].format, &sample, 1, -1);

		assert_ends(text, cases[i].end);
		free(text);
	}
}

static void test_a_limit_is_the_same_in_each_format(void **state)
{
	static const struct {
		const char *format, *end;
	} cases[] = {
		{ "text",
		  "a      1.50ms\n... more rows: --limit 0 shows all\n" },
		{ "json", "        {\"name\": \"a\", \"latency_ns\": 1500000}\n"
			  "      ],\n"
			  "      \"none\": [\n"
			  "      ]\n"
			  "    }\n"
			  "  }\n"
			  "}\n" },
		{ "csv", "name,latency_ns\r\na,1500000\r\n" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = run(*state, cases[i].format, &sample, 1, 1);

		assert_ends(text, cases[i].end);
		free(text);
	}
}

static void test_two_steps_follow_each_other(void **state)
{
	static const struct step steps[] = {
		{ "one", "first", "\n-- @rows\nSELECT 1 AS x;\n" },
		{ "two", "second", "\n-- @rows\nSELECT 2 AS y;\n" },
	};
	static const struct {
		const char *format, *end;
	} cases[] = {
		{ "text", "\n== one: first ==\n\nX\n1\n"
			  "\n== two: second ==\n\nY\n2\n" },
		{ "json", "  \"steps\": {\n"
			  "    \"one\": {\n"
			  "      \"rows\": [\n"
			  "        {\"x\": 1}\n"
			  "      ]\n"
			  "    },\n"
			  "    \"two\": {\n"
			  "      \"rows\": [\n"
			  "        {\"y\": 2}\n"
			  "      ]\n"
			  "    }\n"
			  "  }\n"
			  "}\n" },
		{ "csv", "x\r\n1\r\n\r\ny\r\n2\r\n" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = run(*state, cases[i].format, steps, 2, -1);

		assert_ends(text, cases[i].end);
		free(text);
	}
}

static void test_parameters_are_bound_and_those_not_given_are_null(void **state)
{
	static const struct step step = {
		"p", "parameters",
		"\n-- @rows\n"
		"SELECT :threshold_ns AS threshold_ns, :name AS name, "
		":nameserver AS nameserver, :expect AS expect, "
		":no_such AS no_such;\n"
	};
	char *text = run(*state, "csv", &step, 1, -1);

	assert_ends(text, "threshold_ns,name,nameserver,expect,no_such\r\n"
			  "5000000,a.example.,,,\r\n");
	free(text);
}

static void test_a_report_cannot_write_and_says_what_is_wrong(void **state)
{
	static const struct {
		const char *sql, *message;
	} cases[] = {
		{ "\n-- @rows\nDELETE FROM capture;\n",
		  "only statements that read" },
		{ "\n-- @rows\nSELECT nosuch FROM messages;\n",
		  "no such column: nosuch" },
		{ "\n-- @rows\n-- nothing here\n", "no SQL statement" },
		{ "\n-- @rows\nSELECT 1;\nSELECT 2;\n",
		  "one statement at a time" },
		{ "\n-- @rows\nSELECT 1;\nSELECT 2;\n-- @more\nSELECT 3;\n",
		  "one statement at a time" },
		{ "\n-- @rows\nSELECT 'x' REGEXP 'a(';\n",
		  "broken pattern \"a(\"" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct step step = { "bad", "", cases[i].sql };
		struct stderr_caught caught;
		char *text;
		const char *said;

		stderr_catch(&caught);
		text = run(*state, "json", &step, 1, -1);
		said = stderr_release(&caught);
		assert_null(text);
		assert_non_null(strstr(said, cases[i].message));
	}
}

static void test_steps_are_found_by_name_and_by_the_guides_number(void **state)
{
	static const struct {
		const char *name, *number;
	} cases[] = {
		{ "failures", "1" },  { "slow", "2" },
		{ "upstream", "3" },  { "timeliness", "4" },
		{ "addresses", "5" },
	};
	static const char *const unknown[] = { "0",        "6",       "",
					       "captures", "failure", "11",
					       "Slow" };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_ptr_equal(step_find(cases[i].name),
				 step_row((unsigned)i));
		assert_ptr_equal(step_find(cases[i].number),
				 step_row((unsigned)i));
	}
	assert_int_equal(COUNT(cases), GUIDE_STEPS);
	assert_ptr_equal(step_find("overview"), step_row(GUIDE_STEPS));
	assert_ptr_equal(step_find("capture"), step_row(GUIDE_STEPS + 1));
	assert_ptr_equal(step_find("path"), step_row(GUIDE_STEPS + 2));
	assert_null(step_row(GUIDE_STEPS + 3));
	for (size_t i = 0; i < COUNT(unknown); i++)
		assert_null(step_find(unknown[i]));
	assert_null(writer_find("xml"));
}

/* Each has a first line that says what it is, and a sentence in the end. */
static void test_every_step_runs_over_nothing(void **state)
{
	const struct step *step;

	for (unsigned i = 0; (step = step_row(i)) != NULL; i++) {
		char *text = run(*state, "json", step, 1, -1);

		assert_non_null(text);
		assert_non_null(strstr(text, "\"headline\": \""));
		free(text);
		text = run(*state, "html", step, 1, 20);
		assert_non_null(text);
		assert_non_null(strstr(text, "<p class=\"lead\">"));
		assert_true(step->summary[0] != '\0');
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections_of_a_file_in_each_format),
		cmocka_unit_test(test_a_limit_is_the_same_in_each_format),
		cmocka_unit_test(test_two_steps_follow_each_other),
		cmocka_unit_test(
			test_parameters_are_bound_and_those_not_given_are_null),
		cmocka_unit_test(
			test_a_report_cannot_write_and_says_what_is_wrong),
		cmocka_unit_test(
			test_steps_are_found_by_name_and_by_the_guides_number),
		cmocka_unit_test(test_every_step_runs_over_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
