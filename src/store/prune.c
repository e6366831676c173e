/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/prune.h"

#include "store/store_private.h"
#include "store/values_private.h"

static const struct {
	const char *name, *summary, *text;
} files[] = {
#include "store/prune.inc"
};

/* The first statement of sql, and where the next one begins. */
static int run_one(struct store *s, const char **sql, int64_t keep,
		   int64_t waiting_since_ns)
{
	sqlite3_stmt *statement = NULL;
	int rc = 0;

	if (sqlite3_prepare_v2(s->db, *sql, -1, &statement, sql) != SQLITE_OK)
		return store_fail(s);
	if (statement == NULL)
		return 0;
	sqlite3_bind_int64(statement, 1, keep);
	sqlite3_bind_int64(statement, 2, waiting_since_ns);
	rc = store_step(s, statement);
	sqlite3_finalize(statement);
	return rc;
}

int store_prune(struct store *s, int64_t keep, int64_t waiting_since_ns)
{
	const char *sql = files[0].text;
	int rc = 0;

	while (rc == 0 && *sql != '\0')
		rc = run_one(s, &sql, keep, waiting_since_ns);
	/* Rows that it knows the numbers of may be gone. */
	values_forget(s->values);
	return rc;
}
