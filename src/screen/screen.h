/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The terminal as a page of rows and columns, from 0, that is drawn anew each
 * time: screen_begin(), screen_put()..., screen_end() shows it.  The only room
 * that knows ncurses.
 *
 * What the program says on standard error meanwhile would tear the page: it is
 * held back, can be asked for by screen_said(), and is said at the end.
 */
#ifndef SCREEN_SCREEN_H
#define SCREEN_SCREEN_H

#include <stdbool.h>

struct screen;

enum ink { INK_PLAIN, INK_HEAD, INK_TITLE, INK_GOOD, INK_DOUBT, INK_BAD };

/*
 * Takes the terminal.  NULL: there is none, or none that can do it, or the
 * program was built without ncurses; a warning has told which.  Signals stay
 * the caller's, but for those by which terminals stop and change their size.
 */
struct screen *screen_open(void);
void screen_close(struct screen *s);

/* Whether more than ASCII can be shown. */
bool screen_is_utf8(const struct screen *s);
void screen_size(const struct screen *s, int *rows, int *columns);

void screen_begin(struct screen *s);
void screen_end(struct screen *s);

struct place {
	int row, column, width;
};

/*
 * Text, cut to the width, with a mark; what is outside of the page is left out.
 * Foreign text may stand in it: what would steer the terminal is escaped.
 */
void screen_put(struct screen *s, struct place place, enum ink ink,
		const char *text);

/* Beside characters; the page is drawn anew after SCREEN_RESIZED. */
enum {
	SCREEN_NO_KEY = 0,
	SCREEN_RESIZED = 0x110000,
	SCREEN_BACKSPACE,
	SCREEN_ENTER,
	SCREEN_ESCAPE
};

/* The next key that waits, in ASCII or one of those above. */
int screen_key(struct screen *s);

/* The last line held back, "" before there is one; true if it is new. */
bool screen_said(struct screen *s, const char **line);

#endif
