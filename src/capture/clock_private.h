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
 * 2^-34 to within a nanosecond), what 64 bits can't hold is the nearest they
 * can: 1677 or 2262.
 */
int64_t clock_ns(const struct clock *clock, uint64_t units);

#endif
