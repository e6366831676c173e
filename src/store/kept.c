/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/kept.h"

#include "base/text.h"
#include "store/rows.h"
#include "store/store_private.h"

/*
 * Not of the schema, as a store need not have it.  Rows of what is void stay, so
 * that its tables are found and dropped.
 */
static const char schema_sql[] =
	"CREATE TABLE IF NOT EXISTS kept ("
	"name TEXT PRIMARY KEY, maker TEXT) STRICT;"
	"CREATE TRIGGER IF NOT EXISTS kept_capture AFTER INSERT ON capture "
	"BEGIN UPDATE kept SET maker = NULL; END;"
	"CREATE TRIGGER IF NOT EXISTS kept_snapshot AFTER INSERT ON snapshot "
	"BEGIN UPDATE kept SET maker = NULL; END;"
	"CREATE TRIGGER IF NOT EXISTS kept_rollup AFTER UPDATE ON rollup "
	"BEGIN UPDATE kept SET maker = NULL; END;";

static int has_any(struct store *s)
{
	return (int)store_ask(s,
			      "SELECT EXISTS (SELECT 1 FROM main.sqlite_schema "
			      "WHERE name = 'kept')");
}

int kept_holds(struct store *s, const char *maker)
{
	struct rows *r;
	int rc = has_any(s);

	if (rc != 1)
		return rc;
	rc = -1;
	r = rows_open(s, "SELECT count(*) FROM main.kept HAVING count(*) > 0 "
			 "AND sum(maker IS NOT :maker) = 0");
	if (r != NULL) {
		rows_bind_text(r, ":maker", maker);
		rc = rows_next(r);
	}
	rows_close(r);
	return rc;
}

/*
 * A statement for the name of each; none while they are still read.  A store may
 * be a stranger's, so that names are quoted.
 */
static int run_for_each(struct store *s, const char *select)
{
	struct rows *r = rows_open(s, select);
	struct text sql = { 0 };
	int rc = -1;

	while (r != NULL && (rc = rows_next(r)) == 1)
		text_addf(&sql, "%s;", rows_text(r, 0));
	rows_close(r);
	if (rc == 0)
		rc = store_run(s, text_string(&sql));
	text_release(&sql);
	return rc;
}

int kept_drop(struct store *s)
{
	int rc = has_any(s);

	if (rc != 1)
		return rc;
	if (run_for_each(s, "SELECT printf('DROP TABLE IF EXISTS main.\"%w\"', "
			    "name) FROM main.kept") != 0)
		return -1;
	return store_run(s, "DELETE FROM main.kept");
}

static int write_table(struct store *s, const char *table, const char *maker)
{
	struct text sql = { 0 };
	int rc;

	text_addf(&sql,
		  "CREATE TABLE main.%s AS SELECT * FROM temp.%s;"
		  "INSERT INTO main.kept VALUES ('%s', '%s')",
		  table, table, table, maker);
	rc = store_run(s, text_string(&sql));
	text_release(&sql);
	return rc;
}

int kept_begin(struct store *s)
{
	return store_run(s, "BEGIN IMMEDIATE");
}

int kept_write(struct store *s, const char *const *tables, const char *maker)
{
	if (store_run(s, schema_sql) != 0 || kept_drop(s) != 0)
		return -1;
	for (; *tables != NULL; tables++)
		if (write_table(s, *tables, maker) != 0)
			return -1;
	return store_run(s, "COMMIT");
}

void kept_abandon(struct store *s)
{
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

int kept_show(struct store *s)
{
	return run_for_each(s, "SELECT printf('CREATE TEMP VIEW \"%w\" AS "
			       "SELECT * FROM main.\"%w\"', name, name) "
			       "FROM main.kept ORDER BY name");
}
