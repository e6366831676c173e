/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/network_private.h"

#include "store/store_private.h"
#include "store/values_private.h"

static const char icmp_sql[] =
	"INSERT INTO icmp (exchange, capture, frame, interface, direction, "
	"time_ns, family, type, code, mtu, reporter, src, src_port, dst, "
	"dst_port, transport, dns_id, quotes_response) "
	"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
	"?15, ?16, ?17, ?18)";

static const char connection_sql[] =
	"INSERT INTO connection (interface, direction, tunnels, client, "
	"client_port, server, server_port, syns, client_data, server_data, "
	"midstream, fin_by, rst_by, icmp_type, icmp_code, "
	"capture, frame, time_ns, syn_capture, syn_frame, syn_ns, "
	"syn_ack_capture, syn_ack_frame, syn_ack_ns, fin_capture, fin_frame, "
	"fin_ns, rst_capture, rst_frame, rst_ns, icmp_capture, icmp_frame, "
	"icmp_ns) "
	"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
	"?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, "
	"?28, ?29, ?30, ?31, ?32, ?33)";

/* From this parameter on three for each moment; the first is the row's own. */
enum { FIRST_MOMENT = 16, MOMENT_COLUMNS = 3 };

void network_release(struct network *n)
{
	sqlite3_finalize(n->put_icmp);
	sqlite3_finalize(n->put_connection);
}

static sqlite3_stmt *prepared(const struct network *n, sqlite3_stmt **statement,
			      const char *sql)
{
	if (*statement == NULL)
		*statement = store_prepare(n->store, sql);
	else
		sqlite3_clear_bindings(*statement);
	return *statement;
}

/* Leaves the parameter NULL for the number that stands for none. */
static void bind_number(sqlite3_stmt *statement, int i, int64_t number,
			int64_t none)
{
	if (number != none)
		sqlite3_bind_int64(statement, i, number);
}

/* The address's number at parameter i, and the port behind it. */
static int bind_endpoint(const struct network *n, sqlite3_stmt *statement,
			 int i, const struct endpoint *e)
{
	int64_t address = values_address(n->store->values, &e->address);

	sqlite3_bind_int64(statement, i, address);
	sqlite3_bind_int(statement, i + 1, e->port);
	return address < 0 ? -1 : 0;
}

static void bind_notice(sqlite3_stmt *statement, const struct icmp_notice *n)
{
	const struct sighting *s = &n->quoted;

	bind_number(statement, 1, n->exchange, 0);
	sqlite3_bind_int64(statement, 2, s->capture);
	sqlite3_bind_int64(statement, 3, (int64_t)s->frame);
	bind_number(statement, 4, s->interface, 0);
	bind_number(statement, 5, s->direction, DIRECTION_UNKNOWN);
	if (s->has_time)
		sqlite3_bind_int64(statement, 6, s->time_ns);
	sqlite3_bind_int(statement, 7, n->family);
	sqlite3_bind_int(statement, 8, n->type);
	sqlite3_bind_int(statement, 9, n->code);
	bind_number(statement, 10, n->mtu, 0);
	sqlite3_bind_int(statement, 16, (int)s->transport);
	if (n->has_id)
		sqlite3_bind_int(statement, 17, s->id);
	sqlite3_bind_int(statement, 18, s->is_response);
}

int network_put_icmp(struct network *n, const struct icmp_notice *notice)
{
	sqlite3_stmt *statement = prepared(n, &n->put_icmp, icmp_sql);
	int64_t reporter = values_address(n->store->values, &notice->reporter);

	if (statement == NULL || reporter < 0)
		return -1;
	bind_notice(statement, notice);
	sqlite3_bind_int64(statement, 11, reporter);
	if (bind_endpoint(n, statement, 12, &notice->quoted.src) != 0 ||
	    bind_endpoint(n, statement, 14, &notice->quoted.dst) != 0)
		return -1;
	return store_step(n->store, statement);
}

static void bind_moment(sqlite3_stmt *statement, int i, const struct moment *m)
{
	if (m->frame == 0)
		return;
	sqlite3_bind_int64(statement, i, m->source);
	sqlite3_bind_int64(statement, i + 1, (int64_t)m->frame);
	if (m->has_time)
		sqlite3_bind_int64(statement, i + 2, m->time_ns);
}

static void bind_moments(sqlite3_stmt *statement, const struct connection *c)
{
	const struct moment *const moments[] = { &c->first,   &c->syn,
						 &c->syn_ack, &c->fin,
						 &c->rst,     &c->icmp };

	for (int i = 0; i < (int)(sizeof(moments) / sizeof(moments[0])); i++)
		bind_moment(statement, FIRST_MOMENT + i * MOMENT_COLUMNS,
			    moments[i]);
}

static void bind_connection(sqlite3_stmt *statement, const struct connection *c)
{
	bind_number(statement, 2, c->direction, DIRECTION_UNKNOWN);
	sqlite3_bind_int(statement, 3, c->tunnels);
	sqlite3_bind_int64(statement, 8, c->syns);
	sqlite3_bind_int(statement, 9, c->data[SIDE_CLIENT]);
	sqlite3_bind_int(statement, 10, c->data[SIDE_SERVER]);
	sqlite3_bind_int(statement, 11, c->midstream);
	if (c->fin.frame != 0)
		sqlite3_bind_int(statement, 12, (int)c->fin_by);
	if (c->rst.frame != 0)
		sqlite3_bind_int(statement, 13, (int)c->rst_by);
	if (c->icmp.frame == 0)
		return;
	sqlite3_bind_int(statement, 14, c->icmp_type);
	sqlite3_bind_int(statement, 15, c->icmp_code);
}

int network_put_connection(struct network *n, const struct connection *c,
			   int64_t interface)
{
	sqlite3_stmt *statement = prepared(n, &n->put_connection,
					   connection_sql);

	if (statement == NULL)
		return -1;
	bind_number(statement, 1, interface, 0);
	bind_connection(statement, c);
	bind_moments(statement, c);
	if (bind_endpoint(n, statement, 4, &c->client) != 0 ||
	    bind_endpoint(n, statement, 6, &c->server) != 0)
		return -1;
	return store_step(n->store, statement);
}
