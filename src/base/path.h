/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>

/*
 * Whether both lead to one file or folder, whatever they are called.  Devices
 * and pipes, and what is not there, are the same as nothing.
 */
bool path_is_same(const char *a, const char *b);

#endif
