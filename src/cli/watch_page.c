/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/watch_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/text.h"
#include "screen/sparkline.h"

enum {
	LISTS_ROW = 7,        /* what is above has a row each */
	FEET = 2,             /* a message and the keys */
	WIDE = 150,           /* names and clients find room side by side */
	HISTORY_SECONDS = 300 /* what a sparkline shows at least */
};

struct drawing {
	struct screen *screen;
	const struct watch_page *page;
	int rows, columns;
	struct text line;
};

static void put_line(struct drawing *d, int row, enum ink ink)
{
	screen_put(d->screen, (struct place){ row, 0, d->columns }, ink,
		   text_string(&d->line));
	text_clear(&d->line);
}

/* To the full width, so that the ink covers it. */
static void fill_line(struct drawing *d)
{
	while ((int)text_columns(text_string(&d->line)) < d->columns)
		text_add(&d->line, " ");
}

static void add_running(struct text *t, int64_t ns)
{
	int64_t seconds = ns / NS_PER_SECOND;

	/* A clock may have been set back. */
	if (seconds < 0)
		seconds = 0;
	if (seconds >= 3600)
		text_addf(t, "%" PRId64 "h%02" PRId64 "m", seconds / 3600,
			  seconds / 60 % 60);
	else if (seconds >= 60)
		text_addf(t, "%" PRId64 "m%02" PRId64 "s", seconds / 60,
			  seconds % 60);
	else
		text_addf(t, "%" PRId64 "s", seconds);
}

static void draw_title(struct drawing *d, int row)
{
	const struct live_status *status = d->page->status;
	char now[TIMESTAMP_TEXT_MAX];

	timestamp_format(status->now_ns, now);
	text_addf(&d->line, " dnsforensics live  %s%.8sZ  running ",
		  d->page->is_paused ? "PAUSED  " : "", now + 11);
	add_running(&d->line, status->now_ns - status->started_ns);
	text_add(&d->line, "  ");
	text_add_terminal_safe(&d->line, status->interfaces);
	if (status->store != NULL) {
		text_add(&d->line, " > ");
		text_add_terminal_safe(&d->line, status->store);
	}
	fill_line(d);
	put_line(d, row, d->page->is_paused ? INK_DOUBT : INK_TITLE);
}

/* Shares where there is room for them. */
static void add_count(const struct drawing *d, struct text *t, int64_t count,
		      const char *what)
{
	int64_t of = d->page->data->totals.queries;

	text_addf(t, ", %" PRId64 " %s", count, what);
	if (count > 0 && d->columns >= WIDE)
		text_addf(t, " (%.1f%%)", 100.0 * (double)count / (double)of);
}

static void add_latency(struct text *t, int64_t ns)
{
	char text[DURATION_TEXT_MAX];

	text_add(t, ns < 0 ? "-" : duration_format(ns, text));
}

static enum ink ink_of(const struct watch_row *row)
{
	return row->unanswered > 0 ? INK_BAD
	       : row->errors > 0   ? INK_DOUBT
				   : INK_PLAIN;
}

static void draw_rates(struct drawing *d, int row)
{
	const struct watch_data *data = d->page->data;
	const struct watch_row *t = &data->totals;

	text_addf(&d->line, "%.*f/s: %" PRId64 " queries in ",
		  t->per_second < 10 ? 2 : 1, t->per_second, t->queries);
	add_running(&d->line,
		    data->since_ns >= 0 ? data->now_ns - data->since_ns : 0);
	add_count(d, &d->line, t->errors, "errors");
	add_count(d, &d->line, t->denied, "NXDOMAIN");
	add_count(d, &d->line, t->unanswered, "unanswered");
	put_line(d, row, ink_of(t));
}

static void draw_latencies(struct drawing *d, int row)
{
	const struct watch_row *t = &d->page->data->totals;

	text_add(&d->line, "latency p50 ");
	add_latency(&d->line, t->p50_ns);
	text_add(&d->line, "  p95 ");
	add_latency(&d->line, t->p95_ns);
	text_add(&d->line, "  p99 ");
	add_latency(&d->line, t->p99_ns);
	if (d->page->filter[0] != '\0')
		text_addf(&d->line, "   only names like /%s/", d->page->filter);
	put_line(d, row, INK_PLAIN);
}

static void add_dropped(struct text *t, uint64_t count, const char *by)
{
	if (count > 0)
		text_addf(t, "%" PRIu64 " DROPPED by %s, ", count, by);
}

/* What was dropped is missing from all that is shown. */
static void draw_drops(struct drawing *d, int row)
{
	const struct live_status *status = d->page->status;
	bool is_whole;

	add_dropped(&d->line, status->dropped_by_kernel, "the kernel");
	add_dropped(&d->line, status->dropped_by_interface, "interfaces");
	if (status->undecided > 0)
		text_addf(&d->line, "%" PRIu64 " queries forgotten, ",
			  status->undecided);
	is_whole = d->line.len == 0;
	text_add(&d->line, is_whole ? "nothing dropped, "
				    : "so \"unanswered\" is in doubt; ");
	text_addf(&d->line, "%" PRIu64 " packets, %.0f/s, %" PRIu64 " messages",
		  status->packets, d->page->packets_per_second,
		  status->messages);
	put_line(d, row, is_whole ? INK_GOOD : INK_BAD);
}

/* Seconds that one bar stands for, of those that people can count with. */
static int step_of(int bars)
{
	static const int steps[] = { 1, 2, 5, 10, 15, 30, 60 };
	size_t i = 0;

	while (i + 1 < sizeof(steps) / sizeof(steps[0]) &&
	       steps[i] * bars < HISTORY_SECONDS)
		i++;
	return steps[i];
}

/* The mean of the seconds from first on; -1: nothing is known of them. */
static double mean_of(const struct watch_data *data, int64_t first, int step,
		      bool of_failures)
{
	double sum = 0;
	int known = 0;

	for (int64_t second = first; second < first + step; second++) {
		const struct watch_second *s =
			&data->history[second % WATCH_HISTORY];

		/* The second that runs would look like a fall. */
		if (second <= 0 || s->second != second ||
		    second >= data->now_ns / NS_PER_SECOND)
			continue;
		sum += (double)(of_failures ? s->failures : s->queries);
		known++;
	}
	return known > 0 ? sum / known : -1;
}

enum { BARS_MAX = 400 };

/*
 * Bars begin at multiples of their step, so that they do not change while they
 * move; but for the last one, which is of the whole seconds that it has so far.
 */
static int find_bars(const struct drawing *d, int bars, bool of_failures,
		     double *values)
{
	const struct watch_data *data = d->page->data;
	int step = step_of(bars);
	int64_t last = (data->now_ns / NS_PER_SECOND - 1) / step;

	for (int i = 0; i < bars; i++)
		values[i] = mean_of(data, (last - bars + 1 + i) * step, step,
				    of_failures);
	return step;
}

/* Since the first bar of which anything is known. */
static int64_t covered_ns(const struct drawing *d, const double *values,
			  int bars, int step)
{
	const struct live_status *status = d->page->status;
	int64_t running_ns = status->now_ns - status->started_ns, span_ns;
	int first = 0;

	while (first < bars && values[first] < 0)
		first++;
	span_ns = (int64_t)(bars - first) * step * NS_PER_SECOND;
	return span_ns < running_ns ? span_ns : running_ns;
}

static double largest(const double *values, int count)
{
	double max = 0;

	for (int i = 0; i < count; i++)
		if (values[i] > max)
			max = values[i];
	return max;
}

static void draw_sparkline(struct drawing *d, int row, bool of_failures)
{
	double values[BARS_MAX];
	int bars = d->columns - 36, step;

	if (bars < 1)
		return;
	if (bars > BARS_MAX)
		bars = BARS_MAX;
	step = find_bars(d, bars, of_failures, values);
	text_addf(&d->line, "%-10s", of_failures ? "failures/s" : "queries/s");
	text_add(&d->line, " |");
	sparkline_add(&d->line, values, (size_t)bars,
		      screen_is_utf8(d->screen));
	text_addf(&d->line, "| max %.4g in ", largest(values, bars));
	add_running(&d->line, covered_ns(d, values, bars, step));
	put_line(d, row, of_failures ? INK_BAD : INK_PLAIN);
}

struct frame {
	int row, column, width, height;
	const char *heading;
	bool has_percentiles; /* all three, not only one */
};

/* At the right edge; printf() would count bytes, of which "µ" has two. */
static void add_cell(struct text *t, const char *text, int width)
{
	for (int i = (int)text_columns(text); i < width; i++)
		text_add(t, " ");
	text_add(t, text);
}

static void add_number(struct text *t, int64_t number, int width)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, number);
	add_cell(t, number == 0 ? "." : text, width);
}

static void add_ns(struct text *t, int64_t ns, int width)
{
	char text[DURATION_TEXT_MAX];

	add_cell(t, ns < 0 ? "." : duration_format(ns, text), width);
}

static void add_heads(struct text *t, const struct frame *f)
{
	add_cell(t, "q/s", 8);
	add_cell(t, "errors", 7);
	add_cell(t, "NXDOM", 7);
	add_cell(t, "unansw", 7);
	if (f->has_percentiles)
		add_cell(t, "p50", 9);
	add_cell(t, "p95", 9);
	if (f->has_percentiles)
		add_cell(t, "p99", 9);
}

static void add_numbers(struct text *t, const struct frame *f,
			const struct watch_row *row)
{
	char rate[32];

	snprintf(rate, sizeof(rate), "%.*f", row->per_second < 10 ? 2 : 1,
		 row->per_second);
	add_cell(t, rate, 8);
	add_number(t, row->errors, 7);
	add_number(t, row->denied, 7);
	add_number(t, row->unanswered, 7);
	if (f->has_percentiles)
		add_ns(t, row->p50_ns, 9);
	add_ns(t, row->p95_ns, 9);
	if (f->has_percentiles)
		add_ns(t, row->p99_ns, 9);
}

/* A subject, cut where the numbers begin, which stand at the right. */
static void draw_row(struct drawing *d, const struct frame *f, int row,
		     enum ink ink, const char *subject)
{
	int numbers = (int)text_columns(text_string(&d->line));
	struct place place = { f->row + row, f->column, f->width - numbers };

	screen_put(d->screen, place, ink, subject);
	place.column += place.width;
	place.width = numbers;
	screen_put(d->screen, place, ink, text_string(&d->line));
	text_clear(&d->line);
}

static void draw_list(struct drawing *d, const struct frame *f,
		      const struct watch_list *list)
{
	if (f->height < 1)
		return;
	add_heads(&d->line, f);
	draw_row(d, f, 0, INK_HEAD, f->heading);
	for (int i = 0; i < list->count && i + 1 < f->height; i++) {
		const struct watch_row *row = &list->rows[i];

		add_numbers(&d->line, f, row);
		draw_row(d, f, i + 1, ink_of(row), row->subject);
	}
}

/* Each list but the last gets no more rows than it has. */
static int height_of(const struct watch_list *list, int share)
{
	return list->count + 1 < share ? list->count + 1 : share;
}

static void draw_side_by_side(struct drawing *d, int row, int height)
{
	int half = d->columns / 2;
	struct frame names = { row, 0, half - 1, height, "NAME", false };
	struct frame clients = { row,    half + 1, d->columns - half - 1,
				 height, "CLIENT", false };

	draw_list(d, &names, &d->page->data->names);
	draw_list(d, &clients, &d->page->data->clients);
}

static void draw_below(struct drawing *d, int row, int height)
{
	const struct watch_data *data = d->page->data;
	int clients_height = height_of(&data->clients, height / 2);
	struct frame names = { row,        0,
			       d->columns, height - clients_height,
			       "NAME",     false };
	struct frame clients = { row + names.height, 0,        d->columns,
				 clients_height,     "CLIENT", false };

	draw_list(d, &names, &data->names);
	draw_list(d, &clients, &data->clients);
}

static void draw_lists(struct drawing *d)
{
	const struct watch_data *data = d->page->data;
	int height = d->rows - FEET - LISTS_ROW;
	struct frame servers = {
		LISTS_ROW,    0,
		d->columns,   height_of(&data->servers, height / 3),
		"NAMESERVER", true
	};
	int below = LISTS_ROW + servers.height;

	draw_list(d, &servers, &data->servers);
	height -= servers.height;
	if (d->columns >= WIDE)
		draw_side_by_side(d, below, height);
	else
		draw_below(d, below, height);
}

static void draw_feet(struct drawing *d)
{
	const struct watch_page *page = d->page;

	text_add(&d->line, page->said);
	put_line(d, d->rows - 2, INK_DOUBT);
	if (page->typed != NULL)
		text_addf(&d->line, "only names like: %s_   (Enter, or Esc)",
			  page->typed);
	else
		text_addf(&d->line,
			  "q quit  p pause  s sort: %s  / filter  "
			  "w longer or shorter",
			  page->sort);
	fill_line(d);
	put_line(d, d->rows - 1, INK_TITLE);
}

void watch_page_draw(struct screen *s, const struct watch_page *page)
{
	struct drawing d = { .screen = s, .page = page };

	screen_size(s, &d.rows, &d.columns);
	screen_begin(s);
	draw_title(&d, 0);
	draw_rates(&d, 1);
	draw_latencies(&d, 2);
	draw_drops(&d, 3);
	draw_sparkline(&d, 4, false);
	draw_sparkline(&d, 5, true);
	draw_lists(&d);
	draw_feet(&d);
	screen_end(s);
	text_release(&d.line);
}
