/* SPDX-License-Identifier: BSD-3-Clause */
#include "correlate/waiting_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct waiting_list {
	size_t ceiling, count, num_buckets;
	struct waiting **exact, **client; /* buckets */
	struct {
		struct waiting *oldest, *newest;
	} queues[STAGES];
	struct waiting *unused; /* linked by older */
};

/* Packed by hand: a key is hashed as bytes, so none may be padding. */
struct client_key {
	uint8_t address[16];
	uint16_t port, id;
	uint8_t address_len, transport, opcode, unused;
};

struct exact_key {
	struct key128 question;
	uint32_t place, ifindex;
	struct client_key client;
	uint8_t server[16];
	uint16_t server_port;
	uint8_t server_len, has_question, tunnels, unused[3];
};

_Static_assert(sizeof(struct client_key) == 24, "padding would be hashed");
_Static_assert(sizeof(struct exact_key) == 72, "padding would be hashed");

static const struct endpoint *client_of(const struct sighting *s)
{
	return s->is_response ? &s->dst : &s->src;
}

static const struct endpoint *server_of(const struct sighting *s)
{
	return s->is_response ? &s->src : &s->dst;
}

/* Responses have that of their query (RFC 1035, 4.1.1). */
static unsigned opcode_of(const struct sighting *s)
{
	return s->flags >> 11 & 15;
}

static struct client_key client_key(const struct sighting *s)
{
	const struct endpoint *client = client_of(s);
	struct client_key key = { .port = client->port,
				  .id = s->id,
				  .address_len = client->address.len,
				  .transport = (uint8_t)s->transport,
				  .opcode = (uint8_t)opcode_of(s) };

	memcpy(key.address, client->address.bytes, sizeof(key.address));
	return key;
}

static uint64_t client_hash(const struct sighting *s)
{
	struct client_key key = client_key(s);

	return hash_key(&key, sizeof(key)).a;
}

static uint64_t exact_hash(const struct sighting *s)
{
	const struct endpoint *server = server_of(s);
	struct exact_key key = { .client = client_key(s),
				 .question = s->question,
				 .place = s->place,
				 .ifindex = s->ifindex,
				 .server_port = server->port,
				 .server_len = server->address.len,
				 .has_question = s->has_question,
				 .tunnels = (uint8_t)s->tunnels };

	memcpy(key.server, server->address.bytes, sizeof(key.server));
	return hash_key(&key, sizeof(key)).a;
}

const struct sighting *waiting_first_message(const struct waiting *w)
{
	return w->exchange.has_query ? &w->exchange.query
				     : &w->exchange.response;
}

static bool same_client(const struct sighting *a, const struct sighting *b)
{
	return a->id == b->id && a->transport == b->transport &&
	       opcode_of(a) == opcode_of(b) &&
	       endpoint_equal(client_of(a), client_of(b));
}

static bool same_question(const struct sighting *a, const struct sighting *b)
{
	return a->has_question == b->has_question &&
	       key128_equal(a->question, b->question);
}

bool waiting_same_place(const struct sighting *a, const struct sighting *b)
{
	return a->place == b->place && a->ifindex == b->ifindex &&
	       a->tunnels == b->tunnels;
}

bool waiting_same_endpoints(const struct sighting *a, const struct sighting *b)
{
	return a->transport == b->transport &&
	       endpoint_equal(client_of(a), client_of(b)) &&
	       endpoint_equal(server_of(a), server_of(b));
}

struct waiting_list *waiting_list_new(size_t ceiling)
{
	struct waiting_list *l = must_calloc(1, sizeof(*l));

	l->ceiling = ceiling;
	for (l->num_buckets = 1024; l->num_buckets < ceiling;)
		l->num_buckets *= 2;
	l->exact = must_calloc(l->num_buckets, sizeof(*l->exact));
	l->client = must_calloc(l->num_buckets, sizeof(*l->client));
	return l;
}

static void free_chain(struct waiting *w)
{
	while (w != NULL) {
		struct waiting *older = w->newer;

		free(w);
		w = older;
	}
}

void waiting_list_free(struct waiting_list *l)
{
	if (l == NULL)
		return;
	for (int stage = 0; stage < STAGES; stage++)
		free_chain(l->queues[stage].oldest);
	free_chain(l->unused);
	free(l->exact);
	free(l->client);
	free(l);
}

static void enqueue(struct waiting_list *l, struct waiting *w)
{
	w->older = l->queues[w->stage].newest;
	w->newer = NULL;
	if (w->older != NULL)
		w->older->newer = w;
	else
		l->queues[w->stage].oldest = w;
	l->queues[w->stage].newest = w;
}

static void dequeue(struct waiting_list *l, struct waiting *w)
{
	if (w->older != NULL)
		w->older->newer = w->newer;
	else
		l->queues[w->stage].oldest = w->newer;
	if (w->newer != NULL)
		w->newer->older = w->older;
	else
		l->queues[w->stage].newest = w->older;
}

/* Chains differ only in which link of the entry they run through. */
static struct link *link_at(struct waiting *w, size_t offset)
{
	return (struct link *)(void *)((char *)w + offset);
}

static void chain_add(struct waiting **bucket, struct waiting *w, size_t offset,
		      uint64_t hash)
{
	struct link *link = link_at(w, offset);

	*link = (struct link){ hash, *bucket, bucket };
	if (link->next != NULL)
		link_at(link->next, offset)->back = &link->next;
	*bucket = w;
}

static void chain_remove(struct waiting *w, size_t offset)
{
	struct link *link = link_at(w, offset);

	*link->back = link->next;
	if (link->next != NULL)
		link_at(link->next, offset)->back = link->back;
}

struct waiting *waiting_add(struct waiting_list *l, enum stage stage,
			    const struct sighting *s)
{
	struct waiting *w = l->unused;
	uint64_t exact = exact_hash(s), client = client_hash(s);
	size_t mask = l->num_buckets - 1;

	assert(!waiting_is_full(l));
	if (w != NULL)
		l->unused = w->newer;
	else
		w = must_calloc(1, sizeof(*w));
	*w = (struct waiting){ .stage = stage };
	if (s->is_response)
		w->exchange.response = *s;
	else
		w->exchange.query = *s;
	w->exchange.has_response = s->is_response;
	w->exchange.has_query = !s->is_response;
	chain_add(&l->exact[exact & mask], w, offsetof(struct waiting, exact),
		  exact);
	chain_add(&l->client[client & mask], w,
		  offsetof(struct waiting, client), client);
	enqueue(l, w);
	l->count++;
	return w;
}

void waiting_move(struct waiting_list *l, struct waiting *w, enum stage stage)
{
	dequeue(l, w);
	w->stage = stage;
	enqueue(l, w);
}

void waiting_remove(struct waiting_list *l, struct waiting *w)
{
	dequeue(l, w);
	chain_remove(w, offsetof(struct waiting, exact));
	chain_remove(w, offsetof(struct waiting, client));
	w->newer = l->unused;
	l->unused = w;
	l->count--;
}

bool waiting_is_full(const struct waiting_list *l)
{
	return l->count >= l->ceiling;
}

struct waiting *waiting_oldest(struct waiting_list *l, enum stage stage)
{
	return l->queues[stage].oldest;
}

struct waiting *waiting_newest(struct waiting_list *l, enum stage stage)
{
	return l->queues[stage].newest;
}

struct waiting *waiting_find(struct waiting_list *l, const struct sighting *s)
{
	uint64_t hash = exact_hash(s);
	struct waiting *w = l->exact[hash & (l->num_buckets - 1)];

	for (; w != NULL; w = w->exact.next) {
		const struct sighting *other = waiting_first_message(w);

		if (w->exact.hash == hash && waiting_same_place(other, s) &&
		    same_client(other, s) && same_question(other, s) &&
		    endpoint_equal(server_of(other), server_of(s)))
			return w;
	}
	return NULL;
}

/* From w on, the first entry of the same client. */
static struct waiting *of_client(struct waiting *w, uint64_t hash,
				 const struct sighting *s)
{
	while (w != NULL && !(w->client.hash == hash &&
			      same_client(waiting_first_message(w), s)))
		w = w->client.next;
	return w;
}

struct waiting *waiting_first_of_client(struct waiting_list *l,
					const struct sighting *s)
{
	uint64_t hash = client_hash(s);

	return of_client(l->client[hash & (l->num_buckets - 1)], hash, s);
}

struct waiting *waiting_next_of_client(const struct sighting *s,
				       struct waiting *w, unsigned *budget)
{
	if (*budget == 0)
		return NULL;
	--*budget;
	return of_client(w->client.next, w->client.hash, s);
}
