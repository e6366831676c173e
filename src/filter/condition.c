/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SQL for one term.  IS and IS NOT rather than = and <>: a field that isn't
 * there (NULL) differs from every value.
 */
#include "base/pattern.h"
#include "filter/caret_private.h"
#include "filter/filter_private.h"
#include "filter/value_private.h"

static bool is_negative(enum comparison comparison)
{
	return comparison == DIFFERENT || comparison == MATCHES_NOT;
}

static bool is_order(enum comparison comparison)
{
	return comparison >= LESS && comparison <= GREATER_OR_EQUAL;
}

static void begin_test(struct filter *f, const struct term *t)
{
	if (is_negative(t->comparison))
		filter_add_sql(f, "(");
}

/* IS NOT TRUE turns NULL into true, as NOT would not. */
static void end_test(struct filter *f, const struct term *t)
{
	if (is_negative(t->comparison))
		filter_add_sql(f, ") IS NOT TRUE");
}

/* Text that is empty counts as not there: people can't see the difference. */
static int add_presence(struct filter *f, const struct term *t)
{
	filter_add_sql(f, "ifnull(");
	filter_add_column(f, t->field->compared);
	filter_add_sql(f,
		       t->comparison == EQUAL ? ", '') = ''" : ", '') <> ''");
	return 0;
}

static int add_number(struct filter *f, const struct term *t)
{
	static const char *const sql[] = {
		[EQUAL] = " IS ",  [DIFFERENT] = " IS NOT ",
		[LESS] = " < ",    [LESS_OR_EQUAL] = " <= ",
		[GREATER] = " > ", [GREATER_OR_EQUAL] = " >= ",
	};
	/* A query has no rcode: it did not fail when it is not "Success". */
	bool is_rcode = t->field->kind == FIELD_RCODE;
	int64_t number;

	if (value_read_number(t, &number) < 0)
		return -1;
	filter_add_column(f, t->field->compared);
	filter_add_sql(f, is_rcode && t->comparison == DIFFERENT
				  ? " <> "
				  : sql[t->comparison]);
	filter_bind_integer(f, number);
	return 0;
}

static void compare_text(struct filter *f, const struct term *t,
			 const char *value)
{
	bool any_case = t->field->kind == FIELD_NAME ||
			t->field->kind == FIELD_NAMES;

	filter_add_column(f, t->field->compared);
	filter_add_sql(f, any_case ? " COLLATE NOCASE" : "");
	filter_add_sql(f, is_negative(t->comparison) ? " IS NOT " : " IS ");
	filter_bind_text(f, value);
}

static int add_text(struct filter *f, const struct term *t)
{
	struct text value = { 0 };
	int rc = value_read_text(t, &value);

	if (rc == 0)
		compare_text(f, t, text_string(&value));
	text_release(&value);
	return rc;
}

static void add_contains(struct filter *f, const struct term *t,
			 const char *element)
{
	struct text between_commas = { 0 };

	text_addf(&between_commas, ",%s,", element);
	begin_test(f, t);
	filter_add_sql(f, "instr(lower(',' || ");
	filter_add_column(f, t->field->compared);
	filter_add_sql(f, " || ','), ");
	filter_bind_text(f, text_string(&between_commas));
	filter_add_sql(f, ") > 0");
	end_test(f, t);
	text_release(&between_commas);
}

/* One element is looked for, several are the whole list. */
static int add_list(struct filter *f, const struct term *t)
{
	struct text value = { 0 };
	size_t count = 0;
	int rc = value_read_list(t, &value, &count);

	if (rc == 0 && count == 1)
		add_contains(f, t, text_string(&value));
	else if (rc == 0)
		compare_text(f, t, text_string(&value));
	text_release(&value);
	return rc;
}

static void compare_address(struct filter *f, const struct term *t,
			    const struct endpoint_value *e)
{
	struct text column = { 0 };

	begin_test(f, t);
	text_addf(&column, "%s.addr", t->field->name);
	filter_add_column(f, text_string(&column));
	filter_add_sql(f, " IS ");
	filter_bind_text(f, e->address);
	if (e->port != ANY_PORT) {
		text_clear(&column);
		text_addf(&column, "%s.port", t->field->name);
		filter_add_sql(f, " AND ");
		filter_add_column(f, text_string(&column));
		filter_add_sql(f, " IS ");
		filter_bind_integer(f, e->port);
	}
	end_test(f, t);
	text_release(&column);
}

/* substr() rather than LIKE: names hold the underscore that LIKE reads. */
static void compare_beginning(struct filter *f, const struct term *t,
			      const char *shown)
{
	filter_add_sql(f, "substr(");
	filter_add_column(f, t->field->compared);
	filter_add_sql(f, ", 1, length(");
	filter_bind_text(f, shown);
	filter_add_sql(f, is_negative(t->comparison) ? ")) IS NOT " : ")) IS ");
	filter_bind_again(f);
}

static int add_endpoint(struct filter *f, const struct term *t)
{
	struct endpoint_value e = { .port = ANY_PORT };
	int rc = value_read_endpoint(t, &e);

	if (rc == 0 && e.shown.len == 0)
		compare_address(f, t, &e);
	else if (rc == 0 && e.port == ANY_PORT)
		compare_beginning(f, t, text_string(&e.shown));
	else if (rc == 0)
		compare_text(f, t, text_string(&e.shown));
	text_release(&e.shown);
	return rc;
}

static int fail_operator(const struct term *t, const char *advice)
{
	return caret_fail(t->expression, t->operator_at,
			  "filter: %s can't be compared like this; %s",
			  t->field->name, advice);
}

/* Its mistakes are better told here than once for each row of a store. */
static int check_pattern(const struct term *t)
{
	char why[PATTERN_WHY_MAX];
	size_t where = 0;
	struct pattern *p = pattern_new(t->value, why, &where);

	if (p == NULL)
		return caret_fail(t->expression, term_offset(t, where),
				  "filter: broken pattern \"%s\": %s", t->value,
				  why);
	pattern_free(p);
	return 0;
}

static int add_pattern(struct filter *f, const struct term *t)
{
	enum field_kind kind = t->field->kind;

	if (kind == FIELD_TIME || kind == FIELD_DURATION || kind == FIELD_FLAG)
		return fail_operator(t, "patterns (~ !~) are for text");
	if (check_pattern(t) < 0)
		return -1;
	begin_test(f, t);
	filter_add_column(f, t->field->column);
	filter_add_sql(f, " REGEXP ");
	filter_bind_text(f, t->value);
	end_test(f, t);
	return 0;
}

int condition_add(struct filter *f, const struct term *t)
{
	enum field_kind kind = t->field->kind;
	bool ordered = value_is_number(kind) && kind != FIELD_FLAG;

	if (t->comparison == MATCHES || t->comparison == MATCHES_NOT)
		return add_pattern(f, t);
	if (is_order(t->comparison) && !ordered)
		return fail_operator(t, "use == != ~ or !~");
	if (t->value[0] == '\0' && is_order(t->comparison))
		return caret_fail(t->expression, t->value_at,
				  "filter: a value is missing here");
	if (t->value[0] == '\0')
		return add_presence(f, t);
	if (value_is_number(kind))
		return add_number(f, t);
	if (kind == FIELD_ADDRESSES || kind == FIELD_NAMES)
		return add_list(f, t);
	if (kind == FIELD_ENDPOINT)
		return add_endpoint(f, t);
	return add_text(f, t);
}
