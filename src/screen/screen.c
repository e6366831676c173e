/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/screen.h"

#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "screen/said_private.h"

struct screen {
	SCREEN *terminal;
	bool is_utf8;
	struct said said;
	struct text safe;
};

static const short colours[] = { [INK_GOOD] = COLOR_GREEN,
				 [INK_DOUBT] = COLOR_YELLOW,
				 [INK_BAD] = COLOR_RED };

static void start_colours(void)
{
	const char *none = getenv("NO_COLOR");

	if ((none != NULL && *none != '\0') || !has_colors() ||
	    start_color() == ERR || use_default_colors() == ERR)
		return;
	for (short ink = INK_GOOD; ink <= INK_BAD; ink++)
		init_pair(ink, colours[ink], -1);
}

static void set_up(void)
{
	cbreak(); /* Ctrl-C stays a signal */
	noecho();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	start_colours();
}

/* initscr() would end the program where the terminal is unknown. */
struct screen *screen_open(void)
{
	struct screen *s;
	SCREEN *terminal;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		warning("there is no terminal for a screen");
		return NULL;
	}
	setlocale(LC_CTYPE, "");
	terminal = newterm(NULL, stdout, stdin);
	if (terminal == NULL) {
		warning("the terminal \"%s\" is not known: there is no screen",
			getenv("TERM") != NULL ? getenv("TERM") : "");
		return NULL;
	}
	s = must_calloc(1, sizeof(*s));
	s->terminal = terminal;
	s->is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	set_up();
	said_begin(&s->said);
	return s;
}

void screen_close(struct screen *s)
{
	if (s == NULL)
		return;
	endwin();
	delscreen(s->terminal);
	said_end(&s->said);
	text_release(&s->safe);
	free(s);
}

bool screen_is_utf8(const struct screen *s)
{
	return s->is_utf8;
}

void screen_size(const struct screen *s, int *rows, int *columns)
{
	(void)s;
	getmaxyx(stdscr, *rows, *columns);
}

void screen_begin(struct screen *s)
{
	(void)s;
	erase();
}

void screen_end(struct screen *s)
{
	(void)s;
	refresh();
}

static attr_t attribute_of(enum ink ink)
{
	switch (ink) {
	case INK_PLAIN:
		return A_NORMAL;
	case INK_HEAD:
		return A_BOLD;
	case INK_TITLE:
		return A_REVERSE;
	default:
		/* Where there are no colours at least the weight tells. */
		return (ink == INK_GOOD ? A_NORMAL : A_BOLD) |
		       (has_colors() ? COLOR_PAIR(ink) : 0);
	}
}

/* Bytes of the next character; what has no width is one of '?'. */
static size_t take(const char *text, wchar_t *wide, int *width)
{
	mbstate_t state = { 0 };
	size_t len = mbrtowc(wide, text, strlen(text), &state);

	/* Newer than this system's tables. */
	if (len == (size_t)-1 || len == (size_t)-2) {
		*wide = L'?';
		len = 1;
	}
	if (wcwidth(*wide) < 0)
		*wide = L'?';
	*width = wcwidth(*wide);
	return len;
}

static int columns_of(const char *text)
{
	int columns = 0, width;
	wchar_t wide;

	while (*text != '\0') {
		text += take(text, &wide, &width);
		columns += width;
	}
	return columns;
}

/* Leaves a column free for the mark of what was cut. */
static void put_cut(const struct screen *s, const char *text, int columns)
{
	int width = 0;
	wchar_t wide;

	for (columns--; *text != '\0'; columns -= width) {
		text += take(text, &wide, &width);
		if (width > columns)
			break;
		addnwstr(&wide, 1);
	}
	addnwstr(s->is_utf8 ? L"\u2026" : L"~", 1);
}

static void put_whole(const char *text)
{
	int width;
	wchar_t wide;

	while (*text != '\0') {
		text += take(text, &wide, &width);
		addnwstr(&wide, 1);
	}
}

/* What is not in it is one '?' each; micro is written "u" there. */
static void make_ascii(struct text *t)
{
	static const char micro[] = "\xc2\xb5";
	struct text ascii = { 0 };
	const char *at = text_string(t);

	for (; *at != '\0'; at++) {
		if ((unsigned char)*at < 0x80)
			text_add_bytes(&ascii, at, 1);
		else if (((unsigned char)*at & 0xc0) == 0xc0)
			text_add(&ascii,
				 strncmp(at, micro, 2) == 0 ? "u" : "?");
	}
	text_release(t);
	*t = ascii;
}

void screen_put(struct screen *s, struct place place, enum ink ink,
		const char *text)
{
	int rows, columns;

	getmaxyx(stdscr, rows, columns);
	if (place.width > columns - place.column)
		place.width = columns - place.column;
	if (place.row < 0 || place.row >= rows || place.width <= 0)
		return;
	text_clear(&s->safe);
	text_add_terminal_safe(&s->safe, text);
	if (!s->is_utf8)
		make_ascii(&s->safe);
	text = text_string(&s->safe);
	attrset(attribute_of(ink));
	move(place.row, place.column);
	if (columns_of(text) > place.width)
		put_cut(s, text, place.width);
	else
		put_whole(text);
	attrset(A_NORMAL);
}

int screen_key(struct screen *s)
{
	int key = getch();

	(void)s;
	switch (key) {
	case KEY_RESIZE:
		return SCREEN_RESIZED;
	case KEY_BACKSPACE:
	case 127:
	case '\b':
		return SCREEN_BACKSPACE;
	case KEY_ENTER:
	case '\r':
	case '\n':
		return SCREEN_ENTER;
	case 27:
		return SCREEN_ESCAPE;
	default:
		return key > 0 && key < 128 ? key : SCREEN_NO_KEY;
	}
}

bool screen_said(struct screen *s, const char **line)
{
	bool is_new = said_listen(&s->said);

	*line = text_string(&s->said.line);
	return is_new;
}
