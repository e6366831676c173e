/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the targets share.  Each is one file with LLVMFuzzerTestOneInput(),
 * which libFuzzer and AFL++ call, and replay.c for the files of the corpus.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "store/store.h"

/* libFuzzer's interface. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t room,
			       unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t len, size_t room);

/* What must hold whatever the input is; also in builds without assert(). */
#define CHECK(condition)                                                   \
	do {                                                               \
		if (!(condition)) {                                        \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, \
				__LINE__, #condition);                     \
			abort();                                           \
		}                                                          \
	} while (0)

/* The bytes as a file in memory; its path, valid until the next call. */
const char *fuzz_file(const uint8_t *data, size_t len);

/* A string that ends where the bytes or a NUL among them do; to be freed. */
char *fuzz_string(struct bytes bytes);

/* An empty store for SQL to run on: always the same. */
struct store *fuzz_store(void);

/* Touches all bytes, so that a sanitizer sees whether they are there. */
void fuzz_touch(struct bytes bytes);

#endif
