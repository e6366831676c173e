/* SPDX-License-Identifier: BSD-3-Clause */
/* SplitMix64 (Steele, Lea and Flood, 2014). */
#include "tests/bench/dice.h"

#include <stdlib.h>

#include "base/memory.h"

uint64_t dice_mix(uint64_t number)
{
	number = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ (number >> 27)) * UINT64_C(0x94d049bb133111eb);
	return number ^ (number >> 31);
}

uint64_t dice_next(struct dice *d)
{
	d->state += UINT64_C(0x9e3779b97f4a7c15);
	return dice_mix(d->state);
}

uint32_t dice_below(struct dice *d, uint32_t limit)
{
	return (uint32_t)(((dice_next(d) >> 32) * limit) >> 32);
}

bool dice_chance(struct dice *d, unsigned per_mille)
{
	return dice_below(d, 1000) < per_mille;
}

int64_t dice_span(struct dice *d, int64_t low, int64_t high)
{
	uint32_t octaves = 1;
	int64_t value;

	while (low << octaves < high)
		octaves++;
	value = low << dice_below(d, octaves);
	value += (int64_t)(dice_next(d) % (uint64_t)value);
	return value < high ? value : high;
}

void zipf_init(struct zipf *z, uint32_t count)
{
	uint64_t sum = 0;

	z->count = count;
	z->sums = must_calloc(count, sizeof(*z->sums));
	for (uint32_t rank = 0; rank < count; rank++) {
		sum += (UINT64_C(1) << 40) / (rank + 1);
		z->sums[rank] = sum;
	}
}

void zipf_release(struct zipf *z)
{
	free(z->sums);
	z->sums = NULL;
}

uint32_t zipf_roll(const struct zipf *z, struct dice *d)
{
	uint64_t at = dice_next(d) % z->sums[z->count - 1];
	uint32_t low = 0, high = z->count - 1;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (z->sums[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}
