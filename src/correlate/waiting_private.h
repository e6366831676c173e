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

/* A place in a chain of one of the tables. */
struct link {
	uint64_t hash;
	struct waiting *next, **back;
};

struct waiting {
	struct exchange exchange;
	bool wrong_source_seen; /* answered at this place, not by whom it
				      asked */
	bool other_place_seen;  /* answered, but not at this place */
	bool icmp_seen;         /* an ICMP error quotes the query */
	bool is_told; /* handed on at a checkpoint, as it is but for */
	uint32_t told_attempts; /* these */
	int64_t since_ns;       /* of the first message, or when it was read */
	enum stage stage;
	struct waiting *newer, *older; /* in the queue of its stage */
	struct link exact;             /* everything that must agree */
	struct link client;            /* client, id, opcode, transport */
};

struct waiting_list;

struct waiting_list *waiting_list_new(size_t ceiling);
void waiting_list_free(struct waiting_list *l);

/*
 * A new entry in the given stage for an exchange whose first message is s.
 * There must be room: see waiting_is_full().
 */
struct waiting *waiting_add(struct waiting_list *l, enum stage stage,
			    const struct sighting *s);
void waiting_move(struct waiting_list *l, struct waiting *w, enum stage stage);
void waiting_remove(struct waiting_list *l, struct waiting *w);

bool waiting_is_full(const struct waiting_list *l);
struct waiting *waiting_oldest(struct waiting_list *l, enum stage stage);
struct waiting *waiting_newest(struct waiting_list *l, enum stage stage);

/* On the same interface, inside or outside of a tunnel there. */
bool waiting_same_place(const struct sighting *a, const struct sighting *b);

/* Between the same client and server over the same transport. */
bool waiting_same_endpoints(const struct sighting *a, const struct sighting *b);

/* The message that an entry is found by. */
const struct sighting *waiting_first_message(const struct waiting *w);

/* The newest entry with the same endpoints, id, place and question. */
struct waiting *waiting_find(struct waiting_list *l, const struct sighting *s);

/*
 * Entries with the same client and id, newest first; NULL at the end.  Only a bounded number is offered: a client that asks everything under
 * one id and port must not slow us down.
 */
struct waiting *waiting_first_of_client(struct waiting_list *l,
					const struct sighting *s);
struct waiting *waiting_next_of_client(const struct sighting *s,
				       struct waiting *w, unsigned *budget);

#endif
