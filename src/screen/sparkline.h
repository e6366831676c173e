/* SPDX-License-Identifier: BSD-3-Clause */
/* A row of small bars, one for each value. */
#ifndef SCREEN_SPARKLINE_H
#define SCREEN_SPARKLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/*
 * The largest value has the tallest bar, and what is more than 0 has one.  A
 * negative value is not known: a gap.  One column each, in UTF-8 or in ASCII.
 */
void sparkline_add(struct text *t, const double *values, size_t count,
		   bool is_utf8);

#endif
