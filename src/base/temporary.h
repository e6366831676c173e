/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Temporary files, in a folder that a confined process may still write to:
 * one of this user's own, so that those of others are not given away.
 */
#ifndef BASE_TEMPORARY_H
#define BASE_TEMPORARY_H

#include <stdio.h>

/*
 * "dnsforensics-UID" below $SQLITE_TMPDIR, $TMPDIR, /var/tmp or /tmp, made if
 * it is not there; it stays.  To be freed; NULL: there is none to be had.
 */
char *temporary_folder(void);

/* Has no name, and ends with its closing.  NULL: already reported. */
FILE *temporary_file(void);

#endif
