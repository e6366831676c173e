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
 * RFC 3339 in UTC, "2026-03-01T14:03:11.123456Z"; the fraction and its
 * digits, the time and the date's end may be left out ("2026-03-01",
 * "2026-03-01T14:03Z"); a bare number is seconds since 1970.
 */
bool timestamp_parse(const char *string, int64_t *ns);

/*
 * "2026-03-01T14:03:11.123456789Z"; the last three digits only where they
 * are not zero.  out takes TIMESTAMP_TEXT_MAX bytes and is returned.
 */
const char *timestamp_format(int64_t ns, char *out);

#endif
