/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The filter language and lists of fields.  What is taken becomes SQL that
 * SQLite takes as well, and that runs over an empty store.
 */
#include <string.h>

#include "filter/fields.h"
#include "filter/filter.h"
#include "store/rows.h"
#include "tests/fuzz/fuzz.h"

/* The same for all inputs, as nothing is written to it. */
static void bind_values(struct rows *r, const struct filter *f)
{
	for (size_t i = 0; i < filter_num_values(f); i++) {
		const struct filter_value *v = filter_value(f, i);

		CHECK(rows_has_parameter(r, v->name));
		if (v->type == FILTER_INTEGER)
			rows_bind_integer(r, v->name, v->integer);
		else
			rows_bind_text(r, v->name, v->text);
	}
}

static void run(const struct filter *f)
{
	struct text sql = { 0 };
	struct rows *r;

	text_addf(&sql, "SELECT 1 FROM trace WHERE %s", filter_condition(f));
	r = rows_open(fuzz_store(), text_string(&sql));
	CHECK(r != NULL);
	bind_values(r, f);
	CHECK(rows_next(r) == 0);
	rows_close(r);
	text_release(&sql);
}

static void check_fields(const char *names)
{
	struct field_list list = { 0 };

	if (field_list_parse(&list, names) == 0)
		for (size_t i = 0; i < list.count; i++)
			CHECK(field_find(list.fields[i]->name,
					 strlen(list.fields[i]->name)) ==
			      list.fields[i]);
	field_list_release(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *expression = fuzz_string((struct bytes){ data, len });
	struct filter *f = filter_new();

	if (filter_add(f, expression) == 0)
		run(f);
	filter_free(f);
	check_fields(expression);
	free(expression);
	return 0;
}
