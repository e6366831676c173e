/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/sections.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define MARK "\n-- @"

static char *copy(const char *text, size_t len)
{
	char *made = must_memdup(text, len + 1);

	made[len] = '\0';
	return made;
}

/* Behind the mark; NULL: there is none. */
static const char *find_mark(const char *sql)
{
	const char *at;

	/* At the start, or behind a line's end. */
	if (strncmp(sql, &MARK[1], strlen(&MARK[1])) == 0)
		return sql + strlen(&MARK[1]);
	at = strstr(sql, MARK);
	return at != NULL ? at + strlen(MARK) : NULL;
}

bool sql_section_next(struct sql_section *s, const char **at)
{
	const char *from = find_mark(*at), *end;
	size_t len;

	sql_section_release(s);
	if (from == NULL)
		return false;
	len = strcspn(from, " \n");
	s->name = copy(from, len);
	from += len;
	from += strspn(from, " ");
	len = strcspn(from, "\n");
	s->title = copy(from, len);
	from += len;
	end = strstr(from, MARK);
	s->sql = copy(from, end != NULL ? (size_t)(end - from) : strlen(from));
	*at = from;
	return true;
}

void sql_section_release(struct sql_section *s)
{
	free(s->name);
	free(s->title);
	free(s->sql);
	*s = (struct sql_section){ 0 };
}
