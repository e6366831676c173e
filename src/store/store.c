/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "correlate/exchange.h"
#include "dns/names.h"
#include "redact/redactor.h"
#include "store/functions_private.h"
#include "store/kept.h"
#include "store/store_private.h"
#include "store/values_private.h"

enum {
	APPLICATION_ID = 0x646e7366, /* "dnsf"; as in schema.sql */
	SCHEMA_VERSION = 9,          /* user_version; as in schema.sql */
	BUSY_TIMEOUT_MS = 10000
};

static const struct {
	const char *name, *summary, *text;
} schema[] = {
#include "store/schema.inc"
};

sqlite3_stmt *store_prepare(const struct store *s, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
			       &statement, NULL) != SQLITE_OK)
		store_fail(s);
	return statement;
}

int store_step(const struct store *s, sqlite3_stmt *statement)
{
	int rc = sqlite3_step(statement);

	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		store_fail(s);
	sqlite3_reset(statement);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : -1;
}

int store_run(struct store *s, const char *sql)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(s);
	return 0;
}

const char *store_path(const struct store *s)
{
	return s->path;
}

static int put_code(struct store *s, const char *sql, int64_t code,
		    const char *name, const char *guide)
{
	sqlite3_stmt *statement = store_prepare(s, sql);
	int rc;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, code);
	sqlite3_bind_text(statement, 2, name, -1, SQLITE_STATIC);
	if (guide != NULL)
		sqlite3_bind_text(statement, 3, guide, -1, SQLITE_STATIC);
	rc = store_step(s, statement);
	sqlite3_finalize(statement);
	return rc;
}

static int put_table(struct store *s, const char *sql, bool has_guide,
		     const struct dns_code *(*row)(unsigned))
{
	const struct dns_code *code;

	for (unsigned i = 0; (code = row(i)) != NULL; i++) {
		const char *guide = code->guide != NULL ? code->guide
							: code->iana;

		if (put_code(s, sql, code->code, code->iana,
			     has_guide ? guide : NULL) != 0)
			return -1;
	}
	return 0;
}

/* So that the views can be read without this program. */
static int put_codes(struct store *s)
{
	int rc = 0;

	for (int i = 0; rc == 0 && i < EXCHANGE_STATES; i++)
		rc = put_code(s, "INSERT INTO state VALUES (?, ?)", i,
			      exchange_state_name(i), NULL);
	for (int i = 0; rc == 0 && i < MESSAGE_KINDS; i++)
		rc = put_code(s, "INSERT INTO kind VALUES (?, ?)", i,
			      message_kind_name(i), NULL);
	for (int i = ROLE_UNPAIRED; rc == 0 && i < STRAY_ROLES; i++)
		rc = put_code(s, "INSERT INTO role VALUES (?, ?)", i,
			      stray_role_name(i), NULL);
	for (int i = LEG_AMBIGUOUS; rc == 0 && i < LEG_CONFIDENCES; i++)
		rc = put_code(s, "INSERT INTO confidence VALUES (?, ?)", i,
			      leg_confidence_name(i), NULL);
	if (rc != 0)
		return -1;
	if (put_table(s, "INSERT INTO qtype VALUES (?, ?)", false,
		      dns_type_row) != 0 ||
	    put_table(s, "INSERT INTO opcode VALUES (?, ?)", false,
		      dns_opcode_row) != 0 ||
	    put_table(s, "INSERT INTO ede VALUES (?, ?)", false, dns_ede_row) !=
		    0)
		return -1;
	return put_table(s, "INSERT INTO rcode VALUES (?, ?, ?)", true,
			 dns_rcode_row);
}

int64_t store_ask(const struct store *s, const char *sql)
{
	sqlite3_stmt *statement = store_prepare(s, sql);
	int64_t value = -1;

	if (statement == NULL)
		return -1;
	if (sqlite3_step(statement) == SQLITE_ROW)
		value = sqlite3_column_int64(statement, 0);
	else
		store_fail(s);
	sqlite3_finalize(statement);
	return value;
}

static int check_ours(const struct store *s)
{
	int64_t application = store_ask(s, "PRAGMA application_id");
	int64_t version;

	if (application == -1)
		return -1;
	if (application != APPLICATION_ID)
		return fail("%s: not a dnsforensics store", s->path);
	version = store_ask(s, "PRAGMA user_version");
	if (version != SCHEMA_VERSION)
		return fail("%s: a store of version %" PRId64
			    ", this program reads version %d; ingest its "
			    "captures again into a new one",
			    s->path, version, SCHEMA_VERSION);
	return 0;
}

/* SQLite has no clear words for it. */
static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* One thread at a time has the connection: no lock for each call. */
static struct store *open_db(const char *file, const char *shown, int flags)
{
	struct store *s = must_calloc(1, sizeof(*s));

	s->path = must_strdup(shown);
	/* Each allocation would be counted, under a lock; refused once set. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (is_directory(file) ||
	    sqlite3_open_v2(file, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
		    SQLITE_OK) {
		if (is_directory(file))
			fail("%s: %s", shown, strerror(EISDIR));
		else
			store_fail(s);
		store_close(s);
		return NULL;
	}
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
	functions_register(s->db);
	return s;
}

/*
 * An ingest that was killed, or ended by a full disk, leaves a journal with
 * what it had changed.  SQLite puts that back, but not for a connection that
 * may not write: so for a moment one that may, and only if it is needed.  What
 * a live run left that was killed is made as any other store.
 */
static void recover(const char *path)
{
	sqlite3 *db = NULL;

	if ((store_has_beside(path, "-journal") ||
	     store_has_beside(path, "-wal")) &&
	    sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) ==
		    SQLITE_OK) {
		sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS / 10);
		sqlite3_exec(db, "SELECT count(*) FROM sqlite_schema", NULL,
			     NULL, NULL);
		/* It may still run: then nobody waits, and nothing changes. */
		sqlite3_busy_timeout(db, 0);
		sqlite3_exec(db, "PRAGMA journal_mode = DELETE", NULL, NULL,
			     NULL);
	}
	sqlite3_close_v2(db);
}

struct store *store_open(const char *path)
{
	struct store *s;

	if (access(path, F_OK) != 0) {
		fail("%s: %s; make a store by \"dnsforensics ingest -d %s "
		     "CAPTURE...\"",
		     path, errno == ENOENT ? "no such store" : strerror(errno),
		     path);
		return NULL;
	}
	recover(path);
	s = open_db(path, path, SQLITE_OPEN_READONLY);
	/* While a live run writes, all is of one moment; an ingest would wait. */
	if (s == NULL ||
	    (check_ours(s) == 0 &&
	     (!store_has_beside(path, "-wal") || store_run(s, "BEGIN") == 0)))
		return s;
	store_close(s);
	return NULL;
}

/* 0: nothing, as in what a run left that was killed as it began; or -1. */
static int64_t has_content(const struct store *s)
{
	return store_ask(s, "SELECT application_id != 0 "
			    "OR EXISTS (SELECT 1 FROM sqlite_schema) "
			    "FROM pragma_application_id");
}

static int make_schema(struct store *s)
{
	if (store_run(s, "BEGIN IMMEDIATE") != 0)
		return -1;
	/* Another process may have made it while this one waited. */
	if (has_content(s) == 1) {
		s->is_new = false;
		return store_run(s, "ROLLBACK") == 0 ? check_ours(s) : -1;
	}
	for (size_t i = 0; i < sizeof(schema) / sizeof(schema[0]); i++)
		if (store_run(s, schema[i].text) != 0)
			return -1;
	if (put_codes(s) != 0)
		return -1;
	return store_run(s, "COMMIT");
}

static int make_or_check(struct store *s)
{
	switch (has_content(s)) {
	case 0:
		return make_schema(s);
	case 1:
		return check_ours(s);
	default:
		return -1;
	}
}

struct store *store_open_for_ingest(const char *path)
{
	bool exists = access(path, F_OK) == 0;
	struct store *s = open_db(path, path,
				  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	if (s == NULL)
		return NULL;
	s->is_new = !exists;
	if (sqlite3_db_readonly(s->db, "main") == 1)
		fail("%s: cannot be written; nothing was read", path);
	else if (make_or_check(s) == 0) {
		s->values = values_new(s);
		return s;
	}
	store_close(s);
	return NULL;
}

struct store *store_open_temporary(void)
{
	/* "": in memory as long as it fits there, then a file without a name */
	struct store *s = open_db("", "temporary store",
				  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	if (s == NULL)
		return NULL;
	if (make_schema(s) == 0) {
		s->values = values_new(s);
		return s;
	}
	store_close(s);
	return NULL;
}

/*
 * Readers and one writer do not wait for each other in a WAL.  Without a sync
 * at each commit a power cut may cost the last seconds, a killed process none.
 */
static const char live_sql[] = "PRAGMA journal_mode = WAL;"
			       "PRAGMA synchronous = NORMAL;"
			       "PRAGMA temp_store = MEMORY;"
			       /* opens what would be opened later */
			       "BEGIN IMMEDIATE; ROLLBACK;";

static struct store *open_in_memory(void)
{
	struct store *s = open_db(":memory:", "store in memory",
				  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	if (s == NULL)
		return NULL;
	if (make_schema(s) == 0) {
		s->values = values_new(s);
		return s;
	}
	store_close(s);
	return NULL;
}

struct store *store_open_live(const char *path)
{
	struct store *s = path != NULL ? store_open_for_ingest(path)
				       : open_in_memory();

	if (s == NULL || store_run(s, live_sql) == 0)
		return s;
	store_close(s);
	return NULL;
}

void store_end_live(struct store *s)
{
	sqlite3_exec(s->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
}

void store_set_temporaries(const char *folder)
{
	sqlite3_free(sqlite3_temp_directory);
	sqlite3_temp_directory = folder != NULL ? sqlite3_mprintf("%s", folder)
						: NULL;
}

static uint64_t file_size(const char *path, const char *suffix)
{
	struct text name = { 0 };
	struct stat st;
	uint64_t size = 0;

	text_addf(&name, "%s%s", path, suffix);
	if (stat(text_string(&name), &st) == 0)
		size = (uint64_t)st.st_size;
	text_release(&name);
	return size;
}

uint64_t store_size(const struct store *s)
{
	return file_size(s->path, "") + file_size(s->path, "-wal");
}

static int copy_into(struct store *to, const struct store *from)
{
	sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", from->db,
						     "main");
	int rc;

	if (backup == NULL)
		return store_fail(to);
	while ((rc = sqlite3_backup_step(backup, -1)) == SQLITE_BUSY ||
	       rc == SQLITE_LOCKED)
		sqlite3_sleep(BUSY_TIMEOUT_MS / 100);
	sqlite3_backup_finish(backup);
	return rc == SQLITE_DONE ? 0 : store_fail(to);
}

/* Who sent a store may have put triggers into it: they are for its file. */
struct store *store_copy(const struct store *from)
{
	struct store *s = open_db("", from->path,
				  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	if (s == NULL)
		return NULL;
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	if (copy_into(s, from) == 0 && kept_drop(s) == 0)
		return s;
	store_close(s);
	return NULL;
}

/*
 * A full disk can leave a journal behind, which would be played back into the
 * next file of the same name.
 */
static void remove_file(const char *path)
{
	static const char *const suffixes[] = { "", "-journal", "-wal",
						"-shm" };
	struct text name = { 0 };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		text_clear(&name);
		text_addf(&name, "%s%s", path, suffixes[i]);
		unlink(text_string(&name));
	}
	text_release(&name);
}

/*
 * Another process may be putting captures into the file that was made here, or
 * have done so.  If not, the lock keeps it out until the file is gone.
 */
static bool is_used_by_others(const struct store *s)
{
	sqlite3_stmt *statement = NULL;
	bool is_used;

	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_busy_timeout(s->db, 0);
	if (sqlite3_exec(s->db, "BEGIN EXCLUSIVE", NULL, NULL, NULL) ==
	    SQLITE_BUSY)
		return true;
	/* No statement where the disk had no room even for the schema. */
	sqlite3_prepare_v2(s->db, "SELECT 1 FROM capture", -1, &statement,
			   NULL);
	is_used = statement != NULL && sqlite3_step(statement) == SQLITE_ROW;
	sqlite3_finalize(statement);
	return is_used;
}

void store_close(struct store *s)
{
	if (s == NULL)
		return;
	values_free(s->values);
	redactor_free(s->redactor);
	if (s->is_new && !is_used_by_others(s))
		remove_file(s->path);
	sqlite3_close_v2(s->db);
	free(s->path);
	free(s);
}
