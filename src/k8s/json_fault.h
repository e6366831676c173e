/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a text stops being JSON (RFC 8259), for people who must mend it. */
#ifndef K8S_JSON_FAULT_H
#define K8S_JSON_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct json_fault {
	size_t line, column; /* from 1; columns are characters */
	const char *what;    /* "a value is missing here" */
};

/* Whether there is one.  Nesting deeper than 1,000 counts as a fault. */
bool json_fault_find(struct bytes text, struct json_fault *fault);

#endif
