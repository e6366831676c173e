/* SPDX-License-Identifier: BSD-3-Clause */
/* Ladders for people at a terminal and for plain text. */
#include <string.h>

#include "base/text.h"
#include "report/ladder.h"

enum {
	INDENT = 2,
	GAP = 2,
	WIDEST_STEP = 12, /* from one lane to the next */
	NARROWEST_STEP = 4,
	NARROWEST_LABEL = 6,
	LEGEND_WIDTH = 10
};

/* The ladder that is being drawn, and how. */
struct drawing {
	struct output *output;
	const struct ladder *ladder;
	size_t widths[LADDER_COLUMNS]; /* 0: left out */
	size_t step;                   /* from one lane to the next */
	struct text line;
};

static const char *const titles[LADDER_COLUMNS] = { "AFTER", "GAP", "#", "",
						    "" };

static void print_line(struct drawing *d)
{
	struct text *line = &d->line;

	while (line->len > 0 && line->data[line->len - 1] == ' ')
		line->data[--line->len] = '\0';
	fprintf(d->output->file, "%s\n", text_string(line));
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

static void measure_rung(struct drawing *d, const struct ladder_rung *rung)
{
	for (size_t c = 0; c < LADDER_COLUMNS && !rung->is_mark; c++) {
		size_t width = text_columns(rung->cells[c]);

		if (width > d->widths[c])
			d->widths[c] = width;
	}
}

static void measure(struct drawing *d)
{
	for (size_t i = 0; i < d->ladder->num_rungs; i++)
		measure_rung(d, &d->ladder->rungs[i]);
	for (size_t c = 0; c < LADDER_COLUMNS; c++)
		if (d->widths[c] > 0 && d->widths[c] < strlen(titles[c]))
			d->widths[c] = strlen(titles[c]);
}

static size_t width_of(const struct drawing *d)
{
	size_t width = INDENT + 1;

	for (size_t c = 0; c < LADDER_COLUMNS; c++)
		width += d->widths[c] > 0 ? d->widths[c] + GAP : 0;
	if (d->ladder->num_lanes > 1)
		width += (d->ladder->num_lanes - 1) * d->step;
	return width;
}

/* Where the lanes begin. */
static size_t margin_of(const struct drawing *d)
{
	size_t margin = INDENT;

	for (size_t c = 0; c < LADDER_LABEL; c++)
		margin += d->widths[c] > 0 ? d->widths[c] + GAP : 0;
	return margin;
}

static void fit(struct drawing *d)
{
	size_t terminal = (size_t)d->output->terminal_width;

	if (terminal == 0)
		return;
	while (width_of(d) > terminal && d->step > NARROWEST_STEP) {
		/* Names of lanes shall be told apart for as long as may be. */
		if (d->step == NARROWEST_STEP + 4)
			d->widths[LADDER_BETWEEN] = 0;
		if (width_of(d) > terminal)
			d->step--;
	}
	while (width_of(d) > terminal &&
	       d->widths[LADDER_LABEL] > NARROWEST_LABEL)
		d->widths[LADDER_LABEL]--;
}

static void add_titles(struct drawing *d)
{
	add_padding(&d->line, INDENT);
	for (size_t c = 0; c < LADDER_LABEL; c++) {
		if (d->widths[c] == 0)
			continue;
		add_right(&d->line, titles[c], d->widths[c]);
		add_padding(&d->line, GAP);
	}
	for (size_t i = 0; i < d->ladder->num_lanes; i++) {
		struct text title = { 0 };
		bool is_last = i + 1 == d->ladder->num_lanes;

		/* Plain ASCII: what is left out is in the legend. */
		text_add(&title, d->ladder->lanes[i].title);
		if (!is_last && title.len >= d->step)
			title.data[title.len = d->step - 1] = '\0';
		add_left(&d->line, text_string(&title), is_last ? 0 : d->step);
		text_release(&title);
	}
}

/* "|   |------>|": the lanes, and the arrow over them. */
static void add_lanes(struct drawing *d, const struct ladder_rung *rung)
{
	size_t num_lanes = d->ladder->num_lanes;
	size_t width = num_lanes > 0 ? (num_lanes - 1) * d->step + 1 : 0;
	size_t from = rung->from * d->step, to = rung->to * d->step;

	for (size_t i = 0; i < width; i++) {
		char c = i % d->step == 0 ? '|' : ' ';

		if ((from < i && i < to) || (to < i && i < from))
			c = rung->stroke;
		if (from < to ? i == to - 1 : from > to && i == to + 1)
			c = from < to ? '>' : '<';
		else if (from == to && i == to)
			c = '*';
		text_addf(&d->line, "%c", c);
	}
}

static void print_mark(struct drawing *d, const struct ladder_rung *rung)
{
	add_padding(&d->line, INDENT);
	text_addf(&d->line, "-- %s", rung->note);
	print_line(d);
}

/* Behind the label if there is room, else below the arrow. */
static void print_note(struct drawing *d, const char *note)
{
	size_t terminal = (size_t)d->output->terminal_width;
	size_t margin = margin_of(d), columns = text_columns(note);

	if (terminal == 0 || width_of(d) + GAP + columns <= terminal) {
		add_padding(&d->line, GAP);
		text_add(&d->line, note);
		print_line(d);
		return;
	}
	print_line(d);
	if (margin + GAP + columns > terminal)
		margin = terminal > columns + GAP ? terminal - columns - GAP
						  : 0;
	add_padding(&d->line, margin + GAP);
	text_add(&d->line, note);
	print_line(d);
}

static void print_rung(struct drawing *d, const struct ladder_rung *rung)
{
	const char *label = rung->cells[LADDER_LABEL];

	add_padding(&d->line, INDENT);
	for (size_t c = 0; c < LADDER_LABEL; c++) {
		if (d->widths[c] == 0)
			continue;
		(c == LADDER_PLACE ? add_left : add_right)(
			&d->line, rung->cells[c], d->widths[c]);
		add_padding(&d->line, GAP);
	}
	add_lanes(d, rung);
	add_padding(&d->line, GAP);
	if (text_columns(label) > d->widths[LADDER_LABEL])
		add_cut(&d->line, label, d->widths[LADDER_LABEL]);
	else
		add_left(&d->line, label, d->widths[LADDER_LABEL]);
	if (rung->note[0] != '\0')
		print_note(d, rung->note);
	else
		print_line(d);
}

static void print_legend(struct drawing *d)
{
	for (size_t i = 0; i < d->ladder->num_lanes; i++) {
		add_padding(&d->line, INDENT);
		add_left(&d->line, d->ladder->lanes[i].title, LEGEND_WIDTH);
		text_addf(&d->line, " %s", d->ladder->lanes[i].legend);
		print_line(d);
	}
	fputs("\n", d->output->file);
}

static void draw(struct drawing *d)
{
	measure(d);
	fit(d);
	print_legend(d);
	add_titles(d);
	print_line(d);
	for (size_t i = 0; i < d->ladder->num_rungs; i++) {
		if (d->ladder->rungs[i].is_mark)
			print_mark(d, &d->ladder->rungs[i]);
		else
			print_rung(d, &d->ladder->rungs[i]);
	}
	if (d->ladder->left_out > 0)
		fprintf(d->output->file,
			"  ... %zu more messages of this lookup: --format "
			"json shows them\n",
			d->ladder->left_out);
}

static void print_hop(struct drawing *d, const struct ladder_hop *hop)
{
	add_padding(&d->line, INDENT);
	add_left(&d->line, hop->name, sizeof("waiting to ask again"));
	add_right(&d->line, hop->duration, 9);
	add_right(&d->line, hop->share, 8);
	add_padding(&d->line, GAP);
	text_add(&d->line, hop->note);
	print_line(d);
}

/* Lines of them, each of its own. */
static void print_lines(struct drawing *d, const char *lines)
{
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");

		add_padding(&d->line, INDENT);
		text_add_bytes(&d->line, lines, len);
		print_line(d);
		lines += len + (lines[len] != '\0');
	}
}

static void print_head(struct drawing *d)
{
	bool is_bold = d->output->colour;

	fprintf(d->output->file, "\n%s%s%s\n", is_bold ? "\033[1m" : "",
		d->ladder->question, is_bold ? "\033[0m" : "");
	print_lines(d, d->ladder->outcome);
	print_lines(d, d->ladder->sources);
	fputs("\n", d->output->file);
}

static void print_ladder(struct output *o, const struct ladder *ladder)
{
	struct drawing d = { .output = o,
			     .ladder = ladder,
			     .step = WIDEST_STEP };

	print_head(&d);
	if (ladder->num_lanes > 0)
		draw(&d);
	if (ladder->num_hops > 0 || ladder->closing[0] != '\0')
		fputs("\n", o->file);
	for (size_t i = 0; i < ladder->num_hops; i++)
		print_hop(&d, &ladder->hops[i]);
	print_lines(&d, ladder->closing);
	text_release(&d.line);
}

int ladder_print(struct output *o, struct rows *r)
{
	struct ladders *l = ladders_new(r, o->only_file);
	const struct ladder *ladder;
	int rc;

	while ((rc = ladders_next(l, &ladder)) == 1)
		print_ladder(o, ladder);
	ladders_free(l);
	return rc;
}
