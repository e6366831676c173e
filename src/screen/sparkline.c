/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/sparkline.h"

#include <math.h>

enum { HEIGHTS = 8 };

static const char *const blocks[HEIGHTS + 1] = { " ",
						 "\xe2\x96\x81",
						 "\xe2\x96\x82",
						 "\xe2\x96\x83",
						 "\xe2\x96\x84",
						 "\xe2\x96\x85",
						 "\xe2\x96\x86",
						 "\xe2\x96\x87",
						 "\xe2\x96\x88" };
static const char *const marks[HEIGHTS + 1] = { " ", ".", ":", "-", "=",
						"+", "*", "%", "#" };

static double largest(const double *values, size_t count)
{
	double max = 0;

	for (size_t i = 0; i < count; i++)
		if (values[i] > max)
			max = values[i];
	return max;
}

void sparkline_add(struct text *t, const double *values, size_t count,
		   bool is_utf8)
{
	double max = largest(values, count);

	for (size_t i = 0; i < count; i++) {
		int height = values[i] > 0
				     ? (int)ceil(values[i] / max * HEIGHTS)
				     : 0;

		text_add(t, is_utf8 ? blocks[height] : marks[height]);
	}
}
