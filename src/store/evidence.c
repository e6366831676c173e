/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/redaction.h"

static const struct {
	const char *name, *summary, *text;
} file[] = {
#include "store/evidence.inc"
};

/* The statements behind the mark "-- @NAME", up to the next one. */
static int run_section(struct store *s, const char *name)
{
	struct text mark = { 0 }, sql = { 0 };
	const char *at, *end;
	int rc;

	text_addf(&mark, "\n-- @%s\n", name);
	at = strstr(file[0].text, text_string(&mark)) + mark.len;
	end = strstr(at, "\n-- @");
	text_add_bytes(&sql, at, end != NULL ? (size_t)(end - at) : strlen(at));
	rc = store_run(s, text_string(&sql));
	text_release(&sql);
	text_release(&mark);
	return rc;
}

int evidence_begin(struct store *s)
{
	return run_section(s, "tables");
}

/* Runs a statement of ours to its end. */
static int finish(struct rows *r)
{
	int rc = r != NULL ? rows_next(r) : -1;

	rows_close(r);
	return rc < 0 ? -1 : 0;
}

/* The number that a statement gives, or -1. */
static int64_t finish_number(struct rows *r)
{
	int64_t number = -1;

	if (r != NULL && rows_next(r) == 1)
		number = rows_integer(r, 0);
	rows_close(r);
	return number;
}

static int64_t find_leader(struct store *s, int64_t transaction)
{
	struct rows *r = rows_open(s, "SELECT coalesce((SELECT coalesce("
				      "leader, id) FROM main.exchange "
				      "WHERE id = :id), 0)");

	if (r != NULL)
		rows_bind_integer(r, ":id", transaction);
	return finish_number(r);
}

int evidence_add_transaction(struct store *s, int64_t transaction)
{
	int64_t leader = find_leader(s, transaction);
	struct rows *r;

	if (leader <= 0)
		return (int)leader;
	r = rows_open_own(s, "INSERT OR IGNORE INTO temp.evidence_transaction "
			     "(id, why) VALUES (:id, 'transaction ' || :id)");
	if (r != NULL)
		rows_bind_integer(r, ":id", leader);
	return finish(r) == 0 ? 1 : -1;
}

/* The narrowed view where there is one: it hides main's. */
static int64_t count_finding(struct store *s, const char *finding)
{
	struct rows *r = rows_open(s, "SELECT coalesce(sum(count), 0) "
				      "FROM findings WHERE finding = :finding");

	if (r != NULL)
		rows_bind_text(r, ":finding", finding);
	return finish_number(r);
}

static int put_finding(struct store *s, const char *sql, const char *finding,
		       int64_t limit)
{
	struct rows *r = rows_open_own(s, sql);

	if (r != NULL) {
		rows_bind_text(r, ":finding", finding);
		rows_bind_integer(r, ":limit", limit);
	}
	return finish(r);
}

int64_t evidence_add_finding(struct store *s, const char *finding,
			     int64_t limit)
{
	int64_t count = count_finding(s, finding);

	if (count <= 0)
		return count;
	if (put_finding(s,
			"INSERT OR IGNORE INTO temp.evidence_transaction "
			"(id, why) SELECT transaction_id, "
			"finding || ': transaction ' || transaction_id "
			"FROM _signature WHERE finding = :finding "
			"ORDER BY coalesce(asked_ns, answered_ns), "
			"transaction_id LIMIT :limit",
			finding, limit) != 0)
		return -1;
	if (put_finding(s,
			"INSERT OR IGNORE INTO temp.evidence_connection "
			"(id, why) SELECT connection_id, :finding "
			"FROM connections WHERE :finding = 'TCP-RESET' "
			"AND state = 'reset' "
			"ORDER BY rst_ns, connection_id LIMIT :limit",
			finding, limit) != 0)
		return -1;
	return count;
}

int evidence_add_findings(struct store *s, int64_t limit)
{
	/* The view is asked once, not for each finding. */
	if (put_finding(s,
			"INSERT OR IGNORE INTO temp.evidence_transaction "
			"(id, why) SELECT transaction_id, "
			"finding || ': transaction ' || transaction_id "
			"FROM (SELECT finding, transaction_id, row_number() "
			"OVER (PARTITION BY finding "
			"ORDER BY coalesce(asked_ns, answered_ns), "
			"transaction_id) AS place FROM _signature) "
			"WHERE place <= :limit",
			"", limit) != 0)
		return -1;
	return put_finding(s,
			   "INSERT OR IGNORE INTO temp.evidence_connection "
			   "(id, why) SELECT connection_id, 'TCP-RESET' "
			   "FROM connections WHERE state = 'reset' "
			   "ORDER BY rst_ns, connection_id LIMIT :limit",
			   "", limit);
}

int evidence_cite(struct store *s, int64_t capture, int64_t frame,
		  const char *why, int64_t row)
{
	struct rows *r = rows_open_own(
		s, "INSERT OR IGNORE INTO temp.evidence_cited "
		   "(row, capture, frame, why) "
		   "VALUES (:row, :capture, :frame, :why)");

	if (r != NULL) {
		rows_bind_integer(r, ":row", row);
		rows_bind_integer(r, ":capture", capture);
		rows_bind_integer(r, ":frame", frame);
		rows_bind_text(r, ":why", why);
	}
	return finish(r);
}

int evidence_add_cited(struct store *s, int64_t row)
{
	struct rows *r = rows_open_own(
		s, "INSERT OR IGNORE INTO temp.evidence (capture, frame, why) "
		   "SELECT capture, frame, why FROM temp.evidence_cited "
		   "WHERE row <= :row");

	if (r != NULL)
		rows_bind_integer(r, ":row", row);
	if (finish(r) != 0)
		return -1;
	r = rows_open(s, "SELECT EXISTS (SELECT * FROM temp.evidence_cited "
			 "WHERE row > :row)");
	if (r != NULL)
		rows_bind_integer(r, ":row", row);
	return (int)finish_number(r);
}

int evidence_add_range(struct store *s, int64_t capture, int64_t first,
		       int64_t last)
{
	struct rows *r = rows_open_own(
		s, "INSERT OR IGNORE INTO temp.evidence_range "
		   "(capture, first, last) VALUES (:capture, :first, :last)");

	if (r != NULL) {
		rows_bind_integer(r, ":capture", capture);
		rows_bind_integer(r, ":first", first);
		rows_bind_integer(r, ":last", last);
	}
	return finish(r);
}

struct rows *evidence_add_selected(struct store *s, const char *select)
{
	struct text sql = { 0 };
	struct rows *r;

	text_addf(&sql,
		  "INSERT OR IGNORE INTO temp.evidence (capture, frame, why) "
		  "SELECT capture, frame, :why FROM (%s)",
		  select);
	r = rows_open_own(s, text_string(&sql));
	text_release(&sql);
	return r;
}

int evidence_complete(struct store *s)
{
	if (store_redact(s) != 0 || run_section(s, "transactions") != 0)
		return -1;
	return run_section(s, "belonging");
}

int evidence_level(struct store *s, int64_t level)
{
	struct rows *r = rows_open_own(
		s, "INSERT OR IGNORE INTO temp.evidence_level "
		   "(capture, frame, level) "
		   "SELECT DISTINCT capture, frame, :level FROM temp.evidence");

	if (r != NULL)
		rows_bind_integer(r, ":level", level);
	return finish(r);
}

int64_t evidence_num_levelled(struct store *s)
{
	return finish_number(
		rows_open(s, "SELECT count(*) FROM temp.evidence_level"));
}

struct rows *evidence_captures(struct store *s)
{
	return rows_open(s, "SELECT c.id AS capture_id, c.file, c.sha256, "
			    "(SELECT count(DISTINCT frame) FROM temp.evidence "
			    "WHERE capture = c.id) AS frames, "
			    "coalesce((SELECT file FROM temp.original "
			    "WHERE id = c.id), c.file) AS path "
			    "FROM main.capture AS c "
			    "WHERE c.id IN (SELECT capture FROM temp.evidence "
			    "UNION SELECT capture FROM temp.evidence_range) "
			    "ORDER BY c.id");
}

static struct rows *of_capture(struct store *s, const char *sql,
			       int64_t capture)
{
	struct rows *r = rows_open(s, sql);

	if (r != NULL)
		rows_bind_integer(r, ":capture", capture);
	return r;
}

struct rows *evidence_frames(struct store *s, int64_t capture)
{
	return of_capture(
		s,
		"SELECT frame, group_concat(why, '; ') AS why, "
		"coalesce((SELECT l.level "
		"FROM temp.evidence_level AS l "
		"WHERE l.capture = :capture AND l.frame = e.frame), "
		"0) AS level FROM (SELECT frame, why FROM temp.evidence "
		"WHERE capture = :capture ORDER BY frame, why) "
		"AS e GROUP BY frame ORDER BY frame",
		capture);
}

struct rows *evidence_ranges(struct store *s, int64_t capture)
{
	return of_capture(s,
			  "SELECT first, last FROM temp.evidence_range "
			  "WHERE capture = :capture ORDER BY first, last",
			  capture);
}
