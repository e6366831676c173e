/* SPDX-License-Identifier: BSD-3-Clause */
/* The percentiles of nameservers beside each other. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "report/html_figure_private.h"

/* The figure of nameservers: a line for each, on a logarithmic axis. */
enum {
	LINES_MAX = 12,
	LINE_HEIGHT = 26,
	LINES_TOP = 16,
	LINES_LEFT = 230,
	LABEL_BYTES = 32,
	P50 = 6,
	P95,
	P99,
	MOST
};

static double place_of(double ns, double low, double high)
{
	return LINES_LEFT + (RIGHT - 20 - LINES_LEFT) *
				    log10(fmax(ns, low) / low) /
				    log10(high / low);
}

static void add_decades(struct text *t, double low, double high, int bottom)
{
	for (double at = low; at < high * 1.01; at *= 10) {
		double x = place_of(at, low, high);

		text_addf(t,
			  "<path class=\"grid\" d=\"M%.1f %dV%d\"/>"
			  "<text class=\"tick\" x=\"%.1f\" y=\"%d\">",
			  x, LINES_TOP - 6, bottom, x, bottom + 17);
		figure_add_span(t, at);
		text_add(t, "</text>");
	}
}

static void add_label(struct text *t, const char *label, int y)
{
	struct text part = { 0 };

	text_add_bytes(&part, label, strnlen(label, LABEL_BYTES));
	text_addf(t, "<text class=\"end\" x=\"%d\" y=\"%d\">", LINES_LEFT - 14,
		  y + 4);
	html_add(t, text_string(&part));
	text_add(t, "</text>");
	text_release(&part);
}

static void add_line(struct text *t, const struct numbers *n, size_t i,
		     const double range[2])
{
	static const char *const marks[] = { "p50", "p95", "p99", "most" };
	int y = LINES_TOP + (int)i * LINE_HEIGHT + LINE_HEIGHT / 2;
	const int64_t *values = n->values[i];

	add_label(t, n->labels[i], y);
	if (values[MOST] < 0) {
		text_addf(t,
			  "<text class=\"none\" x=\"%d\" y=\"%d\">no answer "
			  "that was timed</text>",
			  LINES_LEFT, y + 4);
		return;
	}
	text_addf(t, "<path class=\"range\" d=\"M%.1f %dH%.1f\"/>",
		  place_of((double)values[P50], range[0], range[1]), y,
		  place_of((double)values[MOST], range[0], range[1]));
	/* The largest first: where all are one, the median is on top. */
	for (int m = 3; m >= 0; m--)
		text_addf(t,
			  "<circle class=\"%s\" cx=\"%.1f\" cy=\"%d\" "
			  "r=\"%d\"/>",
			  marks[m],
			  place_of((double)values[P50 + m], range[0], range[1]),
			  y, m == 0 ? 6 : 5);
}

static void choose_range(const struct numbers *n, double range[2])
{
	int64_t low = INT64_MAX, high = 10000;

	for (size_t i = 0; i < n->count; i++) {
		if (n->values[i][P50] >= 0 && n->values[i][P50] < low)
			low = n->values[i][P50];
		if (n->values[i][MOST] > high)
			high = n->values[i][MOST];
	}
	if (low > high || low < 1000)
		low = 1000;
	range[0] = pow(10, floor(log10((double)low)));
	range[1] = pow(10, ceil(log10((double)high)));
	if (range[1] <= range[0])
		range[1] = 10 * range[0];
}

static void draw_nameservers(struct text *t, const char *title,
			     const struct numbers *n)
{
	static const struct key keys[] = { { "p50", "p50" },
					   { "p95", "p95" },
					   { "p99", "p99" },
					   { "most", "slowest" } };
	size_t count = n->count < LINES_MAX ? n->count : LINES_MAX;
	int bottom = LINES_TOP + (int)count * LINE_HEIGHT;
	double range[2];

	choose_range(n, range);
	figure_begin(t, "nameservers", bottom + 26, title);
	text_addf(t,
		  "%zu nameservers with their percentiles on a logarithmic "
		  "axis. The table below has the numbers.</desc>",
		  count);
	add_decades(t, range[0], range[1], bottom);
	for (size_t i = 0; i < count; i++)
		add_line(t, n, i, range);
	figure_end(t, title, keys, sizeof(keys) / sizeof(keys[0]));
}

int html_print_nameservers(struct output *o, const char *title, struct rows *r)
{
	struct html_table *table = html_table_new(o, title);
	struct numbers *n = must_calloc(1, sizeof(*n));
	struct text t = { 0 };
	int rc;

	while ((rc = rows_next(r)) == 1 && !html_table_is_full(table)) {
		figure_take_row(n, r);
		html_table_add(table, r);
	}
	if (rc >= 0 && n->count > 0) {
		draw_nameservers(&t, title, n);
		html_write(o, &t);
		html_table_finish(table);
	}
	text_release(&t);
	figure_release(n);
	html_table_free(table);
	return rc;
}
