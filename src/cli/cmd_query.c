/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/source.h"
#include "report/prepare.h"
#include "store/rows.h"

static const struct {
	const char *name;
	int (*print)(struct output *o, struct rows *r);
} formats[] = { { "text", writer_print_text },
		{ "json", writer_print_json },
		{ "csv", writer_print_csv } };

enum { NUM_FORMATS = sizeof(formats) / sizeof(formats[0]) };

/* What the verdict finds takes time: only for who asks. */
static int add_findings(struct store *s, const char *sql)
{
	static const struct report_parameters none = { 0 };

	return strcasestr(sql, "findings") != NULL ? prepare_findings(s, &none)
						   : 0;
}

static int query(const struct options *o, const char *sql, size_t format)
{
	struct output_file out;
	struct store *s;
	struct rows *r = NULL;
	int rc = -1;

	if (output_open(&out, o->output) != 0)
		return -1;
	s = source_open_store(o);
	if (s != NULL && add_findings(s, sql) == 0)
		r = rows_open(s, sql);
	if (r != NULL)
		rc = formats[format].print(&out.output, r);
	if (output_close(&out, rc == 0) != 0)
		rc = -1;
	rows_close(r);
	store_close(s);
	return rc;
}

static enum exit_status run(struct options *o)
{
	const char *name = o->format != NULL ? o->format : "text";
	size_t format = 0;

	if (o->num_arguments != 1) {
		fail("query: one SQL statement is wanted, in quotes; the "
		     "views are in dnsforensics-schema(5)");
		return EXIT_USAGE;
	}
	while (format < NUM_FORMATS && strcmp(formats[format].name, name) != 0)
		format++;
	if (format == NUM_FORMATS) {
		fail("query: there is no format \"%s\"; text, json and csv "
		     "are known",
		     name);
		return EXIT_USAGE;
	}
	o->num_arguments = 0; /* what is left to check are files */
	if (source_check(o) != 0)
		return EXIT_USAGE;
	return query(o, o->arguments[0], format) == 0 ? EXIT_DONE : EXIT_FAILED;
}

static const enum option_id options[] = { OPTION_STORE,  OPTION_QUERY_FORMAT,
					  OPTION_OUTPUT, OPTION_NO_SANDBOX,
					  OPTION_HELP,   OPTION_END };

const struct command cmd_query = {
	.name = "query",
	.arguments = "SQL",
	.summary = "ask the store in SQL, read-only",
	.notes = "The views captures, interfaces, messages, transactions, "
		 "answers,\nicmp_errors, connections, lookups, endpoints, "
		 "findings and trace are described in\n"
		 "dnsforensics-schema(5).",
	.options = options,
	.run = run,
};
