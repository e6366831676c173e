/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The messages themselves, one a row, in the order of the capture: what the
 * guide's tool prints.
 */
#ifndef REPORT_TRACE_H
#define REPORT_TRACE_H

#include "filter/fields.h"
#include "filter/filter.h"
#include "report/report.h"
#include "report/writer.h"
#include "store/store.h"

struct trace;
struct trace_format;

/* "columns", "json" (an object a line), "jsonpretty", "csv"; NULL: none. */
const struct trace_format *trace_format_find(const char *name);

struct trace_request {
	const struct field_list *fields;
	bool were_chosen; /* by the user: all are shown on any terminal */
	const struct report_selection *selection;
	const struct trace_format *format;
	bool is_live; /* widths are settled before anything was seen */
};

/*
 * For what grows.  What is given is borrowed until trace_close(); a heading
 * comes but once, and o->row_limit counts the messages of all trace_print().
 */
struct trace *trace_open(const struct trace_request *request, struct output *o);

/* What the view trace shows just now.  -1: already reported. */
int trace_print(struct trace *t, struct store *s);
int64_t trace_printed(const struct trace *t);

/* NULL is fine. */
void trace_close(struct trace *t);

/* All of it at once.  -1: already reported. */
int trace_run(struct store *s, const struct trace_request *request,
	      struct output *o);

/*
 * Adds the frames of the messages that are selected, at most row_limit (-1:
 * all), to the store's list of evidence.  -1: already reported.
 */
int trace_add_evidence(struct store *s,
		       const struct report_selection *selection,
		       int64_t row_limit, const char *why);

#endif
