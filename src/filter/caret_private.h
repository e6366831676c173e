/* SPDX-License-Identifier: BSD-3-Clause */
/* Complaints that show their place in what the user wrote. */
#ifndef FILTER_CARET_PRIVATE_H
#define FILTER_CARET_PRIVATE_H

#include <stddef.h>

#include "base/error.h"

/*
 * Says why, then shows the expression with a caret under the byte at offset.
 * Always -1, as fail().
 */
int caret_fail(const char *expression, size_t offset, const char *format, ...)
	PRINTF_LIKE(3, 4);

#endif
