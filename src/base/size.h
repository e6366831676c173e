/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers of bytes as people write them. */
#ifndef BASE_SIZE_H
#define BASE_SIZE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * "500M", "5G", "64k", "1048576": K, M, G and T are powers of 1024, in either
 * case but for m, which durations have for minutes; a final B or iB may follow.
 * False where it isn't one, or too large for 63 bits.
 */
bool size_parse(const char *string, uint64_t *bytes);

#endif
