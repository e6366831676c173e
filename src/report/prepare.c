/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/prepare.h"

#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "report/sections.h"
#include "store/kept.h"
#include "store/redaction.h"
#include "store/rollup.h"

/* Each may read what those before it made. */
static const struct step parts[] = {
#include "report/prepare.inc"
};

/* In the order of prepare_sql in Makefile.inc; of the last two nothing is kept. */
enum { NUM_PARTS = sizeof(parts) / sizeof(parts[0]), NUM_KEPT = NUM_PARTS - 2 };

/* What steps and the last two parts read of the others: all of it is small. */
static const char *const kept_tables[] = {
	"service_judged",  "verdict_answer",   "verdict_asker",
	"verdict_behind",  "verdict_example",  "verdict_facts",
	"verdict_failed",  "verdict_findings", "verdict_groups",
	"verdict_lookups", "verdict_outcome",  "verdict_slowest",
	"verdict_traffic", "verdict_who",      NULL
};

static bool is_read(const struct step *part, const char *sql)
{
	struct text file = { 0 };
	bool found;

	text_addf(&file, " %s.sql", part->name);
	found = strstr(sql, text_string(&file)) != NULL;
	text_release(&file);
	return found;
}

/* A table that the last statement makes tells that all are there. */
static int is_made(struct store *s, const struct step *part)
{
	struct rows *r = rows_open(s, "SELECT 1 FROM temp.sqlite_schema "
				      "WHERE name = 'made_' || :part");
	int rc = -1;

	if (r != NULL) {
		rows_bind_text(r, ":part", part->name);
		rc = rows_next(r);
	}
	rows_close(r);
	return rc;
}

int prepare_run(struct store *s, const char *sql,
		const struct report_parameters *parameters)
{
	struct rows *r = rows_open_own(s, sql);
	int rc = -1;

	if (r != NULL) {
		report_bind(r, parameters, -1);
		rc = rows_next(r);
	}
	rows_close(r);
	return rc;
}

static int mark_made(struct store *s, const struct step *part)
{
	struct text sql = { 0 };
	int rc;

	text_addf(&sql, "CREATE TEMP TABLE made_%s (x)", part->name);
	rc = store_run(s, text_string(&sql));
	text_release(&sql);
	return rc;
}

static int make_part(struct store *s, const struct step *part,
		     const struct report_parameters *parameters)
{
	struct sql_section section = { 0 };
	const char *at = part->sql;
	int rc = 0;

	while (rc == 0 && sql_section_next(&section, &at))
		rc = prepare_run(s, section.sql, parameters);
	sql_section_release(&section);
	return rc == 0 ? mark_made(s, part) : -1;
}

/* What made the tables that are kept: another program makes others. */
static void name_maker(char *name)
{
	struct sha256 *sum = sha256_new();

	sha256_add(sum, PACKAGE_VERSION, strlen(PACKAGE_VERSION));
	for (size_t i = 0; i < NUM_KEPT; i++)
		sha256_add(sum, parts[i].sql, strlen(parts[i].sql));
	for (size_t i = 0; kept_tables[i] != NULL; i++)
		sha256_add(sum, kept_tables[i], strlen(kept_tables[i]));
	sha256_finish(sum, name);
	sha256_free(sum);
}

static int mark_kept(struct store *s)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < NUM_KEPT; i++)
		rc = mark_made(s, &parts[i]);
	return rc;
}

/* 1: nothing was made yet, and it would be made of all as it is. */
static int may_be_kept(struct store *s,
		       const struct report_parameters *parameters)
{
	struct rows *r;
	int rc = -1;

	if (parameters->expect != NULL || store_redactor(s) != NULL)
		return 0;
	r = rows_open(s, "SELECT count(*) FROM temp.sqlite_schema "
			 "WHERE name GLOB 'made_*' OR name = '_chosen' "
			 "HAVING count(*) = 0");
	if (r != NULL)
		rc = rows_next(r);
	rows_close(r);
	return rc;
}

static int show_kept(struct store *s,
		     const struct report_parameters *parameters)
{
	char maker[SHA256_TEXT_SIZE];
	int rc = may_be_kept(s, parameters);

	if (rc != 1)
		return rc;
	name_maker(maker);
	rc = kept_holds(s, maker);
	if (rc != 1)
		return rc;
	return kept_show(s) == 0 ? mark_kept(s) : -1;
}

int prepare_for(struct store *s, const char *sql,
		const struct report_parameters *parameters)
{
	if (show_kept(s, parameters) != 0)
		return -1;
	for (size_t i = 0; i < NUM_PARTS; i++) {
		int made = is_read(&parts[i], sql) ? is_made(s, &parts[i]) : 1;

		if (made < 0 ||
		    (made == 0 && make_part(s, &parts[i], parameters) != 0))
			return -1;
	}
	return 0;
}

int prepare_findings(struct store *s,
		     const struct report_parameters *parameters)
{
	return prepare_for(s,
			   " services.sql wrong.sql traffic.sql denials.sql "
			   "trouble.sql causes.sql findings.sql servers.sql "
			   "citations.sql signs.sql",
			   parameters);
}

/* 1: they are kept; 0: they were already; -1: already reported. */
static int make_and_keep(struct store *s)
{
	const struct report_parameters none = { 0 };
	char maker[SHA256_TEXT_SIZE];
	int rc;

	name_maker(maker);
	rc = kept_holds(s, maker);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	for (size_t i = 0; rc == 0 && i < NUM_KEPT; i++)
		rc = make_part(s, &parts[i], &none);
	return rc == 0 && kept_write(s, kept_tables, maker) == 0 ? 1 : -1;
}

int prepare_keep(struct store *s)
{
	int rc = rollup_is_dense(s);

	if (rc != 1)
		return rc;
	if (kept_begin(s) != 0)
		return -1;
	rc = make_and_keep(s);
	if (rc != 1)
		kept_abandon(s);
	return rc < 0 ? -1 : 0;
}

void prepare_print(const char *sql, FILE *file)
{
	const char *sections = strstr(sql, "\n-- @");
	size_t head = sections != NULL ? (size_t)(sections - sql) + 1
				       : strlen(sql);

	fwrite(sql, 1, head, file);
	for (size_t i = 0; i < NUM_PARTS; i++)
		if (is_read(&parts[i], sql))
			fprintf(file, "%s\n", parts[i].sql);
	fputs(sql + head, file);
}
