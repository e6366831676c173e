/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where in a message stand the bytes that tell of somebody: for those who
 * change them in place.  What is not visited is structure, numbers and codes.
 */
#ifndef DNS_LAYOUT_H
#define DNS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum dns_part_kind {
	DNS_PART_LABEL,   /* its bytes, without the length */
	DNS_PART_ADDRESS, /* 4 or 16 bytes */
	DNS_PART_SUBNET,  /* as many bytes of an address as its prefix has */
	DNS_PART_STRING,  /* text */
	DNS_PART_DATA,    /* keys, hashes, cookies: any bytes do */
	DNS_PART_REST     /* nobody can tell what that is */
};

struct dns_part {
	enum dns_part_kind kind;
	size_t offset, len; /* in the message, within the payload */
	/* Of a label: the name from it on; NULL where that is not known. */
	const uint8_t *tail;
	size_t tail_len;
	uint8_t address_len, prefix; /* of a subnet: 4 or 16; bits */
};

/*
 * Visits each part once, in order.  Names may share bytes by compression: a
 * label's tail is the same in all of them.  A pointer to anything but a label
 * that was visited ends the visit with a rest, as does damage after which
 * nothing can be found; in data of a record it ends that record's parts.  False
 * then: bytes that change may be read as structure.
 */
bool dns_visit(struct bytes payload, size_t sent_len,
	       void (*visit)(void *context, const struct dns_part *part),
	       void *context);

#endif
