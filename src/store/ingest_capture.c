/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of captures as a whole, and of their interfaces. */
#include "store/ingest.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/memory.h"
#include "store/ingest_private.h"

enum { INTERFACES_MAX = 4096 };

/*
 * Runs a statement once, with its parameters in their order: 't' is a text or
 * NULL, 'n' a number (int64_t), 'o' one for which -1 stands for NULL.
 */
static int put(struct ingest *in, const char *sql, const char *types, ...)
{
	sqlite3_stmt *statement = store_prepare(in->store, sql);
	va_list values;
	int rc = -1;

	va_start(values, types);
	for (int i = 0; statement != NULL && types[i] != '\0'; i++) {
		if (types[i] == 't')
			ingest_bind_text(statement, i + 1,
					 va_arg(values, const char *));
		else if (types[i] == 'n')
			sqlite3_bind_int64(statement, i + 1,
					   va_arg(values, int64_t));
		else
			ingest_bind_number(statement, i + 1,
					   va_arg(values, int64_t), -1);
	}
	va_end(values);
	if (statement != NULL)
		rc = store_step(in->store, statement);
	sqlite3_finalize(statement);
	in->failed |= rc != 0;
	return rc;
}

int store_has_capture(struct store *s, const char *sha256)
{
	sqlite3_stmt *statement = store_prepare(
		s, "SELECT count(*) FROM capture WHERE sha256 = ?1");
	int found = -1;

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
	sqlite3_stmt *statement = store_prepare(
		s, "SELECT EXISTS (SELECT * FROM capture)");
	int found = -1;

	if (statement == NULL)
		return -1;
	if (sqlite3_step(statement) == SQLITE_ROW)
		found = sqlite3_column_int(statement, 0);
	else
		store_fail(s);
	sqlite3_finalize(statement);
	return found;
}

/* The run of the one that it goes on from, or its own. */
static void put_run(struct ingest *in, int64_t capture)
{
	put(in,
	    "UPDATE capture SET run = coalesce((SELECT p.run FROM capture AS p "
	    "WHERE p.id = capture.continues AND capture.is_joined), id) "
	    "WHERE id = ?1",
	    "n", capture);
}

int64_t ingest_add_capture(struct ingest *in, const struct ingest_capture *c)
{
	bool is_first = c->continues == 0;
	int64_t capture;

	/* Its hash is known at the end; until then one that no file has. */
	if (put(in,
		"INSERT INTO capture (file, sha256, format, node, ring, "
		"continues, gap_ns, is_joined, wait_ns) "
		"VALUES (?1, 'reading ' || (SELECT count(*) FROM capture), "
		"?2, ?3, ?4, ?5, iif(?5 IS NULL, NULL, ?6), ?7, ?8)",
		"ttttonnn", c->file, c->format, c->node, c->ring,
		is_first ? INT64_C(-1) : c->continues, c->gap_ns,
		(int64_t)c->is_joined, in->wait_ns) != 0)
		return 0;
	capture = sqlite3_last_insert_rowid(in->store->db);
	put_run(in, capture);
	return capture;
}

static int64_t put_interface(struct ingest *in,
			     const struct ingest_interface *i)
{
	if (put(in,
		"INSERT INTO interface (capture, number, ifindex, name, "
		"description, filter, linktype, snaplen, node, namespace, pod, "
		"container, labels) VALUES (?1, ?2, nullif(?3, 0), ?4, ?5, ?6, "
		"?7, nullif(?8, 0), ?9, ?10, ?11, ?12, ?13)",
		"nnnttttnttttt", i->capture, (int64_t)i->number,
		(int64_t)i->ifindex, i->name, i->description, i->filter,
		i->linktype, (int64_t)i->snaplen, i->node, i->namespace, i->pod,
		i->container, i->labels) != 0)
		return -1;
	return sqlite3_last_insert_rowid(in->store->db);
}

static bool is_interface(const struct known_interface *known,
			 const struct ingest_interface *interface)
{
	return known->capture == interface->capture &&
	       known->number == interface->number &&
	       known->ifindex == interface->ifindex;
}

int64_t ingest_interface(struct ingest *in,
			 const struct ingest_interface *interface)
{
	struct known_interface *known = in->interfaces;
	size_t i = in->last_interface; /* most frames repeat the last one */

	if (i >= in->num_interfaces || !is_interface(&known[i], interface))
		for (i = 0; i < in->num_interfaces; i++)
			if (is_interface(&known[i], interface))
				break;
	if (i == in->num_interfaces) {
		if (i == INTERFACES_MAX || in->failed)
			return 0;
		known = must_realloc(known, i + 1, sizeof(*known));
		in->interfaces = known;
		known[i] = (struct known_interface){ interface->capture,
						     interface->number,
						     interface->ifindex,
						     put_interface(in,
								   interface),
						     0,
						     0 };
		in->failed |= known[i].id < 0;
		in->num_interfaces++;
	}
	in->last_interface = i;
	return known[i].id;
}

int64_t ingest_known_interface(const struct ingest *in,
			       const struct ingest_interface *interface)
{
	for (size_t i = 0; i < in->num_interfaces; i++)
		if (is_interface(&in->interfaces[i], interface))
			return in->interfaces[i].id;
	return 0;
}

/* The first known by that number. */
static int64_t first_interface(struct ingest *in,
			       const struct ingest_interface *interface)
{
	for (size_t i = 0; i < in->num_interfaces; i++)
		if (in->interfaces[i].capture == interface->capture &&
		    in->interfaces[i].number == interface->number)
			return in->interfaces[i].id;
	return ingest_interface(in, interface);
}

void ingest_interface_counters(struct ingest *in,
			       const struct ingest_interface *interface,
			       int64_t received, int64_t dropped)
{
	int64_t id = first_interface(in, interface);

	if (in->failed || (received < 0 && dropped < 0))
		return;
	put(in,
	    "UPDATE interface SET received = ?1, dropped = ?2 WHERE id = ?3",
	    "oon", received, dropped, id);
}

/* Mostly of the interface that was asked for last. */
void ingest_count_message(struct ingest *in, int64_t interface,
			  bool is_response)
{
	size_t i = in->last_interface;

	if (i >= in->num_interfaces || in->interfaces[i].id != interface)
		for (i = 0; i < in->num_interfaces; i++)
			if (in->interfaces[i].id == interface)
				break;
	if (i == in->num_interfaces)
		return;
	if (is_response)
		in->interfaces[i].responses++;
	else
		in->interfaces[i].queries++;
}

static void put_counts(struct ingest *in, int64_t capture)
{
	for (size_t i = 0; i < in->num_interfaces; i++) {
		struct known_interface *known = &in->interfaces[i];

		if (known->capture != capture)
			continue;
		put(in,
		    "UPDATE interface SET queries = queries + ?2, "
		    "responses = responses + ?3 WHERE id = ?1",
		    "nnn", known->id, known->queries, known->responses);
		known->queries = known->responses = 0;
	}
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

	for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++)
		put(in, sql[i], "n", capture);
}

static const char facts_sql[] =
	"UPDATE capture SET sha256 = ?2, size = ?3, packets = ?4, "
	"messages = ?5, first_ns = ?6, last_ns = ?7, damage = ?8, "
	"comment = ?9, cut_packets = ?10, bad_packets = ?11, "
	"fragments = ?12, unknown_link = ?13, stream_gaps = ?14, "
	"undecided = ?15, copies = ?16, repeats = ?17, steps_back = ?18, "
	"step_back_ns = ?19, short_packets = ?20, fragment_conflicts = ?21, "
	"udp_dns = ?22, tcp_dns = ?23, icmp_errors = ?24, "
	"later_fragments = ?25, other = ?26, tunnelled = ?27, "
	"packets_in = ?28, packets_out = ?29, untimed = ?30 WHERE id = ?1";

static void bind_facts(sqlite3_stmt *statement, const struct ingest_facts *f)
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

	ingest_bind_text(statement, 2, f->sha256);
	sqlite3_bind_int64(statement, 3, f->size);
	sqlite3_bind_int64(statement, 4, (int64_t)f->packets);
	sqlite3_bind_int64(statement, 5, (int64_t)f->messages);
	if (f->has_times) {
		sqlite3_bind_int64(statement, 6, f->first_ns);
		sqlite3_bind_int64(statement, 7, f->last_ns);
	}
	ingest_bind_text(statement, 8, f->damage);
	ingest_bind_text(statement, 9, f->comment);
	for (int i = 0; i < (int)(sizeof(counts) / sizeof(counts[0])); i++)
		sqlite3_bind_int64(statement, 10 + i, (int64_t)counts[i]);
}

static int put_facts(struct ingest *in, int64_t capture,
		     const struct ingest_facts *f)
{
	sqlite3_stmt *statement = store_prepare(in->store, facts_sql);
	int rc;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, capture);
	bind_facts(statement, f);
	rc = store_step(in->store, statement);
	sqlite3_finalize(statement);
	return rc;
}

int ingest_update_capture(struct ingest *in, int64_t capture,
			  const struct ingest_facts *facts)
{
	in->failed = in->failed || put_facts(in, capture, facts) != 0;
	put_counts(in, capture);
	return in->failed ? -1 : 0;
}

int ingest_end_capture(struct ingest *in, int64_t capture,
		       const struct ingest_facts *facts)
{
	int known = in->failed ? -1
			       : store_has_capture(in->store, facts->sha256);

	if (known != 0)
		return known == 1 ? 0 : -1;
	if (put_facts(in, capture, facts) != 0)
		in->failed = true;
	put_counts(in, capture);
	if (!facts->has_times)
		forget_times(in, capture);
	return in->failed ? -1 : 1;
}

void ingest_add_late(struct ingest *in, int64_t capture)
{
	put(in, "UPDATE capture SET messages = messages + 1 WHERE id = ?1", "n",
	    capture);
}

int64_t ingest_add_log(struct ingest *in, const struct ingest_log *log)
{
	if (put(in,
		"INSERT INTO tcpdump_log (file, command, filter, captured, "
		"received, dropped) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		"tttooo", log->file, log->command, log->filter, log->captured,
		log->received, log->dropped) != 0)
		return 0;
	return sqlite3_last_insert_rowid(in->store->db);
}

void ingest_set_log(struct ingest *in, int64_t capture, int64_t log)
{
	put(in, "UPDATE capture SET log = ?2 WHERE id = ?1", "nn", capture,
	    log);
}

int64_t ingest_next_note(struct ingest *in)
{
	sqlite3_stmt *statement = store_prepare(
		in->store,
		"SELECT coalesce(max(note), 0) + 1 FROM note_interface");
	int64_t note = 0;

	if (statement != NULL && sqlite3_step(statement) == SQLITE_ROW)
		note = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	in->failed |= note == 0;
	return note;
}

void ingest_name_interfaces(struct ingest *in, int64_t capture, int64_t note)
{
	put(in,
	    "UPDATE interface SET name = n.name FROM note_interface AS n "
	    "WHERE capture = ?1 AND n.note = ?2 "
	    "AND n.ifindex = interface.ifindex AND interface.name IS NULL",
	    "nn", capture, note);
}

void ingest_add_scope(struct ingest *in, int64_t capture, const char *subject,
		      bool passes)
{
	put(in,
	    "INSERT OR IGNORE INTO scope (capture, subject, passes) "
	    "VALUES (?1, ?2, ?3)",
	    "ntn", capture, subject, (int64_t)passes);
}

void ingest_add_comment(struct ingest *in, int64_t capture, uint64_t frame,
			const char *comment)
{
	put(in,
	    "INSERT OR IGNORE INTO frame_comment (capture, frame, text) "
	    "VALUES (?1, ?2, ?3)",
	    "nnt", capture, (int64_t)frame, comment);
}

void ingest_add_host(struct ingest *in, int64_t capture, const char *address,
		     const char *name)
{
	put(in,
	    "INSERT OR IGNORE INTO host_name (capture, address, name) "
	    "VALUES (?1, ?2, ?3)",
	    "ntt", capture, address, name);
}
