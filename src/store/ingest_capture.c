/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of captures as a whole. */
#include "store/ingest_private.h"

#include <stdarg.h>

static void put_values(struct inserter *w, const char *types, va_list values)
{
	for (; *types != '\0'; types++) {
		if (*types == 't')
			inserter_text(w, va_arg(values, const char *));
		else if (*types == 'n')
			inserter_number(w, va_arg(values, int64_t));
		else
			inserter_optional(w, va_arg(values, int64_t), -1);
	}
	inserter_end(w);
}

void ingest_run(struct ingest *in, const char *sql, const char *types, ...)
{
	va_list values;

	inserter_begin_statement(in->store->inserter, sql);
	va_start(values, types);
	put_values(in->store->inserter, types, values);
	va_end(values);
}

/* A row of a table, likewise: for what there may be many of. */
static void put_row(struct ingest *in, const char *table_sql, const char *types,
		    ...)
{
	va_list values;

	inserter_begin_row(in->store->inserter, table_sql);
	va_start(values, types);
	put_values(in->store->inserter, types, values);
	va_end(values);
}

int64_t ingest_last_row(struct ingest *in)
{
	if (in->failed || inserter_drain(in->store->inserter) != 0)
		return 0;
	return sqlite3_last_insert_rowid(in->store->db);
}

int store_has_capture(struct store *s, const char *sha256)
{
	sqlite3_stmt *statement = NULL;
	int found = -1;

	if (inserter_drain(s->inserter) == 0)
		statement = store_prepare(
			s, "SELECT count(*) FROM capture WHERE sha256 = ?1");
	if (statement == NULL)
		return -1;
	sqlite3_bind_text(statement, 1, sha256, -1, SQLITE_STATIC);
	if (sqlite3_step(statement) == SQLITE_ROW)
		found = sqlite3_column_int(statement, 0) != 0;
	else
		store_fail(s);
	sqlite3_finalize(statement);
	return found;
}

int store_has_captures(struct store *s)
{
	if (inserter_drain(s->inserter) != 0)
		return -1;
	return (int)store_ask(s, "SELECT EXISTS (SELECT * FROM capture)");
}

/* The run of the one that it goes on from, or its own. */
static void put_run(struct ingest *in, int64_t capture)
{
	ingest_run(
		in,
		"UPDATE capture SET run = coalesce((SELECT p.run FROM capture AS p "
		"WHERE p.id = capture.continues AND capture.is_joined), id) "
		"WHERE id = ?1",
		"n", capture);
}

int64_t ingest_add_capture(struct ingest *in, const struct ingest_capture *c)
{
	bool is_first = c->continues == 0;
	int64_t capture;

	in->has_news = true;
	/* Its hash is known at the end; until then one that no file has. */
	ingest_run(in,
		   "INSERT INTO capture (file, sha256, format, node, ring, "
		   "continues, gap_ns, is_joined, wait_ns) "
		   "VALUES (?1, 'reading ' || (SELECT count(*) FROM capture), "
		   "?2, ?3, ?4, ?5, iif(?5 IS NULL, NULL, ?6), ?7, ?8)",
		   "ttttonnn", c->file, c->format, c->node, c->ring,
		   is_first ? INT64_C(-1) : c->continues, c->gap_ns,
		   (int64_t)c->is_joined, in->wait_ns);
	capture = ingest_last_row(in);
	put_run(in, capture);
	return capture;
}

/* Times that mean nothing must not become latencies. */
static void forget_times(struct ingest *in, int64_t capture)
{
	static const char *const sql[] = {
		"UPDATE exchange SET time_ns = NULL, last_attempt_ns = NULL, "
		"response_after_ns = NULL WHERE query_capture = ?1 "
		"OR response_capture = ?1",
		"UPDATE stray SET time_ns = NULL WHERE capture = ?1",
		"UPDATE icmp SET time_ns = NULL WHERE capture = ?1",
		"UPDATE connection SET time_ns = NULL, syn_ns = NULL, "
		"syn_ack_ns = NULL, fin_ns = NULL, rst_ns = NULL, "
		"icmp_ns = NULL WHERE capture = ?1"
	};

	ingest_put_exchanges(in);
	for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++)
		ingest_run(in, sql[i], "n", capture);
}

static const char facts_sql[] =
	"UPDATE capture SET sha256 = ?1, size = ?2, packets = ?3, "
	"messages = ?4, first_ns = ?5, last_ns = ?6, damage = ?7, "
	"comment = ?8, cut_packets = ?9, bad_packets = ?10, "
	"fragments = ?11, unknown_link = ?12, stream_gaps = ?13, "
	"undecided = ?14, copies = ?15, repeats = ?16, steps_back = ?17, "
	"step_back_ns = ?18, short_packets = ?19, fragment_conflicts = ?20, "
	"udp_dns = ?21, tcp_dns = ?22, icmp_errors = ?23, "
	"later_fragments = ?24, other = ?25, tunnelled = ?26, "
	"packets_in = ?27, packets_out = ?28, untimed = ?29 WHERE id = ?30";

static void put_fact_counts(struct inserter *w, const struct ingest_facts *f)
{
	const uint64_t counts[] = {
		f->cut_packets,
		f->bad_packets,
		f->fragments,
		f->unknown_link,
		f->stream_gaps,
		f->undecided,
		f->copies,
		f->repeats,
		f->steps_back,
		(uint64_t)f->step_back_ns,
		f->short_packets,
		f->fragment_conflicts,
		f->udp_dns,
		f->tcp_dns,
		f->icmp_errors,
		f->later_fragments,
		f->other,
		f->tunnelled,
		f->in,
		f->out,
		f->untimed,
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		inserter_number(w, (int64_t)counts[i]);
}

static void put_span(struct inserter *w, const struct ingest_facts *f)
{
	if (f->has_times) {
		inserter_number(w, f->first_ns);
		inserter_number(w, f->last_ns);
	} else {
		inserter_null(w);
		inserter_null(w);
	}
}

static void put_facts(struct ingest *in, int64_t capture,
		      const struct ingest_facts *f)
{
	struct inserter *w = in->store->inserter;

	inserter_begin_statement(w, facts_sql);
	inserter_text(w, f->sha256);
	inserter_number(w, f->size);
	inserter_number(w, (int64_t)f->packets);
	inserter_number(w, (int64_t)f->messages);
	put_span(w, f);
	inserter_text(w, f->damage);
	inserter_text(w, f->comment);
	put_fact_counts(w, f);
	inserter_number(w, capture);
	inserter_end(w);
}

int ingest_update_capture(struct ingest *in, int64_t capture,
			  const struct ingest_facts *facts)
{
	put_facts(in, capture, facts);
	ingest_put_counts(in, capture);
	return ingest_failed(in) ? -1 : 0;
}

int ingest_end_capture(struct ingest *in, int64_t capture,
		       const struct ingest_facts *facts)
{
	int known = in->failed ? -1
			       : store_has_capture(in->store, facts->sha256);

	if (known != 0)
		return known == 1 ? 0 : -1;
	in->has_news = true;
	put_facts(in, capture, facts);
	ingest_put_counts(in, capture);
	if (!facts->has_times)
		forget_times(in, capture);
	return ingest_failed(in) ? -1 : 1;
}

void ingest_add_late(struct ingest *in, int64_t capture)
{
	ingest_run(in,
		   "UPDATE capture SET messages = messages + 1 WHERE id = ?1",
		   "n", capture);
}

void ingest_crossing(struct ingest *in, const struct copied *near,
		     const struct copied *far)
{
	put_row(in,
		"INSERT OR IGNORE INTO crossing (message, exchange, far_message, "
		"far_exchange)",
		"nnnn", near->message, near->exchange, far->message,
		far->exchange);
}

int64_t ingest_add_log(struct ingest *in, const struct ingest_log *log)
{
	ingest_run(in,
		   "INSERT INTO tcpdump_log (file, command, filter, captured, "
		   "received, dropped) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		   "tttooo", log->file, log->command, log->filter,
		   log->captured, log->received, log->dropped);
	return ingest_last_row(in);
}

void ingest_set_log(struct ingest *in, int64_t capture, int64_t log)
{
	ingest_run(in, "UPDATE capture SET log = ?2 WHERE id = ?1", "nn",
		   capture, log);
}

int64_t ingest_next_note(struct ingest *in)
{
	int64_t last = -1;

	if (!in->failed && inserter_drain(in->store->inserter) == 0)
		last = store_ask(in->store, "SELECT coalesce(max(note), 0) "
					    "FROM note_interface");
	in->failed |= last < 0;
	return last + 1;
}

void ingest_name_interfaces(struct ingest *in, int64_t capture, int64_t note)
{
	ingest_run(
		in,
		"UPDATE interface SET name = n.name FROM note_interface AS n "
		"WHERE capture = ?1 AND n.note = ?2 "
		"AND n.ifindex = interface.ifindex AND interface.name IS NULL",
		"nn", capture, note);
}

void ingest_add_scope(struct ingest *in, int64_t capture, const char *subject,
		      bool passes)
{
	ingest_run(in,
		   "INSERT OR IGNORE INTO scope (capture, subject, passes) "
		   "VALUES (?1, ?2, ?3)",
		   "ntn", capture, subject, (int64_t)passes);
}

void ingest_part(struct ingest *in, struct frame_part of,
		 struct frame_part part)
{
	put_row(in,
		"INSERT OR IGNORE INTO part (capture, frame, part_capture, "
		"part_frame)",
		"nnnn", (int64_t)of.source, (int64_t)of.frame,
		(int64_t)part.source, (int64_t)part.frame);
}

void ingest_add_comment(struct ingest *in, int64_t capture, uint64_t frame,
			const char *comment)
{
	put_row(in,
		"INSERT OR IGNORE INTO frame_comment (capture, frame, text)",
		"nnt", capture, (int64_t)frame, comment);
}

void ingest_add_host(struct ingest *in, int64_t capture, const char *address,
		     const char *name)
{
	put_row(in, "INSERT OR IGNORE INTO host_name (capture, address, name)",
		"ntt", capture, address, name);
}
