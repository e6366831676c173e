/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules for paths, kept by the kernel's Landlock. */
#ifndef SANDBOX_LANDLOCK_PRIVATE_H
#define SANDBOX_LANDLOCK_PRIVATE_H

#include "sandbox/sandbox.h"

/* 1: kept; 0: this kernel has no Landlock; -1: already reported. */
int landlock_enter(const struct sandbox_rules *rules);

#endif
