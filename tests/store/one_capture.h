/* SPDX-License-Identifier: BSD-3-Clause */
/* An ingest of one capture, as most tests want it. */
#ifndef TESTS_STORE_ONE_CAPTURE_H
#define TESTS_STORE_ONE_CAPTURE_H

#include "store/ingest.h"
#include "tests/test.h"

/* Queries wait 15 ns.  The capture is number 1 of the first ingest, 2 of the second... */
static inline struct ingest *begin_capture(struct store *s, const char *file,
					   const char *node, int64_t *capture)
{
	struct ingest *in = ingest_begin(s, 15);
	struct ingest_capture c = {
		.file = file, .format = "pcap", .node = node, .ring = file
	};

	*capture = 0;
	if (in == NULL)
		return NULL;
	*capture = ingest_add_capture(in, &c);
	assert_int_not_equal(*capture, 0);
	return in;
}

/* 1: kept; 0: known already; -1: reported.  Ends the ingest. */
static inline int finish_capture(struct ingest *in, int64_t capture,
				 const struct ingest_facts *facts)
{
	int rc = ingest_end_capture(in, capture, facts);

	if (rc != 1) {
		ingest_abandon(in);
		return rc;
	}
	return ingest_commit(in) == 0 ? 1 : -1;
}

#endif
