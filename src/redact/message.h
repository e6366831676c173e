/* SPDX-License-Identifier: BSD-3-Clause */
/* DNS messages and frames under pseudonyms, in place and as long as before. */
#ifndef REDACT_MESSAGE_H
#define REDACT_MESSAGE_H

#include "capture/capture.h"
#include "redact/redactor.h"

/* What is in it is mapped; what cannot be read with certainty is zeroed. */
void redact_message(struct redactor *r, uint8_t *bytes, size_t len,
		    size_t sent_len);

struct frames;

/*
 * Messages may come in several frames, which are all to be learned, in order,
 * before the first is rewritten.  Ports: where DNS is.  Borrows both.
 */
struct frames *frames_new(struct redactor *r, const uint16_t *ports,
			  size_t num_ports);
void frames_free(struct frames *f);

/* Numbers of frames must differ. */
void frames_learn(struct frames *f, const struct frame *frame);
void frames_end_learning(struct frames *f);

/*
 * Puts the frame's bytes as they may be shown into `to`, which has room for as
 * many.  Checksums that were right are right, others as wrong as before.  What
 * is no DNS is zeros behind its headers.
 */
void frames_rewrite(struct frames *f, const struct frame *frame, uint8_t *to);

#endif
