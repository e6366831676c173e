/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Unpacking as a stream, by zlib (gzip) and libarchive (all others): nothing is
 * ever written to disk, no program is run, and a layer takes no more memory
 * than its compression asks for.  Knows nothing of captures.
 *
 * Of a gzip stream that is cut short every byte before the cut is given;
 * libarchive keeps back the last block of others, up to 128 KiB, and that of a
 * zip's member if the cut is in the sum behind it.
 *
 * A build without libarchive has unpack_none.c instead.
 */
#ifndef CAPTURE_UNPACK_PRIVATE_H
#define CAPTURE_UNPACK_PRIVATE_H

#include <stdbool.h>

#include "capture/input_private.h"
#include "capture/ledger_private.h"
#include "capture/packing_private.h"

/* NULL: this can be unpacked here.  Else why not. */
const char *unpack_obstacle(enum packing packing);

/*
 * What a compressed file holds, as an input that owns the compressed one.
 * Several streams one after the other are one.
 */
struct input *unpack_compressed(struct input *packed, enum packing packing,
				struct ledger *ledger);

/* An archive as a sequence of regular files; others are passed over. */
struct unpacker;

/* Takes over packed. */
struct unpacker *unpacker_open(struct input *packed, enum packing packing,
			       struct ledger *ledger);
void unpacker_close(struct unpacker *u);

/*
 * 1: there is a next member; what was not read of the last one is passed over.
 * 0: the end.  -1: a fault; unless unpacker_is_over() what is behind it may be
 * good.
 */
int unpacker_next(struct unpacker *u);
bool unpacker_is_over(const struct unpacker *u);
const char *unpacker_error(const struct unpacker *u);

/* Of the member: the name as it stands there, and its bytes. */
const char *unpacker_name(const struct unpacker *u);
/* To be closed by the caller, before the next member. */
struct input *unpacker_input(struct unpacker *u);

#endif
