/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A node's interfaces as a capture that has no end: libpcap's, with the kernel
 * filtering, and a ring of memory from which a thread takes packets in the order
 * of time, whichever interface they are from.  They wait in memory of ours, 128
 * MiB of it at most, for who asks for them.
 */
#ifndef CAPTURE_LIVE_H
#define CAPTURE_LIVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "capture/capture.h"

struct live_source {
	const char *interfaces; /* "any", or names with commas between */
	const char *filter;     /* pcap-filter(7); "": everything */
	uint64_t buffer;        /* bytes for each interface */
};

/*
 * Takes the right to capture (CAP_NET_RAW), which may be given up afterwards:
 * nothing is opened later.  capture_next() gives 0 where nothing has come yet,
 * and 1 again when it has.  Each interface's `received` and `dropped` are those
 * of live_count().  NULL: already reported.
 */
struct capture *live_capture(const struct live_source *source);

/*
 * Until there is something to read, or for so long.  The first call starts the
 * thread, so that the process can be confined before.
 */
void live_wait(struct capture *c, int timeout_ms);

/*
 * Takes nothing more from the kernel.  What was taken is still given, and then
 * 0 for ever.
 */
void live_stop(struct capture *c);

struct live_losses {
	uint64_t by_kernel;    /* our buffer was full */
	uint64_t by_interface; /* or theirs */
};

/* What the kernel lost since the start, as of a moment ago. */
void live_count(struct capture *c, struct live_losses *losses);

/* Frames and the interfaces' counters begin anew, as in another file. */
void live_restart(struct capture *c);

/*
 * The filter that is used if the user has none: DNS on the given ports, later
 * fragments, ICMP errors and tunnels, of IPv4 and IPv6.
 */
void live_filter(struct text *filter, const uint16_t *ports, size_t num_ports);

#endif
