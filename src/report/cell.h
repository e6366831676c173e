/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One value, written for a person, as JSON or as CSV.  What a number means is
 * told by the name of its column, as everywhere in the store: asked_ns is a
 * point of time, latency_ns a span, share_pct a percentage.
 */
#ifndef REPORT_CELL_H
#define REPORT_CELL_H

#include <stdbool.h>

#include "base/text.h"
#include "store/rows.h"

enum cell_shape {
	SHAPE_PLAIN,
	SHAPE_TIME,     /* nanoseconds since 1970 */
	SHAPE_DURATION, /* nanoseconds */
	SHAPE_PERCENT
};

enum cell_shape cell_shape_of(const char *column);

/* A heading for people: "asked_ns" is "ASKED". */
void cell_add_heading(struct text *t, const char *column);

/*
 * For people: "14.02ms", "2026-03-01T14:03:11.123456Z", "3.5%"; "" for NULL.
 * Text from packets is escaped for the terminal.
 */
void cell_add_text(struct text *t, const struct rows *r, int column,
		   enum cell_shape shape);

/*
 * Numbers as they are, text as JSON or CSV want it; null and "" for NULL.  CSV
 * has no escapes for what would steer a terminal: there it is \DDD as well.
 */
void cell_add_json(struct text *t, const struct rows *r, int column);
void cell_add_csv(struct text *t, const struct rows *r, int column);

/*
 * "a.pcap#3 a.pcap#5" is "#3 #5" where there is no other capture than
 * only_file, which may be NULL.  For people.
 */
void cell_add_evidence(struct text *t, const char *evidence,
		       const char *only_file);

/* "lookups", and "lookup" of one: what a finding counts. */
void cell_add_unit(struct text *t, const char *unit, const char *of);

/* Whether it reads better at the right edge of its column. */
bool cell_is_number(const struct rows *r, int column);

#endif
