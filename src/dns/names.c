/* SPDX-License-Identifier: BSD-3-Clause */
#include "dns/names.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

enum { RCODE_MAX = 4095, OPCODE_MAX = 15, TYPE_MAX = 65535 };

/* https://www.iana.org/assignments/dns-parameters; guide: Inspektor Gadget. */
static const struct dns_code rcodes[] = {
	{ 0, "NOERROR", "Success" },
	{ 1, "FORMERR", "FormatError" },
	{ 2, "SERVFAIL", "ServerFailure" },
	{ 3, "NXDOMAIN", "NameError" },
	{ 4, "NOTIMP", "NotImplemented" },
	{ 5, "REFUSED", "Refused" },
	{ 6, "YXDOMAIN", NULL },
	{ 7, "YXRRSET", NULL },
	{ 8, "NXRRSET", NULL },
	{ 9, "NOTAUTH", NULL },
	{ 10, "NOTZONE", NULL },
	{ 11, "DSOTYPENI", NULL },
	{ 16, "BADVERS", NULL },
	{ 17, "BADKEY", NULL },
	{ 18, "BADTIME", NULL },
	{ 19, "BADMODE", NULL },
	{ 20, "BADNAME", NULL },
	{ 21, "BADALG", NULL },
	{ 22, "BADTRUNC", NULL },
	{ 23, "BADCOOKIE", NULL },
};

static const struct dns_code opcodes[] = {
	{ 0, "QUERY", NULL },  { 1, "IQUERY", NULL }, { 2, "STATUS", NULL },
	{ 4, "NOTIFY", NULL }, { 5, "UPDATE", NULL }, { 6, "DSO", NULL },
};

/* An own table: that of ldns changes from version to version. */
static const struct dns_code types[] = {
	{ 1, "A", NULL },           { 2, "NS", NULL },
	{ 3, "MD", NULL },          { 4, "MF", NULL },
	{ 5, "CNAME", NULL },       { 6, "SOA", NULL },
	{ 7, "MB", NULL },          { 8, "MG", NULL },
	{ 9, "MR", NULL },          { 10, "NULL", NULL },
	{ 11, "WKS", NULL },        { 12, "PTR", NULL },
	{ 13, "HINFO", NULL },      { 14, "MINFO", NULL },
	{ 15, "MX", NULL },         { 16, "TXT", NULL },
	{ 17, "RP", NULL },         { 18, "AFSDB", NULL },
	{ 19, "X25", NULL },        { 20, "ISDN", NULL },
	{ 21, "RT", NULL },         { 22, "NSAP", NULL },
	{ 23, "NSAP-PTR", NULL },   { 24, "SIG", NULL },
	{ 25, "KEY", NULL },        { 26, "PX", NULL },
	{ 27, "GPOS", NULL },       { 28, "AAAA", NULL },
	{ 29, "LOC", NULL },        { 30, "NXT", NULL },
	{ 31, "EID", NULL },        { 32, "NIMLOC", NULL },
	{ 33, "SRV", NULL },        { 34, "ATMA", NULL },
	{ 35, "NAPTR", NULL },      { 36, "KX", NULL },
	{ 37, "CERT", NULL },       { 38, "A6", NULL },
	{ 39, "DNAME", NULL },      { 40, "SINK", NULL },
	{ 41, "OPT", NULL },        { 42, "APL", NULL },
	{ 43, "DS", NULL },         { 44, "SSHFP", NULL },
	{ 45, "IPSECKEY", NULL },   { 46, "RRSIG", NULL },
	{ 47, "NSEC", NULL },       { 48, "DNSKEY", NULL },
	{ 49, "DHCID", NULL },      { 50, "NSEC3", NULL },
	{ 51, "NSEC3PARAM", NULL }, { 52, "TLSA", NULL },
	{ 53, "SMIMEA", NULL },     { 55, "HIP", NULL },
	{ 56, "NINFO", NULL },      { 57, "RKEY", NULL },
	{ 58, "TALINK", NULL },     { 59, "CDS", NULL },
	{ 60, "CDNSKEY", NULL },    { 61, "OPENPGPKEY", NULL },
	{ 62, "CSYNC", NULL },      { 63, "ZONEMD", NULL },
	{ 64, "SVCB", NULL },       { 65, "HTTPS", NULL },
	{ 66, "DSYNC", NULL },      { 67, "HHIT", NULL },
	{ 68, "BRID", NULL },       { 99, "SPF", NULL },
	{ 100, "UINFO", NULL },     { 101, "UID", NULL },
	{ 102, "GID", NULL },       { 103, "UNSPEC", NULL },
	{ 104, "NID", NULL },       { 105, "L32", NULL },
	{ 106, "L64", NULL },       { 107, "LP", NULL },
	{ 108, "EUI48", NULL },     { 109, "EUI64", NULL },
	{ 128, "NXNAME", NULL },    { 249, "TKEY", NULL },
	{ 250, "TSIG", NULL },      { 251, "IXFR", NULL },
	{ 252, "AXFR", NULL },      { 253, "MAILB", NULL },
	{ 254, "MAILA", NULL },     { 255, "ANY", "ALL" },
	{ 256, "URI", NULL },       { 257, "CAA", NULL },
	{ 258, "AVC", NULL },       { 259, "DOA", NULL },
	{ 260, "AMTRELAY", NULL },  { 261, "RESINFO", NULL },
	{ 262, "WALLET", NULL },    { 263, "CLA", NULL },
	{ 264, "IPN", NULL },       { 32768, "TA", NULL },
	{ 32769, "DLV", NULL },
};

/* RFC 8914, 4, and what came later. */
static const struct dns_code edes[] = {
	{ 0, "Other Error", NULL },
	{ 1, "Unsupported DNSKEY Algorithm", NULL },
	{ 2, "Unsupported DS Digest Type", NULL },
	{ 3, "Stale Answer", NULL },
	{ 4, "Forged Answer", NULL },
	{ 5, "DNSSEC Indeterminate", NULL },
	{ 6, "DNSSEC Bogus", NULL },
	{ 7, "Signature Expired", NULL },
	{ 8, "Signature Not Yet Valid", NULL },
	{ 9, "DNSKEY Missing", NULL },
	{ 10, "RRSIGs Missing", NULL },
	{ 11, "No Zone Key Bit Set", NULL },
	{ 12, "NSEC Missing", NULL },
	{ 13, "Cached Error", NULL },
	{ 14, "Not Ready", NULL },
	{ 15, "Blocked", NULL },
	{ 16, "Censored", NULL },
	{ 17, "Filtered", NULL },
	{ 18, "Prohibited", NULL },
	{ 19, "Stale NXDOMAIN Answer", NULL },
	{ 20, "Not Authoritative", NULL },
	{ 21, "Not Supported", NULL },
	{ 22, "No Reachable Authority", NULL },
	{ 23, "Network Error", NULL },
	{ 24, "Invalid Data", NULL },
	{ 25, "Signature Expired before Valid", NULL },
	{ 26, "Too Early", NULL },
	{ 27, "Unsupported NSEC3 Iterations Value", NULL },
	{ 28, "Unable to conform to policy", NULL },
	{ 29, "Synthesized", NULL },
	{ 30, "Invalid Query Type", NULL },
};

struct alias {
	const char *word;
	uint16_t code;
};

/* gopacket's and Wireshark's words, and other usual ones. */
static const struct alias rcode_aliases[] = {
	{ "No Error", 0 },
	{ "Format Error", 1 },
	{ "Server Failure", 2 },
	{ "Non-Existent Domain", 3 },
	{ "No such name", 3 },
	{ "Not Implemented", 4 },
	{ "NOTIMPL", 4 },
	{ "Query Refused", 5 },
	{ "Name exists", 6 },
	{ "Name Exists when it should not", 6 },
	{ "RRset exists", 7 },
	{ "RR Set Exists when it should not", 7 },
	{ "RRset does not exist", 8 },
	{ "RR Set that should exist does not", 8 },
	{ "Not authoritative", 9 },
	{ "Server Not Authoritative for zone", 9 },
	{ "Name out of zone", 10 },
	{ "Name not contained in zone", 10 },
	{ "DSO-Type not implemented", 11 },
	{ "BADSIG", 16 },
	{ "Bad OPT Version", 16 },
	{ "TSIG Signature Failure", 16 },
	{ "Bad OPT Version or TSIG Signature Failure", 16 },
	{ "Key not recognized", 17 },
	{ "Signature out of time window", 18 },
	{ "Bad TKEY Mode", 19 },
	{ "Duplicate key name", 20 },
	{ "Algorithm not supported", 21 },
	{ "Bad Truncation", 22 },
	{ "Bad/missing Server Cookie", 23 },
};

static const struct alias opcode_aliases[] = {
	{ "Standard query", 0 },
	{ "Inverse query", 1 },
	{ "Server status request", 2 },
	{ "Zone change notification", 4 },
	{ "Dynamic update", 5 },
	{ "DNS Stateful operations (DSO)", 6 },
	{ "DNS Stateful Operations", 6 },
};

static const struct alias type_aliases[] = {
	{ "*", 255 },
	{ "NSAP_PTR", 23 },
	{ "NULL RR", 10 },
};

/* One family of codes and all that its words may look like. */
struct codes {
	const struct dns_code *rows;
	size_t num_rows;
	const struct alias *aliases;
	size_t num_aliases;
	const char *prefix; /* of a number: "TYPE" */
	unsigned max;
};

static const struct codes rcode_words = {
	rcodes,  ROWS(rcodes), rcode_aliases, ROWS(rcode_aliases),
	"RCODE", RCODE_MAX,
};

static const struct codes opcode_words = {
	opcodes,  ROWS(opcodes), opcode_aliases, ROWS(opcode_aliases),
	"OPCODE", OPCODE_MAX,
};

static const struct codes type_words = {
	types, ROWS(types), type_aliases, ROWS(type_aliases), "TYPE", TYPE_MAX,
};

const struct dns_code *dns_rcode_row(unsigned row)
{
	return row < ROWS(rcodes) ? &rcodes[row] : NULL;
}

const struct dns_code *dns_opcode_row(unsigned row)
{
	return row < ROWS(opcodes) ? &opcodes[row] : NULL;
}

const struct dns_code *dns_type_row(unsigned row)
{
	return row < ROWS(types) ? &types[row] : NULL;
}

const struct dns_code *dns_ede_row(unsigned row)
{
	return row < ROWS(edes) ? &edes[row] : NULL;
}

static bool parse_number(const char *digits, unsigned max, uint16_t *code)
{
	unsigned value = 0;

	if (*digits == '\0')
		return false;
	for (; *digits != '\0'; digits++) {
		if (*digits < '0' || *digits > '9')
			return false;
		value = 10 * value + (unsigned)(*digits - '0');
		if (value > max)
			return false;
	}
	*code = (uint16_t)value;
	return true;
}

static bool find_row(const struct codes *c, const char *word, uint16_t *code)
{
	for (size_t i = 0; i < c->num_rows; i++) {
		const struct dns_code *row = &c->rows[i];

		if (strcasecmp(word, row->iana) != 0 &&
		    (row->guide == NULL || strcasecmp(word, row->guide) != 0))
			continue;
		*code = row->code;
		return true;
	}
	return false;
}

static bool find_alias(const struct codes *c, const char *word, uint16_t *code)
{
	for (size_t i = 0; i < c->num_aliases; i++) {
		if (strcasecmp(word, c->aliases[i].word) != 0)
			continue;
		*code = c->aliases[i].code;
		return true;
	}
	return false;
}

static bool parse_word(const struct codes *c, const char *word, uint16_t *code)
{
	size_t prefix = strlen(c->prefix);

	if (find_row(c, word, code) || find_alias(c, word, code) ||
	    parse_number(word, c->max, code))
		return true;
	return strncasecmp(word, c->prefix, prefix) == 0 &&
	       parse_number(word + prefix, c->max, code);
}

bool dns_rcode_parse(const char *word, uint16_t *code)
{
	return parse_word(&rcode_words, word, code);
}

bool dns_opcode_parse(const char *word, uint16_t *code)
{
	return parse_word(&opcode_words, word, code);
}

bool dns_type_parse(const char *word, uint16_t *code)
{
	return parse_word(&type_words, word, code);
}
