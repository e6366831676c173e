/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Zip archives whose bytes follow from names and content alone: no times, no
 * owners.
 */
#ifndef CAPTURE_ZIP_WRITER_H
#define CAPTURE_ZIP_WRITER_H

#include <stdint.h>
#include <stdio.h>

struct zip;

/* Why this build cannot write any; NULL: it can. */
const char *zip_obstacle(void);

/* Borrows the stream.  NULL: already reported, as in all of these. */
struct zip *zip_open(FILE *to);

/* The file's first bytes, as many as it is told to have. */
int zip_add(struct zip *z, const char *name, FILE *file, uint64_t size);

/* Ends the archive; -1 where not all of it was written.  NULL is fine. */
int zip_close(struct zip *z);

#endif
