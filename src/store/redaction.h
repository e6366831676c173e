/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A store under pseudonyms: the same case, the same numbers, other names.
 * Each text is stored once, and is mapped there; a column that this room has no
 * rule for is an error, so that nothing is forgotten.
 */
#ifndef STORE_REDACTION_H
#define STORE_REDACTION_H

#include "redact/redactor.h"
#include "store/store.h"

/*
 * From now on store_redact() does something.  Of a private store or copy only,
 * which owns the redactor then; NULL is fine.  What selects before that
 * (report_select(), evidence_add_...) goes by the originals.
 */
void store_set_redactor(struct store *s, struct redactor *r);

/*
 * What shows anything of the store calls this before; the second time it does
 * nothing, and nothing without a redactor.  -1: already reported.
 */
int store_redact(struct store *s);

/* NULL: what the store shows is not redacted. */
struct redactor *store_redactor(const struct store *s);

/* 1: a rule knows the column; what tests ask. */
bool redaction_knows(const char *table, const char *column);

#endif
