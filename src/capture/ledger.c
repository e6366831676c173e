/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/ledger_private.h"

#include <inttypes.h>
#include <stdio.h>

const struct ledger_limits ledger_limits = {
	.bytes = UINT64_C(4) << 30,
	.times = 250,
	.members = 10000,
};

static bool is_refused(const struct ledger *ledger)
{
	return ledger->refusal[0] != '\0';
}

bool ledger_count_member(struct ledger *ledger)
{
	if (is_refused(ledger))
		return false;
	if (++ledger->members <= ledger->limits.members)
		return true;
	snprintf(ledger->refusal, sizeof(ledger->refusal),
		 "more than %" PRIu32 " members; the rest is not read",
		 ledger->limits.members);
	return false;
}

static bool is_bomb(const struct ledger *ledger)
{
	uint64_t read = input_size(ledger->file);
	uint64_t unpacked = read + ledger->gained;

	return unpacked > ledger->limits.bytes &&
	       unpacked / ledger->limits.times > read;
}

bool layer_count(struct layer *layer, uint64_t len)
{
	struct ledger *ledger = layer->ledger;
	uint64_t taken = input_size(layer->packed);

	layer->given += len;
	if (layer->given > taken && layer->given - taken > layer->gained) {
		ledger->gained += layer->given - taken - layer->gained;
		layer->gained = layer->given - taken;
	}
	if (!is_refused(ledger) && is_bomb(ledger))
		snprintf(ledger->refusal, sizeof(ledger->refusal),
			 "unpacks to more than %" PRIu64 " MiB and %" PRIu64
			 " times its size, as a bomb does; the rest is not "
			 "read",
			 ledger->limits.bytes >> 20, ledger->limits.times);
	return !is_refused(ledger);
}
