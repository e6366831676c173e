/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "filter/fields.h"

static int terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

static bool wants_colour(void)
{
	const char *no_colour = getenv("NO_COLOR"); /* no-color.org */
	const char *terminal = getenv("TERM");

	return (no_colour == NULL || no_colour[0] == '\0') &&
	       terminal != NULL && strcmp(terminal, "dumb") != 0;
}

/* What is no plain file (/dev/null, a pipe, a link) must not be replaced. */
static bool is_replaceable(const char *path)
{
	struct stat st;

	return lstat(path, &st) != 0 || S_ISREG(st.st_mode);
}

int output_open(struct output_file *f, const char *path)
{
	struct text name = { 0 };

	*f = (struct output_file){ .output = { .file = stdout,
					       .row_limit = -1 } };
	if (path == NULL || strcmp(path, "-") == 0) {
		if (isatty(STDOUT_FILENO)) {
			f->output.terminal_width = terminal_width();
			f->output.colour = wants_colour();
		}
		return 0;
	}
	f->path = path;
	if (is_replaceable(path)) {
		text_addf(&name, "%s.tmp", path);
		f->temporary = name.data;
	}
	f->output.file = fopen(f->temporary != NULL ? f->temporary : path, "w");
	if (f->output.file != NULL)
		return 0;
	fail("%s: %s", path, strerror(errno));
	free(f->temporary);
	return -1;
}

static int close_standard_output(void)
{
	/* A full disk shows only now. */
	if (fflush(stdout) != 0 || ferror(stdout))
		return fail("standard output: %s", strerror(errno));
	return 0;
}

int output_close(struct output_file *f, bool done)
{
	/* What failed before the end fclose() does not tell again. */
	bool failed = ferror(f->output.file) != 0;
	int rc = 0;

	if (f->path == NULL)
		return close_standard_output();
	if ((fclose(f->output.file) != 0 || failed) && done)
		rc = fail("%s: %s", f->path, strerror(errno));
	else if (done && f->temporary != NULL &&
		 rename(f->temporary, f->path) != 0)
		rc = fail("%s: %s", f->path, strerror(errno));
	if (f->temporary != NULL && (!done || rc != 0))
		unlink(f->temporary);
	free(f->temporary);
	return rc;
}

void output_print_fields(void)
{
	const struct field *field;

	for (unsigned i = 0; (field = field_row(i)) != NULL; i++)
		printf("%-20s %s\n", field->name, field->summary);
}
