/* SPDX-License-Identifier: BSD-3-Clause */
/* Which messages and transactions are meant, from the command line. */
#ifndef CLI_SELECTION_H
#define CLI_SELECTION_H

#include "cli/options.h"
#include "report/report.h"

struct selection {
	struct report_selection report;
	struct filter *filter;
	struct choice *choice;
};

/* -1: already reported, wrong usage. */
int selection_make(struct selection *s, const struct options *o);

/*
 * Times that are told from the captures are made absolute.  What cannot be
 * selected in that store is left out of the selection, and a warning says so:
 * pods that nothing tells of.  -1: already reported.
 */
int selection_fit(struct selection *s, const struct options *o,
		  struct store *store);
void selection_release(struct selection *s);

#endif
