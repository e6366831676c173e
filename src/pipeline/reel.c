/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/reel.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/memory.h"

/* Smaller ones come from several queues of a network card. */
static const int64_t disorder_ns = NS_PER_SECOND / 1000;

struct reel *reel_new(const struct input *input, struct capture *capture)
{
	struct reel *r = must_calloc(1, sizeof(*r));

	r->input = input;
	r->capture = capture;
	r->unknown_link = -1;
	r->times_advance = input->times_advance;
	reel_advance(r);
	return r;
}

void reel_free(struct reel *r)
{
	if (r == NULL)
		return;
	capture_close(r->capture);
	free(r->places);
	free(r);
}

void reel_advance(struct reel *r)
{
	r->rc = capture_next(r->capture, &r->head);
	/* 1970 is not meant: some writers have no time, broken files zeros. */
	if (r->rc == 1 && r->head.time_ns == 0)
		r->head.has_time = false;
}

/* What writes of several interfaces takes from each in its turn. */
static void count_step_back(struct ingest_facts *f, struct reel_place *p,
			    int64_t time_ns)
{
	int64_t back = p->has_time ? p->last_ns - time_ns : 0;

	if (back > disorder_ns)
		f->steps_back++;
	if (back > f->step_back_ns && back > disorder_ns)
		f->step_back_ns = back;
	p->last_ns = time_ns;
	p->has_time = true;
}

static void count_time(struct ingest_facts *f, int64_t time_ns)
{
	if (!f->has_times || time_ns < f->first_ns)
		f->first_ns = time_ns;
	if (!f->has_times || time_ns > f->last_ns)
		f->last_ns = time_ns;
	f->has_times = true;
}

void reel_count(struct reel *r)
{
	struct ingest_facts *f = &r->facts;

	f->packets++;
	if (r->head.wire_len > r->head.bytes.len)
		f->short_packets++;
	if (!r->head.has_time) {
		f->untimed++;
		return;
	}
	count_step_back(f, &r->places[r->head.interface], r->head.time_ns);
	count_time(f, r->head.time_ns);
	r->times_advance |= f->first_ns != f->last_ns;
}

void reel_place(struct reel *r, struct places *places, uint32_t node)
{
	uint32_t number = r->head.interface;

	while (r->num_places <= number) {
		const struct capture_interface *i = capture_interface(
			r->capture, r->num_places);

		r->places = must_realloc(r->places, r->num_places + 1,
					 sizeof(*r->places));
		r->places[r->num_places] = (struct reel_place){
			.place = places_interface(places, node, r->lane, i,
						  r->num_places),
			.anywhere = places_interface(places, node, 0, i,
						     r->num_places)
		};
		r->num_places++;
	}
	r->head.source = (uint32_t)r->id;
	r->head.place = r->places[number].place;
}

/*
 * Some writers stamp all packets alike, Inspektor Gadget's tcpdump with 0: then
 * only the order is known.
 */
bool reel_has_times(const struct reel *r)
{
	const struct ingest_facts *f = &r->facts;

	return f->has_times && (f->packets < 3 || f->first_ns != f->last_ns);
}

void reel_finish(struct reel *r)
{
	const struct packet_tally *t = &r->tally;
	struct ingest_facts *f = &r->facts;

	f->cut_packets = t->verdicts[PACKET_TRUNCATED];
	f->bad_packets = t->verdicts[PACKET_DAMAGED];
	f->unknown_link = t->verdicts[PACKET_UNKNOWN_LINK];
	f->fragments = t->incomplete;
	f->fragment_conflicts = t->fragment_conflicts;
	f->stream_gaps = t->stream_gaps;
	f->udp_dns = t->udp_dns;
	f->tcp_dns = t->tcp_dns;
	f->icmp_errors = t->icmp_errors;
	f->later_fragments = t->later_fragments;
	f->other = t->other;
	f->tunnelled = t->tunnelled;
	f->in = t->in;
	f->out = t->out;
	f->damage = capture_damage(r->capture);
	f->comment = capture_comment(r->capture);
	f->has_times = reel_has_times(r);
}

int reel_linktype(const struct reel *r)
{
	return capture_num_interfaces(r->capture) > 0
		       ? capture_interface(r->capture, 0)->linktype
		       : -1;
}

struct ingest_interface reel_interface(const struct reel *r, uint32_t number,
				       uint32_t ifindex)
{
	const struct capture_interface *c = capture_interface(r->capture,
							      number);
	const char *linktype = capture_linktype_name(c->linktype);

	return (struct ingest_interface){
		.capture = r->id,
		.number = number,
		.ifindex = ifindex,
		.name = c->name,
		.description = c->description,
		.filter = c->filter,
		.linktype = linktype != NULL ? linktype : "unknown",
		.snaplen = c->snaplen,
		.node = c->node,
		.namespace = c->namespace_,
		.pod = c->pod,
		.container = c->container,
		.labels = c->labels,
	};
}
