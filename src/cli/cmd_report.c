/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/pattern.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/selection.h"
#include "cli/source.h"
#include "packet/datagram.h"

enum { STEPS_MAX = 32, DEFAULT_LIMIT = 20, DEFAULT_LOOKUPS = 5 };

struct job {
	const struct step *steps[STEPS_MAX];
	int num_steps;
	struct step own; /* of --file */
	char *own_sql;
	const struct writer *writer;
	struct report_parameters parameters;
	struct selection selection;
	char nameserver[ADDRESS_TEXT_MAX];
	struct text name, expect, narrowed;
};

static int add_step(struct job *j, const char *name)
{
	const struct step *step = step_find(name);

	if (step == NULL)
		return fail("report: there is no step \"%s\"; failures, slow, "
			    "upstream, timeliness, addresses, capture and "
			    "path are known (or 1 to 5, or all)",
			    name);
	for (int i = 0; i < j->num_steps; i++)
		if (j->steps[i] == step)
			return 0;
	if (j->num_steps < STEPS_MAX)
		j->steps[j->num_steps++] = step;
	return 0;
}

static void add_guide_steps(struct job *j)
{
	for (unsigned i = 0; i < GUIDE_STEPS; i++)
		add_step(j, step_row(i)->name);
}

static int choose_steps(struct job *j, const char *steps)
{
	char *copy = must_strdup(steps != NULL ? steps : "all");
	char *rest = copy, *word;
	int rc = 0;

	while (rc == 0 && (word = strsep(&rest, ",")) != NULL) {
		if (strcmp(word, "all") == 0)
			add_guide_steps(j);
		else
			rc = add_step(j, word);
	}
	free(copy);
	return rc;
}

/* A report of one's own: a file as those in src/report/sql/. */
static int read_own_step(struct job *j, const char *path)
{
	FILE *file = fopen(path, "r");
	struct text sql = { 0 };
	char chunk[4096];
	size_t len;

	if (file == NULL)
		return fail("%s: %s", path, strerror(errno));
	while ((len = fread(chunk, 1, sizeof(chunk), file)) > 0)
		text_add_bytes(&sql, chunk, len);
	if (ferror(file)) {
		fclose(file);
		text_release(&sql);
		return fail("%s: %s", path, strerror(errno));
	}
	fclose(file);
	/* Without marks the whole file is one list of rows. */
	if (strstr(text_string(&sql), "-- @") == NULL) {
		struct text marked = { 0 };

		text_addf(&marked, "\n-- @rows\n%s", text_string(&sql));
		text_release(&sql);
		sql = marked;
	}
	j->own_sql = sql.data;
	j->own = (struct step){ "own", path, j->own_sql };
	j->steps[0] = &j->own;
	j->num_steps = 1;
	return 0;
}

static int choose_nameserver(struct job *j, const char *text)
{
	struct address address;

	if (text == NULL)
		return 0;
	if (!address_parse(text, &address))
		return fail("--nameserver: \"%s\" is not an IP address", text);
	j->parameters.nameserver = address_format(&address, j->nameserver);
	return 0;
}

/* Names in captures are absolute: with or without the dot is the same. */
static void choose_name(struct job *j, const char *name)
{
	size_t len = name != NULL ? strlen(name) : 0;

	if (name == NULL)
		return;
	text_add(&j->name, name);
	if (len == 0 || name[len - 1] != '.')
		text_add(&j->name, ".");
	j->parameters.name = text_string(&j->name);
}

static int choose_regex(struct job *j, const char *expression)
{
	char why[PATTERN_WHY_MAX];
	size_t where = 0;
	struct pattern *pattern;

	if (expression == NULL)
		return 0;
	pattern = pattern_new(expression, why, &where);
	if (pattern == NULL)
		return fail("--name-regex: \"%s\": %s at character %zu",
			    expression, why, where + 1);
	pattern_free(pattern);
	j->parameters.name_regex = expression;
	return 0;
}

static int choose_expected(struct job *j, const char *list)
{
	char *copy, *rest, *word;
	int rc = 0;

	if (list == NULL)
		return 0;
	copy = rest = must_strdup(list);
	while (rc == 0 && (word = strsep(&rest, ",")) != NULL) {
		struct address address;
		char text[ADDRESS_TEXT_MAX];

		word += strspn(word, " ");
		word[strcspn(word, " ")] = '\0';
		if (word[0] == '\0')
			continue;
		if (!address_parse(word, &address)) {
			rc = fail("--expect: \"%s\" is not an IP address",
				  word);
			continue;
		}
		text_add(&j->expect, j->expect.len > 0 ? "," : "");
		text_add(&j->expect, address_format(&address, text));
	}
	free(copy);
	if (rc == 0 && j->expect.len == 0)
		rc = fail("--expect: which addresses?");
	j->parameters.expect = text_string(&j->expect);
	return rc;
}

static void add_narrowed(struct job *j, const char *option, const char *value)
{
	if (value == NULL)
		return;
	text_add(&j->narrowed, j->narrowed.len > 0 ? " " : "");
	text_addf(&j->narrowed, "%s %s", option, value);
}

static void note_times(struct job *j)
{
	const struct report_selection *s = &j->selection.report;
	char moment[TIMESTAMP_TEXT_MAX];

	if (s->has_since)
		add_narrowed(j, "--since",
			     timestamp_format(s->since_ns, moment));
	if (s->has_until)
		add_narrowed(j, "--until",
			     timestamp_format(s->until_ns, moment));
}

static void note_transaction(struct job *j)
{
	char number[24];

	snprintf(number, sizeof(number), "%" PRId64, j->selection.report.txn);
	if (j->selection.report.has_txn)
		add_narrowed(j, "--txn", number);
}

static void note_choice(struct job *j)
{
	if (j->selection.report.choice == NULL)
		return;
	text_add(&j->narrowed, j->narrowed.len > 0 ? " " : "");
	text_add(&j->narrowed, choice_describe(j->selection.choice));
}

/* A report on a part must not be taken for one on the whole. */
static void note_narrowing(struct job *j, const struct options *o)
{
	add_narrowed(j, "--name", j->parameters.name);
	add_narrowed(j, "--name-regex", o->name_regex);
	add_narrowed(j, "--nameserver", j->parameters.nameserver);
	add_narrowed(j, "--node", o->node);
	note_transaction(j);
	note_times(j);
	for (size_t i = 0; i < o->num_filters; i++)
		add_narrowed(j, "--filter", o->filters[i]);
	note_choice(j);
	if (j->narrowed.len > 0)
		j->parameters.selection = text_string(&j->narrowed);
}

static int prepare(struct job *j, const struct options *o)
{
	const char *format = o->format != NULL ? o->format : "text";

	j->parameters.threshold_ns = o->threshold_ns;
	j->writer = writer_find(format);
	if (j->writer == NULL)
		return fail("report: there is no format \"%s\"; text, json "
			    "and csv are known",
			    format);
	if (o->file != NULL && o->steps != NULL)
		return fail("report: --file is a step of its own; leave out "
			    "--step");
	if (choose_nameserver(j, o->nameserver) != 0 ||
	    choose_regex(j, o->name_regex) != 0 ||
	    choose_expected(j, o->expect) != 0)
		return -1;
	choose_name(j, o->name);
	if (o->file != NULL ? read_own_step(j, o->file) != 0
			    : choose_steps(j, o->steps) != 0)
		return -1;
	return selection_make(&j->selection, o);
}

static void release(struct job *j)
{
	selection_release(&j->selection);
	text_release(&j->name);
	text_release(&j->expect);
	text_release(&j->narrowed);
	free(j->own_sql);
}

static int64_t row_limit(const struct job *j, const struct options *o)
{
	if (o->limit != LIMIT_NOT_GIVEN)
		return o->limit;
	return j->writer->shows_all ? NO_LIMIT : DEFAULT_LIMIT;
}

/* A ladder fills a page by itself. */
static int64_t lookup_limit(const struct job *j, const struct options *o)
{
	if (o->limit != LIMIT_NOT_GIVEN)
		return o->limit;
	return j->writer->shows_all ? NO_LIMIT : DEFAULT_LOOKUPS;
}

/* Which pods and times are meant is known, and to be said, only now. */
static int fit_selection(struct job *j, const struct options *o,
			 struct store *s)
{
	if (selection_fit(&j->selection, o, s) != 0)
		return -1;
	note_narrowing(j, o);
	return 0;
}

static int report(struct job *j, const struct options *o)
{
	struct report_request request = { .steps = j->steps,
					  .num_steps = j->num_steps,
					  .writer = j->writer,
					  .parameters = &j->parameters };
	struct output_file out;
	bool is_partial = false;
	struct store *s;
	int rc = -1;

	if (output_open(&out, o->output) != 0)
		return -1;
	s = source_open(o, &is_partial);
	out.output.row_limit = row_limit(j, o);
	j->parameters.lookups = lookup_limit(j, o);
	if (s != NULL && fit_selection(j, o, s) == 0 &&
	    report_select(s, &j->selection.report, &j->parameters) == 0)
		rc = report_run(s, &request, &out.output);
	if (output_close(&out, rc == 0) != 0)
		rc = -1;
	store_close(s);
	return is_partial ? -1 : rc;
}

static enum exit_status show_sql(const char *name)
{
	const struct step *step = step_find(name);

	if (step == NULL) {
		fail("--show-sql: there is no step \"%s\"", name);
		return EXIT_USAGE;
	}
	fputs(step->sql, stdout);
	return EXIT_DONE;
}

static enum exit_status run(struct options *o)
{
	struct job job = { 0 };
	enum exit_status status = EXIT_USAGE;

	if (o->show_sql != NULL)
		return show_sql(o->show_sql);
	if (source_check(o) == 0 && prepare(&job, o) == 0)
		status = report(&job, o) == 0 ? EXIT_DONE : EXIT_FAILED;
	release(&job);
	return status;
}

static void print_steps(void)
{
	const struct step *step;

	printf("\nSteps, as the guide numbers them, and what is beside them:\n");
	for (unsigned i = 0; (step = step_row(i)) != NULL; i++)
		printf("  %c  %-11s %s\n", i < GUIDE_STEPS ? '1' + (int)i : ' ',
		       step->name, step->summary);
}

static const enum option_id options[] = { OPTION_STORE,
					  OPTION_STEP,
					  OPTION_REPORT_FORMAT,
					  OPTION_OUTPUT,
					  OPTION_THRESHOLD,
					  OPTION_NAMESERVER,
					  OPTION_NAME,
					  OPTION_NAME_REGEX,
					  OPTION_EXPECT,
					  OPTION_FILTER,
					  OPTION_TXN,
					  OPTION_SINCE,
					  OPTION_UNTIL,
					  OPTION_LIMIT,
					  OPTION_NODE,
					  OPTION_NAMESPACE,
					  OPTION_ALL_NAMESPACES,
					  OPTION_SELECTOR,
					  OPTION_PODNAME,
					  OPTION_SHOW_SQL,
					  OPTION_FILE,
					  OPTION_NODE_FROM,
					  OPTION_K8S,
					  OPTION_SNAPSHOT_TIME,
					  OPTION_IFMAP,
					  OPTION_PORT,
					  OPTION_TIMEOUT,
					  OPTION_NO_SANDBOX,
					  OPTION_HELP,
					  OPTION_END };

const struct command cmd_report = {
	.name = "report",
	.arguments = "[CAPTURE...]",
	.summary = "answer the five questions of DNS troubleshooting",
	.notes = "Without a CAPTURE the store is reported on; --port, "
		 "--timeout, --node-from and\n--ifmap are for captures.  Text "
		 "shows 20 rows of a list, and 5 lookups of path, if --limit "
		 "is not given.",
	.options = options,
	.run = run,
	.more_help = print_steps,
};
