/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pcapng blocks (draft-ietf-opsawg-pcapng), little-endian on every machine, to
 * be written one after another: a section, the interfaces, their packets.
 *
 * Texts that are ours are made harmless (text_add_terminal_safe()) and cut to
 * 4,096 bytes; NULL and "" are left out.
 */
#ifndef CAPTURE_PCAPNG_WRITER_H
#define CAPTURE_PCAPNG_WRITER_H

#include <stdint.h>

#include "base/text.h"
#include "capture/capture.h"

/* Adds to the text, which holds bytes then.  application: who wrote it. */
void pcapng_add_section(struct text *to, const char *application,
			const char *comment);

/*
 * What its file tells of an interface, as it is there.  Times stay exact, in
 * units of the interface, but for those finer than nanoseconds and those of
 * 2^-n s: they become nanoseconds.
 */
void pcapng_add_interface(struct text *to, const struct capture_interface *i,
			  const char *comment);

/*
 * number: of its interface in the section, from 0.  Before a comment that the
 * packet has comes the one given.  A packet without a time has 1970's start.
 */
enum { PCAPNG_PACKET_BYTES = 28 }; /* where in its block they begin */

void pcapng_add_packet(struct text *to, const struct frame *frame,
		       const struct capture_interface *i, uint32_t number,
		       const char *comment);

#endif
