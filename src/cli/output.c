/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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

bool output_is_replaced(const char *path)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		return false;
	return lstat(path, &st) != 0 || S_ISREG(st.st_mode);
}

/* The one thing here that changes: a handler can be given nothing else. */
static const char *volatile unfinished;

/* The signal then ends the process as it would have without. */
static void remove_unfinished(int number)
{
	const char *path = unfinished;

	if (path != NULL)
		unlink(path);
	raise(number);
}

/* What is ignored, as by nohup, stays so. */
static void remove_at_signals(const char *path)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	const struct sigaction action = { .sa_handler = remove_unfinished,
					  .sa_flags = (int)SA_RESETHAND };

	unfinished = path;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sigaction before;

		if (sigaction(numbers[i], NULL, &before) == 0 &&
		    before.sa_handler == SIG_DFL)
			sigaction(numbers[i], &action, NULL);
	}
}

/* Not emptied yet: whether there will be a result is not known. */
static FILE *open_file(const char *path)
{
	int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	return file >= 0 ? fdopen(file, "w") : NULL;
}

/* What was there before may have been longer. */
static int cut_behind(FILE *file)
{
	struct stat st;

	if (fflush(file) != 0 || fstat(fileno(file), &st) != 0)
		return -1;
	return S_ISREG(st.st_mode) ? ftruncate(fileno(file), ftello(file)) : 0;
}

static void drop_temporary(struct output_file *f)
{
	unfinished = NULL;
	free(f->temporary);
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
	if (output_is_replaced(path)) {
		text_addf(&name, "%s.tmp", path);
		f->temporary = name.data;
		remove_at_signals(f->temporary);
	}
	f->output.file = open_file(f->temporary != NULL ? f->temporary : path);
	if (f->output.file != NULL)
		return 0;
	fail("%s: %s", path, strerror(errno));
	drop_temporary(f);
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
	if (done && cut_behind(f->output.file) != 0)
		failed = true;
	if ((fclose(f->output.file) != 0 || failed) && done)
		rc = fail("%s: %s", f->path, strerror(errno));
	else if (done && f->temporary != NULL &&
		 rename(f->temporary, f->path) != 0)
		rc = fail("%s: %s", f->path, strerror(errno));
	if (f->temporary != NULL && (!done || rc != 0))
		unlink(f->temporary);
	drop_temporary(f);
	return rc;
}

void output_print_fields(void)
{
	const struct field *field;

	for (unsigned i = 0; (field = field_row(i)) != NULL; i++)
		printf("%-20s %s\n", field->name, field->summary);
}
