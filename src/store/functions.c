/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/functions_private.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/memory.h"
#include "base/pattern.h"
#include "base/text.h"
#include "packet/datagram.h"

static void free_pattern(void *pattern)
{
	pattern_free(pattern);
}

static void result_broken_pattern(sqlite3_context *context,
				  const char *expression, const char *why)
{
	struct text message = { 0 };

	text_addf(&message, "broken pattern \"%s\": %s", expression, why);
	sqlite3_result_error(context, text_string(&message), -1);
	text_release(&message);
}

/* "text REGEXP expression" calls regexp(expression, text). */
static void regexp(sqlite3_context *context, int count, sqlite3_value **args)
{
	struct pattern *pattern = sqlite3_get_auxdata(context, 0);
	const char *expression = (const char *)sqlite3_value_text(args[0]);
	const char *text = (const char *)sqlite3_value_text(args[1]);
	char why[PATTERN_WHY_MAX];
	size_t where = 0;
	bool matches;

	(void)count;
	if (expression == NULL || text == NULL)
		return;
	if (pattern != NULL) {
		sqlite3_result_int(
			context,
			pattern_matches(pattern, text,
					(size_t)sqlite3_value_bytes(args[1])));
		return;
	}
	pattern = pattern_new(expression, why, &where);
	if (pattern == NULL) {
		result_broken_pattern(context, expression, why);
		return;
	}
	matches = pattern_matches(pattern, text,
				  (size_t)sqlite3_value_bytes(args[1]));
	/* Last: SQLite may free it at once. */
	sqlite3_set_auxdata(context, 0, pattern, free_pattern);
	sqlite3_result_int(context, matches);
}

struct sample {
	int64_t value, count;
};

struct samples {
	struct sample *items;
	size_t len, room;
	int64_t count;
	double percent;
};

/* percentile(value, percent), or percentile(value, percent, how often). */
static void percentile_step(sqlite3_context *context, int count,
			    sqlite3_value **args)
{
	struct samples *s = sqlite3_aggregate_context(context, sizeof(*s));
	struct sample *item;

	if (s == NULL || sqlite3_value_type(args[0]) == SQLITE_NULL)
		return;
	if (s->len == s->room) {
		s->room = s->room != 0 ? 2 * s->room : 8;
		s->items = must_realloc(s->items, s->room, sizeof(*s->items));
	}
	item = &s->items[s->len++];
	item->value = sqlite3_value_int64(args[0]);
	item->count = count > 2 ? sqlite3_value_int64(args[2]) : 1;
	s->count += item->count;
	s->percent = sqlite3_value_double(args[1]);
}

static int by_value(const void *a, const void *b)
{
	int64_t x = ((const struct sample *)a)->value;
	int64_t y = ((const struct sample *)b)->value;

	return (x > y) - (x < y);
}

static void percentile_final(sqlite3_context *context)
{
	struct samples *s = sqlite3_aggregate_context(context, 0);
	double rank, seen = 0;
	size_t i = 0;

	if (s == NULL || s->len == 0)
		return;
	qsort(s->items, s->len, sizeof(*s->items), by_value);
	rank = ceil(s->percent / 100 * (double)s->count);
	while (i + 1 < s->len && (seen += (double)s->items[i].count) < rank)
		i++;
	sqlite3_result_int64(context, s->items[i].value);
	free(s->items);
}

/*
 * The middle of the span where the number is, or the number itself on their
 * borders: 1.00, 1.02 ... 5.0, 5.1 ... 10.  So it is within 1 %, and round limits
 * keep what is above them apart from what is not.
 */
static int64_t round_number(int64_t number)
{
	int64_t unit = 1, step, low;

	if (number < 100)
		return number;
	while (number / unit >= 10)
		unit *= 10;
	step = number / 5 < unit ? unit / 50 : unit / 10;
	low = number - number % step;
	return number == low ? number : low + step / 2;
}

static void rounded(sqlite3_context *context, int count, sqlite3_value **args)
{
	(void)count;
	if (sqlite3_value_type(args[0]) != SQLITE_NULL)
		sqlite3_result_int64(
			context, round_number(sqlite3_value_int64(args[0])));
}

static void duration(sqlite3_context *context, int count, sqlite3_value **args)
{
	char text[DURATION_TEXT_MAX];

	(void)count;
	if (sqlite3_value_type(args[0]) != SQLITE_NULL)
		sqlite3_result_text(
			context,
			duration_format(sqlite3_value_int64(args[0]), text), -1,
			SQLITE_TRANSIENT);
}

static void utc(sqlite3_context *context, int count, sqlite3_value **args)
{
	char text[TIMESTAMP_TEXT_MAX];

	(void)count;
	if (sqlite3_value_type(args[0]) != SQLITE_NULL)
		sqlite3_result_text(
			context,
			timestamp_format(sqlite3_value_int64(args[0]), text),
			-1, SQLITE_TRANSIENT);
}

/* As the store writes addresses; IPv4 where IPv6 only wraps it (RFC 4291). */
static void address_of(sqlite3_context *context, int count,
		       sqlite3_value **args)
{
	static const uint8_t wrap[12] = { [10] = 0xff, [11] = 0xff };
	char text[ADDRESS_TEXT_MAX];
	struct address address;

	(void)count;
	if (sqlite3_value_type(args[0]) != SQLITE_TEXT ||
	    !address_parse((const char *)sqlite3_value_text(args[0]), &address))
		return;
	if (address.len == 16 &&
	    memcmp(address.bytes, wrap, sizeof(wrap)) == 0) {
		memmove(address.bytes, address.bytes + sizeof(wrap), 4);
		address.len = 4;
	}
	sqlite3_result_text(context, address_format(&address, text), -1,
			    SQLITE_TRANSIENT);
}

static void time_of(sqlite3_context *context, int count, sqlite3_value **args)
{
	int64_t ns;

	(void)count;
	if (sqlite3_value_type(args[0]) == SQLITE_TEXT &&
	    timestamp_parse((const char *)sqlite3_value_text(args[0]), &ns))
		sqlite3_result_int64(context, ns);
}

enum { SPELLING_MAX = 255 };

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

/*
 * Damerau-Levenshtein, no part changed twice: letters replaced, left out, put
 * in, or two neighbours exchanged.  Three rows of the table are enough, and
 * after two that are all over the limit nothing below it can follow.
 */
static int count_edits(const char *a, int a_len, const char *b, int b_len,
		       int most)
{
	int rows[3][SPELLING_MAX + 1];
	int *older = rows[0], *old = rows[1], *row = rows[2], *free_row;
	int least, old_least = 0;

	for (int j = 0; j <= b_len; j++)
		old[j] = j;
	for (int i = 1; i <= a_len; i++) {
		row[0] = i;
		least = i;
		for (int j = 1; j <= b_len; j++) {
			row[j] = smaller(old[j - 1] + (a[i - 1] != b[j - 1]),
					 smaller(old[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = smaller(row[j], older[j - 2] + 1);
			least = smaller(least, row[j]);
		}
		if (least > most && old_least > most)
			return most + 1;
		old_least = least;
		free_row = older;
		older = old;
		old = row;
		row = free_row;
	}
	return old[b_len];
}

static bool is_number(const char *text, int len)
{
	return (int)strspn(text, "0123456789") >= len;
}

/*
 * What both begin and end with needs no table.  Another number is another
 * thing and no slip: -1.
 */
static int edit_distance(const char *a, int a_len, const char *b, int b_len,
			 int most)
{
	while (a_len > 0 && b_len > 0 && a[a_len - 1] == b[b_len - 1])
		a_len--, b_len--;
	while (a_len > 0 && b_len > 0 && *a == *b)
		a++, b++, a_len--, b_len--;
	if (a_len + b_len > 0 && is_number(a, a_len) && is_number(b, b_len))
		return -1;
	return count_edits(a, a_len, b, b_len, most);
}

void functions_count_edits(sqlite3_context *context, const char *a,
			   const char *b, int64_t most)
{
	size_t a_len = strlen(a), b_len = strlen(b);
	int distance;

	if (a_len > SPELLING_MAX || b_len > SPELLING_MAX ||
	    abs((int)a_len - (int)b_len) > most)
		return;
	distance = edit_distance(a, (int)a_len, b, (int)b_len, (int)most);
	if (distance >= 0 && distance <= most)
		sqlite3_result_int(context, distance);
}

/* edits(a, b, most): NULL if more than that, or if no slip makes one of it. */
static void edits(sqlite3_context *context, int count, sqlite3_value **args)
{
	const char *a = (const char *)sqlite3_value_text(args[0]);
	const char *b = (const char *)sqlite3_value_text(args[1]);

	(void)count;
	if (a != NULL && b != NULL)
		functions_count_edits(context, a, b,
				      sqlite3_value_int64(args[2]));
}

void functions_register(sqlite3 *db)
{
	int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

	sqlite3_create_function(db, "regexp", 2, flags, NULL, regexp, NULL,
				NULL);
	sqlite3_create_function(db, "duration", 1, flags, NULL, duration, NULL,
				NULL);
	sqlite3_create_function(db, "utc", 1, flags, NULL, utc, NULL, NULL);
	sqlite3_create_function(db, "address_of", 1, flags, NULL, address_of,
				NULL, NULL);
	sqlite3_create_function(db, "time_of", 1, flags, NULL, time_of, NULL,
				NULL);
	sqlite3_create_function(db, "edits", 3, flags, NULL, edits, NULL, NULL);
	sqlite3_create_function(db, "rounded", 1, flags, NULL, rounded, NULL,
				NULL);
	for (int count = 2; count <= 3; count++)
		sqlite3_create_function(db, "percentile", count, flags, NULL,
					NULL, percentile_step,
					percentile_final);
}
