/* SPDX-License-Identifier: BSD-3-Clause */
/* The grammar is that of k8s.io/apimachinery/pkg/labels. */
#include "k8s/selector.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum { PART_MAX = 63, PREFIX_MAX = 253 };

struct parser {
	const char *text, *at;
	struct selector *selector;
};

static int complain(const struct parser *p, const char *at, const char *what)
{
	return fail("-l \"%s\": character %zu: %s", p->text,
		    (size_t)(at - p->text) + 1, what);
}

static void skip_space(struct parser *p)
{
	p->at += strspn(p->at, " \t\r\n");
}

static bool take(struct parser *p, const char *symbol)
{
	size_t len = strlen(symbol);

	skip_space(p);
	if (strncmp(p->at, symbol, len) != 0)
		return false;
	p->at += len;
	return true;
}

/* Up to a space or what has a meaning of its own. */
static size_t word_len(const char *at)
{
	return strcspn(at, " \t\r\n,=!()<>");
}

static bool take_word(struct parser *p, const char *word)
{
	size_t len = strlen(word);

	skip_space(p);
	if (word_len(p->at) != len || strncmp(p->at, word, len) != 0)
		return false;
	p->at += len;
	return true;
}

/* Letters and digits, between them - _ and dots too; at most 63. */
static bool is_part(const char *part, size_t len)
{
	if (len == 0 || len > PART_MAX || !isalnum((unsigned char)part[0]) ||
	    !isalnum((unsigned char)part[len - 1]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)part[i]) &&
		    strchr("-_.", part[i]) == NULL)
			return false;
	return true;
}

/* A DNS subdomain in lower case. */
static bool is_prefix(const char *prefix, size_t len)
{
	if (len == 0 || len > PREFIX_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		bool is_inside = i > 0 && i + 1 < len && prefix[i - 1] != '.' &&
				 prefix[i + 1] != '.';

		if (!islower((unsigned char)prefix[i]) &&
		    !isdigit((unsigned char)prefix[i]) &&
		    !(is_inside && strchr("-.", prefix[i]) != NULL))
			return false;
	}
	return true;
}

static bool is_key(const char *key, size_t len)
{
	const char *slash = memchr(key, '/', len);
	size_t prefix = slash != NULL ? (size_t)(slash - key) : 0;

	if (slash == NULL)
		return is_part(key, len);
	return is_prefix(key, prefix) && is_part(slash + 1, len - prefix - 1);
}

static char *copy(const char *word, size_t len)
{
	char *text = must_calloc(len + 1, 1);

	memcpy(text, word, len);
	return text;
}

static int parse_key(struct parser *p, struct requirement *r)
{
	size_t len;

	skip_space(p);
	len = word_len(p->at);
	if (len == 0)
		return complain(p, p->at, "a label's key is wanted here");
	if (!is_key(p->at, len))
		return complain(p, p->at,
				"not a label's key: [prefix/]name, of letters, "
				"digits, - _ and ., up to 63 characters");
	r->key = copy(p->at, len);
	p->at += len;
	return 0;
}

static int parse_value(struct parser *p, struct requirement *r)
{
	size_t len;

	skip_space(p);
	len = word_len(p->at);
	if (len > 0 && !is_part(p->at, len))
		return complain(p, p->at,
				"not a label's value: letters, digits, - _ "
				"and ., up to 63 characters");
	r->values = must_realloc(r->values, r->num_values + 1,
				 sizeof(*r->values));
	r->values[r->num_values++] = copy(p->at, len);
	p->at += len;
	return 0;
}

static int parse_set(struct parser *p, struct requirement *r)
{
	if (!take(p, "("))
		return complain(p, p->at,
				"a list in parentheses is wanted "
				"here");
	do
		if (parse_value(p, r) != 0)
			return -1;
	while (take(p, ","));
	return take(p, ")") ? 0
			    : complain(p, p->at, "a comma or ) is wanted here");
}

static int parse_operator(struct parser *p, struct requirement *r)
{
	if (take(p, "==") || take(p, "=")) {
		r->relation = SELECTOR_IN;
		return parse_value(p, r);
	}
	if (take(p, "!=")) {
		r->relation = SELECTOR_NOT_IN;
		return parse_value(p, r);
	}
	if (take_word(p, "in")) {
		r->relation = SELECTOR_IN;
		return parse_set(p, r);
	}
	if (take_word(p, "notin")) {
		r->relation = SELECTOR_NOT_IN;
		return parse_set(p, r);
	}
	if (take(p, "<") || take(p, ">"))
		return complain(p, p->at - 1,
				"< and > are not for selecting pods");
	return 0; /* the key alone */
}

static int parse_requirement(struct parser *p)
{
	struct selector *s = p->selector;
	struct requirement *r;
	bool is_denied = take(p, "!");

	s->items = must_realloc(s->items, s->count + 1, sizeof(*s->items));
	r = &s->items[s->count++];
	*r = (struct requirement){ .relation = is_denied ? SELECTOR_EXISTS_NOT
							 : SELECTOR_EXISTS };
	if (parse_key(p, r) != 0)
		return -1;
	return is_denied ? 0 : parse_operator(p, r);
}

int selector_parse(struct selector *s, const char *text)
{
	struct parser p = { .text = text, .at = text, .selector = s };

	skip_space(&p);
	if (*p.at == '\0')
		return fail("-l: which labels? such as app=web");
	do
		if (parse_requirement(&p) != 0)
			return -1;
	while (take(&p, ","));
	skip_space(&p);
	return *p.at == '\0' ? 0 : complain(&p, p.at, "a comma is wanted here");
}

void selector_release(struct selector *s)
{
	for (size_t i = 0; i < s->count; i++) {
		for (size_t j = 0; j < s->items[i].num_values; j++)
			free(s->items[i].values[j]);
		free(s->items[i].values);
		free(s->items[i].key);
	}
	free(s->items);
	*s = (struct selector){ 0 };
}
