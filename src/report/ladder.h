/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What step path says of a lookup, read out of its rows: who took part from
 * left to right, an arrow for each captured message in the order of time, and
 * where the time went.  How it is drawn is the writers' business.
 */
#ifndef REPORT_LADDER_H
#define REPORT_LADDER_H

#include "report/writer.h"

enum { LADDER_LANES_MAX = 16, LADDER_RUNGS_MAX = 500, LADDER_HOPS_MAX = 8 };

/* What is told of a rung in words; the arrow stands before its label. */
enum ladder_column {
	LADDER_AFTER,
	LADDER_BETWEEN,
	LADDER_FRAME,
	LADDER_PLACE,
	LADDER_LABEL,
	LADDER_COLUMNS
};

/* All texts are harmless on a terminal already; "" where there is nothing. */
struct ladder_lane {
	char *title, *legend;
};

/* An arrow between two lanes, or a mark across all of them. */
struct ladder_rung {
	char *cells[LADDER_COLUMNS];
	char *note; /* of a mark all of it */
	bool is_mark;
	size_t from, to; /* lanes from 0 */
	char stroke;     /* '-' a message, '~' ICMP, '.' inferred */
};

struct ladder_hop {
	char *name, *duration, *share, *note;
};

struct ladder {
	int64_t transaction_id;
	char *question, *outcome, *sources;
	struct ladder_lane lanes[LADDER_LANES_MAX];
	struct ladder_rung rungs[LADDER_RUNGS_MAX];
	struct ladder_hop hops[LADDER_HOPS_MAX];
	size_t num_lanes, num_rungs, num_hops;
	size_t left_out; /* rungs beyond LADDER_RUNGS_MAX */
	char *closing;   /* lines */
};

struct ladders;

/* Of the columns that sql/path.sql names.  The rows are borrowed. */
struct ladders *ladders_new(struct rows *r, const char *only_file);
void ladders_free(struct ladders *l);

/* 1: a lookup, which lives until the next call; 0: the end; -1: reported. */
int ladders_next(struct ladders *l, const struct ladder **ladder);

/*
 * Draws them all in plain ASCII but for what is cut on a terminal, so that it
 * survives a ticket.  On a terminal arrows get shorter, then the time since the
 * message before is left out, then labels are cut.  A lookup with very many
 * messages is cut short, which is said.  0 or -1, which was reported.
 */
int ladder_print(struct output *o, struct rows *r);

#endif
