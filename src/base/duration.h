/* SPDX-License-Identifier: BSD-3-Clause */
/* Spans and points of time as people write and read them. */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#define NS_PER_SECOND INT64_C(1000000000)

enum { DURATION_TEXT_MAX = 32, TIMESTAMP_TEXT_MAX = 48 };

/*
 * A number with a unit, ns, us, μs (either micro sign), ms, s, m or h:
 * "5ms", "1.5s".  A bare "0" is taken too.  False where it isn't one, is
 * negative or too long for 64 bits of nanoseconds.
 */
bool duration_parse(const char *string, int64_t *ns);

/*
 * As Inspektor Gadget prints latencies: "0ns", "850ns", "14.02ms", "2.00s".
 * The text goes to out, DURATION_TEXT_MAX bytes, which is returned.
 */
const char *duration_format(int64_t ns, char *out);

/*
 * RFC 3339, "2026-03-01T14:03:11.123456Z", "2026-03-01T15:03:11+01:00"; without
 * a zone it is UTC.  The fraction and its digits, the time and the date's end
 * may be left out ("2026-03-01", "2026-03-01T14:03Z"); a bare number is seconds
 * since 1970.
 */
bool timestamp_parse(const char *string, int64_t *ns);

/* A point of time that may only mean something beside a capture. */
enum when_kind {
	WHEN_NONE,
	WHEN_ABSOLUTE, /* ns since 1970 */
	WHEN_OF_DAY,   /* ns since midnight, UTC */
	WHEN_FROM_END  /* ns before the last packet */
};

struct when {
	enum when_kind kind;
	int64_t ns;
};

/* What timestamp_parse() takes, "14:03", "14:03:11.5", or "-5m". */
bool when_parse(const char *string, struct when *when);

/*
 * As ns since 1970, for a capture from first_ns to last_ns.  A time of day is
 * that of the first packet's day or, if the capture goes on past midnight and
 * began later than that, of the next.
 */
int64_t when_at(const struct when *when, int64_t first_ns, int64_t last_ns);

/*
 * "2026-03-01T14:03:11.123456789Z"; the last three digits only where they
 * are not zero.  out takes TIMESTAMP_TEXT_MAX bytes and is returned.
 */
const char *timestamp_format(int64_t ns, char *out);

#endif
