/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/comparison.h"
#include "cli/output.h"
#include "cli/parameters.h"
#include "cli/selection.h"
#include "cli/source.h"
#include "report/prepare.h"

enum { STEPS_MAX = 32 };

struct job {
	const struct step *steps[STEPS_MAX];
	int num_steps;
	struct step own; /* of --file */
	char *own_sql;
	const struct writer *writer;
	struct parameters parameters;
	struct selection selection;
};

static int add_step(struct job *j, const char *name)
{
	const struct step *step = step_find(name);

	if (step == NULL)
		return fail("report: there is no step \"%s\"; failures, slow, "
			    "upstream, timeliness, addresses, overview, "
			    "capture, path and verdict are known (or 1 to 5, "
			    "or all)",
			    name);
	for (int i = 0; i < j->num_steps; i++)
		if (j->steps[i] == step)
			return 0;
	if (j->num_steps < STEPS_MAX)
		j->steps[j->num_steps++] = step;
	return 0;
}

static void add_all_steps(struct job *j)
{
	const struct step *all[ALL_STEPS_MAX];
	int count = report_all_steps(j->writer, all);

	for (int i = 0; i < count; i++)
		add_step(j, all[i]->name);
}

static int choose_steps(struct job *j, const char *steps)
{
	char *copy = must_strdup(steps != NULL ? steps : "all");
	char *rest = copy, *word;
	int rc = 0;

	while (rc == 0 && (word = strsep(&rest, ",")) != NULL) {
		if (strcmp(word, "all") == 0)
			add_all_steps(j);
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

static int prepare(struct job *j, const struct options *o)
{
	const char *format = o->format != NULL ? o->format : "text";

	j->writer = writer_find(format);
	if (j->writer == NULL)
		return fail("report: there is no format \"%s\"; text, json, "
			    "csv, markdown and html are known",
			    format);
	if (o->file != NULL && o->steps != NULL)
		return fail("report: --file is a step of its own; leave out "
			    "--step");
	if (parameters_make(&j->parameters, o) != 0)
		return -1;
	if (o->file != NULL ? read_own_step(j, o->file) != 0
			    : choose_steps(j, o->steps) != 0)
		return -1;
	return selection_make(&j->selection, o);
}

static void release(struct job *j)
{
	selection_release(&j->selection);
	parameters_release(&j->parameters);
	free(j->own_sql);
}

/* Which pods and times are meant is known, and to be said, only now. */
static int fit_selection(struct job *j, const struct options *o,
			 struct store *s)
{
	if (selection_fit(&j->selection, o, s) != 0)
		return -1;
	parameters_note(&j->parameters, o, &j->selection);
	return 0;
}

static const enum exit_status statuses[] = {
	[OUTCOME_HEALTHY] = EXIT_DONE,
	[OUTCOME_FINDINGS] = EXIT_FINDINGS,
	[OUTCOME_INCONCLUSIVE] = EXIT_INCONCLUSIVE,
};

static int find_status(const struct job *j, struct store *s,
		       enum exit_status *status)
{
	enum report_outcome outcome;

	if (report_outcome(s, &j->parameters.report, &outcome) != 0)
		return -1;
	*status = statuses[outcome];
	return 0;
}

static enum exit_status report(struct job *j, const struct options *o)
{
	struct report_request request = { .steps = j->steps,
					  .num_steps = j->num_steps,
					  .writer = j->writer,
					  .parameters = &j->parameters.report };
	struct output_file out;
	enum exit_status status = EXIT_DONE;
	bool is_partial = false;
	struct store *s;
	int rc = -1;

	if (output_open(&out, o->output) != 0)
		return EXIT_FAILED;
	s = source_open(o, &is_partial);
	out.output.row_limit = parameters_row_limit(o, j->writer);
	j->parameters.report.lookups = parameters_lookups(o, j->writer);
	if (s != NULL && fit_selection(j, o, s) == 0 &&
	    report_select(s, &j->selection.report, &j->parameters.report) == 0)
		rc = report_run(s, &request, &out.output);
	if (rc == 0 && o->exit_code)
		rc = find_status(j, s, &status);
	if (output_close(&out, rc == 0) != 0)
		rc = -1;
	store_close(s);
	return is_partial || rc != 0 ? EXIT_FAILED : status;
}

static enum exit_status compare(struct job *j, const struct options *o)
{
	return comparison_report(o, &j->parameters, &j->selection, j->writer) ==
			       0
		       ? EXIT_DONE
		       : EXIT_FAILED;
}

static enum exit_status show_sql(const char *name)
{
	const struct step *step = step_find(name);

	if (step == NULL) {
		fail("--show-sql: there is no step \"%s\"", name);
		return EXIT_USAGE;
	}
	prepare_print(step->sql, stdout);
	return EXIT_DONE;
}

static enum exit_status run(struct options *o)
{
	struct job job = { 0 };
	enum exit_status status = EXIT_USAGE;

	if (o->show_sql != NULL)
		return show_sql(o->show_sql);
	if ((!o->compare || comparison_check(o) == 0) && source_check(o) == 0 &&
	    prepare(&job, o) == 0)
		status = o->compare ? compare(&job, o) : report(&job, o);
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

static const enum option_id options[] = {
	OPTION_STORE,      OPTION_STEP,
	OPTION_COMPARE,    OPTION_REPORT_FORMAT,
	OPTION_OUTPUT,     OPTION_THRESHOLD,
	OPTION_NAMESERVER, OPTION_NAME,
	OPTION_NAME_REGEX, OPTION_EXPECT,
	OPTION_FILTER,     OPTION_TXN,
	OPTION_SINCE,      OPTION_UNTIL,
	OPTION_LIMIT,      OPTION_NODE,
	OPTION_NAMESPACE,  OPTION_ALL_NAMESPACES,
	OPTION_SELECTOR,   OPTION_PODNAME,
	OPTION_EXIT_CODE,  OPTION_SHOW_SQL,
	OPTION_FILE,       OPTION_REDACT,
	OPTION_KEY,        OPTION_NODE_FROM,
	OPTION_K8S,        OPTION_SNAPSHOT_TIME,
	OPTION_IFMAP,      OPTION_PORT,
	OPTION_TIMEOUT,    OPTION_NO_SANDBOX,
	OPTION_HELP,       OPTION_END
};

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
