/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The node of a capture, from the name of its file.  Retina calls archives and
 * the captures in them CAPTURE-NODE-YYYYMMDDHHMMSSUTC, where both parts may
 * hold hyphens: a name is taken only where it can be told where the node's
 * begins, as it has a cloud's form or the capture's name is Retina's own, or
 * that of contrib/kubectl-dnsforensics.
 */
#ifndef CAPTURE_NODE_NAME_H
#define CAPTURE_NODE_NAME_H

#include <stdbool.h>

#include "base/pattern.h"

enum { NODE_NAME_MAX = 254 }; /* a DNS name of 253 bytes and its end */

/*
 * The expression of --node-from, which must have a group "(?<node>...)".
 * NULL: already reported.
 */
struct pattern *node_name_pattern(const char *expression);

/*
 * Looks for a node in "folder/outer.tar.gz!inner.pcap".  `from` (NULL: none)
 * is asked first and sees the whole name; else each part after its folder
 * counts, the innermost first.  False where there is none.
 */
bool node_name_find(const char *name, const struct pattern *from,
		    char node[NODE_NAME_MAX]);

#endif
