/* SPDX-License-Identifier: BSD-3-Clause */
/* Pipes and standard input, which can be read but once. */
#ifndef PIPELINE_STREAMS_PRIVATE_H
#define PIPELINE_STREAMS_PRIVATE_H

#include "pipeline/run_private.h"

/* Behind the files: when they begin is not known before. */
void streams_read(struct run *run);

#endif
