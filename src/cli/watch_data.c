/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/watch_data.h"

#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/memory.h"

static int column_of(const struct rows *r, const char *name)
{
	int i = 0;

	while (i < rows_num_columns(r) && strcmp(rows_column(r, i), name) != 0)
		i++;
	return i;
}

static int64_t number(const struct rows *r, const char *name)
{
	return rows_integer(r, column_of(r, name));
}

/* -1 for NULL. */
static int64_t span_ns(const struct rows *r, const char *name)
{
	int column = column_of(r, name);

	return rows_type(r, column) == CELL_NULL ? -1 : rows_integer(r, column);
}

static struct watch_row read_row(const struct rows *r)
{
	return (struct watch_row){
		.per_second = rows_real(r, column_of(r, "per_second")),
		.queries = number(r, "queries"),
		.errors = number(r, "errors"),
		.denied = number(r, "denied"),
		.unanswered = number(r, "unanswered"),
		.p50_ns = span_ns(r, "p50_ns"),
		.p95_ns = span_ns(r, "p95_ns"),
		.p99_ns = span_ns(r, "p99_ns"),
	};
}

static int load_totals(struct watch_data *d, struct store *s,
		       const struct recent_span *span)
{
	struct rows *r = recent_open(s, "totals", span);
	int rc = r != NULL ? rows_next(r) : -1;

	if (rc == 1) {
		d->totals = read_row(r);
		d->since_ns = span_ns(r, "since_ns");
	}
	rows_close(r);
	return rc == 1 ? 0 : -1;
}

static void clear_list(struct watch_list *list)
{
	while (list->count > 0)
		free(list->rows[--list->count].subject);
}

static int load_list(struct watch_list *list, const char *name, struct store *s,
		     const struct recent_span *span)
{
	struct rows *r = recent_open(s, name, span);
	int rc = -1;

	clear_list(list);
	while (r != NULL && list->count < WATCH_ROWS_MAX &&
	       (rc = rows_next(r)) == 1) {
		struct watch_row *row = &list->rows[list->count++];

		*row = read_row(r);
		row->subject = must_strdup(
			rows_text(r, column_of(r, "subject")));
	}
	rows_close(r);
	return rc < 0 ? -1 : 0;
}

static struct watch_second *place_of(struct watch_data *d, int64_t second)
{
	return &d->history[second % WATCH_HISTORY];
}

/* Seconds in which nothing was asked have no row. */
static void clear_span(struct watch_data *d)
{
	int64_t last = d->now_ns / NS_PER_SECOND;
	int64_t first = d->since_ns / NS_PER_SECOND + 1;

	if (first <= last - WATCH_HISTORY)
		first = last - WATCH_HISTORY + 1;
	for (int64_t second = first; second <= last; second++)
		*place_of(d, second) = (struct watch_second){ second, 0, 0 };
}

static int load_seconds(struct watch_data *d, struct store *s,
			const struct recent_span *span)
{
	struct rows *r = recent_open(s, "seconds", span);
	int rc = -1;

	if (d->since_ns >= 0)
		clear_span(d);
	while (r != NULL && (rc = rows_next(r)) == 1) {
		int64_t second = number(r, "second");

		if (second >= 0)
			*place_of(d, second) = (struct watch_second){
				second, number(r, "queries"),
				number(r, "failures")
			};
	}
	rows_close(r);
	return rc;
}

int watch_data_sort(struct watch_data *d, struct store *s,
		    struct recent_span *span)
{
	span->seconds = (double)(d->now_ns - d->since_ns) / NS_PER_SECOND;
	if (d->since_ns < 0 || span->seconds < 1)
		span->seconds = 1;
	span->limit = WATCH_ROWS_MAX;
	if (load_list(&d->servers, "servers", s, span) != 0 ||
	    load_list(&d->names, "names", s, span) != 0)
		return -1;
	return load_list(&d->clients, "clients", s, span);
}

int watch_data_load(struct watch_data *d, struct store *s,
		    struct recent_span *span)
{
	d->now_ns = span->now_ns;
	if (recent_fill(s, span) != 0 || load_totals(d, s, span) != 0 ||
	    load_seconds(d, s, span) != 0)
		return -1;
	return watch_data_sort(d, s, span);
}

void watch_data_forget(struct watch_data *d)
{
	memset(d->history, 0, sizeof(d->history));
}

void watch_data_release(struct watch_data *d)
{
	clear_list(&d->servers);
	clear_list(&d->names);
	clear_list(&d->clients);
}
