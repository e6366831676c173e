/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/rollup.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "store/gather_private.h"
#include "store/rows.h"
#include "store/store_private.h"
#include "store/sums_private.h"

static const struct {
	const char *name, *summary, *text;
} files[] = {
#include "store/rollup.inc"
};

/* In the order of rollup_sql in Makefile.inc. */
enum { SPELLINGS, ROLLUP };

int rollup_spell(struct store *s)
{
	return store_run(s, files[SPELLINGS].text);
}

static int make(struct store *s)
{
	int rc;

	gather_register(s->db);
	sums_register(s->db);
	rc = store_run(s, files[ROLLUP].text);
	gather_unregister(s->db);
	sums_unregister(s->db);
	return rc;
}

/* Of many transactions rounded latencies make few groups. */
int rollup_make(struct store *s)
{
	return store_run(s, "UPDATE rollup SET is_exact = (SELECT count(*) "
			    "FROM (SELECT 1 FROM exchange LIMIT 20001)) "
			    "<= 20000") == 0
		       ? make(s)
		       : -1;
}

int rollup_void(struct store *s)
{
	return store_run(s, "UPDATE main.rollup SET last_exchange = -1 "
			    "WHERE last_exchange != -1");
}

int64_t rollup_list_rows(struct store *s)
{
	return store_ask(s, "SELECT list_rows FROM rollup");
}

void rollup_add_statements(struct sha256 *sum)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		sha256_add(sum, files[i].text, strlen(files[i].text));
}

int rollup_suffices(struct store *s, int64_t list_rows, int64_t threshold_ns)
{
	struct rows *r = rows_open(
		s, "SELECT 1 FROM main.rollup WHERE "
		   "last_exchange = (SELECT coalesce(max(id), 0) "
		   "FROM main.exchange) "
		   "AND (:rows BETWEEN 0 AND list_rows OR list_rows >= "
		   "(SELECT count(*) FROM (SELECT 1 FROM main.exchange "
		   "LIMIT 1 + (SELECT list_rows FROM main.rollup)))) "
		   "AND (is_exact OR :threshold = rounded(:threshold))");
	int rc = -1;

	if (r != NULL) {
		rows_bind_integer(r, ":rows", list_rows);
		rows_bind_integer(r, ":threshold", threshold_ns);
		rc = rows_next(r);
	}
	rows_close(r);
	return rc;
}

int rollup_is_dense(struct store *s)
{
	return (int)store_ask(s, "SELECT NOT is_exact AND is_dense "
				 "FROM main.rollup");
}

/* The tables that rollup.sql fills, and the views over them. */
static const char hide_sql[] =
	"SELECT replace(replace(sql, 'CREATE TABLE ', 'CREATE TEMP TABLE '), "
	"'CREATE VIEW ', 'CREATE TEMP VIEW ') FROM main.sqlite_schema "
	"WHERE name IN ('rollup', 'tally', 'lookup_tally', 'timeline', 'latency', "
	"'slowest', 'failure', 'failure_row', 'denied_name', 'figure', 'asked_name', 'busy', "
	"'lone_name', 'known_name', 'nodata', 'expansion_cost', "
	"'expansion_example', 'expansion_base', "
	"'address_row', 'address_change', '_tally', '_open', '_failed')";

static int hide(struct store *s, int64_t list_rows)
{
	struct rows *r;
	int rc = -1;

	if (rows_run(s, hide_sql) != 0)
		return -1;
	r = rows_open_own(
		s,
		"INSERT INTO temp.rollup (list_rows, is_exact, "
		"last_exchange) SELECT iif(:rows < 0, -1, "
		"max(:rows, CAST(list_rows AS INTEGER))), 1, 0 FROM main.rollup");
	if (r != NULL) {
		rows_bind_integer(r, ":rows", list_rows);
		rc = rows_next(r);
	}
	rows_close(r);
	return rc;
}

int rollup_make_own(struct store *s, int64_t list_rows)
{
	struct rows *r = rows_open(s, "SELECT 1 FROM temp.sqlite_schema "
				      "WHERE name = 'rollup'");
	int rc = r != NULL ? rows_next(r) : -1;
	int64_t made;

	rows_close(r);
	if (rc < 0)
		return -1;
	if (rc == 1) {
		made = rollup_list_rows(s);
		assert(made < 0 || (list_rows >= 0 && list_rows <= made));
		return 0;
	}
	return hide(s, list_rows) == 0 ? make(s) : -1;
}
