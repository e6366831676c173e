/* SPDX-License-Identifier: BSD-3-Clause */
/* In what captures come packed, and how that is told. */
#ifndef CAPTURE_PACKING_PRIVATE_H
#define CAPTURE_PACKING_PRIVATE_H

#include <stdbool.h>

#include "base/bytes.h"

enum packing {
	PACKING_NONE,
	/* Of one file. */
	PACKING_GZIP,
	PACKING_ZSTD,
	PACKING_XZ,
	PACKING_LZ4,
	PACKING_BZIP2,
	PACKING_COMPRESS,
	PACKING_LZIP,
	/* Of many: archives. */
	PACKING_TAR,
	PACKING_ZIP,
};

/* From the first bytes: HEAD_LEN of them, or less if the file is short. */
enum packing packing_of(struct bytes head);
enum { HEAD_LEN = 512 };

bool packing_is_archive(enum packing packing);

/* "gzip" */
const char *packing_name(enum packing packing);

/* "gzip-compressed; decompress it first", where it can't be read here. */
const char *packing_advice(enum packing packing);

#endif
