/* SPDX-License-Identifier: BSD-3-Clause */
/* The messages of a live run as lines, as they come. */
#ifndef CLI_LINES_H
#define CLI_LINES_H

#include "cli/options.h"
#include "cli/output.h"
#include "cli/selection.h"
#include "report/trace.h"

struct lines {
	struct selection selection;
	struct field_list fields;
	struct trace_request request;
	struct output_file out;
	struct options options; /* those of the command, but for --node */
	struct store *store;    /* NULL: none just now */
	struct trace *trace;    /* NULL: nothing is to be printed */
	bool is_fitted;         /* what was asked for was compared with it */
	bool is_over;           /* nobody reads what is printed */
};

/* From the options; all that is wrong with them is said.  -1: it was. */
int lines_prepare(struct lines *l, const struct options *o);
void lines_release(struct lines *l);

/* What comes into the store is printed from now on.  -1: already reported. */
int lines_begin(struct lines *l, struct store *s);

/* What came since the last call.  -1: already reported. */
int lines_print(struct lines *l);

/* The store is as any other again. */
int lines_end(struct lines *l);

/* Whether as much was printed as was asked for, or can be. */
bool lines_are_over(const struct lines *l);

#endif
