/* SPDX-License-Identifier: BSD-3-Clause */
/* Changes to DNS messages that mostly leave them messages. */
#ifndef TESTS_FUZZ_MUTATE_DNS_H
#define TESTS_FUZZ_MUTATE_DNS_H

#include <stddef.h>
#include <stdint.h>

/* As LLVMFuzzerCustomMutator(). */
size_t mutate_dns(uint8_t *data, size_t len, size_t room, unsigned int seed);

/* Numbers for mutators; never 0. */
uint32_t mutate_random(uint32_t *state);

#endif
