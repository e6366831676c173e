/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/lines.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "store/news.h"

static int choose_format(struct lines *l, const char *format)
{
	l->request.format = trace_format_find(format != NULL ? format
							     : "columns");
	if (l->request.format != NULL)
		return 0;
	return fail("live: there is no format \"%s\"; columns, json, "
		    "jsonpretty and csv are known",
		    format);
}

int lines_prepare(struct lines *l, const struct options *o)
{
	const char *names = o->fields != NULL ? o->fields : field_list_default;

	*l = (struct lines){ .options = *o };
	/* All that comes is of this node. */
	l->options.node = NULL;
	l->request = (struct trace_request){
		.fields = &l->fields,
		.were_chosen = o->fields != NULL,
		.selection = &l->selection.report,
		.is_live = true,
	};
	if (choose_format(l, o->format) != 0 ||
	    field_list_parse(&l->fields, names) != 0 ||
	    selection_make(&l->selection, &l->options) != 0)
		return -1;
	output_open(&l->out, NULL);
	if (o->count > 0)
		l->out.output.row_limit = o->count;
	return 0;
}

void lines_release(struct lines *l)
{
	trace_close(l->trace);
	field_list_release(&l->fields);
	selection_release(&l->selection);
}

/* Pods that nothing tells of are said once; a snapshot may come later. */
static int fit(struct lines *l, struct store *s)
{
	const struct choice *choice = l->selection.report.choice;

	if (l->is_fitted)
		return 0;
	l->is_fitted = true;
	if (selection_fit(&l->selection, &l->options, s) != 0)
		return -1;
	if (l->options.num_snapshots > 0)
		l->selection.report.choice = choice;
	return 0;
}

int lines_begin(struct lines *l, struct store *s)
{
	if (l->options.quiet)
		return 0;
	if (fit(l, s) != 0 || news_start(s) != 0)
		return -1;
	l->store = s;
	if (l->trace == NULL)
		l->trace = trace_open(&l->request, &l->out.output);
	return 0;
}

/* Whoever read it may have gone: "live | head". */
static void flush(struct lines *l)
{
	if (fflush(l->out.output.file) != 0 || ferror(l->out.output.file))
		l->is_over = true;
}

int lines_print(struct lines *l)
{
	int exist = l->store != NULL ? news_exist(l->store) : 0;

	if (exist <= 0)
		return exist;
	if (trace_print(l->trace, l->store) != 0 || news_forget(l->store) != 0)
		return -1;
	flush(l);
	return 0;
}

int lines_end(struct lines *l)
{
	int rc = 0;

	if (l->store == NULL)
		return 0;
	if (!lines_are_over(l))
		rc = lines_print(l);
	if (news_stop(l->store) != 0)
		rc = -1;
	l->store = NULL;
	return rc;
}

bool lines_are_over(const struct lines *l)
{
	return l->is_over || (l->options.count > 0 && l->trace != NULL &&
			      trace_printed(l->trace) >= l->options.count);
}
