/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/ladder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/memory.h"
#include "base/text.h"

enum {
	LANES_MAX = 16,
	RUNGS_MAX = 500, /* of a lookup */
	INDENT = 2,
	GAP = 2,
	WIDEST_STEP = 12, /* from one lane to the next */
	NARROWEST_STEP = 4,
	NARROWEST_LABEL = 6,
	LEGEND_WIDTH = 10
};

/* The columns of a rung, but for the arrow. */
enum column { AFTER, BETWEEN, FRAME, PLACE, LABEL, COLUMNS };

/* An arrow between two lanes, or a mark across all of them. */
struct rung {
	char *cells[COLUMNS];
	char *note; /* "": none; of a mark all of it */
	bool is_mark;
	size_t from, to; /* lanes from 0 */
	char stroke;
};

struct lane {
	char *title, *legend;
};

/* One lookup at a time. */
struct ladder {
	struct output *output;
	const struct rows *rows;
	struct lane lanes[LANES_MAX];
	size_t num_lanes;
	struct rung rungs[RUNGS_MAX];
	size_t num_rungs, left_out;
	struct text file; /* of the rung before */
	bool is_drawn;    /* what follows the rungs is being printed */
	struct text line;
};

static const char *const titles[COLUMNS] = { "AFTER", "GAP", "#", "", "" };

/* How a ladder is laid out: the widths of its parts. */
struct layout {
	size_t widths[COLUMNS]; /* 0: left out */
	size_t step;            /* from one lane to the next */
};

static int column_of(const struct rows *r, const char *name)
{
	int i = rows_num_columns(r) - 1;

	while (i > 0 && strcmp(rows_column(r, i), name) != 0)
		i--;
	return i;
}

static bool has(const struct ladder *l, const char *name)
{
	return rows_type(l->rows, column_of(l->rows, name)) != CELL_NULL;
}

static const char *text_of(const struct ladder *l, const char *name)
{
	return rows_text(l->rows, column_of(l->rows, name));
}

static int64_t integer_of(const struct ladder *l, const char *name)
{
	return rows_integer(l->rows, column_of(l->rows, name));
}

static void add_safe(struct ladder *l, const char *name)
{
	text_add_terminal_safe(&l->line, text_of(l, name));
}

static void add_duration(struct ladder *l, const char *name)
{
	char span[DURATION_TEXT_MAX];

	if (has(l, name))
		text_add(&l->line, duration_format(integer_of(l, name), span));
}

/* What was added to the line, for later. */
static char *take(struct ladder *l)
{
	char *copy = must_strdup(text_string(&l->line));

	text_clear(&l->line);
	return copy;
}

static void print_line(struct ladder *l)
{
	struct text *line = &l->line;

	while (line->len > 0 && line->data[line->len - 1] == ' ')
		line->data[--line->len] = '\0';
	fprintf(l->output->file, "%s\n", text_string(line));
	text_clear(line);
}

static void add_padding(struct text *t, size_t count)
{
	while (count-- > 0)
		text_add(t, " ");
}

static void add_left(struct text *t, const char *string, size_t width)
{
	size_t columns = text_columns(string);

	text_add(t, string);
	add_padding(t, width > columns ? width - columns : 0);
}

static void add_right(struct text *t, const char *string, size_t width)
{
	size_t columns = text_columns(string);

	add_padding(t, width > columns ? width - columns : 0);
	text_add(t, string);
}

/* The first columns of it, the last of them an ellipsis. */
static void add_cut(struct text *t, const char *string, size_t width)
{
	size_t bytes = 0;

	if (text_columns(string) <= width) {
		text_add(t, string);
		return;
	}
	for (size_t columns = 0; columns + 1 < width; columns++)
		do
			bytes++;
		while (((unsigned char)string[bytes] & 0xc0) == 0x80);
	text_add_bytes(t, string, bytes);
	text_add(t, "\xe2\x80\xa6"); /* U+2026 ellipsis */
}

static void release_rungs(struct ladder *l)
{
	for (size_t i = 0; i < l->num_rungs; i++) {
		for (size_t c = 0; c < COLUMNS; c++)
			free(l->rungs[i].cells[c]);
		free(l->rungs[i].note);
	}
	l->num_rungs = l->left_out = 0;
}

static void release(struct ladder *l)
{
	release_rungs(l);
	for (size_t i = 0; i < l->num_lanes; i++) {
		free(l->lanes[i].title);
		free(l->lanes[i].legend);
	}
	l->num_lanes = 0;
	text_clear(&l->file);
	l->is_drawn = false;
}

static void measure(const struct ladder *l, struct layout *y)
{
	*y = (struct layout){ .step = WIDEST_STEP };
	for (size_t i = 0; i < l->num_rungs; i++)
		for (size_t c = 0; c < COLUMNS && !l->rungs[i].is_mark; c++) {
			size_t width = text_columns(l->rungs[i].cells[c]);

			if (width > y->widths[c])
				y->widths[c] = width;
		}
	for (size_t c = 0; c < COLUMNS; c++)
		if (y->widths[c] > 0 && y->widths[c] < strlen(titles[c]))
			y->widths[c] = strlen(titles[c]);
}

static size_t width_of(const struct ladder *l, const struct layout *y)
{
	size_t width = INDENT + 1;

	for (size_t c = 0; c < COLUMNS; c++)
		width += y->widths[c] > 0 ? y->widths[c] + GAP : 0;
	return l->num_lanes > 1 ? width + (l->num_lanes - 1) * y->step : width;
}

/* Where the lanes begin. */
static size_t margin_of(const struct layout *y)
{
	size_t margin = INDENT;

	for (size_t c = 0; c < LABEL; c++)
		margin += y->widths[c] > 0 ? y->widths[c] + GAP : 0;
	return margin;
}

static void fit(const struct ladder *l, struct layout *y)
{
	size_t terminal = (size_t)l->output->terminal_width;

	if (terminal == 0)
		return;
	while (width_of(l, y) > terminal && y->step > NARROWEST_STEP) {
		/* Names of lanes shall be told apart for as long as may be. */
		if (y->step == NARROWEST_STEP + 4)
			y->widths[BETWEEN] = 0;
		if (width_of(l, y) > terminal)
			y->step--;
	}
	while (width_of(l, y) > terminal && y->widths[LABEL] > NARROWEST_LABEL)
		y->widths[LABEL]--;
}

static void add_titles(struct ladder *l, const struct layout *y)
{
	add_padding(&l->line, INDENT);
	for (size_t c = 0; c < LABEL; c++) {
		if (y->widths[c] == 0)
			continue;
		add_right(&l->line, titles[c], y->widths[c]);
		add_padding(&l->line, GAP);
	}
	for (size_t i = 0; i < l->num_lanes; i++) {
		struct text title = { 0 };
		bool is_last = i + 1 == l->num_lanes;

		/* Plain ASCII: what is left out is in the legend. */
		text_add(&title, l->lanes[i].title);
		if (!is_last && title.len >= y->step)
			title.data[title.len = y->step - 1] = '\0';
		add_left(&l->line, text_string(&title), is_last ? 0 : y->step);
		text_release(&title);
	}
}

/* "|   |------>|": the lanes, and the arrow over them. */
static void add_lanes(struct ladder *l, const struct layout *y,
		      const struct rung *rung)
{
	size_t width = l->num_lanes > 0 ? (l->num_lanes - 1) * y->step + 1 : 0;
	size_t from = rung->from * y->step, to = rung->to * y->step;

	for (size_t i = 0; i < width; i++) {
		char c = i % y->step == 0 ? '|' : ' ';

		if ((from < i && i < to) || (to < i && i < from))
			c = rung->stroke;
		if (from < to ? i == to - 1 : from > to && i == to + 1)
			c = from < to ? '>' : '<';
		else if (from == to && i == to)
			c = '*';
		text_addf(&l->line, "%c", c);
	}
}

static void print_mark(struct ladder *l, const struct rung *rung)
{
	add_padding(&l->line, INDENT);
	text_addf(&l->line, "-- %s", rung->note);
	print_line(l);
}

/* Behind the label if there is room, else below the arrow. */
static void print_note(struct ladder *l, const struct layout *y,
		       const char *note)
{
	size_t terminal = (size_t)l->output->terminal_width;
	size_t margin = margin_of(y), columns = text_columns(note);

	if (terminal == 0 || width_of(l, y) + GAP + columns <= terminal) {
		add_padding(&l->line, GAP);
		text_add(&l->line, note);
		print_line(l);
		return;
	}
	print_line(l);
	if (margin + GAP + columns > terminal)
		margin = terminal > columns + GAP ? terminal - columns - GAP
						  : 0;
	add_padding(&l->line, margin + GAP);
	text_add(&l->line, note);
	print_line(l);
}

static void print_rung(struct ladder *l, const struct layout *y,
		       const struct rung *rung)
{
	add_padding(&l->line, INDENT);
	for (size_t c = 0; c < LABEL; c++) {
		if (y->widths[c] == 0)
			continue;
		(c == PLACE ? add_left : add_right)(&l->line, rung->cells[c],
						    y->widths[c]);
		add_padding(&l->line, GAP);
	}
	add_lanes(l, y, rung);
	add_padding(&l->line, GAP);
	if (rung->note[0] == '\0') {
		add_cut(&l->line, rung->cells[LABEL], y->widths[LABEL]);
		print_line(l);
		return;
	}
	if (text_columns(rung->cells[LABEL]) > y->widths[LABEL])
		add_cut(&l->line, rung->cells[LABEL], y->widths[LABEL]);
	else
		add_left(&l->line, rung->cells[LABEL], y->widths[LABEL]);
	print_note(l, y, rung->note);
}

static void print_legend(struct ladder *l)
{
	for (size_t i = 0; i < l->num_lanes; i++) {
		add_padding(&l->line, INDENT);
		add_left(&l->line, l->lanes[i].title, LEGEND_WIDTH);
		text_addf(&l->line, " %s", l->lanes[i].legend);
		print_line(l);
	}
	fputs("\n", l->output->file);
}

static void draw(struct ladder *l)
{
	struct layout y;

	if (l->is_drawn || l->num_lanes == 0)
		return;
	l->is_drawn = true;
	measure(l, &y);
	fit(l, &y);
	print_legend(l);
	add_titles(l, &y);
	print_line(l);
	for (size_t i = 0; i < l->num_rungs; i++) {
		if (l->rungs[i].is_mark)
			print_mark(l, &l->rungs[i]);
		else
			print_rung(l, &y, &l->rungs[i]);
	}
	if (l->left_out > 0)
		fprintf(l->output->file,
			"  ... %zu more messages of this lookup: --format "
			"json shows them\n",
			l->left_out);
}

/* "wrong_source after 2 queries", "NOERROR in 7.86ms" */
static void add_outcome(struct ladder *l)
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

static void add_origin(struct ladder *l)
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
static void print_sources(struct ladder *l)
{
	if (!has(l, "origin") && !has(l, "confidence"))
		return;
	add_padding(&l->line, INDENT);
	add_origin(l);
	if (has(l, "confidence")) {
		text_add(&l->line, has(l, "origin") ? "; " : "");
		text_add(&l->line, "legs: txn ");
		add_safe(l, "confidence");
	}
	print_line(l);
}

static void print_question(struct ladder *l)
{
	text_addf(&l->line, "%stxn %" PRId64 ": ",
		  l->output->colour ? "\033[1m" : "",
		  integer_of(l, "transaction_id"));
	add_safe(l, "from_name");
	text_add(&l->line, " asks ");
	add_safe(l, "to_name");
	text_add(&l->line, " for ");
	add_safe(l, "name");
	text_add(&l->line, " ");
	add_safe(l, "qtype");
	text_add(&l->line, l->output->colour ? "\033[0m" : "");
	print_line(l);
}

static void open_lookup(struct ladder *l)
{
	char moment[TIMESTAMP_TEXT_MAX];

	release(l);
	fputs("\n", l->output->file);
	print_question(l);
	add_padding(&l->line, INDENT);
	if (has(l, "time_ns"))
		text_addf(&l->line, "%s: ",
			  timestamp_format(integer_of(l, "time_ns"), moment));
	add_outcome(l);
	print_line(l);
	print_sources(l);
	fputs("\n", l->output->file);
}

/* Two of a kind are told apart by a number. */
static char *title_of(struct ladder *l)
{
	const char *kind = text_of(l, "kind");
	int same = 1;

	for (size_t i = 0; i < l->num_lanes; i++)
		same += strncmp(l->lanes[i].title, kind, strlen(kind)) == 0;
	text_add(&l->line, kind);
	if (same > 1)
		text_addf(&l->line, "%d", same);
	return take(l);
}

static void add_lane(struct ladder *l)
{
	struct lane *lane = &l->lanes[l->num_lanes];

	if (l->num_lanes == LANES_MAX)
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
	l->num_lanes++;
}

static void add_clock(struct ladder *l)
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
static void add_file_mark(struct ladder *l)
{
	if (l->output->only_file != NULL || !has(l, "file") ||
	    strcmp(text_string(&l->file), text_of(l, "file")) == 0 ||
	    l->num_rungs == RUNGS_MAX)
		return;
	text_clear(&l->file);
	text_add(&l->file, text_of(l, "file"));
	add_safe(l, "file");
	if (has(l, "node")) {
		text_add(&l->line, ", node ");
		add_safe(l, "node");
	}
	add_clock(l);
	l->rungs[l->num_rungs++] = (struct rung){ .is_mark = true,
						  .note = take(l) };
}

static char *label_of(struct ladder *l)
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

static char *place_of(struct ladder *l)
{
	add_safe(l, "interface");
	if (has(l, "direction"))
		text_addf(&l->line, " %s", text_of(l, "direction"));
	return take(l);
}

static char *duration_of(struct ladder *l, const char *name, const char *sign)
{
	if (has(l, name))
		text_add(&l->line, integer_of(l, name) >= 0 ? sign : "");
	add_duration(l, name);
	return take(l);
}

static char *frame_of(struct ladder *l)
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

static size_t lane_of(const struct ladder *l, const char *name)
{
	int64_t lane = integer_of(l, name);

	return lane > 0 && (uint64_t)lane <= l->num_lanes ? (size_t)lane - 1
							  : 0;
}

static void add_rung(struct ladder *l)
{
	struct rung *rung;

	add_file_mark(l);
	if (l->num_rungs == RUNGS_MAX) {
		l->left_out++;
		return;
	}
	rung = &l->rungs[l->num_rungs++];
	*rung = (struct rung){ .from = lane_of(l, "from_lane"),
			       .to = lane_of(l, "to_lane"),
			       .stroke = stroke_of(text_of(l, "what")) };
	rung->cells[AFTER] = duration_of(l, "after_ns", "");
	rung->cells[BETWEEN] = duration_of(l, "gap_ns", "+");
	rung->cells[FRAME] = frame_of(l);
	rung->cells[PLACE] = place_of(l);
	rung->cells[LABEL] = label_of(l);
	add_safe(l, "note");
	rung->note = take(l);
}

/* The first line below the ladder. */
static void end_ladder(struct ladder *l)
{
	if (l->is_drawn)
		return;
	draw(l);
	fputs("\n", l->output->file);
}

static void print_hop(struct ladder *l)
{
	struct text cell = { 0 };
	char span[DURATION_TEXT_MAX];

	end_ladder(l);
	add_padding(&l->line, INDENT);
	add_left(&l->line, text_of(l, "hop"), sizeof("waiting to ask again"));
	add_right(&l->line, duration_format(integer_of(l, "duration_ns"), span),
		  9);
	if (has(l, "share_pct"))
		text_addf(&cell, "%.1f%%",
			  rows_real(l->rows, column_of(l->rows, "share_pct")));
	add_right(&l->line, text_string(&cell), 8);
	add_padding(&l->line, GAP);
	add_safe(l, "note");
	print_line(l);
	text_release(&cell);
}

static void print_closing(struct ladder *l)
{
	end_ladder(l);
	add_padding(&l->line, INDENT);
	add_safe(l, "note");
	print_line(l);
}

static void take_row(struct ladder *l)
{
	const char *what = text_of(l, "what");

	if (strcmp(what, "lookup") == 0) {
		draw(l);
		open_lookup(l);
	} else if (strcmp(what, "lane") == 0) {
		add_lane(l);
	} else if (strcmp(what, "hop") == 0) {
		print_hop(l);
	} else if (strcmp(what, "note") == 0) {
		print_closing(l);
	} else {
		add_rung(l);
	}
}

int ladder_print(struct output *o, struct rows *r)
{
	struct ladder *l = must_calloc(1, sizeof(*l));
	int rc;

	l->output = o;
	l->rows = r;
	while ((rc = rows_next(r)) == 1)
		take_row(l);
	draw(l);
	release(l);
	text_release(&l->file);
	text_release(&l->line);
	free(l);
	return rc;
}
