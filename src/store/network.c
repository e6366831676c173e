/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/network_private.h"

#include "store/inserter_private.h"
#include "store/store_private.h"
#include "store/values_private.h"

static const char icmp_sql[] =
	"INSERT INTO icmp (reporter, exchange, capture, frame, interface, "
	"direction, time_ns, family, type, code, mtu, src, src_port, dst, "
	"dst_port, transport, dns_id, quotes_response)";

/* At the end three columns for each moment; the first is the row's own. */
static const char connection_sql[] =
	"INSERT INTO connection (client, client_port, server, server_port, "
	"interface, direction, tunnels, syns, client_data, server_data, "
	"midstream, fin_by, rst_by, icmp_type, icmp_code, "
	"capture, frame, time_ns, syn_capture, syn_frame, syn_ns, "
	"syn_ack_capture, syn_ack_frame, syn_ack_ns, fin_capture, fin_frame, "
	"fin_ns, rst_capture, rst_frame, rst_ns, icmp_capture, icmp_frame, "
	"icmp_ns)";

static void put_quoted(struct inserter *w, const struct icmp_notice *n)
{
	const struct sighting *s = &n->quoted;

	inserter_optional(w, n->exchange, 0);
	inserter_number(w, s->capture);
	inserter_number(w, (int64_t)s->frame);
	inserter_optional(w, s->interface, 0);
	inserter_optional(w, s->direction, DIRECTION_UNKNOWN);
	inserter_if(w, s->has_time, s->time_ns);
	inserter_number(w, n->family);
	inserter_number(w, n->type);
	inserter_number(w, n->code);
	inserter_optional(w, n->mtu, 0);
}

/* A value that is new makes a row of its own, so before this one begins. */
void network_put_icmp(const struct store *s, const struct icmp_notice *n)
{
	struct values *values = s->values;
	int64_t reporter = values_address(values, &n->reporter);
	int64_t src = values_address(values, &n->quoted.src.address);
	int64_t dst = values_address(values, &n->quoted.dst.address);
	struct inserter *w = s->inserter;

	inserter_begin_row(w, icmp_sql);
	inserter_number(w, reporter);
	put_quoted(w, n);
	inserter_number(w, src);
	inserter_number(w, n->quoted.src.port);
	inserter_number(w, dst);
	inserter_number(w, n->quoted.dst.port);
	inserter_number(w, n->quoted.transport);
	inserter_if(w, n->has_id, n->quoted.id);
	inserter_number(w, n->quoted.is_response);
	inserter_end(w);
}

static void put_moment(struct inserter *w, const struct moment *m)
{
	bool is_known = m->frame != 0;

	inserter_if(w, is_known, m->source);
	inserter_if(w, is_known, (int64_t)m->frame);
	inserter_if(w, is_known && m->has_time, m->time_ns);
}

static void put_moments(struct inserter *w, const struct connection *c)
{
	const struct moment *const moments[] = { &c->first,   &c->syn,
						 &c->syn_ack, &c->fin,
						 &c->rst,     &c->icmp };

	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++)
		put_moment(w, moments[i]);
}

static void put_fate(struct inserter *w, const struct connection *c)
{
	inserter_optional(w, c->direction, DIRECTION_UNKNOWN);
	inserter_number(w, c->tunnels);
	inserter_number(w, c->syns);
	inserter_number(w, c->data[SIDE_CLIENT]);
	inserter_number(w, c->data[SIDE_SERVER]);
	inserter_number(w, c->midstream);
	inserter_if(w, c->fin.frame != 0, c->fin_by);
	inserter_if(w, c->rst.frame != 0, c->rst_by);
	inserter_if(w, c->icmp.frame != 0, c->icmp_type);
	inserter_if(w, c->icmp.frame != 0, c->icmp_code);
}

void network_put_connection(const struct store *s, const struct connection *c,
			    int64_t interface)
{
	int64_t client = values_address(s->values, &c->client.address);
	int64_t server = values_address(s->values, &c->server.address);
	struct inserter *w = s->inserter;

	inserter_begin_row(w, connection_sql);
	inserter_number(w, client);
	inserter_number(w, c->client.port);
	inserter_number(w, server);
	inserter_number(w, c->server.port);
	inserter_optional(w, interface, 0);
	put_fate(w, c);
	put_moments(w, c);
	inserter_end(w);
}
