/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which pods are meant: the input's lines are -l, -n and -p.  What is taken
 * becomes SQL that runs over an empty store.
 */
#include <string.h>

#include "k8s/choice.h"
#include "k8s/selector.h"
#include "store/rows.h"
#include "tests/fuzz/fuzz.h"

static void run(const struct choice *c)
{
	struct text sql = { 0 };
	struct rows *r;

	text_addf(&sql,
		  "WITH _subject_label (subject, key, value) AS "
		  "(VALUES (1, 'app', 'web')), "
		  "s (subject, namespace, name) AS (VALUES (1, 'a', 'b')) "
		  "SELECT 1 FROM s WHERE %s",
		  choice_condition(c));
	r = rows_open(fuzz_store(), text_string(&sql));
	CHECK(r != NULL);
	for (size_t i = 0; i < choice_num_values(c); i++) {
		char name[32];

		snprintf(name, sizeof(name), ":k%zu", i + 1);
		CHECK(rows_has_parameter(r, name));
		rows_bind_text(r, name, choice_value(c, i));
	}
	CHECK(rows_next(r) >= 0);
	rows_close(r);
	text_release(&sql);
}

static void check_selector(const char *text)
{
	struct selector s = { 0 };

	if (selector_parse(&s, text) == 0)
		for (size_t i = 0; i < s.count; i++)
			CHECK(s.items[i].key[0] != '\0');
	selector_release(&s);
}

/* The line at hand, if it is not empty; *rest moves behind it. */
static const char *take_line(char **rest)
{
	char *line = *rest, *end = strchr(line, '\n');

	*rest = end != NULL ? end + 1 : line + strlen(line);
	if (end != NULL)
		*end = '\0';
	return line[0] != '\0' ? line : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = fuzz_string((struct bytes){ data, len }), *rest = text;
	struct choice_words words = { .selector = take_line(&rest) };
	struct choice *c;

	words.namespace = take_line(&rest);
	words.podname = take_line(&rest);
	if (words.selector != NULL)
		check_selector(words.selector);
	c = choice_new(&words);
	if (c != NULL) {
		CHECK(choice_describe(c) != NULL);
		run(c);
	}
	choice_free(c);
	free(text);
	return 0;
}
