/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/ladder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/memory.h"
#include "base/text.h"

/* One lookup at a time. */
struct ladders {
	struct rows *rows;
	const char *only_file;
	bool has_row; /* the first row of the next one was read */
	bool is_at_end;
	struct text file; /* of the rung before */
	struct text line;
	struct ladder ladder;
};

static int column_of(const struct rows *r, const char *name)
{
	int i = rows_num_columns(r) - 1;

	while (i > 0 && strcmp(rows_column(r, i), name) != 0)
		i--;
	return i;
}

static bool has(const struct ladders *l, const char *name)
{
	return rows_type(l->rows, column_of(l->rows, name)) != CELL_NULL;
}

static const char *text_of(const struct ladders *l, const char *name)
{
	return rows_text(l->rows, column_of(l->rows, name));
}

static int64_t integer_of(const struct ladders *l, const char *name)
{
	return rows_integer(l->rows, column_of(l->rows, name));
}

static void add_safe(struct ladders *l, const char *name)
{
	text_add_terminal_safe(&l->line, text_of(l, name));
}

static void add_duration(struct ladders *l, const char *name)
{
	char span[DURATION_TEXT_MAX];

	if (has(l, name))
		text_add(&l->line, duration_format(integer_of(l, name), span));
}

/* What was added to the line, for later. */
static char *take(struct ladders *l)
{
	char *copy = must_strdup(text_string(&l->line));

	text_clear(&l->line);
	return copy;
}

static void release_rung(struct ladder_rung *rung)
{
	for (size_t c = 0; c < LADDER_COLUMNS; c++)
		free(rung->cells[c]);
	free(rung->note);
}

static void release_hop(struct ladder_hop *hop)
{
	free(hop->name);
	free(hop->duration);
	free(hop->share);
	free(hop->note);
}

static void release(struct ladder *d)
{
	for (size_t i = 0; i < d->num_rungs; i++)
		release_rung(&d->rungs[i]);
	for (size_t i = 0; i < d->num_lanes; i++) {
		free(d->lanes[i].title);
		free(d->lanes[i].legend);
	}
	for (size_t i = 0; i < d->num_hops; i++)
		release_hop(&d->hops[i]);
	free(d->question);
	free(d->outcome);
	free(d->sources);
	free(d->closing);
	d->num_lanes = d->num_rungs = d->num_hops = d->left_out = 0;
}

/* "wrong_source after 2 queries", "NOERROR in 7.86ms" */
static void add_outcome(struct ladders *l)
{
	bool is_answered = strcmp(text_of(l, "state"), "answered") == 0;

	if (!is_answered)
		add_safe(l, "state");
	if (has(l, "rcode")) {
		text_add(&l->line, is_answered ? "" : ": ");
		add_safe(l, "rcode");
	}
	if (has(l, "duration_ns")) {
		text_add(&l->line, " in ");
		add_duration(l, "duration_ns");
	}
	if (integer_of(l, "attempts") > 1)
		text_addf(&l->line, ", asked %" PRId64 " times",
			  integer_of(l, "attempts"));
}

static void add_origin(struct ladders *l)
{
	if (!has(l, "origin"))
		return;
	text_add(&l->line, "origin: ");
	add_safe(l, "origin");
	text_add(&l->line, " (");
	add_safe(l, "note");
	text_add(&l->line, ")");
}

/* From where the answer came, and how sure it is whose the legs are. */
static char *sources_of(struct ladders *l)
{
	add_origin(l);
	if (has(l, "confidence")) {
		text_add(&l->line, has(l, "origin") ? "; " : "");
		text_add(&l->line, "legs: txn ");
		add_safe(l, "confidence");
	}
	return take(l);
}

static char *question_of(struct ladders *l)
{
	text_addf(&l->line, "txn %" PRId64 ": ",
		  integer_of(l, "transaction_id"));
	add_safe(l, "from_name");
	text_add(&l->line, " asks ");
	add_safe(l, "to_name");
	text_add(&l->line, " for ");
	add_safe(l, "name");
	text_add(&l->line, " ");
	add_safe(l, "qtype");
	return take(l);
}

static char *outcome_of(struct ladders *l)
{
	char moment[TIMESTAMP_TEXT_MAX];

	if (has(l, "time_ns"))
		text_addf(&l->line, "%s: ",
			  timestamp_format(integer_of(l, "time_ns"), moment));
	add_outcome(l);
	return take(l);
}

static void open_lookup(struct ladders *l)
{
	struct ladder *d = &l->ladder;

	text_clear(&l->file);
	d->transaction_id = integer_of(l, "transaction_id");
	d->question = question_of(l);
	d->outcome = outcome_of(l);
	d->sources = sources_of(l);
	d->closing = take(l);
}

/* Two of a kind are told apart by a number. */
static char *title_of(struct ladders *l)
{
	const char *kind = text_of(l, "kind");
	int same = 1;

	for (size_t i = 0; i < l->ladder.num_lanes; i++)
		same += strncmp(l->ladder.lanes[i].title, kind, strlen(kind)) ==
			0;
	text_add(&l->line, kind);
	if (same > 1)
		text_addf(&l->line, "%d", same);
	return take(l);
}

static void add_lane(struct ladders *l)
{
	struct ladder_lane *lane = &l->ladder.lanes[l->ladder.num_lanes];

	if (l->ladder.num_lanes == LADDER_LANES_MAX)
		return;
	lane->title = title_of(l);
	add_safe(l, "from_name");
	if (has(l, "src") &&
	    strcmp(text_of(l, "src"), text_of(l, "from_name")) != 0) {
		text_add(&l->line, " (");
		add_safe(l, "src");
		text_add(&l->line, ")");
	}
	lane->legend = take(l);
	l->ladder.num_lanes++;
}

static void add_clock(struct ladders *l)
{
	if (has(l, "clock_offset_ns")) {
		text_add(&l->line, "; times are corrected: its clock is ahead "
				   "by ");
		add_duration(l, "clock_offset_ns");
		text_add(&l->line, " (");
		add_duration(l, "clock_low_ns");
		text_add(&l->line, " to ");
		add_duration(l, "clock_high_ns");
		text_add(&l->line, ")");
	} else if (has(l, "time_ns") && !has(l, "after_ns")) {
		text_add(&l->line, "; how far its clock is ahead is not known");
	}
}

/* Frames count in files; a new file may be another node's. */
static void add_file_mark(struct ladders *l)
{
	if (l->only_file != NULL || !has(l, "file") ||
	    strcmp(text_string(&l->file), text_of(l, "file")) == 0 ||
	    l->ladder.num_rungs == LADDER_RUNGS_MAX)
		return;
	text_clear(&l->file);
	text_add(&l->file, text_of(l, "file"));
	add_safe(l, "file");
	if (has(l, "node")) {
		text_add(&l->line, ", node ");
		add_safe(l, "node");
	}
	add_clock(l);
	l->ladder.rungs[l->ladder.num_rungs++] = (struct ladder_rung){
		.is_mark = true, .note = take(l)
	};
}

static char *label_of(struct ladders *l)
{
	const char *what = text_of(l, "what");
	bool is_again = strstr(text_of(l, "kind"), " again") != NULL;

	if (strcmp(what, "icmp") == 0) {
		add_safe(l, "kind");
		return take(l);
	}
	text_addf(&l->line, "%s %s", text_of(l, "qr"), text_of(l, "id"));
	if (has(l, "rcode")) {
		text_add(&l->line, " ");
		add_safe(l, "rcode");
	}
	text_add(&l->line, is_again ? " again" : "");
	return take(l);
}

static char *place_of(struct ladders *l)
{
	add_safe(l, "interface");
	if (has(l, "direction"))
		text_addf(&l->line, " %s", text_of(l, "direction"));
	return take(l);
}

static char *duration_of(struct ladders *l, const char *name, const char *sign)
{
	if (has(l, name))
		text_add(&l->line, integer_of(l, name) >= 0 ? sign : "");
	add_duration(l, name);
	return take(l);
}

static char *frame_of(struct ladders *l)
{
	if (has(l, "frame"))
		text_addf(&l->line, "#%" PRId64, integer_of(l, "frame"));
	return take(l);
}

static char stroke_of(const char *what)
{
	return strcmp(what, "icmp") == 0       ? '~'
	       : strcmp(what, "inferred") == 0 ? '.'
					       : '-';
}

static size_t lane_of(const struct ladders *l, const char *name)
{
	int64_t lane = integer_of(l, name);

	return lane > 0 && (uint64_t)lane <= l->ladder.num_lanes
		       ? (size_t)lane - 1
		       : 0;
}

static void add_rung(struct ladders *l)
{
	struct ladder_rung *rung;

	add_file_mark(l);
	if (l->ladder.num_rungs == LADDER_RUNGS_MAX) {
		l->ladder.left_out++;
		return;
	}
	rung = &l->ladder.rungs[l->ladder.num_rungs++];
	*rung = (struct ladder_rung){ .from = lane_of(l, "from_lane"),
				      .to = lane_of(l, "to_lane"),
				      .stroke = stroke_of(text_of(l, "what")) };
	rung->cells[LADDER_AFTER] = duration_of(l, "after_ns", "");
	rung->cells[LADDER_BETWEEN] = duration_of(l, "gap_ns", "+");
	rung->cells[LADDER_FRAME] = frame_of(l);
	rung->cells[LADDER_PLACE] = place_of(l);
	rung->cells[LADDER_LABEL] = label_of(l);
	add_safe(l, "note");
	rung->note = take(l);
}

static void add_hop(struct ladders *l)
{
	struct ladder *d = &l->ladder;
	struct ladder_hop *hop = &d->hops[d->num_hops];

	if (d->num_hops == LADDER_HOPS_MAX)
		return;
	d->num_hops++;
	add_safe(l, "hop");
	hop->name = take(l);
	add_duration(l, "duration_ns");
	hop->duration = take(l);
	if (has(l, "share_pct"))
		text_addf(&l->line, "%.1f%%",
			  rows_real(l->rows, column_of(l->rows, "share_pct")));
	hop->share = take(l);
	add_safe(l, "note");
	hop->note = take(l);
}

static void add_closing(struct ladders *l)
{
	struct ladder *d = &l->ladder;

	text_add(&l->line, d->closing);
	text_add(&l->line, l->line.len > 0 ? "\n" : "");
	add_safe(l, "note");
	free(d->closing);
	d->closing = take(l);
}

static void take_row(struct ladders *l)
{
	const char *what = text_of(l, "what");

	if (strcmp(what, "lane") == 0)
		add_lane(l);
	else if (strcmp(what, "hop") == 0)
		add_hop(l);
	else if (strcmp(what, "note") == 0)
		add_closing(l);
	else
		add_rung(l);
}

static bool opens_lookup(const struct ladders *l)
{
	return strcmp(text_of(l, "what"), "lookup") == 0;
}

struct ladders *ladders_new(struct rows *r, const char *only_file)
{
	struct ladders *l = must_calloc(1, sizeof(*l));

	l->rows = r;
	l->only_file = only_file;
	return l;
}

void ladders_free(struct ladders *l)
{
	if (l == NULL)
		return;
	release(&l->ladder);
	text_release(&l->file);
	text_release(&l->line);
	free(l);
}

int ladders_next(struct ladders *l, const struct ladder **ladder)
{
	int rc = l->is_at_end ? 0 : l->has_row ? 1 : rows_next(l->rows);

	release(&l->ladder);
	l->ladder = (struct ladder){ 0 };
	if (rc != 1)
		return rc;
	open_lookup(l);
	while ((rc = rows_next(l->rows)) == 1 && !opens_lookup(l))
		take_row(l);
	l->has_row = rc == 1;
	l->is_at_end = rc == 0;
	*ladder = &l->ladder;
	return rc < 0 ? -1 : 1;
}
