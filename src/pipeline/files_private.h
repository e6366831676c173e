/* SPDX-License-Identifier: BSD-3-Clause */
/* Files side by side, in the order of time. */
#ifndef PIPELINE_FILES_PRIVATE_H
#define PIPELINE_FILES_PRIVATE_H

#include "pipeline/run_private.h"

/*
 * Reads all inputs that are no streams, to their ends.  -1: the store took no
 * more, already reported; what is wrong with a file is only noted.
 */
int files_read(struct run *run);

#endif
