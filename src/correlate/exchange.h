/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The facts that pairing works on and yields.  All values of fixed size: what
 * varies (names, answers) was put into the store before and is only a number
 * here.  An exchange is a query with its response; the public word for it is
 * transaction, which SQLite keeps for itself.
 */
#ifndef CORRELATE_EXCHANGE_H
#define CORRELATE_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "packet/datagram.h"

/* What is compared with what.  Numbers are stored: append only. */
enum message_kind {
	KIND_QUERY,    /* opcode 0 with one question: the statistics' subject */
	KIND_TRANSFER, /* AXFR, IXFR: many responses to one query */
	KIND_NOTIFY,
	KIND_UPDATE,
	KIND_OTHER, /* other opcodes, QDCOUNT != 1, no readable header */
	KIND_MDNS,
	KIND_LLMNR,
	KIND_HEALTH_CHECK, /* what servers ask to see whether others live */
	KIND_LOOP_PROBE,   /* what CoreDNS asks itself once, when it starts */
	MESSAGE_KINDS
};

/* How sure it is for whom a server sent a query.  Stored: append only. */
enum leg_confidence {
	LEG_NONE,
	LEG_AMBIGUOUS, /* several came in within 1 ms: any of them */
	LEG_LIKELY,    /* their order decides, or it is a second try */
	LEG_EXACT,     /* the same id, or the only one */
	LEG_CONFIDENCES
};

/* The exchange that a server's query was sent for; 0: none is known. */
struct leg {
	int64_t parent;
	enum leg_confidence confidence;
};

/* One captured DNS message. */
struct sighting {
	uint64_t frame;
	int64_t time_ns;
	bool has_time;
	int64_t capture;   /* number in the store */
	int64_t interface; /* number in the store */
	uint32_t place;    /* as in struct datagram, as is ifindex: where */
	uint32_t ifindex;  /* it was seen, whichever capture it is from */
	unsigned tunnels;  /* how deep in tunnels it was seen */
	enum frame_direction direction;
	struct endpoint src, dst;
	enum transport transport;
	enum message_kind kind;
	bool has_header; /* false: id and flags are meaningless */
	bool is_response;
	uint16_t id, flags, rcode, qtype, qclass;
	uint32_t size;
	bool has_question;
	struct key128 question;        /* name without case, type, class */
	struct key128 spelling;        /* the same, as it was written */
	int64_t name, answers, detail; /* numbers in the store; 0: none */
	/* A copy: of which message, and in which exchange that is; else 0. */
	int64_t copy_of, leader;
	struct leg leg;
	int64_t min_ttl, negative_ttl; /* -1: none */
};

/* Stored: append only. */
enum exchange_state {
	STATE_ANSWERED,
	STATE_ANSWERED_LATE,   /* after a retry, or after the wait time */
	STATE_UNANSWERED,      /* the wait time passed */
	STATE_PENDING_AT_END,  /* the capture ended within the wait time */
	STATE_WRONG_SOURCE,    /* answered only from another address or port */
	STATE_ORPHAN_RESPONSE, /* a response without a query */
	STATE_ORPHAN_AT_START, /* its query may be older than the capture */
	/* on this interface; a response passed another one */
	STATE_ANSWERED_ELSEWHERE,
	STATE_UNDECIDED,  /* forgotten while waiting: the table was full */
	STATE_ICMP_ERROR, /* unanswered, and an ICMP error quotes the query */
	EXCHANGE_STATES
};

/* Bits; stored. */
enum exchange_note {
	NOTE_CASE_DIFFERS = 1,    /* the response spells the name differently */
	NOTE_WEAK_MATCH = 2,      /* one side has no question to compare */
	NOTE_BEFORE_QUERY = 4,    /* stamped up to 1 ms before its query */
	NOTE_QUERY_UNREADABLE = 8 /* the response tells the question */
};

struct exchange {
	int64_t id;
	int64_t leader; /* the one whose query was copied; 0: none */
	/* Known after its response, whose copies follow this one then. */
	bool has_late_leader;
	struct leg leg; /* the query's */
	enum exchange_state state;
	unsigned notes;
	uint32_t attempts; /* queries seen until the response */
	int64_t last_asked_ns;
	bool was_handed_on; /* before, as if the capture ended there */
	bool has_query, has_response;
	struct sighting query, response;
};

/* Why a message is no half of an exchange.  Stored: append only. */
enum stray_role {
	ROLE_UNPAIRED = 1, /* mDNS, LLMNR, no header: never paired */
	ROLE_ATTEMPT,      /* the query again, before an answer */
	ROLE_DUPLICATE,    /* a further response */
	ROLE_WRONG_SOURCE, /* a response from another address or port */
	ROLE_CONTINUATION, /* a further message of a transfer */
	STRAY_ROLES
};

struct stray {
	int64_t exchange; /* 0: belongs to none */
	enum stray_role role;
	uint32_t attempt; /* which query, from 1; 0: does not apply */
	struct sighting message;
};

/*
 * An ICMP error about a DNS message, or about a TCP segment of a connection
 * that carries some.  Frame, time and place are those of the error; endpoints,
 * id, kind and question those of the message that it quotes, as far as it
 * does: so has_header and has_question are often false.
 */
struct icmp_notice {
	int64_t exchange; /* 0: none that it belongs to */
	uint8_t family;   /* 4 or 6: ICMP or ICMPv6 */
	uint8_t type, code;
	uint32_t mtu; /* 0: does not apply */
	struct address reporter;
	bool has_id; /* at least the quoted message's id is known */
	struct sighting quoted;
};

/* The public words: "answered_late", "mdns", "duplicate_response". */
const char *exchange_state_name(enum exchange_state state);
const char *leg_confidence_name(enum leg_confidence confidence);
const char *message_kind_name(enum message_kind kind);
const char *stray_role_name(enum stray_role role);

#endif
