/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of codes, as IANA has them and as the guide's tool prints them.  The
 * tables are offered row by row as well, so that the store can keep them.
 */
#ifndef DNS_NAMES_H
#define DNS_NAMES_H

#include <stdbool.h>
#include <stdint.h>

struct dns_code {
	uint16_t code;
	const char *iana;  /* "NXDOMAIN", "AAAA" */
	const char *guide; /* "NameError": Inspektor Gadget's; NULL: as iana */
};

/* Rows in order of code; NULL past the end. */
const struct dns_code *dns_rcode_row(unsigned row);
const struct dns_code *dns_opcode_row(unsigned row);
const struct dns_code *dns_type_row(unsigned row);
const struct dns_code *dns_ede_row(unsigned row);

/*
 * The code that a word means: IANA's name, the guide's, gopacket's or
 * Wireshark's, in any case, "TYPE65" (RFC 3597), or the number.
 */
bool dns_rcode_parse(const char *word, uint16_t *code);
bool dns_opcode_parse(const char *word, uint16_t *code);
bool dns_type_parse(const char *word, uint16_t *code);

#endif
