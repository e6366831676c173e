/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the program was built without ncurses: nothing is ever opened. */
#include "screen/screen.h"

#include <stddef.h>

#include "base/error.h"

struct screen *screen_open(void)
{
	warning("built without ncurses: there is no screen");
	return NULL;
}

void screen_close(struct screen *s)
{
	(void)s;
}

bool screen_is_utf8(const struct screen *s)
{
	(void)s;
	return false;
}

void screen_size(const struct screen *s, int *rows, int *columns)
{
	(void)s;
	*rows = *columns = 0;
}

void screen_begin(struct screen *s)
{
	(void)s;
}

void screen_end(struct screen *s)
{
	(void)s;
}

void screen_put(struct screen *s, struct place place, enum ink ink,
		const char *text)
{
	(void)s;
	(void)place;
	(void)ink;
	(void)text;
}

int screen_key(struct screen *s)
{
	(void)s;
	return SCREEN_NO_KEY;
}

bool screen_said(struct screen *s, const char **line)
{
	(void)s;
	*line = "";
	return false;
}
