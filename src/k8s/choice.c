/* SPDX-License-Identifier: BSD-3-Clause */
#include "k8s/choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "k8s/selector.h"

struct choice {
	struct text condition, description;
	char **values;
	size_t num_values;
};

static void bind(struct choice *c, const char *value)
{
	c->values = must_realloc(c->values, c->num_values + 1,
				 sizeof(*c->values));
	c->values[c->num_values++] = must_strdup(value);
	text_addf(&c->condition, ":k%zu", c->num_values);
}

static void begin_term(struct choice *c)
{
	text_add(&c->condition, c->condition.len > 0 ? " AND " : "");
}

static void describe(struct choice *c, const char *option, const char *value)
{
	text_add(&c->description, c->description.len > 0 ? " " : "");
	text_addf(&c->description, "%s %s", option, value);
}

static const char *next_word(char **rest)
{
	char *word = strsep(rest, ",");
	size_t len;

	if (word == NULL)
		return NULL;
	word += strspn(word, " ");
	len = strlen(word);
	while (len > 0 && word[len - 1] == ' ')
		word[--len] = '\0';
	return word;
}

/* " IN (:k1, :k2)" of the words that are denied, or of the others. */
static size_t add_words(struct choice *c, const char *list, bool denied)
{
	char *copy = must_strdup(list), *rest = copy;
	const char *word;
	size_t count = 0;

	while ((word = next_word(&rest)) != NULL) {
		if ((word[0] == '!') != denied)
			continue;
		text_add(&c->condition, count++ > 0 ? ", " : "");
		bind(c, word + denied);
	}
	free(copy);
	return count;
}

static bool has_words(const char *list, bool denied)
{
	for (const char *at = list; at != NULL; at = strchr(at, ',')) {
		at += *at == ',';
		at += strspn(at, " ");
		if ((*at == '!') == denied)
			return true;
	}
	return false;
}

static bool has_empty_word(const char *list)
{
	char *copy = must_strdup(list), *rest = copy;
	const char *word;
	bool found = false;

	while ((word = next_word(&rest)) != NULL)
		found |= word[word[0] == '!'] == '\0';
	free(copy);
	return found;
}

static int add_list(struct choice *c, const char *column, const char *option,
		    const char *list)
{
	if (list == NULL)
		return 0;
	if (has_empty_word(list))
		return fail("%s \"%s\": a name is missing", option, list);
	for (int denied = 0; denied <= 1; denied++) {
		if (!has_words(list, denied != 0))
			continue;
		begin_term(c);
		text_addf(&c->condition, "s.%s %sIN (", column,
			  denied ? "NOT " : "");
		add_words(c, list, denied != 0);
		text_add(&c->condition, ")");
	}
	describe(c, option, list);
	return 0;
}

static void add_requirement(struct choice *c, const struct requirement *r)
{
	bool is_denied = r->relation == SELECTOR_EXISTS_NOT ||
			 r->relation == SELECTOR_NOT_IN;

	begin_term(c);
	text_addf(&c->condition,
		  "%sEXISTS (SELECT 1 FROM _subject_label AS l "
		  "WHERE l.subject = s.subject AND l.key = ",
		  is_denied ? "NOT " : "");
	bind(c, r->key);
	for (size_t i = 0; i < r->num_values; i++) {
		text_add(&c->condition, i == 0 ? " AND l.value IN (" : ", ");
		bind(c, r->values[i]);
	}
	text_add(&c->condition, r->num_values > 0 ? "))" : ")");
}

static int add_selector(struct choice *c, const char *text)
{
	struct selector selector = { 0 };
	int rc = 0;

	if (text == NULL)
		return 0;
	rc = selector_parse(&selector, text);
	for (size_t i = 0; rc == 0 && i < selector.count; i++)
		add_requirement(c, &selector.items[i]);
	selector_release(&selector);
	describe(c, "-l", text);
	return rc;
}

static int add_namespace(struct choice *c, const struct choice_words *words)
{
	if (words->all_namespaces)
		return 0;
	if (words->namespace != NULL)
		return add_list(c, "namespace", "-n", words->namespace);
	if (words->podname != NULL || words->selector != NULL)
		return add_list(c, "namespace", "-n", "default");
	return 0;
}

struct choice *choice_new(const struct choice_words *words)
{
	struct choice *c = must_calloc(1, sizeof(*c));

	if (add_selector(c, words->selector) == 0 &&
	    add_list(c, "name", "-p", words->podname) == 0 &&
	    add_namespace(c, words) == 0)
		return c;
	choice_free(c);
	return NULL;
}

void choice_free(struct choice *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->num_values; i++)
		free(c->values[i]);
	free(c->values);
	text_release(&c->condition);
	text_release(&c->description);
	free(c);
}

bool choice_is_all(const struct choice *c)
{
	return c->condition.len == 0;
}

const char *choice_condition(const struct choice *c)
{
	return choice_is_all(c) ? "1" : text_string(&c->condition);
}

size_t choice_num_values(const struct choice *c)
{
	return c->num_values;
}

const char *choice_value(const struct choice *c, size_t i)
{
	return c->values[i];
}

const char *choice_describe(const struct choice *c)
{
	return text_string(&c->description);
}
