/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/cell.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/duration.h"

/* The columns that end in _ns and are points of time; all others are spans. */
static const char *const times[] = { "answered_ns",  "asked_ns",   "changed_ns",
				     "created_ns",   "deleted_ns", "ended_ns",
				     "finished_ns",  "first_ns",   "last_ns",
				     "last_seen_ns", "since_ns",   "started_ns",
				     "taken_ns",     "time_ns",    "until_ns" };

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

enum cell_shape cell_shape_of(const char *column)
{
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (strcmp(column, times[i]) == 0)
			return SHAPE_TIME;
	if (ends_with(column, "_ns"))
		return SHAPE_DURATION;
	return ends_with(column, "_pct") ? SHAPE_PERCENT : SHAPE_PLAIN;
}

void cell_add_heading(struct text *t, const char *column)
{
	size_t len = strlen(column);

	if (ends_with(column, "_ns"))
		len -= 3;
	if (ends_with(column, "_pct"))
		len -= 3;
	for (size_t i = 0; i < len; i++) {
		char c = (char)toupper((unsigned char)column[i]);

		text_add_bytes(t, c == '_' ? " " : &c, 1);
	}
	if (ends_with(column, "_pct"))
		text_add(t, "%");
}

void cell_add_text(struct text *t, const struct rows *r, int column,
		   enum cell_shape shape)
{
	char span[DURATION_TEXT_MAX], moment[TIMESTAMP_TEXT_MAX];

	if (rows_type(r, column) == CELL_NULL)
		return;
	switch (shape) {
	case SHAPE_TIME:
		text_add(t, timestamp_format(rows_integer(r, column), moment));
		break;
	case SHAPE_DURATION:
		text_add(t, duration_format(rows_integer(r, column), span));
		break;
	case SHAPE_PERCENT:
		text_addf(t, "%.1f%%", rows_real(r, column));
		break;
	default:
		text_add_terminal_safe(t, rows_text(r, column));
	}
}

/* Infinity is no number where JSON and CSV are read: it is as good as none. */
static void add_number(struct text *t, const struct rows *r, int column,
		       const char *none)
{
	if (rows_type(r, column) == CELL_INTEGER)
		text_addf(t, "%" PRId64, rows_integer(r, column));
	else if (isfinite(rows_real(r, column)))
		text_addf(t, "%.15g", rows_real(r, column));
	else
		text_add(t, none);
}

void cell_add_json(struct text *t, const struct rows *r, int column)
{
	switch (rows_type(r, column)) {
	case CELL_NULL:
		text_add(t, "null");
		break;
	case CELL_TEXT:
		text_add_json(t, rows_text(r, column));
		break;
	default:
		add_number(t, r, column, "null");
	}
}

static void add_csv_text(struct text *t, const char *string)
{
	struct text safe = { 0 };

	text_add_terminal_safe(&safe, string);
	text_add_csv(t, text_string(&safe));
	text_release(&safe);
}

void cell_add_csv(struct text *t, const struct rows *r, int column)
{
	switch (rows_type(r, column)) {
	case CELL_NULL:
		break;
	case CELL_TEXT:
		add_csv_text(t, rows_text(r, column));
		break;
	default:
		add_number(t, r, column, "");
	}
}

bool cell_is_number(const struct rows *r, int column)
{
	enum cell_type type = rows_type(r, column);

	return type == CELL_INTEGER || type == CELL_REAL;
}

void cell_add_evidence(struct text *t, const char *evidence,
		       const char *only_file)
{
	size_t len = only_file != NULL ? strlen(only_file) : 0;
	struct text rest = { 0 };

	while (*evidence != '\0') {
		if (len > 0 && strncmp(evidence, only_file, len) == 0 &&
		    evidence[len] == '#')
			evidence += len;
		text_add_bytes(&rest, evidence, 1);
		evidence++;
	}
	text_add_terminal_safe(t, text_string(&rest));
	text_release(&rest);
}

void cell_add_unit(struct text *t, const char *unit, const char *of)
{
	size_t len = strlen(unit);

	if (strcmp(of, "1") != 0)
		text_add(t, unit);
	else if (strcmp(unit, "queries") == 0)
		text_add(t, "query");
	else
		text_add_bytes(t, unit, len - (len > 0));
}
