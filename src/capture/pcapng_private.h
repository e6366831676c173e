/* SPDX-License-Identifier: BSD-3-Clause */
/* What pcapng.c, which finds blocks, and pcapng_blocks.c share. */
#ifndef CAPTURE_PCAPNG_PRIVATE_H
#define CAPTURE_PCAPNG_PRIVATE_H

#include <stdint.h>

#include "base/text.h"
#include "capture/capture_private.h"
#include "capture/clock_private.h"
#include "capture/fields_private.h"

enum block_type {
	SECTION_HEADER = 0x0a0d0d0a,
	INTERFACE_DESCRIPTION = 1,
	OLD_PACKET = 2,
	SIMPLE_PACKET = 3,
	NAME_RESOLUTION = 4,
	INTERFACE_STATISTICS = 5,
	ENHANCED_PACKET = 6,
	JOURNAL_EXPORT = 9,
	SYSDIG_EVENT = 0x204,
	SYSDIG_EVENT_V2 = 0x216,
	SYSDIG_EVENT_V2_LARGE = 0x221,
	CUSTOM = 0xbad,
	CUSTOM_NOT_COPIED = 0x40000bad,
};

enum { OPTION_TEXT_MAX = 4096 };

/* What the reader knows of an interface beside what it tells of it. */
struct pcapng_interface {
	struct clock clock;
	bool has_statistics; /* which count drops: those of packets don't */
};

struct pcapng_state {
	bool little_endian;       /* this section */
	uint32_t first_interface; /* of this section, in the whole file */
	struct pcapng_interface *interfaces; /* of the file */
	uint32_t interfaces_room;
	size_t lent;         /* length of the block the caller looks at */
	struct text comment; /* of the packet that the caller looks at */
};

/* The kinds of blocks that are read; all others are passed over. */
struct block_kind {
	uint32_t type;
	uint32_t body_min; /* without header, trailer and options */
	bool may_miss;     /* one that is too large is passed over */
	/* 1: *frame is a packet; 0: there was none; -1: already reported. */
	int (*read)(struct capture *c, struct fields *body,
		    struct frame *frame);
};

extern const struct block_kind block_kinds[]; /* the last one's read is NULL */

/* The options of an enhanced or old packet block. */
void read_packet_options(struct capture *c, struct fields *f,
			 struct frame *frame);

/* Wireshark's and others' names for addresses; a struct block_kind's read. */
int read_names(struct capture *c, struct fields *f, struct frame *frame);

/* Packets of an interface were lost before this one. */
void count_lost(struct capture *c, uint32_t interface, uint64_t lost);

#endif
