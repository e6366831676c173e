/* SPDX-License-Identifier: BSD-3-Clause */
/* For targets whose input is a capture. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutate_pcapng.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t room,
			       unsigned int seed)
{
	return mutate_pcapng(data, len, room, seed);
}
