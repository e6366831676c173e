/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames into a pcap file, as tcpdump would write it, in nanoseconds. */
#ifndef CAPTURE_DUMP_H
#define CAPTURE_DUMP_H

#include <stdint.h>

#include "capture/capture.h"

struct dump;

/*
 * A new file: one that is there is never written over.  A pcap file has but
 * one link type, that of the capture's first interface; -1 and NULL: already
 * reported.
 */
struct dump *dump_open(const struct capture *c, const char *path);

/* -1: the disk is full or the like, already reported. */
int dump_put(struct dump *d, const struct frame *frame);

/* What was put is in the file then. */
int dump_flush(struct dump *d);

uint64_t dump_size(const struct dump *d);

/* NULL is fine. */
int dump_close(struct dump *d);

#endif
