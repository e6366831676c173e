/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/observe.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_unicast(uint16_t port, const struct dns_ports *unicast)
{
	for (size_t i = 0; i < unicast->count; i++)
		if (unicast->ports[i] == port)
			return true;
	return false;
}

/* A client may ask a server from port 5353: the server's port decides. */
static bool is_on_port(const struct datagram *d, uint16_t port,
		       const struct dns_ports *unicast)
{
	return (d->src.port == port || d->dst.port == port) &&
	       !is_unicast(d->src.port, unicast) &&
	       !is_unicast(d->dst.port, unicast);
}

/*
 * CoreDNS' plugin forward asks ". NS" for that, with RD or without, and nothing
 * else; dig without arguments sends EDNS and AD along, servers that prime their
 * caches EDNS.  AKS' LocalDNS has a name for it.
 */
static bool is_health_check(const struct dns_message *m)
{
	bool is_bare = dns_is_response(m) || (m->flags & 0xfeff) == 0;

	if (strcasecmp(m->name, "health-check.localdns.local.") == 0)
		return true;
	return m->type == DNS_TYPE_NS && strcmp(m->name, ".") == 0 && is_bare &&
	       !m->edns.present;
}

static const char *skip_number_label(const char *name)
{
	while (isdigit((unsigned char)*name))
		name++;
	return *name == '.' ? name + 1 : NULL;
}

/* CoreDNS' plugin loop: HINFO of two random numbers before its zone. */
static bool is_loop_probe(const struct dns_message *m)
{
	const char *rest = m->name;

	if (m->type != DNS_TYPE_HINFO || !isdigit((unsigned char)*rest))
		return false;
	rest = skip_number_label(rest);
	return rest != NULL && isdigit((unsigned char)*rest) &&
	       skip_number_label(rest) != NULL;
}

static enum message_kind kind_of_question(const struct dns_message *m)
{
	if (!m->has_question)
		return KIND_QUERY;
	if (m->type == DNS_TYPE_AXFR || m->type == DNS_TYPE_IXFR)
		return KIND_TRANSFER;
	if (is_health_check(m))
		return KIND_HEALTH_CHECK;
	return is_loop_probe(m) ? KIND_LOOP_PROBE : KIND_QUERY;
}

static enum message_kind kind_of(const struct datagram *d,
				 const struct dns_message *m,
				 const struct dns_ports *unicast)
{
	uint16_t questions = m->counts[DNS_QUESTION];

	if (is_on_port(d, MDNS_PORT, unicast))
		return KIND_MDNS;
	if (is_on_port(d, LLMNR_PORT, unicast))
		return KIND_LLMNR;
	if (!m->has_header)
		return KIND_OTHER;
	if (m->opcode == DNS_OPCODE_NOTIFY)
		return KIND_NOTIFY;
	if (m->opcode == DNS_OPCODE_UPDATE)
		return KIND_UPDATE;
	/* A FORMERR may come without the question (RFC 1035, 4.1.1). */
	if (m->opcode != DNS_OPCODE_QUERY || questions > 1 ||
	    (questions == 0 && !dns_is_response(m)))
		return KIND_OTHER;
	return kind_of_question(m);
}

static uint8_t lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

/*
 * Names compare without case (RFC 4343); type and class go behind.  Most have
 * no capitals, and then the question tells the spelling too.
 */
static void put_question(struct sighting *s, const struct dns_message *m)
{
	uint8_t key[DNS_NAME_WIRE_MAX + 4];
	size_t len = m->name_wire_len;
	bool has_capitals = false;

	for (size_t i = 0; i < len; i++) {
		key[i] = lower(m->name_wire[i]);
		has_capitals |= key[i] != m->name_wire[i];
	}
	key[len++] = (uint8_t)(m->type >> 8);
	key[len++] = (uint8_t)m->type;
	key[len++] = (uint8_t)(m->class >> 8);
	key[len++] = (uint8_t)m->class;
	s->question = hash_key(key, len);
	s->spelling = has_capitals ? hash_key(m->name_wire, m->name_wire_len)
				   : s->question;
}

struct sighting observe(const struct datagram *d, const struct dns_message *m,
			const struct dns_ports *unicast)
{
	struct sighting s = {
		.frame = d->frame,
		.time_ns = d->time_ns,
		.has_time = d->has_time,
		.place = d->place,
		.ifindex = d->ifindex,
		.tunnels = d->tunnels,
		.direction = d->direction,
		.src = d->src,
		.dst = d->dst,
		.transport = d->transport,
		.kind = kind_of(d, m, unicast),
		.has_header = m->has_header,
		.is_response = m->has_header && dns_is_response(m),
		.id = m->id,
		.flags = m->flags,
		.rcode = m->rcode,
		.qtype = m->type,
		.qclass = m->class,
		.size = m->size,
		.has_question = m->has_question,
		.min_ttl = m->min_ttl,
		.negative_ttl = m->negative_ttl,
	};

	if (m->has_question)
		put_question(&s, m);
	return s;
}

/* A quote may end behind the ports, or in the message's header. */
static void observe_cut(struct icmp_notice *n, const struct datagram *d,
			const struct dns_ports *unicast)
{
	struct reader r = reader_of(d->payload);

	n->quoted.is_response = is_unicast(d->src.port, unicast) &&
				!is_unicast(d->dst.port, unicast);
	n->quoted.id = read_u16(&r);
	n->has_id = d->transport == TRANSPORT_UDP && reader_ok(&r);
}

struct icmp_notice observe_error(const struct icmp_error *e,
				 const struct dns_message *m,
				 const struct dns_ports *unicast)
{
	struct icmp_notice n = { .family = e->family,
				 .type = e->type,
				 .code = e->code,
				 .mtu = e->mtu,
				 .reporter = e->reporter,
				 .has_id = m->has_header,
				 .quoted = observe(&e->quoted, m, unicast) };

	if (!m->has_header)
		observe_cut(&n, &e->quoted, unicast);
	return n;
}
