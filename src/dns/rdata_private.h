/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The data of a record: whether it keeps to its type's format, and its text.
 * ldns knows the formats and writes the text; it never sees more than one
 * record at a time, with no pointers in it: it would follow 65535 for each
 * name.
 */
#ifndef DNS_RDATA_PRIVATE_H
#define DNS_RDATA_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "dns/name_private.h"

struct rdata {
	uint16_t type, class;
	struct reader at;   /* starts with the message, ends with the rdata */
	size_t message_len; /* as sent */
};

/* The fields that the type asks for, the whole of them, and no more. */
bool rdata_check(const struct rdata *d, struct dns_fault *fault);

/* Whether the rdata is a name and nothing else (CNAME, NS, PTR...). */
bool rdata_is_name(uint16_t type);

struct rdata_printer;

struct rdata_printer *rdata_printer_new(void);
void rdata_printer_free(struct rdata_printer *p);

/*
 * Presentation format in one line; RFC 3597's for what ldns doesn't know or
 * writes differently from host to host.  Valid until the next call; NULL with
 * a fault where the rdata is damaged.
 */
const char *rdata_text(struct rdata_printer *p, const struct rdata *d,
		       struct dns_fault *fault);

#endif
