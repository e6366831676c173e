/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The JSON documents that a snapshot of a cluster consists of: a file as
 * kubectl or an API server wrote it, compressed or in an archive if need be,
 * "-" for standard input, or a directory ("kubectl cluster-info dump
 * --output-directory"), of which all files ending in .json are taken, packed
 * ones too.  Knows nothing of what is in them.
 *
 *     while ((rc = documents_next(d)) == 1)
 *             read(documents_name(d), documents_text(d));
 */
#ifndef K8S_DOCUMENTS_H
#define K8S_DOCUMENTS_H

#include "base/bytes.h"

struct documents;

/* NULL: already reported. */
struct documents *documents_open(const char *path);
void documents_close(struct documents *d);

/*
 * 1: there is a next one.  0: the end.  -1: the end as well, but something
 * could not be read, already reported.
 */
int documents_next(struct documents *d);

/*
 * Of the current document: "dir/pods.json", "x.tar.gz!pods.json", and its text
 * in UTF-8 without a byte order mark; UTF-16, as PowerShell writes it, is
 * converted.  At most 512 MiB as it was.  Valid until the next call.
 */
const char *documents_name(const struct documents *d);
struct bytes documents_text(const struct documents *d);

#endif
