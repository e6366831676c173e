/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/notes.h"

#include "base/error.h"
#include "store/inserter_private.h"
#include "store/store_private.h"

enum { SHOWN_MAX = 60 };

/*
 * SQLite's JSON functions fail on what is no JSON, so null stands for it, and
 * on paths through odd keys, so only arrays are gone through.  A path through
 * what is no object gives NULL.
 */
static const char interface_sql[] =
	"INSERT OR IGNORE INTO note_interface (note, ifindex, name, addresses) "
	"SELECT ?1, json_extract(given, '$.ifindex'), "
	"       json_extract(given, '$.ifname'), "
	"       (SELECT group_concat(local, ',') "
	"          FROM (SELECT json_extract(given, fullkey || '.local') "
	"                       AS local "
	"                  FROM json_each(list, '$.addr_info') "
	"                 WHERE json_type(given, fullkey || '.local') = 'text' "
	"                 ORDER BY id)) "
	"  FROM (SELECT given, CASE json_type(given, '$.addr_info') "
	"                      WHEN 'array' THEN given ELSE '{}' END AS list "
	"          FROM (SELECT CASE WHEN json_valid(?2) THEN ?2 "
	"                       ELSE 'null' END AS given)) "
	" WHERE json_type(given, '$.ifindex') = 'integer' "
	"   AND json_extract(given, '$.ifindex') BETWEEN 1 AND 2147483647 "
	"   AND json_type(given, '$.ifname') = 'text' "
	"   AND length(json_extract(given, '$.ifname')) BETWEEN 1 AND 255";

static void bind_json(sqlite3_stmt *statement, int i, struct bytes json)
{
	sqlite3_bind_text64(statement, i, (const char *)json.data, json.len,
			    SQLITE_STATIC, SQLITE_UTF8);
}

static int warn_if_no_json(const struct store *s, const char *file,
			   struct bytes json)
{
	sqlite3_stmt *statement = store_prepare(s, "SELECT json_valid(?1)");
	int shown = json.len < SHOWN_MAX ? (int)json.len : SHOWN_MAX, rc;

	if (statement == NULL)
		return -1;
	bind_json(statement, 1, json);
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW && sqlite3_column_int(statement, 0) == 0)
		warning("%s: not JSON, and so an interface without a name: "
			"%.*s",
			file, shown, (const char *)json.data);
	else if (rc != SQLITE_ROW)
		store_fail(s);
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? 0 : -1;
}

int notes_add_interface(struct store *s, int64_t note, const char *file,
			struct bytes json)
{
	sqlite3_stmt *statement = NULL;
	int rc;

	if (inserter_drain(s->inserter) == 0)
		statement = store_prepare(s, interface_sql);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, note);
	bind_json(statement, 2, json);
	rc = store_step(s, statement);
	sqlite3_finalize(statement);
	if (rc != 0)
		return -1;
	if (sqlite3_changes(s->db) > 0)
		return 1;
	return warn_if_no_json(s, file, json);
}
