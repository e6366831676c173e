/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DNS messages, written record by record (RFC 1035, 4.1).  Owners of records
 * are compressed; the counts of the header follow what is added.
 */
#ifndef TESTS_BENCH_MESSAGE_H
#define TESTS_BENCH_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

enum { MESSAGE_MAX = 1024, QUESTION_OFFSET = 12, WIRE_NAME_MAX = 255 };
enum { TYPE_A = 1, TYPE_AAAA = 28 };
enum {
	FLAG_QR = 0x8000,
	FLAG_AA = 0x0400,
	FLAG_TC = 0x0200,
	FLAG_RD = 0x0100,
	FLAG_RA = 0x0080,
	RCODE_SERVFAIL = 2,
	RCODE_NXDOMAIN = 3
};

struct wire_name {
	uint8_t bytes[WIRE_NAME_MAX];
	uint8_t len;
};

/* Labels with dots between them, no escapes; may be given in several parts. */
void wire_name_add(struct wire_name *n, const char *labels);
void wire_name_append(struct wire_name *n, const struct wire_name *more);
/* The root, which ends it. */
void wire_name_end(struct wire_name *n);

struct message {
	uint8_t bytes[MESSAGE_MAX];
	size_t len;
};

void message_begin(struct message *m, uint16_t id, uint16_t flags,
		   const struct wire_name *name, uint16_t type);
/* owner: where its name stands in the message; so does what is returned. */
size_t message_add_cname(struct message *m, size_t owner,
			 const struct wire_name *target, uint32_t ttl);
void message_add_address(struct message *m, size_t owner, uint16_t type,
			 uint64_t address, uint32_t ttl);
/* RFC 2308; zone as owner. */
void message_add_soa(struct message *m, const struct wire_name *zone,
		     uint32_t ttl);
/* RFC 6891, without options. */
void message_add_edns(struct message *m, uint16_t udp_size);

#endif
