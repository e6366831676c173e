/* SPDX-License-Identifier: BSD-3-Clause */
/* Changes to captures that mostly leave blocks, packets and messages whole. */
#ifndef TESTS_FUZZ_MUTATE_PCAPNG_H
#define TESTS_FUZZ_MUTATE_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

/* As LLVMFuzzerCustomMutator(). */
size_t mutate_pcapng(uint8_t *data, size_t len, size_t room, unsigned int seed);

#endif
