/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "redact/redactor.h"
#include "report/pods.h"
#include "report/prepare.h"
#include "report/sections.h"
#include "store/redaction.h"
#include "store/rollup.h"

/* The first ones are the head of every report, the others are the steps. */
static const struct step files[] = {
#include "report/steps.inc"
};

enum { VERDICT, CAPTURES, NUM_HEADS };
enum { NUM_FILES = sizeof(files) / sizeof(files[0]) };

const struct step *step_row(unsigned row)
{
	return row + NUM_HEADS < NUM_FILES ? &files[row + NUM_HEADS] : NULL;
}

const struct step *step_find(const char *name)
{
	const struct step *step;

	if (strcmp(files[VERDICT].name, name) == 0)
		return &files[VERDICT];
	for (unsigned i = 0; (step = step_row(i)) != NULL; i++) {
		bool is_number = i < GUIDE_STEPS &&
				 name[0] == (char)('1' + i) && name[1] == '\0';

		if (is_number || strcmp(step->name, name) == 0)
			return step;
	}
	return NULL;
}

int report_all_steps(const struct writer *w, const struct step *steps[])
{
	int count = 0;

	if (w->has_overview)
		steps[count++] = step_find("overview");
	for (unsigned i = 0; i < GUIDE_STEPS; i++)
		steps[count++] = step_row(i);
	if (w->has_path)
		steps[count++] = step_find("path");
	return count;
}

const struct writer *writer_find(const char *format)
{
	static const struct writer *const writers[] = {
		&writer_text, &writer_json, &writer_csv, &writer_markdown,
		&writer_html
	};

	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++)
		if (strcmp(writers[i]->name, format) == 0)
			return writers[i];
	return NULL;
}

static void bind_text(struct rows *r, const char *name, const char *value)
{
	if (value != NULL)
		rows_bind_text(r, name, value);
}

void report_bind(struct rows *r, const struct report_parameters *p,
		 int64_t row_limit)
{
	rows_bind_integer(r, ":threshold_ns", p->threshold_ns);
	rows_bind_integer(r, ":lookups", p->lookups);
	/* One more than is shown tells whether there are more. */
	rows_bind_integer(r, ":limit", row_limit < 0 ? -1 : row_limit + 1);
	bind_text(r, ":nameserver", p->nameserver);
	bind_text(r, ":name", p->name);
	bind_text(r, ":name_regex", p->name_regex);
	bind_text(r, ":expect", p->expect);
	bind_text(r, ":selection", p->selection);
	bind_text(r, ":source", p->source);
}

/* How many rows a statement gives if nothing limits them; -1: reported. */
static int64_t count_rows(struct store *s, const struct report_request *request,
			  const char *statement)
{
	size_t len = strlen(statement);
	struct text sql = { 0 };
	struct rows *r;
	int64_t count = -1;

	text_add(&sql, "SELECT count(*) FROM (");
	text_add_bytes(&sql, statement,
		       len - (len > 0 && statement[len - 1] == ';'));
	text_add(&sql, "\n)");
	r = rows_open(s, text_string(&sql));
	text_release(&sql);
	if (r == NULL)
		return -1;
	report_bind(r, request->parameters, -1);
	if (rows_next(r) == 1)
		count = rows_integer(r, 0);
	rows_close(r);
	return count;
}

static int tell_left_out(struct store *s, const struct report_request *request,
			 struct output *o, const struct section *section,
			 const char *statement)
{
	int64_t count = count_rows(s, request, statement);

	if (count < 0)
		return -1;
	/* Lists of what is counted already end there. */
	request->writer->left_out(o, section, count,
				  count == rollup_list_rows(s));
	return 0;
}

static int run_section(struct store *s, const struct report_request *request,
		       struct output *o, const struct section *section,
		       const char *sql, int number)
{
	struct rows *r = rows_open(s, sql);
	int64_t limit = o->row_limit;
	int rc;

	if (r == NULL)
		return -1;
	report_bind(r, request->parameters, limit);
	/* A histogram is whole or useless: its SQL does not know the limit. */
	if (!rows_has_parameter(r, ":limit"))
		o->row_limit = -1;
	rc = request->writer->section(o, section, number, r);
	o->row_limit = limit;
	if (rc == 1)
		rc = tell_left_out(s, request, o, section, rows_sql(r));
	rows_close(r);
	return rc;
}

static int run_file(struct store *s, const struct report_request *request,
		    struct output *o, const struct step *file)
{
	const char *sql = file->sql;
	struct sql_section part = { 0 };
	int number = 0;
	int rc = prepare_for(s, sql, request->parameters);

	while (rc == 0 && sql_section_next(&part, &sql)) {
		struct section section = { file->name, part.name, part.title };

		if (strcmp(part.name, "prepare") == 0)
			rc = prepare_run(s, part.sql, request->parameters);
		else
			rc = run_section(s, request, o, &section, part.sql,
					 ++number);
	}
	sql_section_release(&part);
	return rc;
}

static int run_steps(struct store *s, const struct report_request *request,
		     struct output *o)
{
	const struct writer *w = request->writer;
	int number = 0;

	for (int i = 0; i < request->num_steps; i++) {
		const struct step *step = request->steps[i];

		if (w->has_head && step == &files[VERDICT])
			continue; /* it is there already */
		w->begin_step(o, ++number, step->name, step->summary);
		if (run_file(s, request, o, step) != 0)
			return -1;
		w->end_step(o);
	}
	return 0;
}

/* The names of all captures. */
struct captured {
	char **names;
	size_t count;
};

static void release_files(struct captured *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->names[i]);
	free(f->names);
	*f = (struct captured){ 0 };
}

static int read_files(struct store *s, struct captured *f)
{
	struct rows *r = rows_open(
		s, "SELECT file FROM captures ORDER BY capture_id");
	int rc = -1;

	while (r != NULL && (rc = rows_next(r)) == 1) {
		f->names = must_realloc(f->names, f->count + 1,
					sizeof(*f->names));
		f->names[f->count++] = must_strdup(rows_text(r, 0));
	}
	rows_close(r);
	return rc;
}

static void describe(struct output *o, const struct report_request *request,
		     const struct captured *captured)
{
	o->only_file = captured->count == 1 && !request->is_bare
			       ? captured->names[0]
			       : NULL;
	o->files = (const char *const *)captured->names;
	o->num_files = captured->count;
	o->source = request->parameters->source;
	o->narrowing = request->parameters->narrowing;
	o->steps = request->steps;
	o->num_steps = request->num_steps;
}

static int run_head(struct store *s, const struct report_request *request,
		    struct output *o)
{
	if (run_file(s, request, o, &files[VERDICT]) != 0)
		return -1;
	return run_file(s, request, o, &files[CAPTURES]);
}

/* What the user named is named in the report, so that it is mapped as well. */
struct mapped {
	struct report_parameters parameters;
	struct text name, nameserver, expect;
};

static const char *map_parameter(struct redactor *r, enum redact_kind kind,
				 const char *value, struct text *to)
{
	if (value == NULL)
		return NULL;
	redact_text(r, REDACT, kind, value, to);
	return text_string(to);
}

static void map_parameters(struct mapped *m, struct redactor *r,
			   const struct report_parameters *from)
{
	struct report_parameters *p = &m->parameters;

	*p = *from;
	if (r == NULL)
		return;
	p->name = map_parameter(r, REDACT_NAME, from->name, &m->name);
	p->nameserver = map_parameter(r, REDACT_ADDRESS, from->nameserver,
				      &m->nameserver);
	p->expect = map_parameter(r, REDACT_ADDRESSES, from->expect,
				  &m->expect);
	if (p->name_regex != NULL)
		p->name_regex = "(redacted)";
}

static void release_mapped(struct mapped *m)
{
	text_release(&m->name);
	text_release(&m->nameserver);
	text_release(&m->expect);
}

static int run_document(struct store *s, const struct report_request *request,
			struct output *o)
{
	struct captured captured = { 0 };
	int rc = read_files(s, &captured);

	if (rc == 0) {
		describe(o, request, &captured);
		o->has_no_names = pods_have_addresses(s) == 0;
		request->writer->begin(o);
		if (request->writer->has_head && !request->is_bare)
			rc = run_head(s, request, o);
	}
	if (rc == 0)
		rc = run_steps(s, request, o);
	if (rc == 0)
		request->writer->end(o);
	release_files(&captured);
	describe(o, request, &captured);
	return rc;
}

static bool reads_rollup(const struct report_request *request)
{
	for (int i = 0; i < request->num_steps; i++)
		if (strstr(request->steps[i]->sql, "rollup.sql") != NULL)
			return true;
	return false;
}

/* 1: report_select() did so; 0: no; -1: already reported. */
static int is_narrowed(struct store *s)
{
	struct rows *r = rows_open(s, "SELECT 1 FROM temp.sqlite_schema "
				      "WHERE name = '_chosen'");
	int rc = r != NULL ? rows_next(r) : -1;

	rows_close(r);
	return rc;
}

/* What is counted already is of all transactions, and not all of the lists. */
static int count_anew(struct store *s, const struct report_request *request,
		      int64_t row_limit)
{
	int64_t list_rows = row_limit < 0 ? -1 : row_limit + 1;
	int narrowed = is_narrowed(s);
	int suffices = 0;

	if (narrowed == 0)
		suffices = rollup_suffices(s, list_rows,
					   request->parameters->threshold_ns);
	if (narrowed < 0 || suffices < 0)
		return -1;
	return suffices ? 0 : rollup_make_own(s, list_rows);
}

int report_run(struct store *s, const struct report_request *request,
	       struct output *o)
{
	struct redactor *r = store_redactor(s);
	struct report_request with = *request;
	struct mapped mapped = { 0 };
	int rc;

	if (store_redact(s) != 0 || (reads_rollup(request) &&
				     count_anew(s, request, o->row_limit) != 0))
		return -1;
	map_parameters(&mapped, r, request->parameters);
	with.parameters = &mapped.parameters;
	o->redaction = r != NULL ? redactor_check(r) : NULL;
	rc = run_document(s, &with, o);
	release_mapped(&mapped);
	return rc;
}

static enum report_outcome outcome_of(const char *word)
{
	if (strcmp(word, "healthy") == 0)
		return OUTCOME_HEALTHY;
	return strcmp(word, "findings") == 0 ? OUTCOME_FINDINGS
					     : OUTCOME_INCONCLUSIVE;
}

int report_outcome(struct store *s, const struct report_parameters *parameters,
		   enum report_outcome *outcome)
{
	struct rows *r;
	int rc = -1;

	if (prepare_for(s, files[VERDICT].sql, parameters) != 0)
		return -1;
	r = rows_open(s, "SELECT outcome FROM temp.verdict_outcome");
	if (r != NULL)
		rc = rows_next(r);
	if (rc == 1)
		*outcome = outcome_of(rows_text(r, 0));
	rows_close(r);
	return rc == 1 ? 0 : -1;
}

/* Adds what the row has in that column. */
static void add_column(struct text *t, const struct rows *r, const char *column)
{
	for (int i = 0; i < rows_num_columns(r); i++)
		if (strcmp(rows_column(r, i), column) == 0)
			text_add_terminal_safe(t, rows_text(r, i));
}

/* A summary is the first section of its step. */
int report_headline(struct store *s, const struct step *step,
		    const struct report_parameters *parameters,
		    struct text *headline)
{
	struct sql_section part = { 0 };
	const char *sql = step->sql;
	struct rows *r;
	int rc;

	if (prepare_for(s, step->sql, parameters) != 0)
		return -1;
	sql_section_next(&part, &sql);
	r = rows_open(s, part.sql);
	sql_section_release(&part);
	if (r == NULL)
		return -1;
	report_bind(r, parameters, -1);
	rc = rows_next(r);
	if (rc == 1)
		add_column(headline, r, "headline");
	rows_close(r);
	return rc < 0 ? -1 : 0;
}
