/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "store/store_private.h"

struct rows {
	const struct store *store;
	sqlite3_stmt *statement;
};

/* What is left of SQL that holds no further statement: SQLite knows best. */
static bool is_blank(struct store *s, const char *sql)
{
	sqlite3_stmt *next = NULL;
	int rc = sqlite3_prepare_v2(s->db, sql, -1, &next, NULL);

	sqlite3_finalize(next);
	return rc == SQLITE_OK && next == NULL;
}

static struct rows *new_rows(const struct store *s, sqlite3_stmt *statement)
{
	struct rows *r = must_calloc(1, sizeof(*r));

	r->store = s;
	r->statement = statement;
	return r;
}

/* What SQLite knows of it is that it is not there. */
static bool is_unknown_name(const char *why)
{
	return strncmp(why, "no such column", 14) == 0 ||
	       strncmp(why, "no such table", 13) == 0 ||
	       strncmp(why, "no such function", 16) == 0;
}

static void fail_sql(struct store *s)
{
	const char *why = sqlite3_errmsg(s->db);

	fail("%s%s", why,
	     is_unknown_name(why)
		     ? "; \"man dnsforensics-schema\" has the views and their "
		       "columns"
		     : "");
}

struct rows *rows_open(struct store *s, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	const char *tail = NULL;

	if (sqlite3_prepare_v2(s->db, sql, -1, &statement, &tail) !=
	    SQLITE_OK) {
		fail_sql(s);
		return NULL;
	}
	if (statement == NULL) {
		fail("there is no SQL statement in this");
		return NULL;
	}
	if (!sqlite3_stmt_readonly(statement) ||
	    sqlite3_column_count(statement) == 0) {
		fail("only statements that read are allowed: SELECT, WITH, "
		     "VALUES, EXPLAIN");
		sqlite3_finalize(statement);
		return NULL;
	}
	if (!is_blank(s, tail)) {
		fail("one statement at a time: what follows the first is not "
		     "run");
		sqlite3_finalize(statement);
		return NULL;
	}
	return new_rows(s, statement);
}

struct rows *rows_open_own(struct store *s, const char *sql)
{
	sqlite3_stmt *statement = store_prepare(s, sql);

	return statement != NULL ? new_rows(s, statement) : NULL;
}

void rows_close(struct rows *r)
{
	if (r == NULL)
		return;
	sqlite3_finalize(r->statement);
	free(r);
}

const char *rows_sql(const struct rows *r)
{
	return sqlite3_sql(r->statement);
}

bool rows_has_parameter(const struct rows *r, const char *name)
{
	return sqlite3_bind_parameter_index(r->statement, name) != 0;
}

void rows_bind_integer(struct rows *r, const char *name, int64_t value)
{
	int i = sqlite3_bind_parameter_index(r->statement, name);

	if (i != 0)
		sqlite3_bind_int64(r->statement, i, value);
}

void rows_bind_real(struct rows *r, const char *name, double value)
{
	int i = sqlite3_bind_parameter_index(r->statement, name);

	if (i != 0)
		sqlite3_bind_double(r->statement, i, value);
}

void rows_bind_text(struct rows *r, const char *name, const char *value)
{
	int i = sqlite3_bind_parameter_index(r->statement, name);

	if (i != 0)
		sqlite3_bind_text(r->statement, i, value, -1, SQLITE_TRANSIENT);
}

int rows_next(struct rows *r)
{
	switch (sqlite3_step(r->statement)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return store_fail(r->store);
	}
}

int rows_num_columns(const struct rows *r)
{
	return sqlite3_column_count(r->statement);
}

const char *rows_column(const struct rows *r, int column)
{
	return sqlite3_column_name(r->statement, column);
}

enum cell_type rows_type(const struct rows *r, int column)
{
	switch (sqlite3_column_type(r->statement, column)) {
	case SQLITE_NULL:
		return CELL_NULL;
	case SQLITE_INTEGER:
		return CELL_INTEGER;
	case SQLITE_FLOAT:
		return CELL_REAL;
	default:
		return CELL_TEXT;
	}
}

int64_t rows_integer(const struct rows *r, int column)
{
	return sqlite3_column_int64(r->statement, column);
}

double rows_real(const struct rows *r, int column)
{
	return sqlite3_column_double(r->statement, column);
}

const char *rows_text(const struct rows *r, int column)
{
	const char *text = (const char *)sqlite3_column_text(r->statement,
							     column);

	return text != NULL ? text : "";
}

int rows_run(struct store *s, const char *select)
{
	struct rows *r = rows_open(s, select);
	int rc = -1;

	while (r != NULL && (rc = rows_next(r)) == 1)
		if (store_run(s, rows_text(r, 0)) != 0) {
			rc = -1;
			break;
		}
	rows_close(r);
	return rc;
}
