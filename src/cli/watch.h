/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * live --watch: the last minutes as a page that is drawn anew each second.
 *
 * What it shows comes from the store; what it costs is bounded whatever the
 * store has grown to, and a page that took long is drawn less often: no more
 * than a tenth of the time is spent on it.
 */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "pipeline/live.h"
#include "store/store.h"

struct watch;

/*
 * Takes the terminal.  Before a sandbox is entered: it reads the terminal's
 * description.  The store is borrowed.  NULL: there is no screen; a warning has
 * told why, and lines can be printed instead.
 */
struct watch *watch_open(struct store *store);

/* Goes on with another store, as after a rotation.  -1: already reported. */
int watch_follow(struct watch *w, struct store *store);

/*
 * To be called at least each 200 ms: looks at keys, and draws when it is time
 * to.  Printing on standard output is not for others until watch_close().
 * 1: the user quits; 0: go on; -1: already reported.
 */
int watch_turn(struct watch *w, const struct live_status *status);

/* Gives the terminal back, and says what was said meanwhile. */
void watch_close(struct watch *w);

#endif
