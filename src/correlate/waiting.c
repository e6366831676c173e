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
	struct waiting *unused; /* linked by newer */
	struct unused_exchange *unused_exchanges;
};

/* Whose exchange is done leaves its memory to the next that begins. */
struct unused_exchange {
	struct unused_exchange *next;
};

/* Packed by hand: a key is hashed as bytes, so none may be padding. */
struct client_key {
	uint8_t address[16];
	uint16_t port, id;
	uint8_t address_len, transport, opcode, unused;
};

struct exact_key {
	uint64_t client, question;
	uint8_t server[16];
	uint32_t place, ifindex;
	uint16_t server_port;
	uint8_t server_len, has_question, tunnels, unused[3];
};

_Static_assert(sizeof(struct client_key) == 24, "padding would be hashed");
_Static_assert(sizeof(struct exact_key) == 48, "padding would be hashed");

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

static uint64_t client_hash(const struct asked *a)
{
	struct client_key key = { .port = a->client.port,
				  .id = a->id,
				  .address_len = a->client.address.len,
				  .transport = a->transport,
				  .opcode = a->opcode };

	memcpy(key.address, a->client.address.bytes, sizeof(key.address));
	return hash_word(&key, sizeof(key));
}

static uint64_t exact_hash(const struct asked *a)
{
	struct exact_key key = { .client = a->client_hash,
				 .question = a->question.a,
				 .place = a->place,
				 .ifindex = a->ifindex,
				 .server_port = a->server.port,
				 .server_len = a->server.address.len,
				 .has_question = a->has_question,
				 .tunnels = a->tunnels };

	memcpy(key.server, a->server.address.bytes, sizeof(key.server));
	return hash_word(&key, sizeof(key));
}

struct asked asked_of(const struct sighting *s)
{
	struct asked a = { .question = s->question,
			   .client = *client_of(s),
			   .server = *server_of(s),
			   .place = s->place,
			   .ifindex = s->ifindex,
			   .id = s->id,
			   .opcode = (uint8_t)opcode_of(s),
			   .transport = (uint8_t)s->transport,
			   .tunnels = (uint8_t)s->tunnels,
			   .has_question = s->has_question };

	a.client_hash = client_hash(&a);
	a.exact_hash = exact_hash(&a);
	return a;
}

static bool same_client(const struct asked *a, const struct asked *b)
{
	return a->client_hash == b->client_hash && a->id == b->id &&
	       a->transport == b->transport && a->opcode == b->opcode &&
	       endpoint_equal(&a->client, &b->client);
}

static bool same_question(const struct asked *a, const struct asked *b)
{
	return a->has_question == b->has_question &&
	       key128_equal(a->question, b->question);
}

bool asked_same_place(const struct asked *a, const struct asked *b)
{
	return a->place == b->place && a->ifindex == b->ifindex &&
	       a->tunnels == b->tunnels;
}

bool asked_same_endpoints(const struct asked *a, const struct asked *b)
{
	return a->transport == b->transport &&
	       endpoint_equal(&a->client, &b->client) &&
	       endpoint_equal(&a->server, &b->server);
}

static bool same_asked(const struct asked *a, const struct asked *b)
{
	return a->exact_hash == b->exact_hash && asked_same_place(a, b) &&
	       same_client(a, b) && same_question(a, b) &&
	       endpoint_equal(&a->server, &b->server);
}

struct waiting_list *waiting_list_new(size_t ceiling)
{
	struct waiting_list *l = must_calloc(1, sizeof(*l));

	l->ceiling = ceiling;
	/* Most look-ups find nothing: they shall end at an empty bucket. */
	for (l->num_buckets = 1024; l->num_buckets < 2 * ceiling;)
		l->num_buckets *= 2;
	l->exact = must_calloc_large(l->num_buckets, sizeof(*l->exact));
	l->client = must_calloc_large(l->num_buckets, sizeof(*l->client));
	return l;
}

static void free_chain(struct waiting *w)
{
	while (w != NULL) {
		struct waiting *newer = w->newer;

		free(w->exchange);
		free(w);
		w = newer;
	}
}

static void free_exchanges(struct unused_exchange *x)
{
	while (x != NULL) {
		struct unused_exchange *next = x->next;

		free(x);
		x = next;
	}
}

void waiting_list_free(struct waiting_list *l)
{
	if (l == NULL)
		return;
	for (int stage = 0; stage < STAGES; stage++)
		free_chain(l->queues[stage].oldest);
	free_chain(l->unused);
	free_exchanges(l->unused_exchanges);
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

static void chain_add(struct waiting **bucket, struct waiting *w, size_t offset)
{
	struct link *link = link_at(w, offset);

	*link = (struct link){ *bucket, bucket };
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

static struct exchange *begin_exchange(struct waiting_list *l,
				       const struct sighting *s)
{
	struct exchange *x = (void *)l->unused_exchanges;

	if (x != NULL)
		l->unused_exchanges = l->unused_exchanges->next;
	else
		x = must_calloc(1, sizeof(*x));
	*x = (struct exchange){ .has_response = s->is_response,
				.has_query = !s->is_response };
	if (s->is_response)
		x->response = *s;
	else
		x->query = *s;
	return x;
}

static void end_exchange(struct waiting_list *l, struct waiting *w)
{
	struct unused_exchange *unused = (void *)w->exchange;

	w->exchange = NULL;
	unused->next = l->unused_exchanges;
	l->unused_exchanges = unused;
}

struct waiting *waiting_add(struct waiting_list *l, const struct asked *asked,
			    const struct sighting *s)
{
	struct waiting *w = l->unused;
	size_t mask = l->num_buckets - 1;

	assert(!waiting_is_full(l));
	if (w != NULL)
		l->unused = w->newer;
	else
		w = must_calloc(1, sizeof(*w));
	*w = (struct waiting){ .asked = *asked,
			       .exchange = begin_exchange(l, s),
			       .stage = s->is_response ? STAGE_EARLY
						       : STAGE_PENDING };
	chain_add(&l->exact[asked->exact_hash & mask], w,
		  offsetof(struct waiting, exact));
	chain_add(&l->client[asked->client_hash & mask], w,
		  offsetof(struct waiting, client));
	enqueue(l, w);
	l->count++;
	return w;
}

void waiting_finish(struct waiting_list *l, struct waiting *w)
{
	const struct exchange *x = w->exchange;

	w->is_answered = x->has_query && x->has_response;
	w->is_transfer = x->query.kind == KIND_TRANSFER;
	w->response_has_question = x->response.has_question;
	end_exchange(l, w);
	dequeue(l, w);
	w->stage = STAGE_DONE;
	enqueue(l, w);
}

void waiting_remove(struct waiting_list *l, struct waiting *w)
{
	if (w->exchange != NULL)
		end_exchange(l, w);
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

struct waiting *waiting_find(struct waiting_list *l, const struct asked *asked)
{
	struct waiting *w = l->exact[asked->exact_hash & (l->num_buckets - 1)];

	while (w != NULL && !same_asked(&w->asked, asked))
		w = w->exact.next;
	return w;
}

/* From w on, the first entry of the same client. */
static struct waiting *of_client(struct waiting *w, const struct asked *asked)
{
	while (w != NULL && !same_client(&w->asked, asked))
		w = w->client.next;
	return w;
}

struct waiting *waiting_first_of_client(struct waiting_list *l,
					const struct asked *asked)
{
	size_t mask = l->num_buckets - 1;

	return of_client(l->client[asked->client_hash & mask], asked);
}

struct waiting *waiting_next_of_client(struct waiting *w, unsigned *budget)
{
	if (*budget == 0)
		return NULL;
	--*budget;
	return of_client(w->client.next, &w->asked);
}
