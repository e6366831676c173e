/* SPDX-License-Identifier: BSD-3-Clause */
/* Bars over time, and bars over latency. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/duration.h"
#include "base/memory.h"
#include "report/html_figure_private.h"

enum {
	TOP = 22,
	BOTTOM = 220,
	HEIGHT = 248,
	BAR_ROOM = RIGHT - LEFT,
	TICKS_MAX = 11
};

static int64_t largest(const struct numbers *n, int column)
{
	int64_t most = 0;

	for (size_t i = 0; i < n->count; i++)
		if (n->values[i][column] > most)
			most = n->values[i][column];
	return most;
}

/* 1, 2 or 5 times a power of ten, so that there are at most so many ticks. */
static int64_t tick_of(int64_t most, int ticks)
{
	static const int64_t steps[] = { 2, 5, 10 };
	int64_t unit = 1, tick = 1;

	for (size_t i = 0; most / tick > ticks; i++) {
		tick = unit * steps[i % 3];
		if (i % 3 == 2)
			unit = tick;
	}
	return tick;
}

/* "950", "1.2k", "35k", "1.2M" */
static void add_count(struct text *t, int64_t count)
{
	static const char units[] = { 'k', 'M', 'G', 'T' };
	double value = (double)count;
	int unit = -1;

	while (value >= 999.5 && unit < 3) {
		value /= 1000;
		unit++;
	}
	if (unit < 0)
		text_addf(t, "%" PRId64, count);
	else
		text_addf(t, value < 9.95 ? "%.1f%c" : "%.0f%c", value,
			  units[unit]);
}

/* The lines behind bars that count up to "most". */
static void add_count_axis(struct text *t, int64_t most)
{
	int64_t tick = tick_of(most, 4);

	for (int64_t at = 0; at <= most; at += tick) {
		double y = BOTTOM -
			   (double)(BOTTOM - TOP) * (double)at / (double)most;

		text_addf(t, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT,
			  y, RIGHT);
		text_addf(t, "<text class=\"tick end\" x=\"%d\" y=\"%.1f\">",
			  LEFT - 8, y + 4);
		add_count(t, at);
		text_add(t, "</text>");
	}
}

struct bar {
	double x, width;
};

static struct bar bar_of(const struct numbers *n, size_t i)
{
	double width = (double)BAR_ROOM / (double)n->count;
	double gap = width > 12 ? 2 : width > 5 ? 1 : 0.4;

	/* A lone bar shall not look like a wall. */
	if (width > 60)
		width = 60;
	return (struct bar){ LEFT + (double)i * width, width - gap };
}

static void add_rect(struct text *t, const struct bar *bar, double top,
		     double height, const char *class)
{
	text_addf(t,
		  "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		  "height=\"%.1f\"/>",
		  class, bar->x, top, bar->width, height);
}

/* The columns of the timeline, from the bottom of its bars up. */
enum { FROM, QUERIES, WIDTH_NS = 9 };
static const struct part {
	int column;
	struct key key;
} parts[] = { { 2, { "noerror", "NOERROR" } },
	      { 3, { "nxdomain", "NXDOMAIN" } },
	      { 6, { "other", "other rcodes" } },
	      { 5, { "refused", "REFUSED" } },
	      { 4, { "servfail", "SERVFAIL" } },
	      { 8, { "undecided", "undecided" } },
	      { 7, { "unanswered", "unanswered" } } };

enum { NUM_PARTS = sizeof(parts) / sizeof(parts[0]) };

static void add_parts(struct text *t, const struct numbers *n, size_t i,
		      int64_t most)
{
	double scale = (double)(BOTTOM - TOP) / (double)most, y = BOTTOM;
	struct bar bar = bar_of(n, i);

	for (size_t p = 0; p < NUM_PARTS; p++) {
		double height = (double)n->values[i][parts[p].column] * scale;

		if (height <= 0)
			continue;
		/* What is rare is what is looked for. */
		height = fmin(fmax(height, 1.5), y - TOP);
		y -= height;
		add_rect(t, &bar, y, height, parts[p].key.class);
	}
}

/* What a mouse over a bar shows. */
static void add_bar_title(struct text *t, const struct numbers *n, size_t i)
{
	struct bar bar = bar_of(n, i);
	char moment[TIMESTAMP_TEXT_MAX];

	if (n->values[i][QUERIES] == 0)
		return;
	text_addf(t,
		  "<rect class=\"over\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" "
		  "height=\"%d\"><title>from %s:",
		  bar.x, TOP, bar.width, BOTTOM - TOP,
		  timestamp_format(n->values[i][FROM], moment));
	for (size_t p = 0; p < NUM_PARTS; p++)
		if (n->values[i][parts[p].column] > 0)
			text_addf(t, " %" PRId64 " %s",
				  n->values[i][parts[p].column],
				  parts[p].key.words);
	text_add(t, "</title></rect>");
}

/* As much of the time as tells it from its neighbours. */
static void add_moment(struct text *t, int64_t ns, int64_t span_ns)
{
	char moment[TIMESTAMP_TEXT_MAX];

	timestamp_format(ns, moment);
	if (span_ns > 86400 * NS_PER_SECOND)
		text_addf(t, "%.5s %.5s", moment + 5, moment + 11);
	else
		text_addf(t, "%.*s", span_ns < 12 * NS_PER_SECOND ? 12 : 8,
			  moment + 11);
}

static void add_moments(struct text *t, const struct numbers *n)
{
	int64_t span = (int64_t)n->count * n->values[0][WIDTH_NS];
	size_t step = (size_t)tick_of((int64_t)n->count, TICKS_MAX - 3);

	for (size_t i = 0; i < n->count; i += step) {
		struct bar bar = bar_of(n, i);

		if (bar.x > RIGHT - 40)
			break;
		text_addf(t,
			  "<path class=\"axis\" d=\"M%.1f %dv5\"/><text "
			  "class=\"tick\" x=\"%.1f\" y=\"%d\">",
			  bar.x, BOTTOM, bar.x, BOTTOM + 19);
		add_moment(t, n->values[i][FROM], span);
		text_add(t, "</text>");
	}
}

static void add_timeline_words(struct text *t, const struct numbers *n)
{
	char moment[TIMESTAMP_TEXT_MAX], span[DURATION_TEXT_MAX];
	size_t most = 0;

	for (size_t i = 0; i < n->count; i++)
		if (n->values[i][QUERIES] > n->values[most][QUERIES])
			most = i;
	text_addf(t,
		  n->count == 1 ? "%zu bar of %s, " : "%zu bars of %s each, ",
		  n->count, duration_format(n->values[0][WIDTH_NS], span));
	text_addf(t, "the highest %" PRId64 " %s ", n->values[most][QUERIES],
		  n->values[most][QUERIES] == 1 ? "query" : "queries");
	text_addf(t, "from %s on. The table below has the numbers.</desc>",
		  timestamp_format(n->values[most][FROM], moment));
}

static void draw_timeline(struct text *t, const char *title,
			  const struct numbers *n)
{
	int64_t most = largest(n, QUERIES);
	struct key keys[NUM_PARTS];
	size_t count = 0;

	figure_begin(t, "timeline", HEIGHT, title);
	add_timeline_words(t, n);
	/* Not of colour alone: for print, and for who cannot tell them. */
	text_add(t, "<defs><pattern id=\"hatch\" width=\"5\" height=\"5\" "
		    "patternUnits=\"userSpaceOnUse\" "
		    "patternTransform=\"rotate(45)\"><rect class=\"ground\" "
		    "width=\"5\" height=\"5\"/><rect class=\"stripe\" "
		    "width=\"3\" height=\"5\"/></pattern></defs>");
	add_count_axis(t, most);
	for (size_t i = 0; i < n->count; i++)
		add_parts(t, n, i, most);
	for (size_t i = 0; i < n->count; i++)
		add_bar_title(t, n, i);
	add_moments(t, n);
	for (size_t p = 0; p < NUM_PARTS; p++)
		if (largest(n, parts[p].column) > 0)
			keys[count++] = parts[p].key;
	figure_end(t, title, keys, count);
}

static const char *speed_of(int64_t from_ns, bool is_slow)
{
	return from_ns >= NS_PER_SECOND ? "verySlow"
	       : is_slow                ? "slow"
					: "quick";
}

enum { TO = 1, COUNT_COLUMN = 2 };

static void add_bar(struct text *t, const struct numbers *n, size_t i,
		    const char *class)
{
	int64_t most = largest(n, COUNT_COLUMN);
	int64_t count = n->values[i][COUNT_COLUMN];
	double height = (double)(BOTTOM - TOP) * (double)count / (double)most;
	struct bar bar = bar_of(n, i);

	if (count == 0)
		return;
	height = fmax(height, 2);
	add_rect(t, &bar, BOTTOM - height, height, class);
	text_addf(t, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\">",
		  bar.x + bar.width / 2, BOTTOM - height - 5);
	add_count(t, count);
	text_add(t, "</text>");
}

/* At the left edge of each second bar or so. */
static void add_edges(struct text *t, const struct numbers *n)
{
	size_t step = (n->count + TICKS_MAX) / (TICKS_MAX + 1);

	for (size_t i = 0; i < n->count; i += step) {
		struct bar bar = bar_of(n, i);

		text_addf(t,
			  "<path class=\"axis\" d=\"M%.1f %dv5\"/><text "
			  "class=\"tick\" x=\"%.1f\" y=\"%d\">",
			  bar.x, BOTTOM, bar.x, BOTTOM + 19);
		figure_add_span(t, (double)n->values[i][FROM]);
		text_add(t, "</text>");
	}
}

/* Which bars are slow the SQL says, in a column of text. */
struct histogram {
	struct numbers *numbers;
	bool is_slow[ROWS_MAX];
};

static void draw_histogram(struct text *t, const char *title,
			   const struct histogram *h)
{
	static const struct key keys[] = { { "quick", "quick" },
					   { "slow", "slow" },
					   { "verySlow", "over 1 s" } };
	const struct numbers *n = h->numbers;

	figure_begin(t, "histogram", HEIGHT, title);
	text_add(t, "Bars of growing latency, from ");
	figure_add_span(t, (double)n->values[0][FROM]);
	text_add(t, " to ");
	figure_add_span(t, (double)n->values[n->count - 1][FROM]);
	text_add(t, " and more; their heights are counts of answers. The table "
		    "below has the numbers.</desc>");
	text_addf(t, "<path class=\"axis\" d=\"M%d %dH%d\"/>", LEFT, BOTTOM,
		  RIGHT);
	for (size_t i = 0; i < n->count; i++)
		add_bar(t, n, i, speed_of(n->values[i][FROM], h->is_slow[i]));
	add_edges(t, n);
	figure_end(t, title, keys, sizeof(keys) / sizeof(keys[0]));
}

int html_print_timeline(struct output *o, const char *title, struct rows *r)
{
	struct html_table *table = html_table_new(o, title);
	struct numbers *n = must_calloc(1, sizeof(*n));
	struct text t = { 0 };
	int rc = figure_read(r, n, table);

	if (rc == 0 && n->count > 0) {
		draw_timeline(&t, title, n);
		html_write(o, &t);
		figure_print_numbers(o, table);
	}
	text_release(&t);
	figure_release(n);
	html_table_free(table);
	return rc;
}

int html_print_histogram(struct output *o, const char *title, struct rows *r)
{
	struct html_table *table = html_table_new(o, title);
	struct histogram h = { must_calloc(1, sizeof(*h.numbers)), { false } };
	struct text t = { 0 };
	int rc;

	while ((rc = rows_next(r)) == 1) {
		h.is_slow[h.numbers->count] = strcmp(rows_text(r, 3), "slow") ==
					      0;
		figure_take_row(h.numbers, r);
		html_table_add(table, r);
	}
	if (rc == 0 && h.numbers->count > 0) {
		draw_histogram(&t, title, &h);
		html_write(o, &t);
		figure_print_numbers(o, table);
	}
	text_release(&t);
	figure_release(h.numbers);
	html_table_free(table);
	return rc;
}
