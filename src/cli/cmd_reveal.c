/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/source.h"
#include "redact/redactor.h"

struct job {
	const struct options *options;
	struct redactor *redactor;
	const char *ending; /* of a line */
	bool is_doubtful;   /* some may be no pseudonyms */
	bool is_ambiguous;  /* some have two ways back */
};

static int fail_unknown(const struct job *j, const char *line)
{
	return fail("\"%s\" is no pseudonym that was made here with the key in "
		    "%s (%s)",
		    line, source_key_path(j->options),
		    redactor_check(j->redactor));
}

/* Not only brackets, as on lines of JSON. */
static bool has_word(const char *line)
{
	for (; *line != '\0'; line++)
		if (isalnum((unsigned char)*line))
			return true;
	return false;
}

/* In a text words may stand that are none; its lines need not have one. */
static int reveal(struct job *j, const char *line, bool is_line_of_text)
{
	struct text original = { 0 }, safe = { 0 };
	struct redact_found found = redact_reveal_line(j->redactor, line,
						       &original);
	bool has_none = found.known + found.doubtful == 0;
	bool is_text = strpbrk(line, " \t,|") != NULL;
	int rc = 0;

	j->is_doubtful |= found.doubtful > 0;
	j->is_ambiguous |= found.ambiguous > 0;
	if (is_text ? has_none && !is_line_of_text
		    : (has_none || found.strangers > 0) &&
			      (!is_line_of_text || has_word(line)))
		rc = fail_unknown(j, line);
	/* Nothing of a text gets lost. */
	if (rc == 0 || is_line_of_text) {
		text_add_terminal_safe(&safe, text_string(&original));
		printf("%s%s", text_string(&safe), j->ending);
	}
	text_release(&safe);
	text_release(&original);
	return rc;
}

static int reveal_input(struct job *j)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int rc = 0;

	while ((len = getline(&line, &room, stdin)) >= 0) {
		if (len > 0 && line[len - 1] == '\n')
			line[--len] = '\0';
		j->ending = "\n";
		if (len > 0 && line[len - 1] == '\r') {
			line[--len] = '\0';
			j->ending = "\r\n";
		}
		if (len == 0)
			fputs(j->ending, stdout);
		else if (reveal(j, line, true) != 0)
			rc = -1;
	}
	free(line);
	return ferror(stdin) ? fail("standard input: could not be read") : rc;
}

/* A bijection gives an answer with any key. */
static int check_key(const struct job *j)
{
	const char *wanted = j->options->check;
	const char *check = redactor_check(j->redactor);

	if (wanted == NULL || strcmp(wanted, check) == 0)
		return 0;
	return fail("%s: its key is %s, not %s", source_key_path(j->options),
		    check, wanted);
}

static int reveal_all(struct job *j)
{
	const struct options *o = j->options;
	int rc = 0;

	for (int i = 0; i < o->num_arguments; i++)
		if (reveal(j, o->arguments[i], false) != 0)
			rc = -1;
	if (o->num_arguments == 0)
		rc = reveal_input(j);
	if (j->is_doubtful)
		warning("%s.seen does not list all that this key has made: "
			"what is no pseudonym was answered as well, with "
			"nonsense",
			source_key_path(o));
	if (j->is_ambiguous)
		warning("the last label of some names stays as it is: it may "
			"be a public suffix, or a pseudonym from the middle of "
			"another name");
	return rc;
}

static enum exit_status run(struct options *o)
{
	struct job job = { .options = o,
			   .redactor = redactor_open(source_key_path(o), false),
			   .ending = "\n" };
	int rc = job.redactor != NULL ? check_key(&job) : -1;

	if (rc == 0)
		rc = reveal_all(&job);
	redactor_free(job.redactor);
	return rc == 0 ? EXIT_DONE : EXIT_FAILED;
}

static const enum option_id options[] = { OPTION_KEY, OPTION_CHECK, OPTION_HELP,
					  OPTION_END };

const struct command cmd_reveal = {
	.name = "reveal",
	.arguments = "[PSEUDONYM...]",
	.summary = "tell what the pseudonyms of --redact stand for",
	.notes = "A name, a label, an address, p/NAMESPACE/POD, a file's name, "
		 "or a line of text, in\nwhich names, labels of six "
		 "characters or more and addresses are replaced; without\n"
		 "arguments the lines of standard input.",
	.options = options,
	.run = run,
};
