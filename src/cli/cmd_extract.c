/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/parameters.h"
#include "cli/progress.h"
#include "cli/selection.h"
#include "cli/source.h"
#include "pipeline/extract.h"
#include "report/citations.h"
#include "report/prepare.h"
#include "report/trace.h"
#include "store/evidence.h"
#include "store/redaction.h"

enum { DEFAULT_LIMIT = 20, DEFAULT_LOOKUPS = 5, NUMBER_DIGITS_MAX = 18 };

struct job {
	const struct options *options;
	struct store *store;
	struct selection selection;
	struct parameters parameters;
	struct output_file out;
	struct text what; /* the options that select, for people */
};

/* Calls a function with each word of a list; -1 where it gave that. */
static int for_words(struct job *j, const char *list,
		     int (*act)(struct job *j, const char *word))
{
	char *copy, *rest, *word;
	int rc = 0;

	if (list == NULL)
		return 0;
	copy = rest = must_strdup(list);
	while (rc == 0 && (word = strsep(&rest, ",")) != NULL)
		rc = act(j, word);
	free(copy);
	return rc;
}

static void add_what(struct job *j, const char *option, const char *value)
{
	if (value == NULL)
		return;
	text_add(&j->what, j->what.len > 0 ? " " : "");
	text_addf(&j->what, "--%s %s", option, value);
}

static void add_moment(struct job *j, const char *option, bool given,
		       int64_t time_ns)
{
	char moment[TIMESTAMP_TEXT_MAX];

	if (given)
		add_what(j, option, timestamp_format(time_ns, moment));
}

/* What the user typed are originals. */
static void add_private(struct job *j, const char *option, const char *value)
{
	add_what(j, option,
		 j->options->redact && value != NULL ? "(redacted)" : value);
}

/* Nothing of where files lie: the same packets, the same bytes. */
static void describe(struct job *j)
{
	const struct report_selection *selected = &j->selection.report;
	const struct options *o = j->options;

	add_what(j, "step", o->steps);
	add_what(j, "name", j->parameters.report.name);
	add_what(j, "name-regex", o->name_regex);
	add_what(j, "nameserver", j->parameters.report.nameserver);
	add_what(j, "expect", j->parameters.report.expect);
	add_what(j, "finding", o->finding);
	add_what(j, "txn", o->txns);
	add_private(j, "frames", o->frames);
	for (size_t i = 0; i < o->num_filters; i++)
		add_private(j, "filter", o->filters[i]);
	add_private(j, "node", o->node);
	add_private(j, "namespace", o->namespace);
	add_private(j, "selector", o->selector);
	add_private(j, "podname", o->podname);
	add_moment(j, "since", selected->has_since, selected->since_ns);
	add_moment(j, "until", selected->has_until, selected->until_ns);
}

/* What report_select() narrows all views to. */
static bool names_questions(const struct job *j)
{
	const struct report_parameters *p = &j->parameters.report;

	return p->name != NULL || p->name_regex != NULL ||
	       p->nameserver != NULL;
}

static bool is_narrowed(const struct job *j)
{
	const struct report_selection *s = &j->selection.report;

	return s->filter != NULL || s->choice != NULL || names_questions(j) ||
	       j->options->since.kind != WHEN_NONE ||
	       j->options->until.kind != WHEN_NONE;
}

/* Whether frames come from something else than messages that match. */
static bool names_evidence(const struct options *o)
{
	return o->steps != NULL || o->finding != NULL || o->txns != NULL ||
	       o->frames != NULL;
}

static int64_t row_limit(const struct options *o, int64_t preset)
{
	return o->limit != LIMIT_NOT_GIVEN ? o->limit : preset;
}

static int add_step(struct job *j, const char *word)
{
	struct citations *c;
	int rc = -1;

	if (strcmp(word, "all") == 0) {
		rc = 0;
		for (unsigned i = 0; rc == 0 && i < GUIDE_STEPS; i++)
			rc = add_step(j, step_row(i)->name);
		return rc;
	}
	c = citations_new(j->store);
	if (c != NULL)
		rc = citations_add_step(c, step_find(word),
					&j->parameters.report,
					row_limit(j->options, DEFAULT_LIMIT));
	citations_free(c);
	return rc;
}

static int fail_without_finding(struct job *j, const char *word)
{
	struct text names = { 0 };
	struct rows *r = rows_open(j->store, "SELECT DISTINCT finding "
					     "FROM findings ORDER BY finding");

	while (r != NULL && rows_next(r) == 1) {
		text_add(&names, names.len > 0 ? ", " : "");
		text_add(&names, rows_text(r, 0));
	}
	rows_close(r);
	fail("--finding: there is no \"%s\" here; there is %s", word,
	     names.len > 0 ? text_string(&names) : "none at all");
	text_release(&names);
	return -1;
}

static int add_finding(struct job *j, const char *word)
{
	int64_t limit = row_limit(j->options, DEFAULT_LIMIT);
	int64_t count = evidence_add_finding(j->store, word, limit);

	if (count == 0)
		return fail_without_finding(j, word);
	if (limit >= 0 && count > limit)
		warning("--finding %s: the first %" PRId64 " of %" PRId64
			"; --limit N takes more, --limit 0 all",
			word, limit, count);
	return count < 0 ? -1 : 0;
}

static bool is_number(const char *word)
{
	size_t len = strspn(word, "0123456789");

	return len > 0 && len <= NUMBER_DIGITS_MAX && word[len] == '\0';
}

static int add_txn(struct job *j, const char *word)
{
	int rc = evidence_add_transaction(j->store, strtoll(word, NULL, 10));

	if (rc == 0)
		return fail("--txn: there is no transaction %s", word);
	return rc < 0 ? -1 : 0;
}

static int add_frames(struct job *j)
{
	struct citations *c;
	int rc;

	if (j->options->frames == NULL)
		return 0;
	c = citations_new(j->store);
	rc = c != NULL ? citations_add_list(c, j->options->frames) : -1;
	citations_free(c);
	return rc;
}

/* By the names that reports show. */
static int add_findings(struct job *j)
{
	if (j->options->finding == NULL)
		return 0;
	if (prepare_findings(j->store, &j->parameters.report) != 0)
		return -1;
	return for_words(j, j->options->finding, add_finding);
}

static int add_messages(struct job *j)
{
	const struct report_selection all = { 0 };
	struct text why = { 0 };
	int rc;

	/* The rest of the selection is applied to messages, not to all of
	 * their transactions. */
	if (report_select(j->store, &all, &j->parameters.report) != 0)
		return -1;
	text_addf(&why, "selected by %s", text_string(&j->what));
	rc = trace_add_evidence(j->store, &j->selection.report,
				row_limit(j->options, NO_LIMIT),
				text_string(&why));
	text_release(&why);
	return rc;
}

/* What narrows selects by itself only where nothing else does. */
static int choose_frames(struct job *j)
{
	const struct options *o = j->options;

	if (evidence_begin(j->store) != 0)
		return -1;
	if (!names_evidence(o))
		return add_messages(j) == 0 ? evidence_complete(j->store) : -1;
	/* By number first: the others may make files' names pseudonyms. */
	if (report_select(j->store, &j->selection.report,
			  &j->parameters.report) != 0 ||
	    add_frames(j) != 0 || for_words(j, o->steps, add_step) != 0 ||
	    evidence_add_cited(j->store, INT64_MAX) < 0 ||
	    add_findings(j) != 0 || for_words(j, o->txns, add_txn) != 0)
		return -1;
	return evidence_complete(j->store);
}

static int check_not_empty(struct job *j)
{
	struct rows *r = evidence_captures(j->store);
	int rc = r != NULL ? rows_next(r) : -1;

	rows_close(r);
	if (rc == 0)
		return fail("extract: no packet is selected by %s",
			    text_string(&j->what));
	return rc < 0 ? -1 : 0;
}

static bool is_to_stdout(const struct options *o)
{
	return strcmp(o->output, "-") == 0;
}

static void tell(const struct options *o, struct extract_tally tally)
{
	if (!is_to_stdout(o))
		printf("%s: %" PRIu64 " packet%s of %" PRIu64 " capture%s\n",
		       o->output, tally.packets, tally.packets == 1 ? "" : "s",
		       tally.captures, tally.captures == 1 ? "" : "s");
}

/* 0, 1 where captures lack, -1. */
static int read_and_write(struct extract *e, FILE *file)
{
	int rc = extract_read(e);

	if (rc >= 0 && extract_write(e, EXTRACT_ALL, file) != 0)
		return -1;
	/* None of all is no result. */
	if (rc > 0 && extract_count(e, EXTRACT_ALL).packets == 0)
		return -1;
	return rc;
}

static bool is_regular(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int write_file(struct job *j, struct extract *e)
{
	if (extract_check_output(e, j->options->output) != 0)
		return -1;
	return read_and_write(e, j->out.output.file);
}

/* 0, 1 where captures lack, -1. */
static int write_packets(struct job *j, struct extract_tally *tally)
{
	struct text comment = { 0 };
	struct progress progress;
	struct extract_options options = { .captures = j->options->captures,
					   .application = PACKAGE_STRING,
					   .ports = j->options->ports,
					   .num_ports = j->options->num_ports,
					   .progress = progress_is_wanted()
							       ? progress_show
							       : NULL,
					   .progress_context = &progress };
	struct extract *e;
	int rc = -1;

	text_addf(&comment, "%s extract %s", PACKAGE_STRING,
		  text_string(&j->what));
	options.comment = text_string(&comment);
	progress_start(&progress);
	e = extract_new(j->store, &options);
	if (e != NULL) {
		rc = write_file(j, e);
		*tally = extract_count(e, EXTRACT_ALL);
	}
	progress_end(&progress);
	extract_free(e);
	text_release(&comment);
	return rc;
}

/* 0, 1 where captures lack, -1. */
static int select_and_write(struct job *j, struct extract_tally *tally)
{
	if (selection_fit(&j->selection, j->options, j->store) != 0)
		return -1;
	describe(j);
	if (choose_frames(j) != 0 || check_not_empty(j) != 0)
		return -1;
	return write_packets(j, tally);
}

static int extract(struct job *j)
{
	const struct options *o = j->options;
	bool was_there = !is_to_stdout(o) && is_regular(o->output);
	struct extract_tally tally = { 0 };
	bool is_partial = false;
	int rc = -1;

	if (output_open(&j->out, o->output) != 0)
		return -1;
	j->store = source_open(o, &is_partial);
	if (j->store != NULL)
		rc = select_and_write(j, &tally);
	store_close(j->store);
	if (output_close(&j->out, rc >= 0) != 0)
		return -1;
	if (rc >= 0 && was_there)
		warning("%s: took the place of a file that was there",
			o->output);
	if (rc >= 0)
		tell(o, tally);
	return rc == 0 && !is_partial ? 0 : -1;
}

static int check_step(struct job *j, const char *word)
{
	(void)j;
	if (strcmp(word, "all") == 0 || step_find(word) != NULL)
		return 0;
	return fail("extract: there is no step \"%s\"; dnsforensics report "
		    "--help lists them",
		    word);
}

static int check_txn(struct job *j, const char *word)
{
	(void)j;
	return is_number(word) ? 0
			       : fail("--txn: \"%s\" is not the number of a "
				      "transaction, as trace's field txn",
				      word);
}

static int check_output(const struct options *o)
{
	if (o->output == NULL)
		return fail("extract: -w OUT.pcapng, where to?");
	if (is_to_stdout(o) && isatty(STDOUT_FILENO))
		return fail("extract: packets are not for a terminal; -w "
			    "OUT.pcapng, or a pipe to another program");
	return source_check(o);
}

static int prepare(struct job *j)
{
	const struct options *o = j->options;

	if (check_output(o) != 0 || for_words(j, o->steps, check_step) != 0 ||
	    for_words(j, o->txns, check_txn) != 0 ||
	    parameters_make(&j->parameters, o) != 0 ||
	    selection_make(&j->selection, o) != 0)
		return -1;
	j->parameters.report.lookups = row_limit(o, DEFAULT_LOOKUPS);
	if (o->expect != NULL && o->steps == NULL)
		return fail("--expect is for --step addresses");
	if (names_evidence(o) || is_narrowed(j))
		return 0;
	return fail("extract: which packets? --step, --finding, --filter, "
		    "--txn, --name, --nameserver or --frames tells");
}

static enum exit_status run(struct options *o)
{
	struct job job = { .options = o };
	enum exit_status status = EXIT_USAGE;

	o->rereads = true;
	if (prepare(&job) == 0)
		status = extract(&job) == 0 ? EXIT_DONE : EXIT_FAILED;
	selection_release(&job.selection);
	parameters_release(&job.parameters);
	text_release(&job.what);
	return status;
}

static const enum option_id options[] = {
	OPTION_STORE,          OPTION_WRITE,      OPTION_EXTRACT_STEP,
	OPTION_FINDING,        OPTION_TXNS,       OPTION_FRAMES,
	OPTION_FILTER,         OPTION_SINCE,      OPTION_UNTIL,
	OPTION_LIMIT,          OPTION_THRESHOLD,  OPTION_CAPTURES,
	OPTION_NAME,           OPTION_NAME_REGEX, OPTION_NAMESERVER,
	OPTION_EXPECT,         OPTION_NODE,       OPTION_NAMESPACE,
	OPTION_ALL_NAMESPACES, OPTION_SELECTOR,   OPTION_PODNAME,
	OPTION_NODE_FROM,      OPTION_IFMAP,      OPTION_K8S,
	OPTION_SNAPSHOT_TIME,  OPTION_PORT,       OPTION_TIMEOUT,
	OPTION_REDACT,         OPTION_KEY,        OPTION_NO_SANDBOX,
	OPTION_HELP,           OPTION_END
};

const struct command cmd_extract = {
	.name = "extract",
	.arguments = "[CAPTURE...]",
	.summary = "write the packets behind a report or a selection",
	.notes = "Without a CAPTURE those of the store are read again.  --step "
		 "and --finding take 20\nrows of a list if --limit is not "
		 "given; what else selects narrows them.",
	.options = options,
	.run = run,
};
