/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One page that works offline, for a ticket.  Its script only sorts, filters
 * and copies: without it everything can be read.  Nothing is fetched, and its
 * policy forbids it: script and style are named by their hashes.
 */
#include <inttypes.h>
#include <string.h>

#include "base/hash.h"
#include "report/cell.h"
#include "report/html_private.h"
#include "report/report.h"

static const char style[] =
#include "report/report.css.inc"
	;

static const char script[] =
#include "report/report.js.inc"
	;

/* What many captures have in common fits a table better than many lists. */
enum { LISTED_CAPTURES = 3 };

static void add_policy(struct text *t)
{
	char hash[SHA256_POLICY_SIZE];

	text_add(t, "<meta http-equiv=\"Content-Security-Policy\" "
		    "content=\"default-src 'none'; script-src '");
	sha256_policy(script, strlen(script), hash);
	text_addf(t, "%s'; style-src '", hash);
	sha256_policy(style, strlen(style), hash);
	text_addf(t, "%s'; base-uri 'none'; form-action 'none'\">\n", hash);
}

static void add_links(struct text *t, const struct output *o)
{
	text_add(t, "<nav aria-label=\"Parts of this page\"><ul>\n"
		    "<li><a href=\"#verdict\">verdict</a></li>\n"
		    "<li><a href=\"#captures\">captures</a></li>\n");
	for (int i = 0; i < o->num_steps; i++) {
		text_add(t, "<li><a href=\"#");
		html_add(t, o->steps[i]->name);
		text_add(t, "\">");
		html_add(t, o->steps[i]->name);
		text_add(t, "</a></li>\n");
	}
	text_add(t, "</ul></nav>\n");
}

static void begin(struct output *o)
{
	struct text t = { 0 };

	o->page = (struct page){ 0 };
	o->page.size_limit = o->row_limit >= 0 ? HTML_SIZE_LIMIT : 0;
	text_add(&t, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		     "<meta charset=\"utf-8\">\n");
	add_policy(&t);
	text_add(&t, "<meta name=\"viewport\" content=\"width=device-width, "
		     "initial-scale=1\">\n"
		     "<meta name=\"color-scheme\" content=\"light dark\">\n"
		     "<meta name=\"referrer\" content=\"no-referrer\">\n"
		     "<title>DNS report</title>\n<style>");
	text_addf(&t, "%s</style>\n</head>\n<body>\n", style);
	text_add(
		&t,
		"<a class=\"skip\" href=\"#main\">To the report</a>\n"
		"<header><h1>DNS report</h1>\n<p class=\"tool\">" PACKAGE_STRING
		"</p>\n");
	if (o->redaction != NULL)
		text_addf(&t, "<p class=\"redacted\">" WRITER_REDACTED "</p>\n",
			  o->redaction);
	add_links(&t, o);
	text_add(&t, "</header>\n<main id=\"main\">\n");
	html_write(o, &t);
	text_release(&t);
}

static void close_part(struct output *o)
{
	if (o->page.open != NULL)
		fputs("</section>\n", o->file);
	o->page.open = NULL;
}

static void open_part(struct output *o, const char *name, const char *title)
{
	struct text t = { 0 };

	close_part(o);
	o->page.open = name;
	text_add(&t, "<section id=\"");
	html_add(&t, name);
	text_add(&t, "\" aria-labelledby=\"");
	html_add(&t, name);
	text_add(&t, "-heading\">\n<h2 id=\"");
	html_add(&t, name);
	text_add(&t, "-heading\">");
	html_add(&t, title);
	text_add(&t, "</h2>\n");
	html_write(o, &t);
	text_release(&t);
}

static void end(struct output *o)
{
	struct text t = { 0 };

	close_part(o);
	text_add(&t, "</main>\n<footer><p>Frames count from 1, as in "
		     "Wireshark. Times are UTC. Below a row&#39;s evidence are "
		     "a display filter for Wireshark and a command that writes "
		     "the packets.</p></footer>\n<script>");
	text_addf(&t, "%s</script>\n</body>\n</html>\n", script);
	html_write(o, &t);
	text_release(&t);
}

static void begin_step(struct output *o, int number, const char *name,
		       const char *summary)
{
	struct text title = { 0 };

	(void)number;
	text_addf(&title, "%s: %s", name, summary);
	open_part(o, name, text_string(&title));
	text_release(&title);
}

static void add_fact(struct text *t, const struct output *o,
		     const struct rows *r, int i)
{
	text_add(t, "<div><dt>");
	html_add_heading(t, rows_column(r, i));
	text_add(t, "</dt><dd>");
	if (strcmp(rows_column(r, i), "evidence") == 0)
		html_add_evidence(t, o, rows_text(r, i));
	else
		html_add_value(t, o, r, i);
	text_add(t, "</dd></div>\n");
}

/* The sentence of a summary stands above its other values. */
static bool is_sentence(const char *column)
{
	return strcmp(column, "headline") == 0 ||
	       strcmp(column, "sentence") == 0;
}

static bool is_zero(const struct rows *r, int i)
{
	return rows_type(r, i) == CELL_INTEGER && rows_integer(r, i) == 0;
}

/* What there is none of is said in one line. */
static void add_zeros(struct text *t, const struct rows *r)
{
	const char *before = "<p class=\"aside\">None: ";

	for (int i = 0; i < rows_num_columns(r); i++) {
		if (!is_zero(r, i))
			continue;
		text_add(t, before);
		html_add_heading(t, rows_column(r, i));
		before = ", ";
	}
	text_add(t, before[0] == ',' ? ".</p>\n" : "");
}

static void add_facts(struct text *t, const struct output *o,
		      const struct rows *r)
{
	text_add(t, "<dl class=\"facts\">\n");
	for (int i = 0; i < rows_num_columns(r); i++)
		if (!is_sentence(rows_column(r, i)) && !is_zero(r, i) &&
		    rows_type(r, i) != CELL_NULL)
			add_fact(t, o, r, i);
	text_add(t, "</dl>\n");
	add_zeros(t, r);
}

static void add_sentences(struct text *t, const struct output *o,
			  const struct rows *r)
{
	for (int i = 0; i < rows_num_columns(r); i++) {
		if (!is_sentence(rows_column(r, i)))
			continue;
		text_add(t, "<p class=\"lead\">");
		html_add_value(t, o, r, i);
		text_add(t, "</p>\n");
	}
}

static int print_summary(struct output *o, struct rows *r)
{
	struct text t = { 0 };
	int rc = rows_next(r);

	if (rc == 1) {
		add_sentences(&t, o, r);
		add_facts(&t, o, r);
		html_write(o, &t);
	}
	text_release(&t);
	return rc < 0 ? -1 : 0;
}

/* What columns of a capture are called; the others as everywhere. */
static const struct {
	const char *column, *label;
} labels[] = { { "linktype", "Link type" },
	       { "snaplen", "Snapshot length" },
	       { "cut_pct", "Packets cut by it" },
	       { "first_ns", "First packet" },
	       { "last_ns", "Last packet" },
	       { "messages", "DNS messages" },
	       { "copies", "Copies at other places" },
	       { "repeats", "Twice in the files" },
	       { "dropped", "Packets dropped" },
	       { "filter", "Capture filter" },
	       { "one_sided", "Only one direction" },
	       { "time_faults", "Faults of its clock" },
	       { "wait_ns", "Waited for answers" },
	       { "sha256", "SHA-256" } };

static void add_label(struct text *t, const char *column)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i].column, column) == 0) {
			text_add(t, labels[i].label);
			return;
		}
	html_add_heading(t, column);
}

/* How that is known: the column behind it, of the same name with "_from". */
static int source_of(const struct rows *r, int i)
{
	const char *column = rows_column(r, i);
	size_t len = strlen(column);

	return i + 1 < rows_num_columns(r) &&
			       strncmp(rows_column(r, i + 1), column, len) ==
				       0 &&
			       strcmp(rows_column(r, i + 1) + len, "_from") == 0
		       ? i + 1
		       : -1;
}

static void add_known(struct text *t, const struct output *o,
		      const struct rows *r, int i)
{
	bool is_known = rows_type(r, i) != CELL_NULL;
	int source = source_of(r, i);

	if (is_known)
		html_add_value(t, o, r, i);
	else if (source < 0)
		text_add(t, "unknown");
	if (source < 0)
		return;
	text_add(t, is_known ? " (" : "");
	html_add_value(t, o, r, source);
	text_add(t, is_known ? ")" : "");
}

static void add_capture(struct text *t, const struct output *o,
			const struct rows *r)
{
	text_add(t, "<dl class=\"pairs sheet\">\n");
	for (int i = 0; i < rows_num_columns(r); i++) {
		text_add(t, "<div><dt>");
		add_label(t, rows_column(r, i));
		text_add(t, "</dt><dd>");
		add_known(t, o, r, i);
		text_add(t, "</dd></div>\n");
		if (source_of(r, i) >= 0)
			i++;
	}
	text_add(t, "</dl>\n");
}

static int print_captures(struct output *o, const char *title, struct rows *r)
{
	struct text t = { 0 };
	int rc;

	if (o->num_files > LISTED_CAPTURES)
		return html_print_table(o, title, r);
	while ((rc = rows_next(r)) == 1) {
		text_add(&t, "<div class=\"capture\">\n");
		add_capture(&t, o, r);
		text_add(&t, "</div>\n");
		html_write(o, &t);
	}
	text_release(&t);
	return rc;
}

static bool has_step(const struct output *o, const char *name)
{
	for (int i = 0; i < o->num_steps; i++)
		if (strcmp(o->steps[i]->name, name) == 0)
			return true;
	return false;
}

/* Those of our own steps that are more than a table. */
static int print_special(struct output *o, const struct section *section,
			 struct rows *r, bool *is_special)
{
	const char *name = section->name;

	*is_special = true;
	if (strcmp(name, "summary") == 0)
		return print_summary(o, r);
	if (strcmp(section->step, "captures") == 0 &&
	    strcmp(name, "captures") == 0)
		return print_captures(o, section->title, r);
	if (strcmp(section->step, "path") == 0)
		return html_print_ladders(o, r);
	/* The overview has it, as a figure. */
	if (strcmp(section->step, "slow") == 0 &&
	    strcmp(name, "histogram") == 0 && has_step(o, "overview"))
		return 0;
	if (strcmp(section->step, "overview") == 0) {
		if (strcmp(name, "timeline") == 0)
			return html_print_timeline(o, section->title, r);
		if (strcmp(name, "histogram") == 0)
			return html_print_histogram(o, section->title, r);
		if (strcmp(name, "nameservers") == 0)
			return html_print_nameservers(o, section->title, r);
	}
	*is_special = false;
	return 0;
}

/* What stands before the steps has no heading of its own. */
static void open_head(struct output *o, const char *step)
{
	if (o->page.open != NULL && strcmp(o->page.open, step) == 0)
		return;
	if (strcmp(step, "captures") == 0)
		open_part(o, step,
			  "captures: what was captured, and what that "
			  "cannot show");
	else
		open_part(o, step, step);
}

static int print_section(struct output *o, const struct section *section,
			 int number, struct rows *r)
{
	bool is_special;
	int rc;

	(void)number;
	open_head(o, section->step);
	rc = html_print_list(o, section, r, &is_special);
	if (!is_special)
		rc = print_special(o, section, r, &is_special);
	return is_special ? rc : html_print_table(o, section->title, r);
}

/* Not one of the head, of a comparison or beside a report of one's own. */
static bool is_by_step(const struct output *o, const char *step)
{
	return step_find(step) != NULL && step_find(o->steps[0]->name) != NULL;
}

/* The list as it is here, but whole. */
static void add_whole_list(struct text *t, const struct output *o,
			   const char *step)
{
	struct text begin = { 0 };

	text_add(&begin, "report --limit 0");
	if (is_by_step(o, step))
		text_addf(&begin, " --step %s", step);
	text_add(&begin, o->narrowing != NULL ? o->narrowing : "");
	html_add_command(t, o, text_string(&begin));
	text_release(&begin);
}

static void left_out(struct output *o, const struct section *section,
		     int64_t count, bool or_more)
{
	struct text t = { 0 };

	text_addf(&t, "<p class=\"more\">%s%" PRId64 " more rows: ",
		  or_more ? "at least " : "", count - o->page.shown);
	add_whole_list(&t, o, section->step);
	text_add(&t, "</p>\n");
	html_write(o, &t);
	text_release(&t);
}

const struct writer writer_html = { .name = "html",
				    .has_head = true,
				    .draws = true,
				    .has_overview = true,
				    .has_path = true,
				    .begin = begin,
				    .end = end,
				    .begin_step = begin_step,
				    .end_step = close_part,
				    .section = print_section,
				    .left_out = left_out };
