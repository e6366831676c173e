/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What unpacking one file has cost so far, over all layers of packing, so that
 * a few bytes cannot keep us busy for ever.
 */
#ifndef CAPTURE_LEDGER_PRIVATE_H
#define CAPTURE_LEDGER_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/input_private.h"

struct ledger_limits {
	/* A bomb gives more than both: so many bytes, so many times its own. */
	uint64_t bytes, times;
	uint32_t members; /* of all archives together */
};

/* 4 GiB, 250 times, 10,000 members. */
extern const struct ledger_limits ledger_limits;

struct ledger {
	struct ledger_limits limits;
	const struct input *file;
	uint64_t gained; /* bytes that came out and had not gone in */
	uint32_t members;
	char refusal
		[128]; /* empty until a limit is reached, and then it stays */
};

/* False: a limit is reached, as ledger->refusal tells. */
bool ledger_count_member(struct ledger *ledger);

/* One layer: stored data gains nothing, however deep it is nested. */
struct layer {
	struct ledger *ledger;
	const struct input *packed;
	uint64_t given, gained;
};

/* len more bytes came out.  False: as above. */
bool layer_count(struct layer *layer, uint64_t len);

#endif
