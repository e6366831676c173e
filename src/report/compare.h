/* SPDX-License-Identifier: BSD-3-Clause */
/* What changed between two stores, as one step of a report. */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include "report/report.h"

/*
 * Both may be narrowed.  The request's steps are not looked at.  -1: already
 * reported.
 */
int compare_run(struct store *before, struct store *after,
		const struct report_request *request, struct output *o);

#endif
