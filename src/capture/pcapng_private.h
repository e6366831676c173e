/* SPDX-License-Identifier: BSD-3-Clause */
/* What pcapng.c, which finds blocks, and pcapng_blocks.c share. */
#ifndef CAPTURE_PCAPNG_PRIVATE_H
#define CAPTURE_PCAPNG_PRIVATE_H

#include <stdint.h>

#include "capture/capture_private.h"
#include "capture/clock_private.h"
#include "capture/fields_private.h"

enum block_type {
	SECTION_HEADER = 0x0a0d0d0a,
	INTERFACE_DESCRIPTION = 1,
	OLD_PACKET = 2,
	SIMPLE_PACKET = 3,
	INTERFACE_STATISTICS = 5,
	ENHANCED_PACKET = 6,
	JOURNAL_EXPORT = 9,
	SYSDIG_EVENT = 0x204,
	SYSDIG_EVENT_V2 = 0x216,
	SYSDIG_EVENT_V2_LARGE = 0x221,
	CUSTOM = 0xbad,
	CUSTOM_NOT_COPIED = 0x40000bad,
};

struct pcapng_state {
	bool little_endian;       /* this section */
	uint32_t first_interface; /* of this section, in the whole file */
	struct clock *clocks;     /* one for each interface of the file */
	uint32_t clocks_room;
	size_t lent; /* length of the block the caller looks at */
};

/* The kinds of blocks that are read; all others are passed over. */
struct block_kind {
	uint32_t type;
	uint32_t body_min; /* without header, trailer and options */
	/* 1: *frame is a packet; 0: there was none; -1: already reported. */
	int (*read)(struct capture *c, struct fields *body,
		    struct frame *frame);
};

extern const struct block_kind block_kinds[]; /* the last one's read is NULL */

#endif
