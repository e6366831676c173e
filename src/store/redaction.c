/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/redaction.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "store/functions_private.h"
#include "store/gather_private.h"
#include "store/kept.h"
#include "store/rollup.h"
#include "store/rows.h"
#include "store/store_private.h"

/* Beside enum redact_kind: nothing private is in it; or its own SQL. */
enum { KEPT = -1, BY_SQL = -2 };

struct rule {
	const char *table, *column;
	int kind;
	const char *sql;
};

/* The filter that hides something is quoted at the end. */
static const char doubt_sql[] =
	"iif(instr(doubt, ' over UDP: '), "
	"substr(doubt, 1, instr(doubt, ' over UDP: ') + 10) || "
	"redacted_filter(substr(doubt, instr(doubt, ' over UDP: ') + 11)), "
	"doubt)";

static const struct rule rules[] = {
	{ "capture", "file", REDACT_PATH, NULL },
	{ "capture", "sha256", KEPT, NULL },
	{ "capture", "format", KEPT, NULL },
	{ "capture", "node", REDACT_WORD, NULL },
	{ "capture", "ring", REDACT_PATH, NULL },
	{ "capture", "comment", REDACT_REMARK, NULL },
	{ "capture", "damage", REDACT_SCAN, NULL },
	{ "kept", "name", KEPT, NULL },
	{ "kept", "maker", KEPT, NULL },
	{ "tcpdump_log", "file", REDACT_PATH, NULL },
	{ "tcpdump_log", "command", REDACT_REMARK, NULL },
	{ "tcpdump_log", "filter", REDACT_FILTER, NULL },
	{ "interface", "name", REDACT_INTERFACE, NULL },
	{ "interface", "description", REDACT_REMARK, NULL },
	{ "interface", "filter", REDACT_FILTER, NULL },
	{ "interface", "linktype", KEPT, NULL },
	{ "interface", "node", REDACT_WORD, NULL },
	{ "interface", "namespace", REDACT_WORD, NULL },
	{ "interface", "pod", REDACT_WORD, NULL },
	{ "interface", "container", REDACT_WORD, NULL },
	{ "interface", "labels", REDACT_LABELS, NULL },
	{ "scope", "subject", KEPT, NULL },
	{ "frame_comment", "text", REDACT_REMARK, NULL },
	{ "host_name", "address", REDACT_ADDRESS, NULL },
	{ "host_name", "name", REDACT_NAME, NULL },
	{ "note_interface", "name", REDACT_INTERFACE, NULL },
	{ "note_interface", "addresses", REDACT_SCAN, NULL },
	{ "address", "text", REDACT_ADDRESS, NULL },
	{ "name", "text", REDACT_NAME, NULL },
	{ "answer_set", "addresses", REDACT_ADDRESSES, NULL },
	{ "answer_set", "cname", REDACT_NAMES, NULL },
	{ "answer", "data", BY_SQL, "redacted_rdata(type, data)" },
	{ "detail", "verdict", KEPT, NULL },
	{ "detail", "fault", KEPT, NULL },
	{ "detail", "edns_subnet", REDACT_SUBNET, NULL },
	{ "detail", "ede_text", REDACT_TEXT, NULL },
	{ "detail", "tunnel", REDACT_SCAN, NULL },
	{ "detail", "notes", KEPT, NULL },
	{ "last_place", "doubt", BY_SQL, doubt_sql },
	{ "icmp_code", "meaning", KEPT, NULL },
	{ "snapshot", "file", REDACT_PATH, NULL },
	{ "snapshot", "sha256", KEPT, NULL },
	{ "pod", "namespace", REDACT_WORD, NULL },
	{ "pod", "name", REDACT_WORD, NULL },
	{ "pod", "uid", REDACT_TEXT, NULL },
	{ "pod", "node", REDACT_WORD, NULL },
	{ "pod", "dns_policy", KEPT, NULL },
	{ "pod", "hostname", REDACT_WORD, NULL },
	{ "pod", "subdomain", REDACT_WORD, NULL },
	{ "pod", "container", REDACT_WORD, NULL },
	{ "pod", "phase", KEPT, NULL },
	{ "pod", "owner_kind", REDACT_KIND, NULL },
	{ "pod", "owner_name", REDACT_WORD, NULL },
	{ "pod_label", "key", REDACT_KEY, NULL },
	{ "pod_label", "value", REDACT_WORD, NULL },
	{ "pod_address", "address", REDACT_ADDRESS, NULL },
	{ "pod_search", "suffix", REDACT_NAME, NULL },
	{ "service", "namespace", REDACT_WORD, NULL },
	{ "service", "name", REDACT_WORD, NULL },
	{ "service", "type", KEPT, NULL },
	{ "service", "external_name", REDACT_NAME, NULL },
	{ "service_address", "address", REDACT_ADDRESS, NULL },
	{ "service_address", "source", KEPT, NULL },
	{ "service_port", "name", REDACT_PORT_NAME, NULL },
	{ "service_port", "protocol", KEPT, NULL },
	{ "endpoint", "namespace", REDACT_WORD, NULL },
	{ "endpoint", "service", REDACT_WORD, NULL },
	{ "endpoint", "source", KEPT, NULL },
	{ "endpoint", "address", REDACT_ADDRESS, NULL },
	{ "endpoint", "hostname", REDACT_WORD, NULL },
	{ "endpoint", "node", REDACT_WORD, NULL },
	{ "endpoint", "pod", REDACT_WORD, NULL },
	{ "node", "name", REDACT_WORD, NULL },
	{ "node", "os", KEPT, NULL },
	{ "node", "kubelet", KEPT, NULL },
	{ "node_address", "address", REDACT_ADDRESS, NULL },
	{ "node_address", "type", KEPT, NULL },
	{ "namespace", "name", REDACT_WORD, NULL },
	{ "claim", "address", REDACT_ADDRESS, NULL },
	{ "claim", "kind", KEPT, NULL },
	{ "claim", "namespace", REDACT_WORD, NULL },
	{ "claim", "name", REDACT_OWNER, NULL },
	{ "claim", "shown", REDACT_OWNER, NULL },
	{ "naming", "address", REDACT_ADDRESS, NULL },
	{ "naming", "kind", KEPT, NULL },
	{ "naming", "namespace", REDACT_WORD, NULL },
	{ "naming", "name", REDACT_OWNER, NULL },
	{ "naming", "shown", REDACT_OWNER, NULL },
	{ "naming", "labels", REDACT_LABELS, NULL },
	{ "naming", "owner_kind", REDACT_KIND, NULL },
	{ "naming", "owner_name", REDACT_WORD, NULL },
	{ "naming", "node", REDACT_WORD, NULL },
	{ "naming", "container", REDACT_WORD, NULL },
	{ "naming_pod", "address", REDACT_ADDRESS, NULL },
	{ "zone", "name", REDACT_NAME, NULL },
	{ "lookup", "outcome", KEPT, NULL },
	{ "lookup", "reason", KEPT, NULL },
	{ "lookup", "failed_for", KEPT, NULL },
	{ "resolver_sign", "resolver", KEPT, NULL },
	{ "resolver_sign", "meaning", KEPT, NULL },
	{ "address_role", "address", REDACT_ADDRESS, NULL },
	{ "address_role", "role", KEPT, NULL },
	{ "address_role", "name", REDACT_OWNER, NULL },
	{ "address_role", "why", REDACT_SCAN, NULL },
	{ "verdict", "name", KEPT, NULL },
	{ "verdict", "phrase", KEPT, NULL },
	{ "verdict", "disproof", KEPT, NULL },
	{ "state", "name", KEPT, NULL },
	{ "kind", "name", KEPT, NULL },
	{ "role", "name", KEPT, NULL },
	{ "confidence", "name", KEPT, NULL },
	{ "opcode", "name", KEPT, NULL },
	{ "qtype", "name", KEPT, NULL },
	{ "ede", "name", KEPT, NULL },
	{ "rcode", "name", KEPT, NULL },
	{ "rcode", "guide", KEPT, NULL },
	/* What reports read is made anew of the rest. */
	{ "lookup_tally", "reason", KEPT, NULL },
	{ "lookup_tally", "outcome", KEPT, NULL },
	{ "failure_row", "name", KEPT, NULL },
	{ "failure_row", "qtype", KEPT, NULL },
	{ "failure_row", "rcode", KEPT, NULL },
	{ "failure_row", "state", KEPT, NULL },
	{ "failure_row", "client", KEPT, NULL },
	{ "failure_row", "client_name", KEPT, NULL },
	{ "failure_row", "server", KEPT, NULL },
	{ "failure_row", "server_name", KEPT, NULL },
	{ "failure_row", "icmp", KEPT, NULL },
	{ "failure_row", "last_seen", KEPT, NULL },
	{ "failure_row", "evidence", KEPT, NULL },
	{ "denied_name", "name", KEPT, NULL },
	{ "figure", "name", KEPT, NULL },
	{ "rollup", "maker", KEPT, NULL },
	{ "nodata", "client_name", KEPT, NULL },
	{ "nodata", "server_name", KEPT, NULL },
	{ "expansion_cost", "base", KEPT, NULL },
	{ "expansion_cost", "client_name", KEPT, NULL },
	{ "expansion_base", "text", KEPT, NULL },
	{ "address_row", "address_set", KEPT, NULL },
	{ "address_row", "cname", KEPT, NULL },
	{ "address_row", "servers", KEPT, NULL },
	{ "address_change", "before", KEPT, NULL },
	{ "address_change", "after", KEPT, NULL },
};

static const struct rule *find_rule(const char *table, const char *column)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].table, table) == 0 &&
		    strcmp(rules[i].column, column) == 0)
			return &rules[i];
	return NULL;
}

bool redaction_knows(const char *table, const char *column)
{
	return find_rule(table, column) != NULL;
}

/* redacted(kind, text) */
static void redacted(sqlite3_context *context, int count, sqlite3_value **args)
{
	struct redactor *r = sqlite3_user_data(context);
	const char *from = (const char *)sqlite3_value_text(args[1]);
	struct text to = { 0 };

	(void)count;
	if (from == NULL)
		return;
	redact_text(r, REDACT, (enum redact_kind)sqlite3_value_int(args[0]),
		    from, &to);
	sqlite3_result_text(context, text_string(&to), -1, SQLITE_TRANSIENT);
	text_release(&to);
}

/* redacted_filter(text) */
static void redacted_filter(sqlite3_context *context, int count,
			    sqlite3_value **args)
{
	struct text to = { 0 };

	(void)count;
	redact_text(sqlite3_user_data(context), REDACT, REDACT_FILTER,
		    (const char *)sqlite3_value_text(args[0]), &to);
	sqlite3_result_text(context, text_string(&to), -1, SQLITE_TRANSIENT);
	text_release(&to);
}

/* redacted_rdata(type, text) */
static void redacted_rdata(sqlite3_context *context, int count,
			   sqlite3_value **args)
{
	const char *from = (const char *)sqlite3_value_text(args[1]);
	struct text to = { 0 };

	(void)count;
	if (from == NULL)
		return;
	redact_rdata(sqlite3_user_data(context),
		     (uint16_t)sqlite3_value_int(args[0]), from, &to);
	sqlite3_result_text(context, text_string(&to), -1, SQLITE_TRANSIENT);
	text_release(&to);
}

/* Slips are slips of the originals. */
static void edits_of_originals(sqlite3_context *context, int count,
			       sqlite3_value **args)
{
	struct redactor *r = sqlite3_user_data(context);
	struct text both[2] = { { 0 }, { 0 } };

	(void)count;
	for (int i = 0; i < 2; i++) {
		const char *name = (const char *)sqlite3_value_text(args[i]);

		if (name != NULL)
			redact_text(r, REVEAL, REDACT_NAME, name, &both[i]);
	}
	functions_count_edits(context, text_string(&both[0]),
			      text_string(&both[1]),
			      sqlite3_value_int64(args[2]));
	text_release(&both[0]);
	text_release(&both[1]);
}

static void register_functions(struct store *s)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;

	sqlite3_create_function(s->db, "redacted", 2, flags, s->redactor,
				redacted, NULL, NULL);
	sqlite3_create_function(s->db, "redacted_rdata", 2, flags, s->redactor,
				redacted_rdata, NULL, NULL);
	sqlite3_create_function(s->db, "redacted_filter", 1, flags, s->redactor,
				redacted_filter, NULL, NULL);
	sqlite3_create_function(s->db, "edits", 3, flags, s->redactor,
				edits_of_originals, NULL, NULL);
}

/* What the column becomes; -1: nobody knows. */
static int add_column(struct text *sql, const char *table, const char *column,
		      bool is_text)
{
	const struct rule *rule = find_rule(table, column);

	if (is_text && rule == NULL)
		return fail("--redact: no rule for the column %s.%s", table,
			    column);
	text_add(sql, sql->len > 0 ? ", " : "");
	if (rule == NULL || rule->kind == KEPT)
		text_addf(sql, "\"%s\"", column);
	else if (rule->kind == BY_SQL)
		text_add(sql, rule->sql);
	else
		text_addf(sql, "redacted(%d, \"%s\")", rule->kind, column);
	return 0;
}

/*
 * All rows at once: while they are changed one by one, a pseudonym may still be
 * another row's original.
 */
static int map_table(struct store *s, const char *table, const char *columns)
{
	struct text sql = { 0 };
	int rc;

	text_addf(&sql,
		  "CREATE TEMP TABLE redaction AS SELECT %s FROM main.\"%s\";"
		  "DELETE FROM main.\"%s\";"
		  "INSERT OR IGNORE INTO main.\"%s\" "
		  "SELECT * FROM temp.redaction;"
		  "DROP TABLE temp.redaction;",
		  columns, table, table, table);
	rc = store_run(s, text_string(&sql));
	text_release(&sql);
	return rc;
}

static int redact_table(struct store *s, const char *table)
{
	struct rows *r = rows_open(s, "SELECT name, type NOT IN ('INTEGER', "
				      "'INT', 'REAL') FROM "
				      "pragma_table_info(:table, 'main')");
	struct text columns = { 0 };
	int rc = -1;

	if (r != NULL)
		rows_bind_text(r, ":table", table);
	while (r != NULL && (rc = rows_next(r)) == 1)
		if (add_column(&columns, table, rows_text(r, 0),
			       rows_integer(r, 1)) != 0) {
			rc = -1;
			break;
		}
	rows_close(r);
	if (rc == 0 && strstr(text_string(&columns), "redacted") != NULL)
		rc = map_table(s, table, text_string(&columns));
	text_release(&columns);
	return rc;
}

/* Where the captures themselves are is asked for when packets are. */
static const char keep_files_sql[] =
	"CREATE TEMP TABLE IF NOT EXISTS original "
	"(id INTEGER PRIMARY KEY, file TEXT NOT NULL) STRICT;"
	"INSERT INTO temp.original SELECT id, file FROM main.capture;";

static int redact_tables(struct store *s)
{
	struct text tables = { 0 };
	struct rows *r = rows_open(s, "SELECT name FROM main.sqlite_schema "
				      "WHERE type = 'table' AND name NOT LIKE "
				      "'sqlite~_%' ESCAPE '~'");
	int rc = -1;

	while (r != NULL && (rc = rows_next(r)) == 1)
		text_add_bytes(&tables, rows_text(r, 0),
			       strlen(rows_text(r, 0)) + 1);
	rows_close(r);
	for (size_t at = 0; rc == 0 && at < tables.len;
	     at += strlen(tables.data + at) + 1)
		rc = redact_table(s, tables.data + at);
	text_release(&tables);
	return rc;
}

int store_redact(struct store *s)
{
	if (s->redactor == NULL || s->is_redacted)
		return 0;
	register_functions(s);
	gather_register(s->db);
	if (store_run(s, "BEGIN IMMEDIATE") != 0)
		return -1;
	if (store_run(s, keep_files_sql) == 0 && kept_drop(s) == 0 &&
	    redact_tables(s) == 0 && rollup_spell(s) == 0 &&
	    store_run(s, "DROP TABLE temp.word") == 0 && rollup_make(s) == 0 &&
	    store_run(s, "COMMIT") == 0) {
		s->is_redacted = true;
		redactor_flush(s->redactor);
		return 0;
	}
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

void store_set_redactor(struct store *s, struct redactor *r)
{
	s->redactor = r;
}

struct redactor *store_redactor(const struct store *s)
{
	return s->redactor;
}
