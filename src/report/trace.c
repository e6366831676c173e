/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/trace.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/memory.h"
#include "report/cell.h"
#include "report/pods.h"
#include "report/table.h"
#include "store/evidence.h"

/* A statement's columns are the fields; after them comes qr. */
struct trace {
	const struct trace_request *request;
	const struct field_list *fields;
	bool were_chosen;
	struct output *output;
	struct text sql, line;
	struct rows *rows;
	struct table *table; /* of columns; NULL: another format */
	int64_t printed;
	bool has_chosen; /* pods; who there is none of was said */
};

struct trace_format {
	const char *name;
	void (*begin)(struct trace *t);
	void (*row)(struct trace *t);
	/* What was given to it is to be seen; then the same at the very end. */
	void (*flush)(struct trace *t);
	void (*end)(struct trace *t);
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
	if (selection->has_txn)
		text_addf(sql,
			  " AND txn IN (SELECT coalesce(leader, id)"
			  " FROM exchange WHERE id = %lld)",
			  (long long)selection->txn);
	if (selection->has_since)
		text_addf(sql, " AND time_ns >= %lld",
			  (long long)selection->since_ns);
	if (selection->has_until)
		text_addf(sql, " AND time_ns < %lld",
			  (long long)selection->until_ns);
}

static void add_statement(struct text *sql, const struct trace_request *request)
{
	text_add(sql, "SELECT ");
	for (size_t i = 0; i < request->fields->count; i++) {
		add_quoted(sql, request->fields->fields[i]->column);
		text_add(sql, ", ");
	}
	text_add(sql, "qr FROM trace WHERE ");
	add_condition(sql, request->selection);
	text_add(sql, " ORDER BY capture, frame, txn, qr, message "
		      "LIMIT :row_limit");
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

/* Nothing for trace_run(), which sees many rows before it has to settle. */
static size_t usual_width(const struct field *field)
{
	static const struct {
		const char *name;
		size_t width;
	} usual[] = { { "src", 24 },  { "dst", 24 },        { "name", 28 },
		      { "id", 4 },    { "latency_ns", 10 }, { "rcode", 11 },
		      { "frame", 7 }, { "qtype", 5 } };

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (strcmp(field->name, usual[i].name) == 0)
			return usual[i].width;
	return 0;
}

static void begin_columns(struct trace *t)
{
	t->table = table_new(t->output->file, t->output->terminal_width);
	for (size_t i = 0; i < t->fields->count; i++) {
		const struct field *field = t->fields->fields[i];

		text_clear(&t->line);
		for (const char *c = field->name; *c; c++)
			text_addf(&t->line, "%c", toupper((unsigned char)*c));
		table_add_column(t->table, text_string(&t->line),
				 is_vital(t, field));
		if (t->request->is_live)
			table_widen(t->table, i, usual_width(field));
	}
}

static void print_columns(struct trace *t)
{
	for (size_t i = 0; i < t->fields->count; i++) {
		text_clear(&t->line);
		add_for_people(t, &t->line, (int)i);
		table_add_cell(t->table, text_string(&t->line),
			       is_number(t->fields->fields[i]));
	}
}

static void flush_columns(struct trace *t)
{
	table_flush(t->table);
}

static void end_columns(struct trace *t)
{
	table_finish(t->table);
	table_free(t->table);
}

static void print_object(struct trace *t, const char *open, const char *between,
			 const char *close)
{
	text_clear(&t->line);
	for (size_t i = 0; i < t->fields->count; i++) {
		text_add(&t->line, i == 0 ? open : between);
		text_add_json(&t->line, t->fields->fields[i]->name);
		text_add(&t->line, ": ");
		add_for_machines(t, (int)i, cell_add_json);
	}
	fprintf(t->output->file, "%s%s", text_string(&t->line), close);
}

static void print_json(struct trace *t)
{
	print_object(t, "{", ", ", "}\n");
}

static void print_jsonpretty(struct trace *t)
{
	print_object(t, "{\n  ", ",\n  ", "\n}\n");
}

static void begin_csv(struct trace *t)
{
	for (size_t i = 0; i < t->fields->count; i++)
		fprintf(t->output->file, "%s%s", i > 0 ? "," : "",
			t->fields->fields[i]->name);
	fputs("\r\n", t->output->file);
}

static void print_csv(struct trace *t)
{
	text_clear(&t->line);
	for (size_t i = 0; i < t->fields->count; i++) {
		text_add(&t->line, i > 0 ? "," : "");
		add_for_machines(t, (int)i, cell_add_csv);
	}
	fprintf(t->output->file, "%s\r\n", text_string(&t->line));
}

const struct trace_format *trace_format_find(const char *name)
{
	static const struct trace_format formats[] = {
		{ "columns", begin_columns, print_columns, flush_columns,
		  end_columns },
		{ .name = "json", .row = print_json },
		{ .name = "jsonpretty", .row = print_jsonpretty },
		{ .name = "csv", .begin = begin_csv, .row = print_csv },
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

struct trace *trace_open(const struct trace_request *request, struct output *o)
{
	struct trace *t = must_calloc(1, sizeof(*t));

	t->request = request;
	t->fields = request->fields;
	t->were_chosen = request->were_chosen;
	t->output = o;
	add_statement(&t->sql, request);
	if (request->format->begin != NULL)
		request->format->begin(t);
	return t;
}

/* How many rows may still be printed; -1: all. */
static int64_t rows_left(const struct trace *t)
{
	if (t->output->row_limit < 0)
		return -1;
	return t->output->row_limit - t->printed;
}

static int print_rows(struct trace *t)
{
	int rc;

	while ((rc = rows_next(t->rows)) == 1) {
		t->request->format->row(t);
		t->printed++;
	}
	return rc;
}

static int choose(struct trace *t, struct store *s)
{
	const struct choice *choice = t->request->selection->choice;

	if (choice == NULL)
		return 0;
	if (t->has_chosen)
		return pods_rechoose(s, choice);
	t->has_chosen = true;
	return pods_choose(s, choice);
}

int trace_print(struct trace *t, struct store *s)
{
	const struct report_selection *selection = t->request->selection;
	int rc = -1;

	if (choose(t, s) != 0)
		return -1;
	t->rows = rows_open(s, text_string(&t->sql));
	if (t->rows != NULL) {
		rows_bind_integer(t->rows, ":row_limit", rows_left(t));
		if (selection->filter != NULL)
			report_bind_filter(t->rows, selection->filter);
		rc = print_rows(t);
	}
	rows_close(t->rows);
	t->rows = NULL;
	if (t->request->format->flush != NULL)
		t->request->format->flush(t);
	return rc;
}

int64_t trace_printed(const struct trace *t)
{
	return t->printed;
}

void trace_close(struct trace *t)
{
	if (t == NULL)
		return;
	if (t->request->format->end != NULL)
		t->request->format->end(t);
	text_release(&t->line);
	text_release(&t->sql);
	free(t);
}

int trace_run(struct store *s, const struct trace_request *request,
	      struct output *o)
{
	struct trace *t = trace_open(request, o);
	int rc = trace_print(t, s);

	trace_close(t);
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
