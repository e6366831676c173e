/* SPDX-License-Identifier: BSD-3-Clause */
/* The words of the language; condition.c knows what they mean. */
#include "filter/filter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "filter/caret_private.h"
#include "filter/filter_private.h"

/* SQLite refuses conditions that are nested deeper than 1,000. */
enum { TERMS_MAX = 300 };

static const char space[] = " \t\r\n";

struct filter {
	struct text condition;
	size_t num_terms;
	struct filter_value *values;
	size_t num_values;
};

struct filter *filter_new(void)
{
	return must_calloc(1, sizeof(struct filter));
}

void filter_free(struct filter *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->num_values; i++)
		free((char *)f->values[i].text);
	free(f->values);
	text_release(&f->condition);
	free(f);
}

const char *filter_condition(const struct filter *f)
{
	return f->num_terms > 0 ? text_string(&f->condition) : "1";
}

size_t filter_num_values(const struct filter *f)
{
	return f->num_values;
}

const struct filter_value *filter_value(const struct filter *f, size_t i)
{
	return &f->values[i];
}

void filter_add_sql(struct filter *f, const char *sql)
{
	text_add(&f->condition, sql);
}

void filter_add_column(struct filter *f, const char *column)
{
	text_addf(&f->condition, "\"%s\"", column);
}

static struct filter_value *bind_value(struct filter *f)
{
	struct filter_value *v;

	f->values = must_realloc(f->values, f->num_values + 1,
				 sizeof(f->values[0]));
	v = &f->values[f->num_values++];
	*v = (struct filter_value){ 0 };
	snprintf(v->name, sizeof(v->name), ":f%zu", f->num_values);
	filter_add_sql(f, v->name);
	return v;
}

void filter_bind_integer(struct filter *f, int64_t value)
{
	struct filter_value *v = bind_value(f);

	v->type = FILTER_INTEGER;
	v->integer = value;
}

void filter_bind_text(struct filter *f, const char *value)
{
	struct filter_value *v = bind_value(f);

	v->type = FILTER_TEXT;
	v->text = must_strdup(value);
}

void filter_bind_again(struct filter *f)
{
	filter_add_sql(f, f->values[f->num_values - 1].name);
}

/* The length of an escape that stands for one byte; 0: not an escape. */
static size_t escape_len(const char *s)
{
	return s[0] == '\\' && (s[1] == ',' || s[1] == '\\') ? 2 : 0;
}

size_t term_offset(const struct term *t, size_t value_offset)
{
	const char *at = t->expression + t->value_at;

	for (; value_offset > 0 && *at != '\0'; value_offset--)
		at += escape_len(at) != 0 ? escape_len(at) : 1;
	return (size_t)(at - t->expression);
}

/* Up to the comma that ends the term; spaces before it don't count. */
static const char *read_value(const char *at, struct text *value)
{
	size_t trimmed = 0;

	while (*at != '\0' && *at != ',') {
		if (escape_len(at) != 0)
			at++;
		text_add_bytes(value, at, 1);
		if (strchr(space, *at) == NULL)
			trimmed = value->len;
		at++;
	}
	if (value->data != NULL) {
		value->len = trimmed;
		value->data[trimmed] = '\0';
	}
	return at;
}

/* Those that begin like another come before it. */
static const struct {
	const char *word;
	enum comparison comparison;
} operators[] = {
	{ "==", EQUAL },       { "!=", DIFFERENT },
	{ "!~", MATCHES_NOT }, { "<=", LESS_OR_EQUAL },
	{ "<", LESS },         { ">=", GREATER_OR_EQUAL },
	{ ">", GREATER },      { "~", MATCHES },
	{ "=", EQUAL },
};

/* The operator's length, 0 where there is none. */
static size_t read_operator(const char *at, enum comparison *comparison)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		size_t len = strlen(operators[i].word);

		if (strncmp(at, operators[i].word, len) == 0) {
			*comparison = operators[i].comparison;
			return len;
		}
	}
	return 0;
}

static int fail_without_operator(const char *expression, const char *name,
				 size_t len)
{
	size_t offset = (size_t)(name - expression);

	if (len == 0)
		return caret_fail(expression, offset,
				  "filter: a condition is missing here");
	return caret_fail(
		expression, offset,
		"filter: \"%.*s\" is not a condition: write a field, one of == != < <= > >= ~ !~ and a value (a comma in a value is \\,)",
		(int)len, name);
}

static int fail_without_field(const char *expression, const char *name,
			      size_t len)
{
	struct text why = { 0 };
	int rc;

	field_add_unknown(&why, name, len);
	rc = caret_fail(expression, (size_t)(name - expression), "filter: %s",
			text_string(&why));
	text_release(&why);
	return rc;
}

static int add_condition(struct filter *f, const struct term *t)
{
	int rc;

	if (f->num_terms == TERMS_MAX)
		return fail("filter: more than %d conditions", TERMS_MAX);
	filter_add_sql(f, f->num_terms++ > 0 ? " AND (" : "(");
	rc = condition_add(f, t);
	filter_add_sql(f, ")");
	return rc;
}

/* Where the next term begins, or the end; NULL: reported. */
static const char *add_term(struct filter *f, const char *expression,
			    const char *at)
{
	const char *name = at + strspn(at, space);
	size_t len = strcspn(name, " \t\r\n=!<>~,");
	const char *operator_at = name + len + strspn(name + len, space);
	struct term t = { .expression = expression };
	size_t operator_len = read_operator(operator_at, &t.comparison);
	struct text value = { 0 };
	int rc;

	t.field = field_find(name, len);
	if (operator_len == 0)
		rc = fail_without_operator(expression, name, len);
	else if (t.field == NULL)
		rc = fail_without_field(expression, name, len);
	else {
		at = operator_at + operator_len;
		at += strspn(at, space);
		t.operator_at = (size_t)(operator_at - expression);
		t.value_at = (size_t)(at - expression);
		at = read_value(at, &value);
		t.value = text_string(&value);
		rc = add_condition(f, &t);
	}
	text_release(&value);
	return rc < 0 ? NULL : at;
}

int filter_add(struct filter *f, const char *expression)
{
	const char *at = expression;

	if (expression[strspn(expression, space)] == '\0')
		return 0;
	for (;;) {
		at = add_term(f, expression, at);
		if (at == NULL)
			return -1;
		if (*at == '\0')
			return 0;
		at++;
	}
}
