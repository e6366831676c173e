/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Chance that is the same everywhere for the same seed: integers only, as
 * floating point and libm differ between machines.
 */
#ifndef TESTS_BENCH_DICE_H
#define TESTS_BENCH_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
	uint64_t state; /* the seed, whatever it is */
};

uint64_t dice_next(struct dice *d);

/* 0 to limit - 1; limit is not 0. */
uint32_t dice_below(struct dice *d, uint32_t limit);

/* True so many times in 1,000. */
bool dice_chance(struct dice *d, unsigned per_mille);

/*
 * From low to high, each octave as likely as the next: what is shaped like a
 * latency.  0 < low < high.
 */
int64_t dice_span(struct dice *d, int64_t low, int64_t high);

/* A number that belongs to another one, without a dice. */
uint64_t dice_mix(uint64_t number);

/* Ranks from 0, of which rank r comes up in proportion to 1 / (r + 1). */
struct zipf {
	uint64_t *sums;
	uint32_t count;
};

void zipf_init(struct zipf *z, uint32_t count);
void zipf_release(struct zipf *z);
uint32_t zipf_roll(const struct zipf *z, struct dice *d);

#endif
