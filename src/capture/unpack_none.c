/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * In place of unpack.c and gunzip.c in a build without libarchive: all packings
 * have an obstacle, and so nothing else is ever called.
 */
#include "capture/unpack_private.h"

#include <stdlib.h>

const char *unpack_obstacle(enum packing packing)
{
	(void)packing;
	return "this dnsforensics was built without libarchive";
}

struct input *unpack_compressed(struct input *packed, enum packing packing,
				struct ledger *ledger)
{
	(void)packed, (void)packing, (void)ledger;
	abort();
}

struct unpacker *unpacker_open(struct input *packed, enum packing packing,
			       struct ledger *ledger)
{
	(void)packed, (void)packing, (void)ledger;
	abort();
}

void unpacker_close(struct unpacker *u)
{
	(void)u;
}

int unpacker_next(struct unpacker *u)
{
	(void)u;
	abort();
}

bool unpacker_is_over(const struct unpacker *u)
{
	(void)u;
	abort();
}

const char *unpacker_error(const struct unpacker *u)
{
	(void)u;
	abort();
}

const char *unpacker_name(const struct unpacker *u)
{
	(void)u;
	abort();
}

struct input *unpacker_input(struct unpacker *u)
{
	(void)u;
	abort();
}
