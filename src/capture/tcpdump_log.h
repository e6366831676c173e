/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What tcpdump wrote on standard error while it captured, as Retina keeps it
 * (tcpdump.log: the command on a line of its own first, then tcpdump's words)
 * or as `2>tcpdump.log` does (tcpdump's words alone): the capture filter and
 * the drops, which no classic pcap file holds.
 */
#ifndef CAPTURE_TCPDUMP_LOG_H
#define CAPTURE_TCPDUMP_LOG_H

#include <stdint.h>

#include "base/bytes.h"

/* Texts are NULL and numbers -1 where the log does not tell. */
struct tcpdump_log {
	char *command; /* the whole line */
	/* The expression; "" where the command has none. */
	char *filter;
	/* -w, as written there: maybe with % directives; not "-" */
	char *file;
	char *interface; /* -i, or what tcpdump says that it listens on */
	int64_t snaplen; /* -s, likewise; what tcpdump makes of 0 */
	int64_t captured, received;
	int64_t dropped_by_kernel, dropped_by_interface;
};

/*
 * Reads the log's text, which may be anything.  The last run counts where it
 * tells of several.  Release afterwards, whatever was found.
 */
void tcpdump_log_read(struct tcpdump_log *log, struct bytes text);
void tcpdump_log_release(struct tcpdump_log *log);

#endif
