/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A payload as a DNS message (RFC 1035, 4.1).  Damage is a verdict, not an
 * error: what decoded before it is kept, with the place and the reason of the
 * first fault.  The only room that knows ldns.
 */
#ifndef DNS_MESSAGE_H
#define DNS_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

enum {
	DNS_HEADER_LEN = 12,
	DNS_NAME_WIRE_MAX = 255,
	/* Every byte as \DDD, a trailing dot and a NUL. */
	DNS_NAME_TEXT_MAX = 4 * DNS_NAME_WIRE_MAX + 2
};

enum dns_section {
	DNS_HEADER,
	DNS_QUESTION,
	DNS_ANSWER,
	DNS_AUTHORITY,
	DNS_ADDITIONAL,
	DNS_SECTIONS
};

enum dns_verdict {
	DNS_OK,
	DNS_SNAP_TRUNCATED, /* the capture cut it; what is there is good */
	DNS_SENDER_CUT,     /* ends within a record although nothing was cut */
	DNS_MALFORMED,      /* contradicts the format */
	DNS_TRAILING_BYTES, /* whole, and something follows */
	DNS_VERDICTS
};

/* Flags as in the header's second 16 bits (RFC 1035, 4.1.1; RFC 4035). */
enum {
	DNS_FLAG_QR = 0x8000,
	DNS_FLAG_AA = 0x0400,
	DNS_FLAG_TC = 0x0200,
	DNS_FLAG_RD = 0x0100,
	DNS_FLAG_RA = 0x0080,
	DNS_FLAG_AD = 0x0020,
	DNS_FLAG_CD = 0x0010
};

enum { DNS_OPCODE_QUERY = 0, DNS_OPCODE_NOTIFY = 4, DNS_OPCODE_UPDATE = 5 };

enum {
	DNS_TYPE_A = 1,
	DNS_TYPE_NS = 2,
	DNS_TYPE_CNAME = 5,
	DNS_TYPE_SOA = 6,
	DNS_TYPE_HINFO = 13,
	DNS_TYPE_AAAA = 28,
	DNS_TYPE_OPT = 41,
	DNS_TYPE_IXFR = 251,
	DNS_TYPE_AXFR = 252,
	DNS_CLASS_IN = 1
};

/* A record of the answer section. */
struct dns_answer {
	const char *name;     /* owner: presentation format, trailing dot */
	uint16_t type, class; /* mDNS' top bit of the class is kept */
	uint32_t ttl;         /* 0 where the top bit was set (RFC 2181, 8) */
	/*
	 * rdata in presentation format (RFC 3597 where the type is unknown to
	 * ldns); for A and AAAA the plain address.  NULL where it was damaged.
	 */
	const char *data;
};

struct dns_edns {
	bool present;
	uint16_t udp_size;
	uint8_t version;
	bool dnssec_ok;
	const char *client_subnet; /* "10.1.2.0/24" (RFC 7871) or NULL */
	int ede_code;              /* RFC 8914, the first one; -1: none */
	const char *ede_text; /* its EXTRA-TEXT as sent, or NULL: hostile */
};

struct dns_message {
	/*
	 * has_header: all 12 bytes of it.  Where it was cut, what is there
	 * of id and flags is given nevertheless; the rest is 0.
	 */
	bool has_header;
	uint16_t id;
	uint16_t flags; /* the 16 bits, with opcode and rcode */
	uint8_t opcode;
	uint16_t rcode; /* with EDNS' upper bits (RFC 6891, 6.1.3) */
	uint16_t counts[DNS_SECTIONS];  /* as the header says; [0] unused */
	uint16_t decoded[DNS_SECTIONS]; /* how many of them decoded */
	uint32_t size;                  /* of the message as it was sent */

	/*
	 * The first question; wire case kept.  Without one (QDCOUNT 0, or cut
	 * before its end): has_question false, name "", type and class 0.
	 */
	bool has_question;
	const char *name; /* presentation format: \DDD escapes, trailing dot */
	uint8_t name_wire[DNS_NAME_WIRE_MAX]; /* uncompressed */
	uint8_t name_wire_len;
	uint16_t type, class;

	/*
	 * The answer section in order, as far as the records' extent is known:
	 * one with damaged rdata is here, but not in decoded[].
	 */
	const struct dns_answer *answers;
	size_t num_answers;
	int64_t min_ttl;      /* smallest of the answers' TTLs; -1: none */
	int64_t negative_ttl; /* RFC 2308, 5, authority's SOA; -1: no SOA */
	struct dns_edns edns;

	enum dns_verdict verdict;
	enum dns_section fault_section; /* where the first fault is, if any */
	uint32_t fault_offset; /* bytes from the start of the message */
	const char *fault;     /* why; NULL if DNS_OK */
};

struct dns_decoder;

struct dns_decoder *dns_decoder_new(void);
void dns_decoder_free(struct dns_decoder *d);

/*
 * Never fails: look at the verdict.  sent_len is the length on the wire; where
 * it is more than payload.len the rest was not captured.  The result and all it
 * points to belong to the decoder and live until the next call.
 */
const struct dns_message *dns_decode(struct dns_decoder *d,
				     struct bytes payload, size_t sent_len);

/*
 * Whether bytes may start a DNS message of len bytes: opcode, counts and
 * length agree.  For finding the framing of TCP streams.
 */
bool dns_plausible(struct bytes start, size_t len);

bool dns_is_response(const struct dns_message *m);

/* "ok", "snap_truncated", "sender_cut", "malformed", "trailing_bytes". */
const char *dns_verdict_name(enum dns_verdict verdict);
/* "header", "question"... */
const char *dns_section_name(enum dns_section section);

#endif
