/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which frames are the evidence for something, and why: a list that is made
 * once for a store as this connection sees it, added to, completed, and read.
 * Whoever adds tells a reason, "step failures: ...", for people.
 */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include <stdint.h>

#include "store/rows.h"
#include "store/store.h"

/* An empty list.  -1: already reported, as in all of these. */
int evidence_begin(struct store *s);

/*
 * A transaction at all places where it was seen, with its attempts, second
 * responses and ICMP errors, and those that its server asked for it, likewise.
 * One of its copies stands for it.  1: added; 0: there is none; -1.
 */
int evidence_add_transaction(struct store *s, int64_t transaction);

/*
 * Those of a finding, at most limit, the first ones first (-1: all).  How many
 * transactions and connections it has; 0: there is no such finding; -1.
 */
int64_t evidence_add_finding(struct store *s, const char *finding,
			     int64_t limit);

/* Of all findings as many each.  -1. */
int evidence_add_findings(struct store *s, int64_t limit);

/* One frame that row number N of some list cites: twice is once. */
int evidence_cite(struct store *s, int64_t capture, int64_t frame,
		  const char *why, int64_t row);

/* Adds what rows up to that number cite.  1: there are others; 0; -1. */
int evidence_add_cited(struct store *s, int64_t row);

/* All frames from first to last, which need not be known to the store. */
int evidence_add_range(struct store *s, int64_t capture, int64_t first,
		       int64_t last);

/*
 * What a statement selects: rows of capture, frame.  Its parameters and :why
 * are bound by the caller before rows_next().  NULL: already reported.
 */
struct rows *evidence_add_selected(struct store *s, const char *select);

/*
 * Adds what belongs to it: all fragments and segments of what came in several,
 * and of TCP the start and the end of the connection.
 */
int evidence_complete(struct store *s);

/*
 * All frames that have no level yet get that one: after each
 * evidence_complete() what was added since is less important.
 */
int evidence_level(struct store *s, int64_t level);

/* How many frames have one; -1. */
int64_t evidence_num_levelled(struct store *s);

/* capture_id, file, sha256, and frames: of how many it is known that. */
struct rows *evidence_captures(struct store *s);

/* Of one capture, in order: frame, why, level (0 where none was given). */
struct rows *evidence_frames(struct store *s, int64_t capture);

/* Of one capture, in order: first, last. */
struct rows *evidence_ranges(struct store *s, int64_t capture);

#endif
