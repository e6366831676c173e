/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An extract of a redacted store: its interfaces and packets under pseudonyms.
 * Without a redactor there is none, and NULL is not to be asked for anything
 * but disguise_free().
 */
#ifndef PIPELINE_DISGUISE_PRIVATE_H
#define PIPELINE_DISGUISE_PRIVATE_H

#include "base/text.h"
#include "capture/capture.h"
#include "redact/redactor.h"

struct disguise;

/* ports: where unicast DNS is.  NULL if the redactor is. */
struct disguise *disguise_new(struct redactor *r, const uint16_t *ports,
			      size_t num_ports);
void disguise_free(struct disguise *d);

/* As pcapng_add_interface(); all are added before their packets are learned. */
void disguise_add_interface(struct disguise *d, uint32_t number,
			    struct text *to, const struct capture_interface *i,
			    const char *comment);

/*
 * Blocks of pcapng_add_packet(), twice in the same order: all are learned, then
 * each is changed in place.
 */
void disguise_begin(struct disguise *d);
void disguise_learn(struct disguise *d, int64_t time_ns,
		    const struct text *block);
void disguise_end_learning(struct disguise *d);
void disguise_apply(struct disguise *d, int64_t time_ns, struct text *block);

#endif
