/* SPDX-License-Identifier: BSD-3-Clause */
/* Standard error into a file and back, to read what the user is told. */
#ifndef TESTS_FILTER_STDERR_H
#define TESTS_FILTER_STDERR_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct stderr_caught {
	FILE *file;
	int kept;
	char text[2048]; /* the end of it is dropped if it is longer */
};

static inline void stderr_catch(struct stderr_caught *c)
{
	fflush(stderr);
	c->file = tmpfile();
	c->kept = dup(STDERR_FILENO);
	if (c->file != NULL)
		dup2(fileno(c->file), STDERR_FILENO);
}

static inline const char *stderr_release(struct stderr_caught *c)
{
	fflush(stderr);
	dup2(c->kept, STDERR_FILENO);
	close(c->kept);
	c->text[0] = '\0';
	if (c->file == NULL)
		return c->text;
	rewind(c->file);
	c->text[fread(c->text, 1, sizeof(c->text) - 1, c->file)] = '\0';
	fclose(c->file);
	return c->text;
}

#endif
