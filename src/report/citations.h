/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames as people read and write them: "FILE#N" in the evidence of reports,
 * "FILE#N-M" or, where there is one capture, "N" on a command line.  Names of
 * files may hold anything, blanks and "#" too: the store's captures decide.
 */
#ifndef REPORT_CITATIONS_H
#define REPORT_CITATIONS_H

#include "report/report.h"

struct citations;

/* Borrows the store, whose list of evidence has begun.  NULL: reported. */
struct citations *citations_new(struct store *s);
void citations_free(struct citations *c);

/*
 * Cites (evidence_cite()) the frames that the rows of a step cite, of each list
 * at most row_limit rows (-1: all), with the list's title as the reason.  -1:
 * already reported.
 */
int citations_add_step(struct citations *c, const struct step *step,
		       const struct report_parameters *parameters,
		       int64_t row_limit);

/*
 * As that, but of the first cited_rows rows, and up to counted_rows rows are
 * counted: one list for each section that may have any number of them.
 */
int citations_add_ranked(struct citations *c, const struct step *step,
			 const struct report_parameters *parameters,
			 int64_t cited_rows, int64_t counted_rows);

struct citations_list {
	char *name; /* "failures.rows" */
	int64_t rows;
};

/* NULL past the end. */
const struct citations_list *citations_list_row(const struct citations *c,
						size_t row);

/* Adds "FILE#N,FILE#N-M,...".  -1: already reported. */
int citations_add_list(struct citations *c, const char *list);

#endif
