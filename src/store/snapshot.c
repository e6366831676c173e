/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/gather_private.h"
#include "store/ingest.h"
#include "store/lookups_private.h"
#include "store/rollup.h"
#include "store/rows.h"
#include "store/store_private.h"
#include "store/values_private.h"

static const struct {
	const char *name, *summary, *text;
} files[] = {
#include "store/snapshot.inc"
};

/* In the order of snapshot_sql in Makefile.inc. */
enum {
	LOADING,
	ADDRESSES,
	CROSSINGS,
	HOPS,
	NAMING,
	ASKED,
	EXPANSIONS,
	ROLES,
	QUESTIONS,
	LOOKUPS,
	LAST_SEEN
};

/* The first runs for all items; the others are kinds. */
static const char *const sections[] = { "Any",           "Pod",       "Service",
					"EndpointSlice", "Endpoints", "Node",
					"Namespace" };

enum {
	NUM_SECTIONS = sizeof(sections) / sizeof(sections[0]),
	STATEMENTS_MAX = 4,
	CACHE_KIB = 8 << 10, /* beside the questions of 30 s in memory */
	CACHE_LATER_KIB = 24 << 10
};

struct snapshot {
	struct store *store;
	sqlite3_stmt *statements[NUM_SECTIONS][STATEMENTS_MAX];
	sqlite3_stmt *ask_kind;
	int64_t document; /* -> snapshot */
	int64_t items;    /* so far */
};

/* Where the statements of a section begin in snapshot.sql. */
static const char *find_section(const char *name)
{
	struct text mark = { 0 };
	const char *at;

	text_addf(&mark, "\n-- @%s\n", name);
	at = strstr(files[LOADING].text, text_string(&mark));
	text_release(&mark);
	return at + 1;
}

static int prepare_section(struct snapshot *n, unsigned section)
{
	const char *at = find_section(sections[section]);
	const char *end = strstr(at + 1, "\n-- @");
	size_t len = end != NULL ? (size_t)(end - at) : strlen(at);
	sqlite3_stmt **statement = n->statements[section];
	const char *tail = at;

	for (int i = 0; i < STATEMENTS_MAX; i++) {
		if (sqlite3_prepare_v3(n->store->db, tail,
				       (int)(len - (size_t)(tail - at)),
				       SQLITE_PREPARE_PERSISTENT, &statement[i],
				       &tail) != SQLITE_OK)
			return store_fail(n->store);
		if (statement[i] == NULL)
			break;
	}
	return 0;
}

static void release(struct snapshot *n)
{
	for (unsigned i = 0; i < NUM_SECTIONS; i++)
		for (int j = 0; j < STATEMENTS_MAX; j++)
			sqlite3_finalize(n->statements[i][j]);
	sqlite3_finalize(n->ask_kind);
	free(n);
}

void snapshot_abandon(struct snapshot *n)
{
	if (n == NULL)
		return;
	/* A full disk may have rolled back already: then this does nothing. */
	sqlite3_exec(n->store->db, "ROLLBACK", NULL, NULL, NULL);
	release(n);
}

static const char clear_sql[] =
	"DELETE FROM snapshot; DELETE FROM pod; DELETE FROM pod_label;"
	"DELETE FROM pod_address; DELETE FROM pod_search; DELETE FROM service;"
	"DELETE FROM service_address; DELETE FROM service_port;"
	"DELETE FROM endpoint; DELETE FROM node; DELETE FROM node_address;"
	"DELETE FROM namespace;";

static const char kind_sql[] =
	"SELECT iif(json_type(:item, '$.kind') = 'text', "
	"           :item ->> '$.kind', NULL) "
	"WHERE json_type(:item) = 'object'";

struct snapshot *snapshot_begin(struct store *s)
{
	struct snapshot *n = must_calloc(1, sizeof(*n));
	int rc = 0;

	n->store = s;
	if (store_run(s, "BEGIN IMMEDIATE") != 0) {
		release(n);
		return NULL;
	}
	rc = store_run(s, clear_sql);
	for (unsigned i = 0; rc == 0 && i < NUM_SECTIONS; i++)
		rc = prepare_section(n, i);
	if (rc == 0)
		n->ask_kind = store_prepare(s, kind_sql);
	if (n->ask_kind != NULL)
		return n;
	snapshot_abandon(n);
	return NULL;
}

static void bind_item(sqlite3_stmt *statement, struct bytes item)
{
	int i = sqlite3_bind_parameter_index(statement, ":item");

	sqlite3_bind_text64(statement, i, (const char *)item.data, item.len,
			    SQLITE_STATIC, SQLITE_UTF8);
}

static void bind_name(sqlite3_stmt *statement, const char *name, int64_t value)
{
	int i = sqlite3_bind_parameter_index(statement, name);

	if (i != 0)
		sqlite3_bind_int64(statement, i, value);
}

static int run_section(struct snapshot *n, unsigned section, struct bytes item)
{
	for (int i = 0; i < STATEMENTS_MAX; i++) {
		sqlite3_stmt *statement = n->statements[section][i];

		if (statement == NULL)
			break;
		bind_item(statement, item);
		bind_name(statement, ":id", n->items);
		bind_name(statement, ":snapshot", n->document);
		if (store_step(n->store, statement) != 0)
			return -1;
	}
	return 0;
}

static bool is_section(unsigned section, const char *name, size_t len)
{
	return strlen(sections[section]) == len &&
	       memcmp(sections[section], name, len) == 0;
}

/* The item's own kind, or else that of its list; 0: none that is read. */
static unsigned find_kind(sqlite3_stmt *asked, struct bytes list)
{
	const char *name = (const char *)sqlite3_column_text(asked, 0);
	size_t len = (size_t)sqlite3_column_bytes(asked, 0);

	if (name == NULL && list.len > 4 &&
	    memcmp(list.data + list.len - 4, "List", 4) == 0) {
		name = (const char *)list.data;
		len = list.len - 4;
	}
	for (unsigned i = 1; name != NULL && i < NUM_SECTIONS; i++)
		if (is_section(i, name, len))
			return i;
	return 0;
}

int snapshot_add_item(struct snapshot *n, struct bytes list, struct bytes item)
{
	unsigned kind = 0;
	int rc;

	bind_item(n->ask_kind, item);
	rc = sqlite3_step(n->ask_kind);
	if (rc == SQLITE_ROW)
		kind = find_kind(n->ask_kind, list);
	else if (rc != SQLITE_DONE)
		store_fail(n->store);
	sqlite3_reset(n->ask_kind);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return -1;
	if (kind == 0)
		return 0;
	n->items++;
	return run_section(n, kind, item) == 0 ? run_section(n, 0, item) : -1;
}

int snapshot_add_document(struct snapshot *n, const char *file,
			  struct bytes text)
{
	char sum[SHA256_TEXT_SIZE];
	struct sha256 *sha256 = sha256_new();
	sqlite3_stmt *statement = store_prepare(
		n->store, "INSERT INTO snapshot (file, sha256, items) "
			  "VALUES (?1, ?2, 0)");
	int rc;

	sha256_add(sha256, text.data, text.len);
	sha256_finish(sha256, sum);
	sha256_free(sha256);
	if (statement == NULL)
		return -1;
	sqlite3_bind_text(statement, 1, file, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, sum, -1, SQLITE_STATIC);
	rc = store_step(n->store, statement);
	sqlite3_finalize(statement);
	n->document = sqlite3_last_insert_rowid(n->store->db);
	return rc;
}

int64_t snapshot_num_items(const struct snapshot *n)
{
	return n->items;
}

int snapshot_set_time(struct snapshot *n, int64_t taken_ns)
{
	sqlite3_stmt *statement = store_prepare(
		n->store, "UPDATE snapshot SET taken_ns = ?1");
	int rc;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, taken_ns);
	rc = store_step(n->store, statement);
	sqlite3_finalize(statement);
	return rc;
}

int snapshot_commit(struct snapshot *n)
{
	if (rollup_void(n->store) != 0 || store_run(n->store, "COMMIT") != 0) {
		snapshot_abandon(n);
		return -1;
	}
	n->store->is_new = false;
	release(n);
	return 0;
}

/* 1: there is one; 0: none; -1: already reported. */
static int has_snapshot(struct store *s)
{
	sqlite3_stmt *statement = store_prepare(s, "SELECT 1 FROM snapshot");
	int rc;

	if (statement == NULL)
		return -1;
	rc = sqlite3_step(statement);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		store_fail(s);
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : -1;
}

/* All that the view trace reads. */
static int conclude_messages(struct store *s)
{
	int rc = 0;

	for (int i = ADDRESSES; rc == 0 && i <= CROSSINGS; i++)
		rc = store_run(s, files[i].text);
	if (rc == 0)
		rc = has_snapshot(s);
	return rc == 1 ? store_run(s, files[NAMING].text) : rc;
}

/*
 * Another program may conclude something else of the same packets; what C
 * concludes goes by its version alone.
 */
static void name_maker(char *maker)
{
	struct sha256 *sum = sha256_new();

	sha256_add(sum, PACKAGE_VERSION, strlen(PACKAGE_VERSION));
	for (int i = ADDRESSES; i <= LAST_SEEN; i++)
		sha256_add(sum, files[i].text, strlen(files[i].text));
	rollup_add_statements(sum);
	sha256_finish(sum, maker);
	sha256_free(sum);
}

/* Runs it with the maker as its parameter; 1, 0 or -1 as in rows_next(). */
static int run_with_maker(struct store *s, const char *sql)
{
	struct rows *r = rows_open_own(s, sql);
	char maker[SHA256_TEXT_SIZE];
	int rc = -1;

	name_maker(maker);
	if (r != NULL) {
		rows_bind_text(r, ":maker", maker);
		rc = rows_next(r);
	}
	rows_close(r);
	return rc;
}

int snapshot_is_concluded(struct store *s)
{
	return run_with_maker(s, "SELECT 1 FROM main.rollup "
				 "WHERE maker = :maker AND last_exchange = "
				 "(SELECT coalesce(max(id), 0) "
				 "FROM main.exchange)");
}

int snapshot_is_behind(struct store *s)
{
	int rc = store_has_captures(s);

	if (rc == 1)
		rc = snapshot_is_concluded(s);
	else if (rc == 0)
		return 0; /* of nothing nothing follows */
	return rc < 0 ? -1 : rc == 0;
}

/* Of tables in memory; SQLite's 2 MB would send them to the disk and back. */
static int set_cache(struct store *s, int kib)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA temp.cache_size = -%d", kib);
	return store_run(s, sql);
}

/* What the address table and the exchanges tell goes into tables of its own. */
static int conclude_all(struct store *s)
{
	int rc = conclude_messages(s);

	if (rc == 0)
		rc = store_run(s, files[HOPS].text);
	if (rc == 0)
		rc = rollup_spell(s);
	for (int i = ASKED; rc == 0 && i <= QUESTIONS; i++)
		rc = store_run(s, files[i].text);
	if (rc == 0)
		rc = lookups_collect(s);
	if (rc == 0)
		rc = set_cache(s, CACHE_LATER_KIB);
	for (int i = LOOKUPS; rc == 0 && i <= LAST_SEEN; i++)
		rc = store_run(s, files[i].text);
	if (rc == 0)
		rc = rollup_make(s);
	return rc == 0 ? run_with_maker(s, "UPDATE rollup SET maker = :maker")
		       : -1;
}

static int conclude(struct store *s, int (*run)(struct store *))
{
	int rc;

	/* Packets needed more, of which nothing is left then. */
	if (s->values != NULL && s->inserter == NULL)
		values_forget(s->values);
	memory_trim();
	if (set_cache(s, CACHE_KIB) != 0 ||
	    store_run(s, "BEGIN IMMEDIATE") != 0)
		return -1;
	gather_register(s->db);
	rc = run(s);
	gather_unregister(s->db);
	if (rc == 0 && store_run(s, "COMMIT") == 0)
		return 0;
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

int snapshot_name_addresses(struct store *s)
{
	return conclude(s, conclude_all);
}

int snapshot_name_messages(struct store *s)
{
	return conclude(s, conclude_messages);
}

/* Which addresses the cluster has is known once it was named. */
int snapshot_name_cluster(struct store *s)
{
	if (snapshot_name_messages(s) != 0 ||
	    store_run(s,
		      "INSERT INTO address (text) "
		      "SELECT DISTINCT address FROM claim "
		      "WHERE address NOT IN (SELECT text FROM address)") != 0)
		return -1;
	return snapshot_name_addresses(s);
}
