/* SPDX-License-Identifier: BSD-3-Clause */
/* Signals that wait until somebody asks for them. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

/*
 * From now on SIGINT, SIGTERM and SIGHUP wait, and who writes into a closed
 * pipe gets an error instead of a signal.
 */
void signals_hold(void);

/* The next one that has come; 0: none. */
int signals_next(void);

#endif
