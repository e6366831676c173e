/* SPDX-License-Identifier: BSD-3-Clause */
/* Which messages and transactions are meant, from the command line. */
#ifndef CLI_SELECTION_H
#define CLI_SELECTION_H

#include "cli/options.h"
#include "report/report.h"

struct selection {
	struct report_selection report;
	struct filter *filter;
};

/*
 * -1: already reported, wrong usage.  Says so where pods are asked for and
 * there is no snapshot that knows them.
 */
int selection_make(struct selection *s, const struct options *o);
void selection_release(struct selection *s);

#endif
