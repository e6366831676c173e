/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/path.h"

#include <sys/stat.h>

bool path_is_same(const char *a, const char *b)
{
	struct stat x = { 0 }, y = { 0 };

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino &&
	       (S_ISREG(x.st_mode) || S_ISDIR(x.st_mode));
}
