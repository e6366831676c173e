/* SPDX-License-Identifier: BSD-3-Clause */
/* Foreign text made harmless for a page, and what can be done with evidence. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/cell.h"
#include "report/html_private.h"

/* A cell shows so many bytes; the other formats have the rest. */
enum { VALUE_MAX = 1200, NUMBER_DIGITS_MAX = 18 };

void html_write(struct output *o, struct text *t)
{
	fwrite(text_string(t), 1, t->len, o->file);
	o->page.written += t->len;
	text_clear(t);
}

/* A sixth of what is left: no table, however wide, takes all of it. */
size_t html_room(const struct output *o)
{
	const struct page *page = &o->page;

	if (page->size_limit == 0)
		return SIZE_MAX;
	return page->written < page->size_limit
		       ? (page->size_limit - page->written) / 6
		       : 0;
}

static void add_entities(struct text *t, const char *string)
{
	for (; *string != '\0'; string++)
		switch (*string) {
		case '&':
			text_add(t, "&amp;");
			break;
		case '<':
			text_add(t, "&lt;");
			break;
		case '>':
			text_add(t, "&gt;");
			break;
		case '"':
			text_add(t, "&quot;");
			break;
		case '\'':
			text_add(t, "&#39;");
			break;
		default:
			text_add_bytes(t, string, 1);
		}
}

void html_add(struct text *t, const char *string)
{
	struct text safe = { 0 };

	text_add_terminal_safe(&safe, string);
	add_entities(t, text_string(&safe));
	text_release(&safe);
}

void html_add_cut(struct text *t, const char *string, size_t bytes_max)
{
	size_t len = strlen(string);
	struct text part = { 0 };

	if (len <= bytes_max) {
		html_add(t, string);
		return;
	}
	while (bytes_max > 0 && ((uint8_t)string[bytes_max] & 0xc0) == 0x80)
		bytes_max--;
	text_add_bytes(&part, string, bytes_max);
	html_add(t, text_string(&part));
	text_addf(t,
		  " <span class=\"cut\">&hellip; cut, %zu bytes in all</span>",
		  len);
	text_release(&part);
}

static bool is_abbreviation(const char *word)
{
	static const char *const words[] = { "ID", "IP", "TTL", "TCP" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

void html_add_heading(struct text *t, const char *column)
{
	struct text heading = { 0 };

	cell_add_heading(&heading, column);
	if (heading.len > 0 && !is_abbreviation(heading.data))
		for (size_t i = 1; i < heading.len; i++)
			heading.data[i] = (char)tolower(
				(uint8_t)heading.data[i]);
	html_add(t, text_string(&heading));
	text_release(&heading);
}

void html_add_value(struct text *t, const struct output *o,
		    const struct rows *r, int column)
{
	enum cell_shape shape = cell_shape_of(rows_column(r, column));
	struct text value = { 0 };

	if (shape != SHAPE_PLAIN && rows_type(r, column) != CELL_TEXT)
		cell_add_text(&value, r, column, shape);
	else
		text_add(&value, rows_text(r, column));
	html_add_cut(t, text_string(&value),
		     o->page.size_limit > 0 ? VALUE_MAX : SIZE_MAX);
	text_release(&value);
}

int html_column(const struct rows *r, const char *name)
{
	for (int i = 0; i < rows_num_columns(r); i++)
		if (strcmp(rows_column(r, i), name) == 0)
			return i;
	return -1;
}

const char *html_text_of(const struct rows *r, const char *column)
{
	int i = html_column(r, column);

	return i < 0 ? "" : rows_text(r, i);
}

void html_add_command(struct text *t, const struct output *o, const char *begin)
{
	text_add(t, "<code>dnsforensics ");
	html_add(t, begin);
	html_add(t, o->source != NULL ? o->source : "");
	text_add(t, "</code>");
}

/* A frame that evidence names: where its text begins and ends, and of what. */
struct cited {
	const char *begin, *end;
	size_t file; /* of output's files */
	int64_t frame;
};

static bool ends_with_file(const char *evidence, const char *mark,
			   const char *file)
{
	size_t len = strlen(file);

	return (size_t)(mark - evidence) >= len &&
	       strncmp(mark - len, file, len) == 0 &&
	       (mark - len == evidence || mark[-1 - (ptrdiff_t)len] == ' ');
}

/* The longest name that stands before the mark. */
static bool find_file(const struct output *o, const char *evidence,
		      const char *mark, struct cited *c)
{
	size_t longest = 0;

	for (size_t i = 0; i < o->num_files; i++)
		if (strlen(o->files[i]) >= longest &&
		    ends_with_file(evidence, mark, o->files[i])) {
			longest = strlen(o->files[i]);
			c->file = i;
			c->begin = mark - longest;
		}
	return longest > 0;
}

/* The first one at or behind "from". */
static bool find_cited(const struct output *o, const char *from,
		       struct cited *c)
{
	const char *mark = from;

	while ((mark = strchr(mark, '#')) != NULL) {
		size_t digits = strspn(mark + 1, "0123456789");

		c->end = mark + 1 + digits;
		if (digits > 0 && digits <= NUMBER_DIGITS_MAX &&
		    strchr(" ,;)", *c->end) != NULL &&
		    find_file(o, from, mark, c)) {
			c->frame = strtoll(mark + 1, NULL, 10);
			return true;
		}
		mark++;
	}
	return false;
}

/* With one capture everybody knows which: "#3". */
void html_add_frames(struct text *t, const struct output *o,
		     const char *evidence)
{
	struct text shown = { 0 };
	struct cited c;

	while (o->only_file != NULL && find_cited(o, evidence, &c)) {
		text_add_bytes(&shown, evidence, (size_t)(c.begin - evidence));
		text_addf(&shown, "#%" PRId64, c.frame);
		evidence = c.end;
	}
	text_add(&shown, evidence);
	html_add_cut(t, text_string(&shown), VALUE_MAX);
	text_release(&shown);
}

static void add_display_filter(struct text *t, const struct output *o,
			       const char *evidence, size_t file)
{
	struct text filter = { 0 };
	struct cited c;

	for (const char *at = evidence; find_cited(o, at, &c); at = c.end)
		if (c.file == file)
			text_addf(&filter, "%sframe.number==%" PRId64,
				  filter.len > 0 ? " || " : "", c.frame);
	if (filter.len > 0 && o->only_file == NULL) {
		text_add(t, "<p>Wireshark, ");
		html_add(t, o->files[file]);
		text_add(t, "</p>");
	} else if (filter.len > 0) {
		text_add(t, "<p>Wireshark</p>");
	}
	if (filter.len > 0) {
		text_add(t, "<code>");
		html_add(t, text_string(&filter));
		text_add(t, "</code>");
	}
	text_release(&filter);
}

static bool is_cited_before(const struct output *o, const char *evidence,
			    const struct cited *cited)
{
	struct cited c;

	for (const char *at = evidence;
	     find_cited(o, at, &c) && c.begin < cited->begin; at = c.end)
		if (c.file == cited->file)
			return true;
	return false;
}

static void add_display_filters(struct text *t, const struct output *o,
				const char *evidence)
{
	struct cited c;

	for (const char *at = evidence; find_cited(o, at, &c); at = c.end)
		if (!is_cited_before(o, evidence, &c))
			add_display_filter(t, o, evidence, c.file);
}

static int compare_cited(const void *a, const void *b)
{
	const struct cited *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return (x->frame > y->frame) - (x->frame < y->frame);
}

/* File by file, in the order of the captures and their frames. */
static void add_sorted_frames(struct text *t, const struct output *o,
			      const char *evidence)
{
	struct cited c, *all = NULL;
	size_t count = 0;

	for (const char *at = evidence; find_cited(o, at, &c); at = c.end) {
		all = must_realloc(all, count + 1, sizeof(*all));
		all[count++] = c;
	}
	if (count > 0)
		qsort(all, count, sizeof(*all), compare_cited);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || compare_cited(&all[i - 1], &all[i]) != 0)
			text_addf(t, "%s%.*s", t->len > 0 ? "," : "",
				  (int)(all[i].end - all[i].begin),
				  all[i].begin);
	free(all);
}

void html_add_extract(struct text *t, const struct output *o,
		      const char *evidence)
{
	struct text frames = { 0 }, begin = { 0 };

	add_sorted_frames(&frames, o, evidence);
	text_add(&begin, "extract -w evidence.pcapng --frames ");
	text_add_shell(&begin, text_string(&frames));
	html_add_command(t, o, text_string(&begin));
	text_release(&frames);
	text_release(&begin);
}

bool html_has_frames(const struct output *o, const char *evidence)
{
	struct cited c;

	return find_cited(o, evidence, &c);
}

void html_add_evidence(struct text *t, const struct output *o,
		       const char *evidence)
{
	if (!html_has_frames(o, evidence)) {
		html_add_cut(t, evidence, VALUE_MAX);
		return;
	}
	text_add(t, "<details><summary>");
	html_add_frames(t, o, evidence);
	text_add(t, "</summary>");
	add_display_filters(t, o, evidence);
	text_add(t, "<p>The packets</p>");
	html_add_extract(t, o, evidence);
	text_add(t, "</details>");
}
