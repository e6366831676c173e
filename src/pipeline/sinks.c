/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What comes out of a group's packets is decoded and matched here, and what
 * comes out of its matcher goes to the store.
 */
#include "base/error.h"
#include "base/text.h"
#include "pipeline/group_private.h"
#include "pipeline/observe.h"

static struct reel *find_reel(const struct group *g, uint32_t source)
{
	struct reel *r = g->reels;

	while (r != NULL && (uint32_t)r->id != source)
		r = r->next;
	return r;
}

/* The store's number of where something was seen. */
struct where {
	uint32_t source, interface, ifindex;
};

/*
 * What waited for fragments or segments may come out when its file has ended
 * and is no reel any more.
 */
static int64_t find_interface(struct group *g, struct where w)
{
	const struct reel *r = find_reel(g, w.source);
	struct ingest_interface interface = { .capture = w.source,
					      .number = w.interface,
					      .ifindex = w.ifindex };
	int64_t known;

	if (r == NULL)
		return ingest_late_interface(g->all->ingest, &interface);
	known = ingest_known_interface(g->all->ingest, &interface);
	if (known != 0)
		return known;
	interface = reel_interface(r, w.interface, w.ifindex);
	return ingest_interface(g->all->ingest, &interface);
}

static struct where where_of(const struct datagram *d)
{
	return (struct where){ d->source, d->interface, d->ifindex };
}

bool group_has_place(const struct group *g, uint32_t place)
{
	for (const struct reel *r = g->reels; r != NULL; r = r->next)
		for (uint32_t i = 0; i < r->num_places; i++)
			if (r->places[i].place == place)
				return true;
	return false;
}

/*
 * Two captures with the same record are of one interface: what one of them has
 * alone belongs to what the other has.
 */
static void join_place(const struct group *g, struct reel *r,
		       const struct datagram *d)
{
	uint32_t place = copies_first_place(g->all->copies);

	if (group_has_place(g, place))
		r->places[d->interface].place = place;
}

/* RFC 1035, 4.1.1. */
static bool is_response(const struct datagram *d)
{
	return d->payload.len > 2 && d->payload.data[2] & 0x80;
}

/*
 * False for a record that was in the files already.  Where its file has ended
 * that is not asked, and only counted.
 */
static bool count_message(struct group *g, struct reel *r,
			  const struct datagram *d, struct copied *original)
{
	struct copy_place place = { .node = g->node };
	enum copy_verdict verdict;

	if (r == NULL) {
		ingest_add_late(g->all->ingest, d->source);
		g->all->late++;
		return true;
	}
	place.interface = r->places[d->interface].anywhere;
	place.times_advance = r->times_advance;
	verdict = copies_feed(g->all->copies, d, &place, original);
	r->facts.messages += verdict != COPY_REPEAT;
	r->facts.copies += verdict == COPY_ANOTHER;
	r->facts.repeats += verdict == COPY_REPEAT;
	if (verdict != COPY_REPEAT)
		return true;
	join_place(g, r, d);
	/* It was captured all the same. */
	ingest_count_message(g->all->ingest, find_interface(g, where_of(d)),
			     is_response(d));
	return false;
}

/* What the message and its exchange are called, and so are their copies. */
static struct copied name_of(struct group *g, const struct sighting *s,
			     struct belonging b)
{
	if (s->copy_of != 0)
		return (struct copied){ s->copy_of, s->leader };
	return (struct copied){
		.message = b.is_stray
				   ? ingest_last_stray(g->all->ingest)
				   : ingest_message(b.exchange, s->is_response),
		.exchange = b.leader,
	};
}

/* That it was seen on another node too. */
static void put_crossing(struct group *g, const struct sighting *s,
			 const struct copied *here)
{
	struct crossing c = copies_crossing(g->all->copies);

	if (c.other.exchange == 0 || here->exchange == 0)
		return;
	/* What sends a response is farther from the client. */
	if (c.other_is_first != s->is_response)
		ingest_crossing(g->all->ingest, &c.other, here);
	else
		ingest_crossing(g->all->ingest, here, &c.other);
}

/* So that its copies tell of whom they are. */
static void name_message(struct group *g, const struct sighting *s,
			 struct belonging b)
{
	struct copied name = name_of(g, s, b);

	if (s->copy_of == 0)
		copies_name(g->all->copies, &name);
	put_crossing(g, s, &name);
}

static struct belonging match(struct group *g, struct sighting *s)
{
	struct belonging b;

	if (s->copy_of == 0)
		s->leg = legs_find(g->legs, s);
	b = matcher_feed(g->matcher, s);
	legs_feed(g->legs, s, s->leader != 0 ? s->leader : b.exchange);
	return b;
}

/* What the capture itself says of the packet that completed a message. */
static void put_comment(struct group *g, const struct reel *r,
			const struct datagram *d)
{
	const struct frame *f;
	struct text text = { 0 };

	if (r == NULL || r->head.number != d->frame)
		return;
	f = &r->head;
	if (f->comment == NULL && !f->os_dropped)
		return;
	text_add(&text, f->os_dropped ? "dropped by the operating system" : "");
	text_add(&text, f->os_dropped && f->comment != NULL ? "; " : "");
	text_add(&text, f->comment != NULL ? f->comment : "");
	ingest_add_comment(g->all->ingest, d->source, d->frame,
			   text_string(&text));
	text_release(&text);
}

static void take_datagram(void *context, const struct datagram *d)
{
	struct group *g = context;
	struct assembly *all = g->all;
	struct dns_ports unicast = { all->ports, all->num_unicast };
	struct reel *r = find_reel(g, d->source);
	struct copied original = { 0 };
	const struct dns_message *m;
	struct belonging b;
	struct sighting s;

	if (!count_message(g, r, d, &original))
		return;
	m = dns_decode(g->decoder, d->payload, d->wire_len);
	s = observe(d, m, &unicast);
	s.capture = d->source;
	s.interface = find_interface(g, where_of(d));
	ingest_values(all->ingest, d, m, &s);
	put_comment(g, r, d);
	s.copy_of = original.message;
	s.leader = original.exchange;
	b = match(g, &s);
	if (r != NULL)
		name_message(g, &s, b);
}

/* What a TCP segment holds is no message, but a part of a stream. */
static const struct dns_message *decode_quote(struct group *g,
					      const struct datagram *quoted)
{
	struct bytes none = { NULL, 0 };

	return quoted->transport == TRANSPORT_UDP
		       ? dns_decode(g->decoder, quoted->payload,
				    quoted->wire_len)
		       : dns_decode(g->decoder, none, 0);
}

static void take_error(void *context, const struct icmp_error *e)
{
	struct group *g = context;
	struct dns_ports unicast = { g->all->ports, g->all->num_unicast };
	struct icmp_notice n = observe_error(e, decode_quote(g, &e->quoted),
					     &unicast);

	n.quoted.capture = e->quoted.source;
	n.quoted.interface = find_interface(g, where_of(&e->quoted));
	matcher_feed_icmp(g->matcher, &n);
}

static void take_connection(void *context, const struct connection *c)
{
	struct group *g = context;
	struct where w = { c->first.source, c->interface, c->ifindex };

	ingest_connection(g->all->ingest, c, find_interface(g, w));
}

static void take_parts(void *context, struct frame_part of,
		       const struct frame_part *parts, size_t count)
{
	struct group *g = context;

	for (size_t i = 0; i < count; i++)
		ingest_part(g->all->ingest, of, parts[i]);
}

static void take_exchange(void *context, const struct exchange *x)
{
	struct group *g = context;

	ingest_exchange(g->all->ingest, x);
}

static void take_stray(void *context, const struct stray *s)
{
	struct group *g = context;

	ingest_stray(g->all->ingest, s);
}

static void take_icmp(void *context, const struct icmp_notice *n)
{
	struct group *g = context;

	ingest_icmp(g->all->ingest, n);
}

struct packets_sinks group_packets_sinks(struct group *g)
{
	return (struct packets_sinks){ take_datagram, take_error,
				       take_connection, g, take_parts };
}

struct matcher_sinks group_matcher_sinks(struct group *g)
{
	return (struct matcher_sinks){ take_exchange, take_stray, take_icmp,
				       g };
}
