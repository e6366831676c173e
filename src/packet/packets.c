/* SPDX-License-Identifier: BSD-3-Clause */
/* The wiring of this room: which layer follows which. */
#include "packet/packets.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "packet/fragment_private.h"
#include "packet/packet_private.h"
#include "packet/stream_private.h"
#include "packet/tunnel_private.h"

struct packets {
	uint8_t wanted[65536 / 8]; /* a bit for each port */
	datagram_sink sink;
	void *context;
	struct packet_tally tally;
	struct fragments *fragments;
	struct connections *connections;
};

static void take_incomplete(void *context, struct packet *k);

struct packets *packets_new(const struct packet_options *options,
			    datagram_sink sink, void *context)
{
	struct packets *p = must_calloc(1, sizeof(*p));

	assert(options->plausible != NULL);
	p->sink = sink;
	p->context = context;
	p->connections = connections_new(
		&(struct reassembly){ .options = options,
				      .sink = sink,
				      .context = context,
				      .tally = &p->tally });
	p->fragments = fragments_new(&p->tally, take_incomplete, p);
	for (size_t i = 0; i < options->num_ports; i++) {
		uint16_t port = options->ports[i];

		p->wanted[port / 8] |= (uint8_t)(1 << port % 8);
	}
	return p;
}

void packets_free(struct packets *p)
{
	if (p == NULL)
		return;
	fragments_free(p->fragments);
	connections_free(p->connections);
	free(p);
}

const struct packet_tally *packets_tally(const struct packets *p)
{
	return &p->tally;
}

static bool is_wanted(const struct packets *p, uint16_t port)
{
	return p->wanted[port / 8] >> port % 8 & 1;
}

static struct datagram describe(const struct packet *k,
				enum transport transport)
{
	return (struct datagram){
		.src = k->src,
		.dst = k->dst,
		.transport = transport,
		.first_frame = k->first_frame,
		.frame = k->frame->number,
		.time_ns = k->frame->time_ns,
		.has_time = k->frame->has_time,
		.source = k->frame->source,
		.place = k->frame->place,
		.interface = k->frame->interface,
		.ifindex = k->ifindex,
		.direction = k->direction,
		.tunnels = k->tunnels,
		.ttl = k->ttl,
		.ip_id = k->ip_id,
	};
}

static enum packet_verdict take_udp(struct packets *p, struct packet *k)
{
	struct datagram d = describe(k, TRANSPORT_UDP);
	enum packet_verdict verdict = udp_open(k, &d);

	if (verdict == PACKET_TAKEN)
		p->sink(p->context, &d);
	return verdict;
}

static enum packet_verdict take_tcp(struct packets *p, struct packet *k)
{
	struct segment s = { .piece = describe(k, TRANSPORT_TCP) };
	enum packet_verdict verdict = tcp_open(k, &s);

	if (verdict == PACKET_TAKEN)
		connections_take(p->connections, &s);
	return verdict;
}

static enum packet_verdict take_ip(struct packets *p, struct packet *k);

static enum packet_verdict take_udp_tunnel(struct packets *p, struct packet *k)
{
	struct datagram outer = describe(k, TRANSPORT_UDP);
	enum packet_verdict verdict = udp_open(k, &outer);

	if (verdict == PACKET_TAKEN)
		verdict = tunnel_open_udp(k);
	return verdict == PACKET_TAKEN ? take_ip(p, k) : verdict;
}

/* DNS may use a tunnel's port as its client's: the wanted ones come first. */
static enum packet_verdict take_transport(struct packets *p, struct packet *k)
{
	bool is_udp = k->protocol == IP_PROTOCOL_UDP;

	k->src.port = read_u16(&k->r);
	k->dst.port = read_u16(&k->r);
	if (!reader_ok(&k->r))
		return packet_too_short(k);
	if (is_wanted(p, k->src.port) || is_wanted(p, k->dst.port))
		return is_udp ? take_udp(p, k) : take_tcp(p, k);
	if (is_udp && tunnel_has_port(k->dst.port))
		return take_udp_tunnel(p, k);
	return PACKET_OTHER;
}

static enum packet_verdict take_payload(struct packets *p, struct packet *k)
{
	enum packet_verdict verdict;

	if (k->protocol == IP_PROTOCOL_UDP || k->protocol == IP_PROTOCOL_TCP)
		return take_transport(p, k);
	verdict = tunnel_open(k);
	return verdict == PACKET_TAKEN ? take_ip(p, k) : verdict;
}

static void take_incomplete(void *context, struct packet *k)
{
	struct packets *p = context;

	if (ip_reopen(k) == PACKET_TAKEN && take_payload(p, k) == PACKET_TAKEN)
		p->tally.incomplete++;
}

/* Fragments in a packet whose own fragments are missing never get whole. */
static enum packet_verdict open_ip(struct packets *p, struct packet *k)
{
	enum packet_verdict verdict = ip_open(k);

	if (verdict != PACKET_FRAGMENT || k->incomplete)
		return verdict;
	verdict = fragments_take(p->fragments, k);
	return verdict == PACKET_TAKEN ? ip_reopen(k) : verdict;
}

/* Calls itself for what is in a tunnel, which has a bound. */
static enum packet_verdict take_ip(struct packets *p, struct packet *k)
{
	enum packet_verdict verdict = open_ip(p, k);

	return verdict == PACKET_TAKEN ? take_payload(p, k) : verdict;
}

enum packet_verdict packets_feed(struct packets *p, const struct frame *frame)
{
	struct packet k;
	enum packet_verdict verdict = link_open(&k, frame);

	if (frame->has_time)
		fragments_expire(p->fragments, frame->time_ns);
	if (verdict == PACKET_TAKEN)
		verdict = take_ip(p, &k);
	p->tally.verdicts[verdict]++;
	return verdict;
}

int64_t packets_horizon(const struct packets *p, int64_t time_ns)
{
	return fragments_horizon(p->fragments, time_ns);
}

void packets_finish(struct packets *p)
{
	fragments_finish(p->fragments);
	connections_finish(p->connections);
}
