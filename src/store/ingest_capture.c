/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of captures as a whole, and of their interfaces. */
#include "store/ingest.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/memory.h"
#include "store/ingest_private.h"

enum { INTERFACES_MAX = 4096 };

/*
 * Values in their order: 't' is a text or NULL, 'n' a number (int64_t), 'o' one
 * for which -1 stands for NULL.
 */
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

/* A statement with its parameters, through the inserter. */
static void put(struct ingest *in, const char *sql, const char *types, ...)
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

/* The number of the row that was put last; 0: there is none. */
static int64_t last_row(struct ingest *in)
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
	put(in,
	    "INSERT INTO capture (file, sha256, format, node, ring, "
	    "continues, gap_ns, is_joined, wait_ns) "
	    "VALUES (?1, 'reading ' || (SELECT count(*) FROM capture), "
	    "?2, ?3, ?4, ?5, iif(?5 IS NULL, NULL, ?6), ?7, ?8)",
	    "ttttonnn", c->file, c->format, c->node, c->ring,
	    is_first ? INT64_C(-1) : c->continues, c->gap_ns,
	    (int64_t)c->is_joined, in->wait_ns);
	capture = last_row(in);
	put_run(in, capture);
	return capture;
}

static int64_t put_interface(struct ingest *in,
			     const struct ingest_interface *i)
{
	put(in,
	    "INSERT INTO interface (capture, number, ifindex, name, "
	    "description, filter, linktype, snaplen, node, namespace, pod, "
	    "container, labels) VALUES (?1, ?2, nullif(?3, 0), ?4, ?5, ?6, "
	    "?7, nullif(?8, 0), ?9, ?10, ?11, ?12, ?13)",
	    "nnnttttnttttt", i->capture, (int64_t)i->number,
	    (int64_t)i->ifindex, i->name, i->description, i->filter,
	    i->linktype, (int64_t)i->snaplen, i->node, i->namespace, i->pod,
	    i->container, i->labels);
	return last_row(in);
}

static bool is_interface(const struct known_interface *known,
			 const struct ingest_interface *interface)
{
	return known->capture == interface->capture &&
	       known->number == interface->number &&
	       known->ifindex == interface->ifindex;
}

int64_t ingest_known_interface(struct ingest *in,
			       const struct ingest_interface *interface)
{
	size_t i = in->last_interface; /* most frames repeat the last one */

	if (i >= in->num_interfaces ||
	    !is_interface(&in->interfaces[i], interface))
		for (i = 0; i < in->num_interfaces; i++)
			if (is_interface(&in->interfaces[i], interface))
				break;
	if (i == in->num_interfaces)
		return 0;
	in->last_interface = i;
	return in->interfaces[i].id;
}

static int64_t remember(struct ingest *in,
			const struct ingest_interface *interface, int64_t id)
{
	size_t count = in->num_interfaces;

	in->interfaces = must_realloc(in->interfaces, count + 1,
				      sizeof(*in->interfaces));
	in->interfaces[count] = (struct known_interface){
		.capture = interface->capture,
		.number = interface->number,
		.ifindex = interface->ifindex,
		.id = id
	};
	in->failed |= id == 0;
	in->last_interface = in->num_interfaces++;
	return id;
}

int64_t ingest_interface(struct ingest *in,
			 const struct ingest_interface *interface)
{
	int64_t id = ingest_known_interface(in, interface);

	if (id != 0 || in->num_interfaces == INTERFACES_MAX || in->failed)
		return id;
	return remember(in, interface, put_interface(in, interface));
}

/* The first known by that number; 0: none is. */
static int64_t first_known(const struct ingest *in,
			   const struct ingest_interface *interface)
{
	for (size_t i = 0; i < in->num_interfaces; i++)
		if (in->interfaces[i].capture == interface->capture &&
		    in->interfaces[i].number == interface->number)
			return in->interfaces[i].id;
	return 0;
}

int64_t ingest_late_interface(struct ingest *in,
			      const struct ingest_interface *interface)
{
	int64_t id = ingest_known_interface(in, interface);
	int64_t like = first_known(in, interface);

	if (id != 0 || like == 0 || in->num_interfaces == INTERFACES_MAX ||
	    in->failed)
		return id;
	put(in,
	    "INSERT INTO interface (capture, number, ifindex, name, "
	    "description, filter, linktype, snaplen, node, namespace, pod, "
	    "container, labels) SELECT capture, number, nullif(?2, 0), name, "
	    "description, filter, linktype, snaplen, node, namespace, pod, "
	    "container, labels FROM interface WHERE id = ?1",
	    "nn", like, (int64_t)interface->ifindex);
	return remember(in, interface, last_row(in));
}

static int64_t first_interface(struct ingest *in,
			       const struct ingest_interface *interface)
{
	int64_t id = first_known(in, interface);

	return id != 0 ? id : ingest_interface(in, interface);
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

/* Mostly the one that was asked for last; NULL: none has that number. */
static struct known_interface *numbered_interface(struct ingest *in,
						  int64_t interface)
{
	size_t i = in->last_interface;

	if (i < in->num_interfaces && in->interfaces[i].id == interface)
		return &in->interfaces[i];
	for (i = 0; i < in->num_interfaces; i++)
		if (in->interfaces[i].id == interface)
			return &in->interfaces[i];
	return NULL;
}

void ingest_count_message(struct ingest *in, int64_t interface,
			  bool is_response)
{
	struct known_interface *known = numbered_interface(in, interface);

	if (known == NULL)
		return;
	if (is_response)
		known->responses++;
	else
		known->queries++;
}

static void add_sender(struct known_interface *known,
		       const struct address *address)
{
	for (unsigned i = 0; i < known->num_senders; i++)
		if (address_equal(&known->senders[i], address))
			return;
	if (known->num_senders < SENDERS_MAX)
		known->senders[known->num_senders++] = *address;
}

/* What hosts send packets with: Linux, Windows, network devices. */
static bool is_initial_ttl(uint8_t ttl)
{
	return ttl == 64 || ttl == 128 || ttl == 255;
}

void ingest_note_sender(struct ingest *in, int64_t interface,
			const struct datagram *d)
{
	struct known_interface *known;

	if (d->direction != DIRECTION_IN || d->tunnels > 0)
		return;
	known = numbered_interface(in, interface);
	if (known == NULL)
		return;
	add_sender(known, &d->src.address);
	known->from_beyond |= !is_initial_ttl(d->ttl);
}

static void put_senders(struct ingest *in, const struct known_interface *known)
{
	put(in,
	    "UPDATE interface SET senders = ?2, from_beyond = ?3 "
	    "WHERE id = ?1",
	    "nnn", known->id, (int64_t)known->num_senders,
	    (int64_t)known->from_beyond);
}

static void put_counts_of(struct ingest *in, struct known_interface *known)
{
	put(in,
	    "UPDATE interface SET queries = queries + ?2, "
	    "responses = responses + ?3 WHERE id = ?1",
	    "nnn", known->id, known->queries, known->responses);
	known->queries = known->responses = 0;
	if (known->num_senders > 0)
		put_senders(in, known);
}

static void put_counts(struct ingest *in, int64_t capture)
{
	for (size_t i = 0; i < in->num_interfaces; i++)
		if (in->interfaces[i].capture == capture)
			put_counts_of(in, &in->interfaces[i]);
}

void ingest_put_late_counts(struct ingest *in)
{
	for (size_t i = 0; i < in->num_interfaces; i++)
		if (in->interfaces[i].queries + in->interfaces[i].responses > 0)
			put_counts_of(in, &in->interfaces[i]);
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
		put(in, sql[i], "n", capture);
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
	put_counts(in, capture);
	return ingest_failed(in) ? -1 : 0;
}

int ingest_end_capture(struct ingest *in, int64_t capture,
		       const struct ingest_facts *facts)
{
	int known = in->failed ? -1
			       : store_has_capture(in->store, facts->sha256);

	if (known != 0)
		return known == 1 ? 0 : -1;
	put_facts(in, capture, facts);
	put_counts(in, capture);
	if (!facts->has_times)
		forget_times(in, capture);
	return ingest_failed(in) ? -1 : 1;
}

void ingest_add_late(struct ingest *in, int64_t capture)
{
	put(in, "UPDATE capture SET messages = messages + 1 WHERE id = ?1", "n",
	    capture);
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
	put(in,
	    "INSERT INTO tcpdump_log (file, command, filter, captured, "
	    "received, dropped) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	    "tttooo", log->file, log->command, log->filter, log->captured,
	    log->received, log->dropped);
	return last_row(in);
}

void ingest_set_log(struct ingest *in, int64_t capture, int64_t log)
{
	put(in, "UPDATE capture SET log = ?2 WHERE id = ?1", "nn", capture,
	    log);
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
