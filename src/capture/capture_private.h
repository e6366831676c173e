/* SPDX-License-Identifier: BSD-3-Clause */
/* What capture.c and the readers of the formats share. */
#ifndef CAPTURE_CAPTURE_PRIVATE_H
#define CAPTURE_CAPTURE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "capture/capture.h"
#include "capture/input_private.h"

/* One row in the table of capture.c for each. */
struct capture_reader {
	/* As much of the file's start as it needs, or less if it's short. */
	bool (*recognises)(struct bytes head);
	/* -1: already reported. */
	int (*open)(struct capture *c);
	/* As capture_next(); counts c->frames. */
	int (*next)(struct capture *c, struct frame *frame);
	void (*close)(struct capture *c);
	bool waits; /* 0 from next() is no end: more may come */
};

extern const struct capture_reader pcap_reader, pcapng_reader;

struct capture_names;

struct capture {
	char *path, *shown; /* shown: in messages */
	bool quiet;
	struct input *input; /* the container's; NULL: let go of, or live */
	uint64_t size;       /* of what was read, then */
	const struct capture_reader *reader;
	void *state; /* the reader's own */
	const char *format;
	uint64_t frames; /* the number of the last one */
	uint64_t
		packets; /* given to the caller: fewer, if some are no packets */
	bool opened;
	int last;     /* what capture_next() gave: 1 goes on */
	char *damage; /* why it gave -1 */
	/* Each apart, since the caller may hold on to them. */
	struct capture_interface **interfaces;
	uint32_t num_interfaces, room;
	char *comment;
	struct capture_names *names; /* NULL: none yet */
};

bool capture_recognises(struct bytes head);

/*
 * What container_capture() gives; shown: the path for messages, which quiet
 * ones don't make.  NULL: already reported.
 */
struct capture *capture_new(struct input *input, const char *path,
			    const char *shown, bool quiet);

/* One that is no file; its reader's state is still to be made. */
struct capture *capture_new_live(const struct capture_reader *reader,
				 const char *name);

/*
 * Says what is wrong with the file, as capture_open() or capture_next()
 * promises, whichever runs.  A failed read of the file is the reason then,
 * since to the readers it looks like an early end.  Always -1.
 */
int capture_fault(struct capture *c, const char *format, ...) PRINTF_LIKE(2, 3);

/*
 * A new last interface with nothing known of it.  NULL: there are more than a
 * capture can have, so that hostile files don't fill the memory.
 */
struct capture_interface *capture_add_interface(struct capture *c);

void capture_free_names(struct capture *c);

/* One number for what has several: raw IP is 12, 14 or 101 in files. */
int linktype_canonical(uint32_t in_file);

/* The number that libpcap's functions know it by. */
int linktype_dlt(int linktype);

/*
 * "Windows event trace; convert it: ...": what a file that is no capture is
 * instead, and what to do about it.  NULL: nobody knows.
 */
const char *foreign_advice(struct bytes head);

#endif
