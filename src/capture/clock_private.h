/* SPDX-License-Identifier: BSD-3-Clause */
/* Timestamps of a pcapng interface: units of its own from a zero of its own. */
#ifndef CAPTURE_CLOCK_PRIVATE_H
#define CAPTURE_CLOCK_PRIVATE_H

#include <stdint.h>

struct clock {
	/* if_tsresol: 10^-n seconds, with the highest bit set 2^-n. */
	uint8_t resolution;
	/* if_tsoffset */
	int64_t offset_s;
};

/* What an interface has that says nothing: microseconds since 1970. */
enum { CLOCK_DEFAULT_RESOLUTION = 6 };

/*
 * Nanoseconds since 1970.  Finer resolutions are cut off (those finer than
 * 2^-34 to within a nanosecond).  What is beyond CLOCK_LAST_NS before or after
 * 1970 (1823 or 2116) is that, so that 64 bits hold the difference of any two
 * times.
 */
#define CLOCK_LAST_NS (INT64_MAX / 2)
int64_t clock_ns(const struct clock *clock, uint64_t units);

#endif
