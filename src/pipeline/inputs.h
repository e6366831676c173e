/* SPDX-License-Identifier: BSD-3-Clause */
/* From the words of a command line to capture files. */
#ifndef PIPELINE_INPUTS_H
#define PIPELINE_INPUTS_H

#include <stddef.h>

/* Start from { 0 }. */
struct inputs {
	char **paths;
	size_t count;
};

/*
 * Adds a file, "-", or all captures under a directory, in the order of their
 * names; what else lies there is left out, and so are directories that are only
 * linked to.  -1: already reported (a directory without captures, one that
 * cannot be read).
 */
int inputs_add(struct inputs *inputs, const char *path);
void inputs_release(struct inputs *inputs);

#endif
