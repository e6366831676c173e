/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The verdict of a page, for somebody who has nothing but the page: no tables,
 * but sentences, lists and cards, and what is there to be copied on lines of
 * its own.
 */
#include <string.h>
#include <strings.h>

#include "report/cell.h"
#include "report/html_private.h"

/* What a word means, as a colour and for those who never read it before. */
static const struct meaning {
	const char *word, *tone, *words;
} outcomes[] = {
	{ "findings", "bad", "Problems found" },
	{ "healthy", "good", "Healthy" },
	{ "", "warn", "Inconclusive: too little was seen to judge" },
}, answers[] = {
	{ "yes", "bad", "Yes" },
	{ "no", "good", "No" },
	{ "", "warn", "Cannot tell" },
}, severities[] = {
	{ "critical", "bad", "Critical" },
	{ "warning", "warn", "Warning" },
	{ "", "note", "Notice" },
}, degrees[] = {
	{ "exact", "", "exact, as the packets themselves show it" },
	{ "likely", "", "likely, as it follows from what was captured, though "
			"not from one packet alone" },
	{ "ambiguous", "", "ambiguous, as what was captured fits other "
			   "explanations as well" },
	{ "several", "", "as said behind each cause" },
	{ "", "", "" },
};

static const struct meaning *meaning_of(const struct meaning *all,
					const char *word)
{
	while (all->word[0] != '\0' && strcasecmp(all->word, word) != 0)
		all++;
	return all;
}

static void add_badge(struct text *t, const struct meaning *m)
{
	text_addf(t, "<span class=\"tone %s\">%s</span>", m->tone, m->words);
}

static bool has(const struct rows *r, const char *column)
{
	return html_text_of(r, column)[0] != '\0';
}

static void add_named(struct text *t, const struct output *o,
		      const struct rows *r, const char *before,
		      const char *column)
{
	if (!has(r, column))
		return;
	text_add(t, before);
	html_add_value(t, o, r, html_column(r, column));
}

static void add_tagged(struct text *t, const struct output *o,
		       const struct rows *r, const char *tag,
		       const char *column)
{
	if (!has(r, column))
		return;
	text_addf(t, "<p class=\"%s\">", tag);
	html_add_value(t, o, r, html_column(r, column));
	text_add(t, "</p>\n");
}

/* How sure, and what would prove it wrong: one quiet line. */
static void add_doubts(struct text *t, const struct output *o,
		       const struct rows *r)
{
	const char *sure =
		meaning_of(degrees, html_text_of(r, "confidence"))->words;

	if (sure[0] == '\0' && !has(r, "disproof"))
		return;
	text_add(t, "<p class=\"quiet\">");
	if (sure[0] != '\0')
		text_addf(t, "How sure: %s. ", sure);
	add_named(t, o, r, "It would be disproved by ", "disproof");
	text_add(t, has(r, "disproof") ? ".</p>\n" : "</p>\n");
}

static void add_verdict(struct text *t, const struct output *o,
			const struct rows *r)
{
	const struct meaning *m = meaning_of(outcomes,
					     html_text_of(r, "outcome"));

	text_addf(t,
		  "<div class=\"verdict %s\">\n<p class=\"outcome\">%s</p>\n",
		  m->tone, m->words);
	add_tagged(t, o, r, "lead", "sentence");
	text_add(t, "</div>\n");
	add_doubts(t, o, r);
}

/* A question, its answer as a badge, and why. */
static void begin_check(struct text *t, const struct output *o,
			const struct rows *r, const char *question)
{
	text_add(t, "<li>");
	add_badge(t, meaning_of(answers, html_text_of(r, "answer")));
	text_add(t, "<div><p>");
	html_add_value(t, o, r, html_column(r, question));
	text_add(t, "</p>\n");
}

static void add_criterion(struct text *t, const struct output *o,
			  const struct rows *r)
{
	begin_check(t, o, r, "criterion");
	text_add(t, "<p class=\"quiet\">");
	add_named(t, o, r, "", "number");
	add_named(t, o, r, has(r, "number") ? ": " : "", "because");
	text_add(t, "</p></div></li>\n");
}

static void add_symptom(struct text *t, const struct output *o,
			const struct rows *r)
{
	begin_check(t, o, r, "symptom");
	add_tagged(t, o, r, "quiet", "because");
	if (has(r, "evidence"))
		html_add_evidence(t, o, html_text_of(r, "evidence"));
	text_add(t, "</div></li>\n");
}

static void add_pair(struct text *t, const struct output *o,
		     const struct rows *r, const char *label,
		     const char *column)
{
	if (!has(r, column))
		return;
	text_addf(t, "<div><dt>%s</dt><dd>", label);
	html_add_value(t, o, r, html_column(r, column));
	text_add(t, "</dd></div>\n");
}

/* To be copied whole: it wraps, and is never cut. */
static void add_line(struct text *t, const char *label, const char *line)
{
	if (line[0] == '\0')
		return;
	text_addf(t, "<div><dt>%s</dt><dd class=\"line\"><code>", label);
	html_add(t, line);
	text_add(t, "</code></dd></div>\n");
}

static void add_count(struct text *t, const struct output *o,
		      const struct rows *r)
{
	text_add(t, "<div><dt>How many</dt><dd>");
	add_named(t, o, r, "", "count");
	add_named(t, o, r, " of ", "of");
	text_add(t, " ");
	cell_add_unit(t, html_text_of(r, "unit"), html_text_of(r, "of"));
	text_add(t, "</dd></div>\n");
}

static void add_times(struct text *t, const struct output *o,
		      const struct rows *r)
{
	const char *first = html_text_of(r, "first_ns");

	if (first[0] == '\0')
		return;
	text_add(t, "<div><dt>When</dt><dd>");
	add_named(t, o, r, "", "first_ns");
	if (strcmp(first, html_text_of(r, "last_ns")) != 0)
		add_named(t, o, r, " to ", "last_ns");
	text_add(t, "</dd></div>\n");
}

static void add_reasons(struct text *t, const struct output *o,
			const struct rows *r)
{
	const char *cause = html_text_of(r, "cause");
	static const char consistent[] = "is consistent with ";
	bool is_said = strncmp(cause, consistent, strlen(consistent)) == 0;

	if (cause[0] != '\0') {
		text_add(t, "<div><dt>Consistent with</dt><dd>");
		html_add(t, is_said ? cause + strlen(consistent) : cause);
		text_add(t, "</dd></div>\n");
	}
	add_pair(t, o, r, "Would be disproved by", "disproof");
	add_pair(t, o, r, "Because", "because");
	text_addf(t, "<div><dt>How sure</dt><dd>%s</dd></div>\n",
		  meaning_of(degrees, html_text_of(r, "confidence"))->words);
}

static void add_proof(struct text *t, const struct output *o,
		      const struct rows *r)
{
	const char *evidence = html_text_of(r, "evidence");

	if (evidence[0] != '\0') {
		text_add(t, "<div><dt>Frames</dt><dd>");
		html_add_frames(t, o, evidence);
		text_add(t, "</dd></div>\n");
	}
	add_line(t, "Wireshark filter", html_text_of(r, "wireshark"));
	add_line(t, "Show its path", html_text_of(r, "command"));
	if (html_has_frames(o, evidence)) {
		text_add(t, "<div><dt>Save the packets</dt>"
			    "<dd class=\"line\">");
		html_add_extract(t, o, evidence);
		text_add(t, "</dd></div>\n");
	}
}

static void add_finding(struct text *t, const struct output *o,
			const struct rows *r)
{
	const struct meaning *m = meaning_of(severities,
					     html_text_of(r, "severity"));

	text_addf(t, "<article class=\"finding edge-%s\">\n<h4>", m->tone);
	add_badge(t, m);
	add_named(t, o, r, " ", "finding");
	text_add(t, "</h4>\n");
	add_tagged(t, o, r, "lead", "what");
	text_add(t, "<dl class=\"pairs\">\n");
	add_count(t, o, r);
	add_pair(t, o, r, "Clients", "clients");
	if (strstr(html_text_of(r, "what"), html_text_of(r, "names")) == NULL)
		add_pair(t, o, r, "Names", "names");
	add_times(t, o, r);
	add_reasons(t, o, r);
	add_proof(t, o, r);
	text_add(t, "</dl>\n</article>\n");
}

static void add_question(struct text *t, const struct output *o,
			 const struct rows *r)
{
	text_add(t, "<div><dt>");
	add_named(t, o, r, "", "question");
	text_add(t, "</dt><dd>");
	add_named(t, o, r, "", "answer");
	text_add(t, "</dd></div>\n");
}

/* Where the command begins in what to do next; its end: there is none. */
static const char *command_in(const char *next)
{
	static const char *const programs[] = { "tcpdump -i", "kubectl " };

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strstr(next, programs[i]) != NULL)
			return strstr(next, programs[i]);
	return next + strlen(next);
}

static void add_next(struct text *t, const char *next)
{
	const char *command = command_in(next);
	struct text words = { 0 };

	text_add_bytes(&words, next, (size_t)(command - next));
	if (words.len > 0) {
		text_add(t, "<p>");
		html_add(t, text_string(&words));
		text_add(t, "</p>");
	}
	if (command[0] != '\0') {
		text_add(t, "<div class=\"line\"><code>");
		html_add(t, command);
		text_add(t, "</code></div>");
	}
	text_release(&words);
}

static void add_unknown(struct text *t, const struct output *o,
			const struct rows *r)
{
	text_add(t, "<div><dt>");
	add_named(t, o, r, "", "subject");
	text_add(t, "</dt><dd>");
	add_tagged(t, o, r, "why", "why");
	add_next(t, html_text_of(r, "next"));
	text_add(t, "</dd></div>\n");
}

static void add_hidden(struct text *t, const struct output *o,
		       const struct rows *r)
{
	text_add(t, "<div><dt>");
	add_named(t, o, r, "", "subject");
	text_add(t, "</dt><dd>");
	add_named(t, o, r, "", "why");
	if (o->only_file == NULL)
		add_named(t, o, r, "; ", "file");
	text_add(t, "</dd></div>\n");
}

static void add_warning(struct text *t, const struct output *o,
			const struct rows *r)
{
	text_add(t, "<li>");
	if (o->only_file == NULL) {
		add_named(t, o, r, "", "file");
		text_add(t, ": ");
	}
	add_named(t, o, r, "", "warning");
	text_add(t, "</li>\n");
}

static void add_selection(struct text *t, const struct output *o,
			  const struct rows *r)
{
	text_add(t, "<li>");
	add_named(t, o, r, "", "selection");
	text_add(t, "</li>\n");
}

static void add_snapshot(struct text *t, const struct output *o,
			 const struct rows *r)
{
	text_add(t, "<li>");
	add_named(t, o, r, "", "snapshot");
	add_named(t, o, r, ", taken ", "taken_ns");
	add_named(t, o, r, ", items: ", "items");
	text_add(t, "</li>\n");
}

static const char no_list[] = "", checks[] = "<ul class=\"checks\">\n",
		  pairs[] = "<dl class=\"pairs\">\n", notes[] = "<ul>\n";

static const struct list {
	const char *step, *name, *begin;
	void (*add)(struct text *t, const struct output *o,
		    const struct rows *r);
} lists[] = {
	{ "verdict", "verdict", no_list, add_verdict },
	{ "verdict", "criteria", checks, add_criterion },
	{ "verdict", "symptoms", checks, add_symptom },
	{ "verdict", "findings", no_list, add_finding },
	{ "verdict", "questionnaire", pairs, add_question },
	{ "verdict", "unknown", pairs, add_unknown },
	{ "captures", "selection", notes, add_selection },
	{ "captures", "snapshot", notes, add_snapshot },
	{ "captures", "unobservable", pairs, add_hidden },
	{ "captures", "warnings", notes, add_warning },
};

static void add_title(struct text *t, const struct section *section)
{
	if (section->title[0] == '\0')
		return;
	text_add(t, "<h3>");
	html_add(t, section->title);
	text_add(t, "</h3>\n");
}

static int print_list(struct output *o, const struct section *section,
		      const struct list *list, struct rows *r)
{
	size_t room = html_room(o), start = o->page.written;
	struct text t = { 0 };
	int64_t shown = 0;
	int rc;

	while ((rc = rows_next(r)) == 1 && o->page.written - start < room &&
	       (o->row_limit < 0 || shown < o->row_limit)) {
		if (shown++ == 0) {
			add_title(&t, section);
			text_add(&t, list->begin);
		}
		list->add(&t, o, r);
		html_write(o, &t);
	}
	if (shown > 0 && list->begin != no_list)
		text_add(&t, list->begin == pairs ? "</dl>\n" : "</ul>\n");
	html_write(o, &t);
	text_release(&t);
	o->page.shown = shown;
	return rc;
}

int html_print_list(struct output *o, const struct section *section,
		    struct rows *r, bool *is_list)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strcmp(lists[i].step, section->step) == 0 &&
		    strcmp(lists[i].name, section->name) == 0) {
			*is_list = true;
			return print_list(o, section, &lists[i], r);
		}
	*is_list = false;
	return 0;
}
