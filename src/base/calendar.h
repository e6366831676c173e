/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Dates in UTC for any second since 1970 or before it: where time_t has 32 bits
 * gmtime() and timegm() end in 2038.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include <stdint.h>
#include <time.h>

/* Year to second; what else struct tm has is 0. */
void calendar_of(int64_t seconds, struct tm *tm);

/* The month is 0 to 11; days and what is less may lie beyond their ranges. */
int64_t calendar_seconds(const struct tm *tm);

#endif
