/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/option_values_private.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/size.h"

enum { BUFFER_LEAST = 1 << 20 };

static void *place_of(struct options *o, const struct option_row *row)
{
	return (char *)o + row->place;
}

int set_text(struct options *o, const struct option_row *row, const char *value)
{
	*(const char **)place_of(o, row) = value;
	return 0;
}

int set_flag(struct options *o, const struct option_row *row, const char *value)
{
	(void)value;
	*(bool *)place_of(o, row) = true;
	return 0;
}

int set_duration(struct options *o, const struct option_row *row,
		 const char *value)
{
	if (duration_parse(value, place_of(o, row)))
		return 0;
	return fail("--%s: \"%s\" is not a duration, such as 5ms, 5us, 1.5s",
		    row->name, value);
}

/* None at all would be no time to do anything in. */
int set_span(struct options *o, const struct option_row *row, const char *value)
{
	if (set_duration(o, row, value) != 0)
		return -1;
	if (*(int64_t *)place_of(o, row) > 0)
		return 0;
	return fail("--%s: \"%s\" is no time at all; give more, such as 5s",
		    row->name, value);
}

int set_when(struct options *o, const struct option_row *row, const char *value)
{
	if (when_parse(value, place_of(o, row)))
		return 0;
	return fail("--%s: \"%s\" is not a time, such as "
		    "2026-03-01T14:03:11Z, 14:03:11 (UTC, on the capture's "
		    "day), -5m (before its end), or seconds since 1970",
		    row->name, value);
}

int set_snapshot_time(struct options *o, const struct option_row *row,
		      const char *value)
{
	o->has_snapshot_time = true;
	if (timestamp_parse(value, &o->snapshot_time_ns))
		return 0;
	return fail("--%s: \"%s\" is not a time in UTC, such as "
		    "2026-03-01T14:03:11Z, or seconds since 1970",
		    row->name, value);
}

static bool parse_number(const char *text, long long max, long long *number)
{
	char *end = NULL;

	errno = 0;
	*number = strtoll(text, &end, 10);
	return isdigit((unsigned char)text[0]) && *end == '\0' && errno == 0 &&
	       *number <= max;
}

int set_limit(struct options *o, const struct option_row *row,
	      const char *value)
{
	long long limit;

	if (!parse_number(value, INT64_MAX - 1, &limit))
		return fail("--%s: \"%s\" is not a number of rows (0: all)",
			    row->name, value);
	o->limit = limit == 0 ? NO_LIMIT : limit;
	return 0;
}

int set_txn(struct options *o, const struct option_row *row, const char *value)
{
	long long txn;

	if (!parse_number(value, INT64_MAX, &txn))
		return fail("--%s: \"%s\" is not the number of a transaction",
			    row->name, value);
	o->txn = txn;
	o->has_txn = true;
	return 0;
}

int set_count(struct options *o, const struct option_row *row,
	      const char *value)
{
	long long count;

	if (!parse_number(value, INT64_MAX - 1, &count) || count == 0)
		return fail("--%s: \"%s\" is not a number of messages",
			    row->name, value);
	o->count = count;
	return 0;
}

int set_buffer(struct options *o, const struct option_row *row,
	       const char *value)
{
	/* libpcap takes an int. */
	if (!size_parse(value, &o->buffer) || o->buffer < BUFFER_LEAST ||
	    o->buffer > INT32_MAX)
		return fail("--%s: \"%s\" is not a size from 1M to 2047M",
			    row->name, value);
	return 0;
}

int set_max_size(struct options *o, const struct option_row *row,
		 const char *value)
{
	if (!size_parse(value, &o->max_size) || o->max_size == 0)
		return fail("--%s: \"%s\" is not a size, such as 4M", row->name,
			    value);
	return 0;
}

int add_port(struct options *o, const struct option_row *row, const char *value)
{
	long long port;

	if (!parse_number(value, UINT16_MAX, &port) || port == 0)
		return fail("--%s: \"%s\" is not a port from 1 to 65535",
			    row->name, value);
	if (o->num_ports == PORTS_MAX)
		return fail("--%s: no more than %d ports", row->name,
			    PORTS_MAX);
	o->ports[o->num_ports++] = (uint16_t)port;
	return 0;
}

static int add_text(const char ***texts, size_t *count, const char *value)
{
	*texts = must_realloc(*texts, *count + 1, sizeof(**texts));
	(*texts)[(*count)++] = value;
	return 0;
}

int add_filter(struct options *o, const struct option_row *row,
	       const char *value)
{
	(void)row;
	return add_text(&o->filters, &o->num_filters, value);
}

int add_snapshot(struct options *o, const struct option_row *row,
		 const char *value)
{
	(void)row;
	return add_text(&o->snapshots, &o->num_snapshots, value);
}
