/* SPDX-License-Identifier: BSD-3-Clause */
/* The cursor of base/bytes.h for sections of either byte order; options. */
#ifndef CAPTURE_FIELDS_PRIVATE_H
#define CAPTURE_FIELDS_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* Fails as struct reader does: zeros from the end on. */
struct fields {
	struct reader reader;
	bool little_endian;
};

struct fields fields_of(struct bytes bytes, bool little_endian);

uint16_t fields_u16(struct fields *f);
uint32_t fields_u32(struct fields *f);
/* With the padding to four bytes behind them, as far as it is there. */
struct bytes fields_bytes(struct fields *f, size_t len);
size_t fields_left(const struct fields *f);

/* In all blocks the same (opt_comment). */
enum { OPTION_COMMENT = 1 };

struct option {
	uint16_t code;
	struct bytes value;
	bool little_endian;
};

/* False at the end of the options, or where they stop making sense. */
bool next_option(struct fields *f, struct option *option);

/* 0 where the value has another length. */
uint32_t option_u32(const struct option *option);
uint64_t option_u64(const struct option *option);

#endif
