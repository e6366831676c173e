/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/said_private.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What is kept for the end of a run that may last for weeks. */
enum { KEPT_MAX = 8192 };

void said_begin(struct said *s)
{
	int ends[2];

	*s = (struct said){ .terminal = -1, .mouth = -1 };
	/* A full pipe must not stop the program: the rest is lost then. */
	if (!isatty(STDERR_FILENO) || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return;
	s->terminal = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	s->mouth = ends[0];
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
}

/* Whole lines go first when there is too much. */
static void keep_the_last(struct text *all)
{
	struct text rest = { 0 };
	const char *from, *line;

	if (all->len <= KEPT_MAX)
		return;
	from = all->data + all->len - KEPT_MAX / 2;
	line = strchr(from, '\n');
	text_add(&rest, line != NULL ? line + 1 : from);
	text_release(all);
	*all = rest;
}

static void find_last_line(struct said *s)
{
	size_t end = s->all.len, start;

	while (end > 0 && s->all.data[end - 1] == '\n')
		end--;
	start = end;
	while (start > 0 && s->all.data[start - 1] != '\n')
		start--;
	text_clear(&s->line);
	if (end > start)
		text_add_bytes(&s->line, s->all.data + start, end - start);
}

bool said_listen(struct said *s)
{
	char bytes[1024];
	ssize_t count;
	bool any = false;

	while (s->mouth >= 0 &&
	       (count = read(s->mouth, bytes, sizeof(bytes))) > 0) {
		text_add_bytes(&s->all, bytes, (size_t)count);
		keep_the_last(&s->all);
		any = true;
	}
	if (any)
		find_last_line(s);
	return any;
}

void said_end(struct said *s)
{
	fflush(stderr);
	said_listen(s);
	if (s->terminal >= 0) {
		dup2(s->terminal, STDERR_FILENO);
		close(s->terminal);
		close(s->mouth);
		fputs(text_string(&s->all), stderr);
	}
	text_release(&s->all);
	text_release(&s->line);
}
