/* SPDX-License-Identifier: BSD-3-Clause */
/* The wiring of this room: which layer follows which. */
#include "packet/packets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "packet/fragment_private.h"
#include "packet/packet_private.h"
#include "packet/stream_private.h"
#include "packet/tunnel_private.h"

struct packets {
	uint8_t wanted[65536 / 8]; /* a bit for each port */
	struct packets_sinks sinks;
	struct packet_tally tally;
	uint64_t *class; /* what counts the frame at hand; NULL: undecided */
	struct fragments *fragments;
	struct connections *connections;
	/* Of packets put together, by the tunnels around them. */
	struct frame_part parts[TUNNELS_MAX + 1][PARTS_MAX];
};

static void take_incomplete(void *context, struct packet *k);

struct packets *packets_new(const struct packet_options *options,
			    const struct packets_sinks *sinks)
{
	struct packets *p = must_calloc(1, sizeof(*p));

	assert(options->plausible != NULL);
	p->sinks = *sinks;
	p->connections = connections_new(&(struct reassembly){
		.options = options, .sinks = *sinks, .tally = &p->tally });
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

void packets_set_tally(struct packets *p, const struct packet_tally *tally)
{
	p->tally = *tally;
}

static bool is_wanted(const struct packets *p, uint16_t port)
{
	return p->wanted[port / 8] >> port % 8 & 1;
}

/* By the outermost layer that tells: a frame counts once. */
static void classify(struct packets *p, uint64_t *class)
{
	if (p->class == NULL)
		p->class = class;
}

static struct datagram describe(const struct packet *k,
				enum transport transport)
{
	struct datagram d = {
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
		.packet_id = k->frame->packet_id,
		.fragment_conflict = k->fragment_conflict,
	};

	memcpy(d.outer, k->outer, sizeof(d.outer));
	return d;
}

static enum packet_verdict take_udp(struct packets *p, struct packet *k)
{
	struct datagram d = describe(k, TRANSPORT_UDP);
	enum packet_verdict verdict = udp_open(k, &d);

	if (verdict == PACKET_TAKEN)
		p->sinks.datagram(p->sinks.context, &d);
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

static bool read_ports(struct packet *k)
{
	k->src.port = read_u16(&k->r);
	k->dst.port = read_u16(&k->r);
	return reader_ok(&k->r);
}

static bool has_wanted_port(const struct packets *p, const struct packet *k)
{
	return is_wanted(p, k->src.port) || is_wanted(p, k->dst.port);
}

static bool has_ports(const struct packet *k)
{
	return k->protocol == IP_PROTOCOL_UDP || k->protocol == IP_PROTOCOL_TCP;
}

/* DNS may use a tunnel's port as its client's: the wanted ones come first. */
static enum packet_verdict take_transport(struct packets *p, struct packet *k)
{
	bool is_udp = k->protocol == IP_PROTOCOL_UDP;

	if (!read_ports(k))
		return packet_too_short(k);
	if (has_wanted_port(p, k)) {
		classify(p, is_udp ? &p->tally.udp_dns : &p->tally.tcp_dns);
		return is_udp ? take_udp(p, k) : take_tcp(p, k);
	}
	if (is_udp && tunnel_has_port(k->dst.port))
		return take_udp_tunnel(p, k);
	return PACKET_OTHER;
}

/* Takes off what a quoted packet has in front of the packet in its tunnel. */
static bool enter_quoted_tunnel(struct packet *k)
{
	struct datagram outer = { 0 };

	if (k->protocol != IP_PROTOCOL_UDP)
		return tunnel_open(k) == PACKET_TAKEN;
	return tunnel_has_port(k->dst.port) &&
	       udp_open(k, &outer) == PACKET_TAKEN &&
	       tunnel_open_udp(k) == PACKET_TAKEN;
}

/*
 * Finds the ports in a quote: in the packet itself, or in the one that it
 * carries as a tunnel does.  Later fragments have none.
 */
static bool open_quote(const struct packets *p, struct packet *k)
{
	for (;;) {
		enum packet_verdict verdict = ip_open(k);

		if (verdict != PACKET_TAKEN &&
		    (verdict != PACKET_FRAGMENT || k->fragment.offset != 0))
			return false;
		if (has_ports(k) && !read_ports(k))
			return false;
		if (has_ports(k) && has_wanted_port(p, k))
			return true;
		if (!enter_quoted_tunnel(k))
			return false;
	}
}

static enum packet_verdict take_icmp(struct packets *p, struct packet *k)
{
	struct icmp_error e;
	enum packet_verdict verdict = icmp_open(k, &e);

	if (verdict != PACKET_TAKEN)
		return verdict;
	classify(p, &p->tally.icmp_errors);
	if (!open_quote(p, k))
		return PACKET_OTHER;
	e.quoted = describe(k, k->protocol == IP_PROTOCOL_UDP ? TRANSPORT_UDP
							      : TRANSPORT_TCP);
	icmp_read_payload(k, &e.quoted);
	if (e.quoted.transport == TRANSPORT_TCP)
		connections_take_icmp(p->connections, &e);
	p->sinks.icmp(p->sinks.context, &e);
	return PACKET_TAKEN;
}

static enum packet_verdict take_payload(struct packets *p, struct packet *k)
{
	enum packet_verdict verdict;

	if (has_ports(k))
		return take_transport(p, k);
	if (icmp_has_protocol(k->protocol))
		return take_icmp(p, k);
	verdict = tunnel_open(k);
	return verdict == PACKET_TAKEN ? take_ip(p, k) : verdict;
}

/*
 * Its parts are told when it is known to be wanted; by then a packet within it
 * may have been put together as well.
 */
static enum packet_verdict take_whole(struct packets *p, struct packet *k)
{
	struct frame_part of = { k->frame->number, k->frame->source };
	struct frame_part *parts = p->parts[k->tunnels];
	size_t count = k->parts.count;
	enum packet_verdict verdict = ip_reopen(k);

	if (count > 0)
		memcpy(parts, k->parts.items, count * sizeof(*parts));
	if (verdict == PACKET_TAKEN)
		verdict = take_payload(p, k);
	if (verdict == PACKET_TAKEN && count > 1 && p->sinks.parts != NULL)
		p->sinks.parts(p->sinks.context, of, parts, count);
	return verdict;
}

static void take_incomplete(void *context, struct packet *k)
{
	struct packets *p = context;

	if (take_whole(p, k) == PACKET_TAKEN)
		p->tally.incomplete++;
}

/* The first fragment has the ports, though it may have to wait for others. */
static void classify_fragment(struct packets *p, const struct packet *k)
{
	struct packet copy = *k;

	if (k->fragment.offset != 0)
		classify(p, &p->tally.later_fragments);
	else if (has_ports(k) && read_ports(&copy) && has_wanted_port(p, &copy))
		classify(p, k->protocol == IP_PROTOCOL_UDP ? &p->tally.udp_dns
							   : &p->tally.tcp_dns);
}

/* Fragments in a packet whose own fragments are missing never get whole. */
static enum packet_verdict take_fragment(struct packets *p, struct packet *k)
{
	enum packet_verdict verdict = PACKET_FRAGMENT;

	classify_fragment(p, k);
	if (!k->incomplete)
		verdict = fragments_take(p->fragments, k);
	return verdict == PACKET_TAKEN ? take_whole(p, k) : verdict;
}

/* Calls itself for what is in a tunnel, which has a bound. */
static enum packet_verdict take_ip(struct packets *p, struct packet *k)
{
	enum packet_verdict verdict = ip_open(k);

	if (verdict == PACKET_FRAGMENT)
		return take_fragment(p, k);
	return verdict == PACKET_TAKEN ? take_payload(p, k) : verdict;
}

static void count(struct packets *p, const struct packet *k,
		  enum packet_verdict verdict)
{
	struct packet_tally *t = &p->tally;

	t->verdicts[verdict]++;
	classify(p, &t->other);
	++*p->class;
	t->tunnelled += k->tunnels > 0;
	t->in += k->direction == DIRECTION_IN;
	t->out += k->direction == DIRECTION_OUT;
}

enum packet_verdict packets_feed(struct packets *p, const struct frame *frame)
{
	struct packet k;
	enum packet_verdict verdict = link_open(&k, frame);

	if (frame->has_time)
		fragments_expire(p->fragments, frame->time_ns);
	p->class = NULL;
	if (verdict == PACKET_TAKEN)
		verdict = take_ip(p, &k);
	count(p, &k, verdict);
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
