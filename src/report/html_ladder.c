/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ladders as tables, whose text can be read, selected and heard; only the
 * arrows are drawn.  The lines of the lanes are the background of their column.
 */
#include <inttypes.h>
#include <string.h>

#include "report/html_private.h"
#include "report/ladder.h"

/* As in report.css. */
enum { LANE_WIDTH = 116, ARROW_HEIGHT = 22, ARROW_Y = 11, HEAD_SIZE = 7 };

static void add_paragraphs(struct text *t, const char *class, const char *lines)
{
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");
		struct text line = { 0 };

		text_add_bytes(&line, lines, len);
		text_addf(t, "<p class=\"%s\">", class);
		html_add(t, text_string(&line));
		text_add(t, "</p>\n");
		text_release(&line);
		lines += len + (lines[len] != '\0');
	}
}

static void add_titles(struct text *t, const struct ladder *ladder)
{
	static const char *const titles[] = { "After", "Gap", "Frame",
					      "Where" };

	text_add(t, "<thead><tr>");
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		text_addf(t, "<th scope=\"col\"%s>%s</th>",
			  i < 3 ? " class=\"n\"" : "", titles[i]);
	text_add(t, "<th scope=\"col\" class=\"lanes\">");
	for (size_t i = 0; i < ladder->num_lanes; i++) {
		text_add(t, "<span class=\"lane\"><b>");
		html_add(t, ladder->lanes[i].title);
		text_add(t, "</b> ");
		html_add(t, ladder->lanes[i].legend);
		text_add(t, "</span>");
	}
	text_add(t, "</th><th scope=\"col\">Message</th>"
		    "<th scope=\"col\">Note</th></tr></thead>\n<tbody>\n");
}

static const char *kind_of(const struct ladder_rung *rung)
{
	return rung->stroke == '~'      ? "icmp"
	       : rung->stroke == '.'    ? "inferred"
	       : rung->from <= rung->to ? "query"
					: "response";
}

static size_t middle_of(size_t lane)
{
	return lane * LANE_WIDTH + LANE_WIDTH / 2;
}

static void add_line(struct text *t, const struct ladder_rung *rung)
{
	size_t from = middle_of(rung->from), to = middle_of(rung->to);
	size_t tip = from < to ? to - HEAD_SIZE : to + HEAD_SIZE;

	if (from == to) {
		text_addf(t, "<circle cx=\"%zu\" cy=\"%d\" r=\"4\"/>", from,
			  ARROW_Y);
		return;
	}
	text_addf(t,
		  "<path d=\"M%zu %dH%zu\"/><path class=\"head\" "
		  "d=\"M%zu %dL%zu %dV%dZ\"/>",
		  from, ARROW_Y, tip, to, ARROW_Y, tip, ARROW_Y - 4,
		  ARROW_Y + 4);
}

static void add_arrow(struct text *t, const struct ladder *ladder,
		      const struct ladder_rung *rung)
{
	text_addf(t,
		  "<svg class=\"%s\" width=\"%zu\" height=\"%d\" role=\"img\" "
		  "aria-label=\"",
		  kind_of(rung), ladder->num_lanes * LANE_WIDTH, ARROW_HEIGHT);
	if (ladder->num_lanes > 0) {
		html_add(t, ladder->lanes[rung->from].title);
		text_add(t, " to ");
		html_add(t, ladder->lanes[rung->to].title);
	}
	text_add(t, "\">");
	add_line(t, rung);
	text_add(t, "</svg>");
}

static void add_text_cell(struct text *t, const char *class, const char *text)
{
	text_addf(t, "<td%s>", class);
	html_add(t, text);
	text_add(t, "</td>");
}

static void add_rung(struct text *t, const struct ladder *ladder,
		     const struct ladder_rung *rung)
{
	if (rung->is_mark) {
		text_add(t, "<tr class=\"mark\"><td colspan=\"7\">");
		html_add(t, rung->note);
		text_add(t, "</td></tr>\n");
		return;
	}
	text_add(t, "<tr>");
	for (int c = LADDER_AFTER; c < LADDER_LABEL; c++)
		add_text_cell(t, c < LADDER_PLACE ? " class=\"n\"" : "",
			      rung->cells[c]);
	text_add(t, "<td class=\"lanes\">");
	add_arrow(t, ladder, rung);
	text_add(t, "</td>");
	add_text_cell(t, "", rung->cells[LADDER_LABEL]);
	add_text_cell(t, " class=\"w\"", rung->note);
	text_add(t, "</tr>\n");
}

static void add_left_out(struct text *t, const struct output *o,
			 const struct ladder *ladder, size_t count)
{
	struct text begin = { 0 };

	text_addf(&begin, "report --step path --format json --txn %" PRId64,
		  ladder->transaction_id);
	text_addf(t, "<p class=\"more\">%zu more messages of this lookup: ",
		  count);
	html_add_command(t, o, text_string(&begin));
	text_add(t, "</p>\n");
	text_release(&begin);
}

static void add_rungs(struct text *t, const struct output *o,
		      const struct ladder *ladder)
{
	size_t room = html_room(o), i;

	for (i = 0; i < ladder->num_rungs && t->len < room; i++)
		add_rung(t, ladder, &ladder->rungs[i]);
	text_add(t, "</tbody></table></div>\n");
	i = ladder->num_rungs - i + ladder->left_out;
	if (i > 0)
		add_left_out(t, o, ladder, i);
}

static void add_hops(struct text *t, const struct ladder *ladder)
{
	if (ladder->num_hops == 0)
		return;
	text_add(t, "<div class=\"scroll\"><table class=\"hops\"><caption>"
		    "Where the time went</caption><thead><tr>"
		    "<th scope=\"col\">Hop</th>"
		    "<th scope=\"col\" class=\"n\">Time</th>"
		    "<th scope=\"col\" class=\"n\">Share</th>"
		    "<th scope=\"col\">Note</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < ladder->num_hops; i++) {
		const struct ladder_hop *hop = &ladder->hops[i];

		text_add(t, "<tr>");
		add_text_cell(t, "", hop->name);
		add_text_cell(t, " class=\"n\"", hop->duration);
		add_text_cell(t, " class=\"n\"", hop->share);
		add_text_cell(t, " class=\"w\"", hop->note);
		text_add(t, "</tr>\n");
	}
	text_add(t, "</tbody></table></div>\n");
}

static void add_ladder(struct text *t, struct output *o,
		       const struct ladder *ladder)
{
	int number = ++o->page.num_tables;

	text_addf(t, "<article class=\"ladder\"><h3 id=\"t%d\">", number);
	html_add(t, ladder->question);
	text_add(t, "</h3>\n");
	add_paragraphs(t, "outcome", ladder->outcome);
	add_paragraphs(t, "aside", ladder->sources);
	text_addf(t,
		  "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		  "aria-labelledby=\"t%d\"><table class=\"rungs\" "
		  "aria-labelledby=\"t%d\">",
		  number, number);
	add_titles(t, ladder);
	add_rungs(t, o, ladder);
	add_hops(t, ladder);
	add_paragraphs(t, "closing", ladder->closing);
	text_add(t, "</article>\n");
	html_write(o, t);
}

int html_print_ladders(struct output *o, struct rows *r)
{
	struct ladders *l = ladders_new(r, o->only_file);
	const struct ladder *ladder;
	struct text t = { 0 };
	int rc;

	while ((rc = ladders_next(l, &ladder)) == 1)
		add_ladder(&t, o, ladder);
	text_release(&t);
	ladders_free(l);
	return rc;
}
