/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What several sections of reports read is made once, as TEMP tables, by the
 * files of prepare/.  The SQL that reads it names the file in a comment.
 */
#ifndef REPORT_PREPARE_H
#define REPORT_PREPARE_H

#include <stdio.h>

#include "report/report.h"

/*
 * Makes for a store and its selection what sql reads, but what is there
 * already.  -1: already reported.
 */
int prepare_for(struct store *s, const char *sql,
		const struct report_parameters *parameters);

/*
 * One statement that shows nothing: of prepare/, or a step's own.  -1: already
 * reported.
 */
int prepare_run(struct store *s, const char *sql,
		const struct report_parameters *parameters);

/* The view findings, as this connection sees it, gets those of the verdict. */
int prepare_findings(struct store *s,
		     const struct report_parameters *parameters);

/*
 * The verdict of a store of many transactions is kept in it, for reports that
 * are on all of it and under no pseudonyms.  -1: already reported.
 */
int prepare_keep(struct store *s);

/* SQL with the files before its first section, as sqlite3 can run it. */
void prepare_print(const char *sql, FILE *file);

#endif
