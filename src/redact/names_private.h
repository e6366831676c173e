/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REDACT_NAMES_PRIVATE_H
#define REDACT_NAMES_PRIVATE_H

#include "redact/redact_private.h"

enum { LABELS_MAX = 128 };

struct labels {
	uint8_t bytes[2 * NAME_MAX_LEN];
	uint16_t start[LABELS_MAX], len[LABELS_MAX];
	size_t count;
	bool has_dot;     /* at the end of the text */
	bool is_absolute; /* its last label may be a suffix */
};

/* False: too long to be a name. */
bool read_labels(struct labels *l, const char *text, size_t len);
void write_labels(const struct labels *l, struct text *to);
void map_labels(struct redactor *r, enum redact_way way, struct labels *l);

/* A name of DNS or of Kubernetes. */
void map_name(struct redactor *r, enum redact_way way, const char *from,
	      size_t len, struct text *to);

/* Where upper case is, of the first 64 bytes; it is folded, or put back. */
uint64_t case_take(uint8_t *label, size_t len);
void case_give(uint8_t *label, size_t len, uint64_t upper);

#endif
