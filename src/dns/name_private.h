/* SPDX-License-Identifier: BSD-3-Clause */
/* Domain names on the wire (RFC 1035, 3.1 and 4.1.4) and as text (5.1). */
#ifndef DNS_NAME_PRIVATE_H
#define DNS_NAME_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "dns/message.h"

struct dns_name {
	uint8_t wire[DNS_NAME_WIRE_MAX]; /* uncompressed, case kept */
	uint8_t len;
};

/* Why something could not be decoded, and where. */
struct dns_fault {
	const char *why;
	size_t offset; /* bytes from the start of the message */
	bool ran_out;  /* it may be good, but bytes are missing */
};

/*
 * Reads the name at the cursor, which starts at the start of the message
 * (pointers count from there) and ends where the name must have ended.  The
 * message as it was sent has message_len bytes.  False with a fault: the cursor
 * is then anywhere.  The work is bounded whatever the pointers say.
 */
bool dns_name_read(struct reader *r, size_t message_len, struct dns_name *name,
		   struct dns_fault *fault);

/*
 * With \DDD escapes as ldns writes them, and a trailing dot; the root is ".".
 * out takes DNS_NAME_TEXT_MAX bytes.  The length without the NUL.
 */
size_t dns_name_text(const struct dns_name *name, char *out);

bool dns_name_same_bytes(const struct dns_name *a, const struct dns_name *b);

#endif
