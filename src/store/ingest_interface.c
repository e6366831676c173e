/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of the interfaces of captures, and counted at them. */
#include "base/memory.h"
#include "store/ingest_private.h"

enum { INTERFACES_MAX = 4096 };

static int64_t put_interface(struct ingest *in,
			     const struct ingest_interface *i)
{
	ingest_run(
		in,
		"INSERT INTO interface (capture, number, ifindex, name, "
		"description, filter, linktype, snaplen, node, namespace, pod, "
		"container, labels) VALUES (?1, ?2, nullif(?3, 0), ?4, ?5, ?6, "
		"?7, nullif(?8, 0), ?9, ?10, ?11, ?12, ?13)",
		"nnnttttnttttt", i->capture, (int64_t)i->number,
		(int64_t)i->ifindex, i->name, i->description, i->filter,
		i->linktype, (int64_t)i->snaplen, i->node, i->namespace, i->pod,
		i->container, i->labels);
	return ingest_last_row(in);
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
	ingest_run(
		in,
		"INSERT INTO interface (capture, number, ifindex, name, "
		"description, filter, linktype, snaplen, node, namespace, pod, "
		"container, labels) SELECT capture, number, nullif(?2, 0), name, "
		"description, filter, linktype, snaplen, node, namespace, pod, "
		"container, labels FROM interface WHERE id = ?1",
		"nn", like, (int64_t)interface->ifindex);
	return remember(in, interface, ingest_last_row(in));
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
	ingest_run(
		in,
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
	ingest_run(in,
		   "UPDATE interface SET senders = ?2, from_beyond = ?3 "
		   "WHERE id = ?1",
		   "nnn", known->id, (int64_t)known->num_senders,
		   (int64_t)known->from_beyond);
}

static void put_counts_of(struct ingest *in, struct known_interface *known)
{
	ingest_run(in,
		   "UPDATE interface SET queries = queries + ?2, "
		   "responses = responses + ?3 WHERE id = ?1",
		   "nnn", known->id, known->queries, known->responses);
	known->queries = known->responses = 0;
	if (known->num_senders > 0)
		put_senders(in, known);
}

void ingest_put_counts(struct ingest *in, int64_t capture)
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
