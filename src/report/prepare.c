/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/prepare.h"

#include <string.h>

#include "base/text.h"
#include "report/sections.h"

/* Each may read what those before it made. */
static const struct step parts[] = {
#include "report/prepare.inc"
};

enum { NUM_PARTS = sizeof(parts) / sizeof(parts[0]) };

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

static int run_statement(struct store *s, const char *sql,
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
		rc = run_statement(s, section.sql, parameters);
	sql_section_release(&section);
	return rc == 0 ? mark_made(s, part) : -1;
}

int prepare_for(struct store *s, const char *sql,
		const struct report_parameters *parameters)
{
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
			   " services.sql wrong.sql traffic.sql trouble.sql "
			   "causes.sql findings.sql servers.sql citations.sql "
			   "signs.sql",
			   parameters);
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
