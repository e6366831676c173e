/* SPDX-License-Identifier: BSD-3-Clause */
/* report --compare BEFORE AFTER: what it works on. */
#ifndef CLI_COMPARISON_H
#define CLI_COMPARISON_H

#include "cli/options.h"
#include "cli/parameters.h"
#include "report/writer.h"

/* Whether two different things are named.  -1: already reported. */
int comparison_check(const struct options *o);

/* Reads both and writes the report.  -1: already reported. */
int comparison_report(const struct options *o, struct parameters *parameters,
		      const struct selection *selection,
		      const struct writer *w);

#endif
