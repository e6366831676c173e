/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What ingest.c, for messages, ingest_capture.c and ingest_interface.c share.
 */
#ifndef STORE_INGEST_PRIVATE_H
#define STORE_INGEST_PRIVATE_H

#include "store/ingest.h"
#include "store/inserter_private.h"
#include "store/network_private.h"
#include "store/order_private.h"
#include "store/store_private.h"
#include "store/values_private.h"

/* One pod has two or three addresses. */
enum { SENDERS_MAX = 4 };

struct known_interface {
	int64_t capture;
	uint32_t number, ifindex;
	int64_t id;
	int64_t queries, responses; /* not yet in the store */
	/* Whose messages came in there; as many as matter. */
	struct address senders[SENDERS_MAX];
	unsigned num_senders;
	bool from_beyond; /* some had passed a router */
};

struct ingest {
	struct store *store;
	struct values *values;
	struct order *order; /* exchanges that are not yet put */
	int64_t wait_ns, first_exchange, last_stray;
	unsigned late_leaders; /* how often to look for them */
	struct known_interface *interfaces;
	size_t num_interfaces, last_interface;
	bool has_news; /* in this transaction, that conclusions are made of */
	bool failed;
};

/*
 * A statement with its parameters, through the inserter: 't' is a text or NULL,
 * 'n' a number (int64_t), 'o' one for which -1 stands for NULL.
 */
void ingest_run(struct ingest *in, const char *sql, const char *types, ...);

/* The number of the row that was put last; 0: there is none. */
int64_t ingest_last_row(struct ingest *in);

/* Those that wait for others to come first. */
void ingest_put_exchanges(struct ingest *in);

/* What was counted at the interfaces of a capture since the last time. */
void ingest_put_counts(struct ingest *in, int64_t capture);

/* Of messages that came when their captures had ended; see ingest_add_late(). */
void ingest_put_late_counts(struct ingest *in);

/* Who sends at an interface tells what stands behind it. */
void ingest_note_sender(struct ingest *in, int64_t interface,
			const struct datagram *d);

#endif
