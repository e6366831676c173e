/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/trace.h"

#include <ctype.h>
#include <string.h>

#include "base/duration.h"
#include "report/cell.h"
#include "report/pods.h"
#include "report/table.h"
#include "store/evidence.h"

/* A statement's columns are the fields; after them comes this one. */
struct trace {
	struct rows *rows;
	const struct field_list *fields;
	bool were_chosen;
	struct output *output;
	struct text line;
};

struct trace_format {
	const char *name;
	int (*print)(struct trace *t);
};

static void add_quoted(struct text *sql, const char *column)
{
	text_addf(sql, "\"%s\"", column);
}

static void add_condition(struct text *sql,
			  const struct report_selection *selection)
{
	text_addf(sql, "(%s)",
		  selection->filter != NULL
			  ? filter_condition(selection->filter)
			  : "1");
	if (selection->choice != NULL)
		text_add(sql, " AND message IN "
			      "(SELECT message_id FROM temp.chosen)");
	if (selection->has_since)
		text_addf(sql, " AND time_ns >= %lld",
			  (long long)selection->since_ns);
	if (selection->has_until)
		text_addf(sql, " AND time_ns < %lld",
			  (long long)selection->until_ns);
}

static void add_statement(struct text *sql, const struct trace_request *request,
			  int64_t row_limit)
{
	text_add(sql, "SELECT ");
	for (size_t i = 0; i < request->fields->count; i++) {
		add_quoted(sql, request->fields->fields[i]->column);
		text_add(sql, ", ");
	}
	text_add(sql, "qr FROM trace WHERE ");
	add_condition(sql, request->selection);
	text_add(sql, " ORDER BY capture, frame, txn, qr, message");
	if (row_limit >= 0)
		text_addf(sql, " LIMIT %lld", (long long)row_limit);
}

/* The guide's tool shows a latency of 0ns on queries; elsewhere none is "". */
static void add_for_people(struct trace *t, struct text *out, int column)
{
	const struct field *field = t->fields->fields[column];
	const struct rows *r = t->rows;
	enum cell_shape shape = SHAPE_PLAIN;

	if (field->kind == FIELD_DURATION)
		shape = SHAPE_DURATION;
	if (field->kind == FIELD_TIME)
		shape = SHAPE_TIME;
	if (field->kind == FIELD_FLAG && rows_type(r, column) != CELL_NULL)
		text_add(out, rows_integer(r, column) ? "true" : "false");
	else if (field->kind == FIELD_DURATION &&
		 rows_type(r, column) == CELL_NULL &&
		 strcmp(rows_text(r, (int)t->fields->count), "Q") == 0)
		text_add(out, "0ns");
	else
		cell_add_text(out, r, column, shape);
}

static void add_for_machines(struct trace *t, int column,
			     void (*add)(struct text *, const struct rows *,
					 int))
{
	const struct field *field = t->fields->fields[column];
	char moment[TIMESTAMP_TEXT_MAX];
	bool is_null = rows_type(t->rows, column) == CELL_NULL;

	if (field->kind == FIELD_FLAG && !is_null)
		text_add(&t->line,
			 rows_integer(t->rows, column) ? "true" : "false");
	else if (field->kind != FIELD_TIME || is_null)
		add(&t->line, t->rows, column);
	else if (add == cell_add_json)
		text_addf(&t->line, "\"%s\"",
			  timestamp_format(rows_integer(t->rows, column),
					   moment));
	else
		text_add(&t->line,
			 timestamp_format(rows_integer(t->rows, column),
					  moment));
}

/* Of those that nobody chose, what tells one message from another. */
static bool is_vital(const struct trace *t, const struct field *field)
{
	static const char *const vital[] = { "frame", "src",  "dst",
					     "qr",    "name", "rcode" };

	for (size_t i = 0; i < sizeof(vital) / sizeof(vital[0]); i++)
		if (strcmp(field->name, vital[i]) == 0)
			return true;
	return t->were_chosen;
}

static bool is_number(const struct field *field)
{
	return field->kind == FIELD_INTEGER || field->kind == FIELD_DURATION;
}

static int print_columns(struct trace *t)
{
	struct table *table = table_new(t->output->file,
					t->output->terminal_width);
	int rc;

	for (size_t i = 0; i < t->fields->count; i++) {
		text_clear(&t->line);
		for (const char *c = t->fields->fields[i]->name; *c; c++)
			text_addf(&t->line, "%c", toupper((unsigned char)*c));
		table_add_column(table, text_string(&t->line),
				 is_vital(t, t->fields->fields[i]));
	}
	while ((rc = rows_next(t->rows)) == 1) {
		for (size_t i = 0; i < t->fields->count; i++) {
			text_clear(&t->line);
			add_for_people(t, &t->line, (int)i);
			table_add_cell(table, text_string(&t->line),
				       is_number(t->fields->fields[i]));
		}
	}
	table_finish(table);
	table_free(table);
	return rc;
}

static int print_objects(struct trace *t, const char *open, const char *between,
			 const char *close)
{
	int rc;

	while ((rc = rows_next(t->rows)) == 1) {
		text_clear(&t->line);
		for (size_t i = 0; i < t->fields->count; i++) {
			text_add(&t->line, i == 0 ? open : between);
			text_add_json(&t->line, t->fields->fields[i]->name);
			text_add(&t->line, ": ");
			add_for_machines(t, (int)i, cell_add_json);
		}
		fprintf(t->output->file, "%s%s", text_string(&t->line), close);
	}
	return rc;
}

static int print_json(struct trace *t)
{
	return print_objects(t, "{", ", ", "}\n");
}

static int print_jsonpretty(struct trace *t)
{
	return print_objects(t, "{\n  ", ",\n  ", "\n}\n");
}

static int print_csv(struct trace *t)
{
	int rc;

	for (size_t i = 0; i < t->fields->count; i++)
		fprintf(t->output->file, "%s%s", i > 0 ? "," : "",
			t->fields->fields[i]->name);
	fputs("\r\n", t->output->file);
	while ((rc = rows_next(t->rows)) == 1) {
		text_clear(&t->line);
		for (size_t i = 0; i < t->fields->count; i++) {
			text_add(&t->line, i > 0 ? "," : "");
			add_for_machines(t, (int)i, cell_add_csv);
		}
		fprintf(t->output->file, "%s\r\n", text_string(&t->line));
	}
	return rc;
}

const struct trace_format *trace_format_find(const char *name)
{
	static const struct trace_format formats[] = {
		{ "columns", print_columns },
		{ "json", print_json },
		{ "jsonpretty", print_jsonpretty },
		{ "csv", print_csv },
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

int trace_run(struct store *s, const struct trace_request *request,
	      struct output *o)
{
	struct trace t = { .fields = request->fields,
			   .were_chosen = request->were_chosen,
			   .output = o };
	const struct choice *choice = request->selection->choice;
	struct text sql = { 0 };
	int rc = -1;

	if (choice != NULL && pods_choose(s, choice) != 0)
		return -1;
	add_statement(&sql, request, o->row_limit);
	t.rows = rows_open(s, text_string(&sql));
	if (t.rows != NULL) {
		if (request->selection->filter != NULL)
			report_bind_filter(t.rows, request->selection->filter);
		rc = request->format->print(&t);
	}
	rows_close(t.rows);
	text_release(&t.line);
	text_release(&sql);
	return rc;
}

static struct rows *open_evidence(struct store *s,
				  const struct report_selection *selection,
				  int64_t row_limit)
{
	struct text sql = { 0 };
	struct rows *r;

	text_add(&sql, "SELECT capture, frame FROM trace WHERE ");
	add_condition(&sql, selection);
	text_addf(&sql, " ORDER BY capture, frame LIMIT %lld",
		  (long long)row_limit);
	r = evidence_add_selected(s, text_string(&sql));
	text_release(&sql);
	return r;
}

int trace_add_evidence(struct store *s,
		       const struct report_selection *selection,
		       int64_t row_limit, const char *why)
{
	struct rows *r;
	int rc = -1;

	if (selection->choice != NULL && pods_choose(s, selection->choice) != 0)
		return -1;
	r = open_evidence(s, selection, row_limit);
	if (r != NULL) {
		rows_bind_text(r, ":why", why);
		if (selection->filter != NULL)
			report_bind_filter(r, selection->filter);
		rc = rows_next(r);
	}
	rows_close(r);
	return rc < 0 ? -1 : 0;
}
