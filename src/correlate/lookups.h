/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lookups of applications: which questions follow from one before, and what
 * became of them together.  A lookup begins with a question that nothing
 * explains, and has all those that follow from one of its own:
 *
 *   1  the same again: same id, as long as it has no final answer, or on the
 *      same port
 *   2  the same again with a new id: after a timeout, or at once after an error
 *   3  the same over TCP, after a truncated answer
 *   4  AAAA for the A just asked, or A for the AAAA
 *   5  the next name of a search list, as soon as the last one was denied
 *
 * What was asked in it already begins another, and so does what follows more
 * than 30 s after its start.
 *
 * Which names have a base in common, what an answer is worth and what all of it
 * means is concluded in SQL, before (questions.sql) and after (lookups.sql).
 * This is C since each question looks back at its client's last ones: in one
 * pass in the order of time, with 30 s in memory, that costs a fifth of what
 * joins do, and no more for large captures.
 */
#ifndef CORRELATE_LOOKUPS_H
#define CORRELATE_LOOKUPS_H

#include <stdbool.h>
#include <stdint.h>

/* What a transaction tells, the best first. */
enum lookup_fate {
	FATE_RECORDS = 1,
	FATE_NO_DATA, /* none of that type */
	FATE_DENIED,  /* no such name */
	FATE_ERROR,
	FATE_TRUNCATED, /* TC */
	FATE_ICMP_ERROR,
	FATE_NOTHING, /* came */
	/* Not known from here on. */
	FATE_UNDECIDED,
	FATE_ENDED, /* its capture did */
	FATE_CUT,   /* the answer is */
	FATE_MAYBE  /* it may not have been captured */
};

/* A transaction of a client; what is called a number is one of the store. */
struct lookup_question {
	int64_t exchange; /* number */
	int64_t asked_ns, repeated_ns,
		done_ns;               /* the last query: after asked */
	int64_t base;                  /* of the search: a number */
	uint32_t client, server, name; /* numbers */
	uint32_t word;                 /* the name without case: a number */
	uint32_t attempts;
	int32_t edns_size; /* -1: no EDNS */
	int16_t rcode;     /* -1: none */
	uint16_t base_length, qtype, dns_id, port;
	uint8_t transport;
	uint8_t fate;  /* enum lookup_fate */
	uint8_t made;  /* 0: as it is; 1: with a suffix; 2: and others were */
	bool has_time; /* else the order of the calls is all that is known */
	bool is_done;  /* done_ns is known */
	bool has_some; /* addresses, even if cut */
};

/*
 * All that became known of a lookup, of the last name that was asked for where
 * nothing else is said.
 */
struct lookup_course {
	const struct lookup_question *first;
	uint32_t last_name;          /* number */
	int64_t transactions, names; /* of all */
	int64_t queries;             /* of all */
	int64_t repeated_ns;         /* the last query */
	/*
	 * Until both were, and the slower one's own, and that from the last
	 * time it was asked; LOOKUP_NEVER: no answer.
	 */
	int64_t done_ns, took_ns, since_ns;
	int16_t rcode;       /* of the error; -1: none */
	unsigned sign;       /* of a resolver, by its number; 0: none */
	uint8_t best, worst; /* of A and AAAA */
	uint8_t made;
	bool asks_a, asks_aaaa, base_asked; /* any name; as the next two */
	bool has_nodata, has_servfail;
};

#define LOOKUP_NEVER INT64_MIN

struct lookups_sink {
	void *context;
	/* how: as above, 0 for its first; in the order of time */
	void (*member)(void *context, int64_t exchange, int64_t first,
		       unsigned how);
	/* likewise, when all is known; borrowed */
	void (*course)(void *context, const struct lookup_course *course);
	/*
	 * A question, or a lookup by its first, that memory could not hold for
	 * 30 s: what follows from it may begin another lookup.
	 */
	void (*forgotten)(void *context, int64_t exchange);
};

struct lookups;

/* The sink is copied. */
struct lookups *lookups_new(const struct lookups_sink *sink);

/* In the order of time; of what is asked at a time, in any that is always so. */
void lookups_add(struct lookups *l, const struct lookup_question *q);

/* There are no more. */
void lookups_finish(struct lookups *l);

void lookups_free(struct lookups *l);

#endif
