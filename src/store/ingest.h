/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One capture on its way into the store, as one database transaction: either
 * all of it is there in the end or nothing.
 */
#ifndef STORE_INGEST_H
#define STORE_INGEST_H

#include "correlate/exchange.h"
#include "dns/message.h"
#include "packet/connection.h"
#include "store/store.h"

struct ingest;

struct ingest_interface {
	uint32_t number;                         /* in the capture, from 0 */
	uint32_t ifindex;                        /* NO_IFINDEX: none */
	const char *name, *description, *filter; /* NULL: not known */
	const char *linktype;
	uint32_t snaplen; /* 0: unlimited */
};

/* What is known of a capture when it was read to its end. */
struct ingest_facts {
	const char *sha256;
	int64_t size;
	uint64_t packets, messages;
	bool has_times; /* false: times that messages came with mean nothing */
	int64_t first_ns, last_ns;
	const char *damage; /* NULL: read to its end */
	uint64_t cut_packets, bad_packets, fragments, unknown_link;
	uint64_t stream_gaps, undecided;
};

/*
 * 1: a capture with this content is in the store; 0: none is; -1: already
 * reported.
 */
int store_has_capture(struct store *s, const char *sha256);

/*
 * Starts the capture.  file, format and node (NULL: unknown) are copied.
 * NULL: already reported.  One at a time for each store.
 */
struct ingest *ingest_begin(struct store *s, const char *file,
			    const char *format, const char *node,
			    int64_t wait_ns);

/* The number to give to the first exchange. */
int64_t ingest_first_exchange(const struct ingest *in);

/* The capture's number, for struct sighting. */
int64_t ingest_capture(const struct ingest *in);

/*
 * The number of an interface; the same for the same number and ifindex, and
 * 0, which is no interface, where a hostile file claims too many.
 */
int64_t ingest_interface(struct ingest *in,
			 const struct ingest_interface *interface);

/*
 * What an interface counted; -1 where the file tells nothing.  Kept with the
 * interface, or with the first of those that LINUX_SLL2 makes of it.
 */
void ingest_interface_counters(struct ingest *in,
			       const struct ingest_interface *interface,
			       int64_t received, int64_t dropped);

/*
 * Stores what varies in a message (name, answers, EDNS, fault) and puts the
 * numbers into the sighting.
 */
void ingest_values(struct ingest *in, const struct datagram *d,
		   const struct dns_message *m, struct sighting *s);

void ingest_exchange(struct ingest *in, const struct exchange *x);
void ingest_stray(struct ingest *in, const struct stray *s);
void ingest_icmp(struct ingest *in, const struct icmp_notice *n);

/*
 * The captures' numbers by the sources of the connection's frames; interface is
 * that where it was seen.
 */
void ingest_connection(struct ingest *in, const struct connection *c,
		       const int64_t *captures, int64_t interface);

/*
 * Whether something could not be stored (already reported).  Nothing more is
 * stored then; ask now and then, so as not to read on in vain.
 */
bool ingest_failed(const struct ingest *in);

/* 1: kept; 0: content was there already, nothing kept; -1: reported. */
int ingest_finish(struct ingest *in, const struct ingest_facts *facts);

/* Nothing of this capture is kept.  Both end the ingest. */
void ingest_abandon(struct ingest *in);

#endif
