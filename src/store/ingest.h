/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Captures on their way into the store, as one database transaction: either
 * all of what was begun is there in the end or nothing of it.
 */
#ifndef STORE_INGEST_H
#define STORE_INGEST_H

#include "correlate/copies.h"
#include "correlate/exchange.h"
#include "dns/message.h"
#include "packet/connection.h"
#include "packet/packets.h"
#include "store/store.h"

struct ingest;

/* What is known of a capture before it is read.  NULL: not known. */
struct ingest_capture {
	const char *file, *format;
	const char *node;
	const char *ring;  /* of captures that may be parts of one */
	int64_t continues; /* the capture that came before it there; 0: none */
	int64_t gap_ns;    /* from its last packet to our first */
	bool is_joined;    /* what waited there goes on waiting here */
};

struct ingest_interface {
	int64_t capture;                         /* number in the store */
	uint32_t number;                         /* in the capture, from 0 */
	uint32_t ifindex;                        /* NO_IFINDEX: none */
	const char *name, *description, *filter; /* NULL: not known */
	const char *linktype;
	uint32_t snaplen; /* 0: unlimited */
	/* Whose it is, where the file tells; NULL: it doesn't. */
	const char *node, *namespace, *pod, *container, *labels;
};

/* What is known of a capture when it was read to its end. */
struct ingest_facts {
	const char *sha256;
	int64_t size;
	uint64_t packets, messages;
	uint64_t copies;  /* messages seen before at another place */
	uint64_t repeats; /* records that were in the file twice: left out */
	bool has_times; /* false: times that messages came with mean nothing */
	int64_t first_ns, last_ns;
	uint64_t untimed;    /* packets without a time, where others have one */
	uint64_t steps_back; /* packets stamped earlier than their last */
	int64_t step_back_ns;   /* the largest such step */
	const char *damage;     /* NULL: read to its end */
	const char *comment;    /* NULL: none */
	uint64_t short_packets; /* not captured in full length */
	uint64_t cut_packets, bad_packets, fragments, fragment_conflicts;
	uint64_t unknown_link, stream_gaps, undecided;
	/* Packets by what they are; tunnelled ones are counted beside. */
	uint64_t udp_dns, tcp_dns, icmp_errors, later_fragments, other;
	uint64_t tunnelled;
	uint64_t in, out; /* whose direction is known */
};

/*
 * 1: a capture with this content is in the store; 0: none is; -1: already
 * reported.
 */
int store_has_capture(struct store *s, const char *sha256);

/* 1: there are captures in it; 0: none; -1: already reported. */
int store_has_captures(struct store *s);

/* Starts.  NULL: already reported.  One at a time for each store. */
struct ingest *ingest_begin(struct store *s, int64_t wait_ns);

/* The number to give to the first exchange. */
int64_t ingest_first_exchange(const struct ingest *in);

/*
 * A capture, of which all is copied.  Its number for struct sighting; 0 where
 * it could not be stored: see ingest_failed().
 */
int64_t ingest_add_capture(struct ingest *in, const struct ingest_capture *c);

/*
 * The number of an interface; the same for the same capture, number and
 * ifindex, and 0, which is no interface, where a hostile file claims too many.
 */
int64_t ingest_interface(struct ingest *in,
			 const struct ingest_interface *interface);

/* That of one that was asked for before; 0: there is none. */
int64_t ingest_known_interface(struct ingest *in,
			       const struct ingest_interface *interface);

/*
 * Likewise where the capture has ended and only that much is known: capture,
 * number and ifindex.  The rest is as of the first with that number.
 */
int64_t ingest_late_interface(struct ingest *in,
			      const struct ingest_interface *interface);

/* One more was seen there that nothing else is stored of. */
void ingest_count_message(struct ingest *in, int64_t interface,
			  bool is_response);

/*
 * What an interface counted; -1 where the file tells nothing.  Kept with the
 * interface, or with the first of those that LINUX_SLL2 makes of it.  One that
 * no message passed becomes known by that.
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

/* One that was handed on before is replaced. */
void ingest_exchange(struct ingest *in, const struct exchange *x);
void ingest_stray(struct ingest *in, const struct stray *s);

/*
 * The numbers of messages, as in the view messages: of the two of an exchange,
 * and of the stray that was stored last.
 */
int64_t ingest_message(int64_t exchange, bool is_response);
int64_t ingest_last_stray(const struct ingest *in);

/* The same message on two nodes; near: the one nearer to the client. */
void ingest_crossing(struct ingest *in, const struct copied *near,
		     const struct copied *far);

void ingest_icmp(struct ingest *in, const struct icmp_notice *n);

/* The sources of its frames are numbers of captures. */
void ingest_connection(struct ingest *in, const struct connection *c,
		       int64_t interface);

/* One of the frames in which came what was complete with `of`, likewise. */
void ingest_part(struct ingest *in, struct frame_part of,
		 struct frame_part part);

/* A packet's comment, and the names that Wireshark had found: of pcapng. */
void ingest_add_comment(struct ingest *in, int64_t capture, uint64_t frame,
			const char *comment);
void ingest_add_host(struct ingest *in, int64_t capture, const char *address,
		     const char *name);

/* What tcpdump said of itself; NULL and -1: it did not. */
struct ingest_log {
	const char *file, *command, *filter;
	int64_t captured, received, dropped;
};

/* Its number; then that of the captures that it tells of. */
int64_t ingest_add_log(struct ingest *in, const struct ingest_log *log);
void ingest_set_log(struct ingest *in, int64_t capture, int64_t log);

/* A number for notes_add_interface() that no other has. */
int64_t ingest_next_note(struct ingest *in);

/* Whether the capture's filter lets such packets through. */
void ingest_add_scope(struct ingest *in, int64_t capture, const char *subject,
		      bool passes);

/* Gives names to the capture's interfaces that have none, by their ifindex. */
void ingest_name_interfaces(struct ingest *in, int64_t capture, int64_t note);

/*
 * Whether something could not be stored (already reported).  Nothing more is
 * stored then; ask now and then, so as not to read on in vain.
 */
bool ingest_failed(const struct ingest *in);

/*
 * The capture was read to its end.  1: noted; 0: the store has one with that
 * content already, and what was begun can only be abandoned; -1: reported.
 */
int ingest_end_capture(struct ingest *in, int64_t capture,
		       const struct ingest_facts *facts);

/* What is known of it so far, while it is read; -1: likewise. */
int ingest_update_capture(struct ingest *in, int64_t capture,
			  const struct ingest_facts *facts);

/*
 * One more message of a capture that was ended: it had waited for a part that
 * never came.
 */
void ingest_add_late(struct ingest *in, int64_t capture);

/*
 * Waits until all that was handed over can be read through this store, as
 * nobody may as long as rows are under way.  -1: already reported.
 */
int ingest_settle(struct ingest *in);

/*
 * Keeps what is there, and goes on.  -1: already reported; what came after the
 * last one is lost.
 */
int ingest_checkpoint(struct ingest *in);

/*
 * The two halves of it: in between somebody else may write to the store
 * through the same connection.
 */
int ingest_pause(struct ingest *in);
int ingest_resume(struct ingest *in);

/* -1: likewise.  Both end the ingest; to abandon NULL is fine. */
int ingest_commit(struct ingest *in);
void ingest_abandon(struct ingest *in);

#endif
