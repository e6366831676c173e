/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/parameters.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/pattern.h"
#include "cli/source.h"

enum {
	DEFAULT_LIMIT = 20,
	DEFAULT_LOOKUPS = 5,
	PAGE_LIMIT = 50 /* rows of a list of a page */
};

static int choose_nameserver(struct parameters *p, const char *text)
{
	struct address address;

	if (text == NULL)
		return 0;
	if (!address_parse(text, &address))
		return fail("--nameserver: \"%s\" is not an IP address", text);
	p->report.nameserver = address_format(&address, p->nameserver);
	return 0;
}

/* Names in captures are absolute: with or without the dot is the same. */
static void choose_name(struct parameters *p, const char *name)
{
	size_t len = name != NULL ? strlen(name) : 0;

	if (name == NULL)
		return;
	text_add(&p->name, name);
	if (len == 0 || name[len - 1] != '.')
		text_add(&p->name, ".");
	p->report.name = text_string(&p->name);
}

static int choose_regex(struct parameters *p, const char *expression)
{
	char why[PATTERN_WHY_MAX];
	size_t where = 0;
	struct pattern *pattern;

	if (expression == NULL)
		return 0;
	pattern = pattern_new(expression, why, &where);
	if (pattern == NULL)
		return fail("--name-regex: \"%s\": %s at character %zu",
			    expression, why, where + 1);
	pattern_free(pattern);
	p->report.name_regex = expression;
	return 0;
}

static int choose_expected(struct parameters *p, const char *list)
{
	char *copy, *rest, *word;
	int rc = 0;

	if (list == NULL)
		return 0;
	copy = rest = must_strdup(list);
	while (rc == 0 && (word = strsep(&rest, ",")) != NULL) {
		struct address address;
		char text[ADDRESS_TEXT_MAX];

		word += strspn(word, " ");
		word[strcspn(word, " ")] = '\0';
		if (word[0] == '\0')
			continue;
		if (!address_parse(word, &address)) {
			rc = fail("--expect: \"%s\" is not an IP address",
				  word);
			continue;
		}
		text_add(&p->expect, p->expect.len > 0 ? "," : "");
		text_add(&p->expect, address_format(&address, text));
	}
	free(copy);
	if (rc == 0 && p->expect.len == 0)
		rc = fail("--expect: which addresses?");
	p->report.expect = text_string(&p->expect);
	return rc;
}

static void add_narrowed(struct parameters *p, const char *option,
			 const char *value)
{
	if (value == NULL)
		return;
	text_add(&p->narrowed, p->narrowed.len > 0 ? " " : "");
	text_addf(&p->narrowed, "%s %s", option, value);
}

static void note_times(struct parameters *p, const struct selection *selection)
{
	const struct report_selection *s = &selection->report;
	char moment[TIMESTAMP_TEXT_MAX];

	if (s->has_since)
		add_narrowed(p, "--since",
			     timestamp_format(s->since_ns, moment));
	if (s->has_until)
		add_narrowed(p, "--until",
			     timestamp_format(s->until_ns, moment));
}

static void note_transaction(struct parameters *p,
			     const struct selection *selection)
{
	char number[24];

	snprintf(number, sizeof(number), "%" PRId64, selection->report.txn);
	if (selection->report.has_txn)
		add_narrowed(p, "--txn", number);
}

/* What the user typed are originals. */
static const char *shown(const struct options *o, const char *value)
{
	return o->redact && value != NULL ? "(redacted)" : value;
}

static void note_choice(struct parameters *p, const struct options *o,
			const struct selection *selection)
{
	if (selection->report.choice == NULL)
		return;
	text_add(&p->narrowed, p->narrowed.len > 0 ? " " : "");
	text_add(&p->narrowed, shown(o, choice_describe(selection->choice)));
}

/* A report on a part must not be taken for one on the whole. */
void parameters_note(struct parameters *p, const struct options *o,
		     const struct selection *selection)
{
	add_narrowed(p, "--name", shown(o, p->report.name));
	add_narrowed(p, "--name-regex", shown(o, o->name_regex));
	add_narrowed(p, "--nameserver", shown(o, p->report.nameserver));
	add_narrowed(p, "--node", shown(o, o->node));
	note_transaction(p, selection);
	note_times(p, selection);
	for (size_t i = 0; i < o->num_filters; i++)
		add_narrowed(p, "--filter", shown(o, o->filters[i]));
	note_choice(p, o, selection);
	if (p->narrowed.len > 0)
		p->report.selection = text_string(&p->narrowed);
}

int parameters_make(struct parameters *p, const struct options *o)
{
	p->report.threshold_ns = o->threshold_ns;
	source_name(o, &p->source);
	source_narrow(o, &p->narrowing);
	p->report.source = text_string(&p->source);
	p->report.narrowing = text_string(&p->narrowing);
	choose_name(p, o->name);
	return choose_nameserver(p, o->nameserver) == 0 &&
			       choose_regex(p, o->name_regex) == 0
		       ? choose_expected(p, o->expect)
		       : -1;
}

void parameters_release(struct parameters *p)
{
	text_release(&p->name);
	text_release(&p->expect);
	text_release(&p->narrowed);
	text_release(&p->source);
	text_release(&p->narrowing);
}

int64_t parameters_row_limit(const struct options *o, const struct writer *w)
{
	if (o->limit != LIMIT_NOT_GIVEN)
		return o->limit;
	if (w->has_path)
		return PAGE_LIMIT;
	return w->shows_all ? NO_LIMIT : DEFAULT_LIMIT;
}

/* A ladder fills a page by itself. */
int64_t parameters_lookups(const struct options *o, const struct writer *w)
{
	if (o->limit != LIMIT_NOT_GIVEN)
		return o->limit;
	return w->draws ? DEFAULT_LOOKUPS : NO_LIMIT;
}
