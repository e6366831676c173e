/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/source.h"
#include "redact/redactor.h"

static void reveal(struct redactor *r, const char *line)
{
	struct text original = { 0 }, safe = { 0 };

	redact_reveal_line(r, line, &original);
	text_add_terminal_safe(&safe, text_string(&original));
	printf("%s\n", text_string(&safe));
	text_release(&safe);
	text_release(&original);
}

static int reveal_input(struct redactor *r)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	while ((len = getline(&line, &room, stdin)) >= 0) {
		if (len > 0 && line[len - 1] == '\n')
			line[len - 1] = '\0';
		reveal(r, line);
	}
	free(line);
	return ferror(stdin) ? fail("standard input: could not be read") : 0;
}

/* A bijection gives an answer with any key. */
static int check_key(const struct options *o, const struct redactor *r)
{
	if (o->check == NULL || strcmp(o->check, redactor_check(r)) == 0)
		return 0;
	return fail("%s: its key is %s, not %s", source_key_path(o),
		    redactor_check(r), o->check);
}

static enum exit_status run(struct options *o)
{
	struct redactor *r = redactor_open(source_key_path(o), false);
	int rc = r != NULL ? check_key(o, r) : -1;

	for (int i = 0; rc == 0 && i < o->num_arguments; i++)
		reveal(r, o->arguments[i]);
	if (rc == 0 && o->num_arguments == 0)
		rc = reveal_input(r);
	redactor_free(r);
	return rc == 0 ? EXIT_DONE : EXIT_FAILED;
}

static const enum option_id options[] = { OPTION_KEY, OPTION_CHECK, OPTION_HELP,
					  OPTION_END };

const struct command cmd_reveal = {
	.name = "reveal",
	.arguments = "[PSEUDONYM...]",
	.summary = "tell what the pseudonyms of --redact stand for",
	.notes = "A name, a label, an address, p/NAMESPACE/POD, or a line of "
		 "text, in which names\nof two labels or more and addresses "
		 "are replaced; without arguments the lines of\nstandard "
		 "input.",
	.options = options,
	.run = run,
};
