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
 * Keeps these, NULL behind the last, in place of what was kept before.  -1:
 * already reported, and nothing is changed.
 */
int kept_write(struct store *s, const char *const *tables, const char *maker);

/* Shows them where they were made, as TEMP views.  -1: already reported. */
int kept_show(struct store *s);

/* Drops what is kept.  -1: already reported. */
int kept_drop(struct store *s);

#endif
