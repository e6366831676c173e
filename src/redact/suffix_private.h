/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REDACT_SUFFIX_PRIVATE_H
#define REDACT_SUFFIX_PRIVATE_H

#include <stdbool.h>

/* By the Public Suffix List, as far as it is there; lower case, no dot. */
bool suffix_is_public(const char *name);

#endif
