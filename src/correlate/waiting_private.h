/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The exchanges that the matcher still needs: two hash tables over the same
 * entries, and a queue for each stage of their life, oldest first.  Knows
 * nothing of why an entry moves on.
 */
#ifndef CORRELATE_WAITING_PRIVATE_H
#define CORRELATE_WAITING_PRIVATE_H

#include <stddef.h>

#include "correlate/exchange.h"

enum stage {
	STAGE_PENDING, /* a query without a response */
	STAGE_EARLY,   /* a response; its query may be stamped a bit later */
	STAGE_DONE,    /* handed on; kept to know further responses */
	STAGES
};

/*
 * What a message is found by, the same for a query and its response: the
 * question, who asked whom, and where that was seen.
 */
struct asked {
	uint64_t exact_hash;  /* of all that is here */
	uint64_t client_hash; /* of client, id, opcode and transport */
	struct key128 question;
	struct endpoint client, server;
	uint32_t place, ifindex;
	uint16_t id;
	uint8_t opcode, transport, tunnels;
	bool has_question;
};

struct asked asked_of(const struct sighting *s);

/* On the same interface, inside or outside of a tunnel there. */
bool asked_same_place(const struct asked *a, const struct asked *b);

/* Between the same client and server over the same transport. */
bool asked_same_endpoints(const struct asked *a, const struct asked *b);

/* A place in a chain of one of the tables. */
struct link {
	struct waiting *next, **back;
};

/*
 * Most of them are done, and many: they keep no more than what later messages
 * are compared with.
 */
struct waiting {
	struct asked asked;
	int64_t id;                /* of the exchange */
	int64_t leader;            /* of whom its query is a copy; else id */
	struct exchange *exchange; /* NULL in STAGE_DONE */
	int64_t since_ns; /* of the first message, or when it was read */
	uint8_t stage;
	bool wrong_source_seen; /* answered at this place, not by whom it
				      asked */
	bool other_place_seen;  /* answered, but not at this place */
	bool icmp_seen;         /* an ICMP error quotes the query */
	bool is_told; /* handed on at a checkpoint, as it is but for */
	uint32_t told_attempts; /* these */
	bool is_answered;       /* done, and has both halves; of these: */
	bool is_transfer, response_has_question;
	struct waiting *newer, *older; /* in the queue of its stage */
	struct link exact, client;
};

struct waiting_list;

struct waiting_list *waiting_list_new(size_t ceiling);
void waiting_list_free(struct waiting_list *l);

/*
 * A new entry for an exchange whose first message is s: STAGE_PENDING or
 * STAGE_EARLY.  There must be room: see waiting_is_full().
 */
struct waiting *waiting_add(struct waiting_list *l, const struct asked *asked,
			    const struct sighting *s);

/* To STAGE_DONE: its exchange is forgotten, but for what is above. */
void waiting_finish(struct waiting_list *l, struct waiting *w);
void waiting_remove(struct waiting_list *l, struct waiting *w);

bool waiting_is_full(const struct waiting_list *l);
struct waiting *waiting_oldest(struct waiting_list *l, enum stage stage);
struct waiting *waiting_newest(struct waiting_list *l, enum stage stage);

/* The newest entry with the same endpoints, id, place and question. */
struct waiting *waiting_find(struct waiting_list *l, const struct asked *asked);

/*
 * Entries with the same client and id, newest first; NULL at the end.  Only a
 * bounded number is offered: a client that asks everything under one id and
 * port must not slow us down.
 */
enum { CLIENT_BUDGET = 16 };

struct waiting *waiting_first_of_client(struct waiting_list *l,
					const struct asked *asked);
struct waiting *waiting_next_of_client(struct waiting *w, unsigned *budget);

/* What an ICMP error quotes; see matcher_feed_icmp().  NULL: nothing here. */
struct waiting *waiting_find_quoted(struct waiting_list *l,
				    const struct icmp_notice *n);

#endif
