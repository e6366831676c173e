/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/clock_private.h"

#include "base/duration.h"

enum { POWER_OF_TWO = 0x80 };

struct moment {
	uint64_t seconds;
	uint32_t ns;
};

static uint64_t power_of_ten(unsigned n)
{
	uint64_t power = 1;

	while (n-- > 0)
		power *= 10;
	return power;
}

static struct moment from_decimal(uint64_t units, unsigned digits)
{
	uint64_t per_second;

	/* 10^20 units don't fit: what 64 bits can count is below a second. */
	while (digits > 19) {
		units /= 10;
		digits--;
	}
	per_second = power_of_ten(digits);
	if (digits <= 9)
		return (struct moment){
			units / per_second,
			(uint32_t)(units % per_second *
				   power_of_ten(9 - digits)),
		};
	return (struct moment){
		units / per_second,
		(uint32_t)(units % per_second / power_of_ten(digits - 9)),
	};
}

static struct moment from_binary(uint64_t units, unsigned bits)
{
	uint64_t fraction;

	while (bits > 63) {
		units >>= 1;
		bits--;
	}
	fraction = units & ((UINT64_C(1) << bits) - 1);
	/* 2^34 * 10^9 is the most that 64 bits hold. */
	if (bits > 34)
		fraction >>= bits - 34;
	return (struct moment){
		units >> bits,
		(uint32_t)(fraction * NS_PER_SECOND >> (bits > 34 ? 34 : bits)),
	};
}

static int64_t nearest(int64_t ns)
{
	if (ns > CLOCK_LAST_NS)
		return CLOCK_LAST_NS;
	return ns < -CLOCK_LAST_NS ? -CLOCK_LAST_NS : ns;
}

int64_t clock_ns(const struct clock *clock, uint64_t units)
{
	unsigned exponent = clock->resolution & ~POWER_OF_TWO;
	struct moment moment = clock->resolution & POWER_OF_TWO
				       ? from_binary(units, exponent)
				       : from_decimal(units, exponent);
	int64_t seconds = INT64_MAX, ns;

	if (moment.seconds < INT64_MAX)
		seconds = (int64_t)moment.seconds;
	/* A positive number overflows upwards only. */
	if (__builtin_add_overflow(seconds, clock->offset_s, &seconds))
		return CLOCK_LAST_NS;
	if (__builtin_mul_overflow(seconds, NS_PER_SECOND, &ns) ||
	    __builtin_add_overflow(ns, moment.ns, &ns))
		return seconds < 0 ? -CLOCK_LAST_NS : CLOCK_LAST_NS;
	return nearest(ns);
}
