/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the view temp.question (questions.sql) to lookup_member and temp.course,
 * of which lookups.sql makes lookups.
 */
#ifndef STORE_LOOKUPS_PRIVATE_H
#define STORE_LOOKUPS_PRIVATE_H

struct store;

/* -1: already reported. */
int lookups_collect(struct store *s);

#endif
