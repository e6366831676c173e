/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/selection.h"
#include "cli/source.h"
#include "report/trace.h"

static int trace(const struct options *o, const struct trace_request *request,
		 struct selection *selection)
{
	struct output_file out;
	bool is_partial = false;
	struct store *s;
	int rc = -1;

	if (output_open(&out, o->output) != 0)
		return -1;
	s = source_open(o, &is_partial);
	out.output.row_limit = o->limit >= 0 ? o->limit : -1;
	if (s != NULL && selection_fit(selection, o, s) == 0)
		rc = trace_run(s, request, &out.output);
	if (output_close(&out, rc == 0) != 0)
		rc = -1;
	store_close(s);
	return is_partial ? -1 : rc;
}

static enum exit_status run(struct options *o)
{
	const char *names = o->fields != NULL ? o->fields : field_list_default;
	struct field_list fields = { 0 };
	struct selection selection = { 0 };
	struct trace_request request = { .fields = &fields,
					 .were_chosen = o->fields != NULL,
					 .selection = &selection.report };
	enum exit_status status = EXIT_USAGE;

	o->only_messages = true;
	if (strcmp(names, "help") == 0) {
		output_print_fields();
		return EXIT_DONE;
	}
	request.format = trace_format_find(o->format != NULL ? o->format
							     : "columns");
	if (request.format == NULL)
		fail("trace: there is no format \"%s\"; columns, json, "
		     "jsonpretty and csv are known",
		     o->format);
	else if (source_check(o) == 0 &&
		 field_list_parse(&fields, names) == 0 &&
		 selection_make(&selection, o) == 0)
		status = trace(o, &request, &selection) == 0 ? EXIT_DONE
							     : EXIT_FAILED;
	field_list_release(&fields);
	selection_release(&selection);
	return status;
}

static const enum option_id options[] = {
	OPTION_STORE,        OPTION_FIELDS,    OPTION_FILTER,
	OPTION_TRACE_FORMAT, OPTION_OUTPUT,    OPTION_TXN,
	OPTION_SINCE,        OPTION_UNTIL,     OPTION_LIMIT,
	OPTION_NODE,         OPTION_NAMESPACE, OPTION_ALL_NAMESPACES,
	OPTION_SELECTOR,     OPTION_PODNAME,   OPTION_NODE_FROM,
	OPTION_IFMAP,        OPTION_K8S,       OPTION_SNAPSHOT_TIME,
	OPTION_PORT,         OPTION_TIMEOUT,   OPTION_NO_SANDBOX,
	OPTION_HELP,         OPTION_END
};

const struct command cmd_trace = {
	.name = "trace",
	.arguments = "[CAPTURE...]",
	.summary = "show the messages, one a line",
	.notes = "Without a CAPTURE the store is shown; --port, --timeout, "
		 "--node-from and --ifmap\nare for captures.",
	.options = options,
	.run = run,
};
