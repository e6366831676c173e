/* SPDX-License-Identifier: BSD-3-Clause */
/* What a capture with a known filter can show, into the store. */
#ifndef PIPELINE_VISIBLE_H
#define PIPELINE_VISIBLE_H

#include <stdint.h>

#include "store/ingest.h"

/* filter: as libpcap takes it; linktype: LINKTYPE_*. */
void visible_put(struct ingest *in, int64_t capture, const char *filter,
		 int linktype);

#endif
