/* SPDX-License-Identifier: BSD-3-Clause */
/* What is said on standard error while the terminal is a page. */
#ifndef SCREEN_SAID_PRIVATE_H
#define SCREEN_SAID_PRIVATE_H

#include <stdbool.h>

#include "base/text.h"

struct said {
	int terminal,
		mouth;    /* standard error, and where it is read; -1: none */
	struct text all;  /* the last of it */
	struct text line; /* the last line */
};

/* Holds back from here on, if standard error is a terminal. */
void said_begin(struct said *s);

/* Takes what was said since; whether there was anything. */
bool said_listen(struct said *s);

/* Says it where it would have been said. */
void said_end(struct said *s);

#endif
