/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "capture/zip_writer.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/parameters.h"
#include "cli/source.h"
#include "cli/ticket.h"

/* Of the Azure portal, which also wants an extension. */
enum { NAME_MAX_CHARACTERS = 110 };

struct job {
	const struct options *options;
	struct selection selection;
	struct parameters parameters;
};

static bool ends_in_zip(const char *name)
{
	size_t len = strlen(name);

	return len > strlen(".zip") &&
	       strcmp(name + len - strlen(".zip"), ".zip") == 0;
}

static int check_output(const char *path)
{
	const char *slash = path != NULL ? strrchr(path, '/') : NULL;
	const char *name = slash != NULL ? slash + 1 : path;
	struct stat st;

	if (path == NULL)
		return fail("ticket: -o OUT.zip, where to?");
	if (!ends_in_zip(name))
		return fail("%s: the name of a ticket ends in .zip, by which "
			    "those who get it know what it is",
			    path);
	if (text_columns(name) > NAME_MAX_CHARACTERS)
		return fail("%s: a name of %zu characters; support portals "
			    "take %d at most",
			    path, text_columns(name), NAME_MAX_CHARACTERS);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return fail("%s: not a file, whose place the ticket could take",
			    path);
	return 0;
}

static int prepare(struct job *j)
{
	const struct options *o = j->options;

	if (zip_obstacle() != NULL)
		return fail("ticket: %s, which writes zip", zip_obstacle());
	if (check_output(o->output) != 0 || source_check(o) != 0 ||
	    parameters_make(&j->parameters, o) != 0)
		return -1;
	return selection_make(&j->selection, o);
}

/* Whether it could be written output_close() finds out. */
static void copy(FILE *from, FILE *to)
{
	char chunk[1 << 14];
	size_t len;

	while ((len = fread(chunk, 1, sizeof(chunk), from)) > 0)
		fwrite(chunk, 1, len, to);
}

static int write_out(struct output_file *out, FILE *ticket)
{
	copy(ticket, out->output.file);
	return ferror(ticket) == 0
		       ? 0
		       : fail("temporary file: %s", strerror(errno));
}

static int make(struct job *j, struct store *s, struct output_file *out,
		bool *is_partial)
{
	const struct options *o = j->options;
	FILE *ticket;
	int rc;

	if (selection_fit(&j->selection, o, s) != 0)
		return -1;
	parameters_note(&j->parameters, o, &j->selection);
	if (report_select(s, &j->selection.report, &j->parameters.report) != 0)
		return -1;
	ticket = ticket_make(s, o, &j->parameters, is_partial);
	if (ticket == NULL)
		return -1;
	rc = write_out(out, ticket);
	fclose(ticket);
	return rc;
}

static int ticket(struct job *j)
{
	struct output_file out;
	const char *path = j->options->output;
	bool was_there = access(path, F_OK) == 0;
	bool is_partial = false;
	struct store *s;
	int rc = -1;

	if (output_open(&out, path) != 0)
		return -1;
	s = source_open(j->options, &is_partial);
	if (s != NULL)
		rc = make(j, s, &out, &is_partial);
	store_close(s);
	if (output_close(&out, rc == 0) != 0)
		rc = -1;
	if (rc == 0 && was_there)
		warning("%s: took the place of a file that was there", path);
	return is_partial ? -1 : rc;
}

static enum exit_status run(struct options *o)
{
	struct job job = { .options = o };
	enum exit_status status = EXIT_USAGE;

	o->rereads = true;
	if (prepare(&job) == 0)
		status = ticket(&job) == 0 ? EXIT_DONE : EXIT_FAILED;
	selection_release(&job.selection);
	parameters_release(&job.parameters);
	return status;
}

static const enum option_id options[] = { OPTION_STORE,
					  OPTION_TICKET,
					  OPTION_MAX_SIZE,
					  OPTION_CAPTURES,
					  OPTION_THRESHOLD,
					  OPTION_NAMESERVER,
					  OPTION_NAME,
					  OPTION_NAME_REGEX,
					  OPTION_EXPECT,
					  OPTION_FILTER,
					  OPTION_TXN,
					  OPTION_SINCE,
					  OPTION_UNTIL,
					  OPTION_LIMIT,
					  OPTION_NODE,
					  OPTION_NAMESPACE,
					  OPTION_ALL_NAMESPACES,
					  OPTION_SELECTOR,
					  OPTION_PODNAME,
					  OPTION_REDACT,
					  OPTION_KEY,
					  OPTION_NODE_FROM,
					  OPTION_IFMAP,
					  OPTION_K8S,
					  OPTION_SNAPSHOT_TIME,
					  OPTION_PORT,
					  OPTION_TIMEOUT,
					  OPTION_NO_SANDBOX,
					  OPTION_HELP,
					  OPTION_END };

const struct command cmd_ticket = {
	.name = "ticket",
	.arguments = "[CAPTURE...]",
	.summary = "pack reports and the packets they cite for a ticket",
	.notes = "Without a CAPTURE the store is reported on, and its captures "
		 "are read again for\nthe packets.  manifest.json in it tells "
		 "what was left out.",
	.options = options,
	.run = run,
};
