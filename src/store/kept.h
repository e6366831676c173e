/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TEMP tables that are kept in the store, so that who opens it next need not
 * make them.  What changes the store makes them void: triggers of the store
 * itself, so that nobody who writes to it can forget to.
 */
#ifndef STORE_KEPT_H
#define STORE_KEPT_H

#include "store/store.h"

/*
 * maker tells the statements that made them from others.  1: what is kept is
 * from them and holds; 0: nothing such is kept; -1: already reported.
 */
int kept_holds(struct store *s, const char *maker);

/*
 * From here on nobody else changes the store, until the tables are made and
 * kept_write() or kept_abandon() ends it.  -1: already reported.
 */
int kept_begin(struct store *s);

/*
 * Keeps these, NULL behind the last, in place of what was kept before.  -1:
 * already reported, and kept_abandon() is to be called.
 */
int kept_write(struct store *s, const char *const *tables, const char *maker);

/* Nothing is changed. */
void kept_abandon(struct store *s);

/* Shows them where they were made, as TEMP views.  -1: already reported. */
int kept_show(struct store *s);

/* Drops what is kept.  -1: already reported. */
int kept_drop(struct store *s);

#endif
