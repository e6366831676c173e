/* SPDX-License-Identifier: BSD-3-Clause */
/* What the steps of a report are asked for, from the command line. */
#ifndef CLI_PARAMETERS_H
#define CLI_PARAMETERS_H

#include "cli/selection.h"
#include "packet/datagram.h"
#include "report/report.h"

/* Start from { 0 }; it is not to be moved: parts of it point to others. */
struct parameters {
	struct report_parameters report;
	char nameserver[ADDRESS_TEXT_MAX];
	struct text name, expect, narrowed, source, narrowing;
};

/* -1: already reported, wrong usage. */
int parameters_make(struct parameters *p, const struct options *o);

/*
 * Says in report.selection how the report is narrowed; selection_fit() comes
 * first.
 */
void parameters_note(struct parameters *p, const struct options *o,
		     const struct selection *selection);
void parameters_release(struct parameters *p);

/* How many rows of a list, and how many ladders, are for that writer. */
int64_t parameters_row_limit(const struct options *o, const struct writer *w);
int64_t parameters_lookups(const struct options *o, const struct writer *w);

#endif
