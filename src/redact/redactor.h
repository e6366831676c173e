/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What leaves this tool under pseudonyms: names, addresses and texts mapped by
 * a secret key.  Each mapping is a bijection that keeps lengths, so that no two
 * originals meet in one pseudonym, the key alone leads back, and packets can be
 * changed in place.  The only room that knows libpsl.
 *
 * Names go label by label: the same label has the same pseudonym wherever it
 * stands, in a name, a pod, a namespace, a node or a file.  Letters, digits,
 * "-" and "_" become such, a number a number; any other byte becomes one that is written as long
 * (RFC 1035, 5.1).  Upper case stays at its place, but does not come back.
 * Kept are public suffixes and the words of kept.c.  Addresses keep common prefixes (Crypto-PAn) and what kind
 * of address they are.
 */
#ifndef REDACT_REDACTOR_H
#define REDACT_REDACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "packet/datagram.h"

enum { REDACT_KEY_SIZE = 32, REDACT_CHECK_SIZE = 9 };

enum redact_way { REDACT, REVEAL };

struct redactor;

struct redactor *redactor_new(const uint8_t key[REDACT_KEY_SIZE]);

/*
 * With the key of a file, 64 hexadecimal digits, which only its owner may read.
 * may_make: one that is not there is made.  NULL: already reported.
 */
struct redactor *redactor_open(const char *path, bool may_make);

void redactor_free(struct redactor *r);

/*
 * What was made up to now is known beside the key (FILE.seen): before any of it
 * is shown, as what shows it may end at any time.  NULL is fine.
 */
void redactor_flush(struct redactor *r);

/* Eight hexadecimal digits, by which a key is told from others. */
const char *redactor_check(const struct redactor *r);

/* Whether public suffixes are known, or only a few of them. */
bool redactor_has_suffixes(void);

/* What text is; each has its own way of being taken apart. */
enum redact_kind {
	REDACT_NAME,  /* of DNS: "www.example.com." */
	REDACT_NAMES, /* those, with commas between */
	REDACT_WORD,  /* of Kubernetes, of a node: labels with dots between */
	REDACT_PORT_NAME, /* as behind the "_" of SRV names */
	REDACT_OWNER,     /* "p/shop/web-1", "shop/web", several with "|" */
	REDACT_KEY,       /* of a label of Kubernetes */
	REDACT_LABELS,    /* "key=value,..." */
	REDACT_KIND,      /* of a Kubernetes object */
	REDACT_ADDRESS,   /* "10.0.0.1", "" */
	REDACT_ADDRESSES, /* those, with commas between */
	REDACT_SUBNET,    /* "10.0.0.0/24" */
	REDACT_PATH,      /* of a file, or "outer!inner" */
	REDACT_INTERFACE, /* "eth0" stays, "azv1a2b" does not */
	REDACT_FILTER,    /* libpcap's language */
	REDACT_SCAN,      /* words of ours around names and addresses */
	REDACT_TEXT,      /* foreign: each byte but spaces */
	REDACT_REMARK,    /* foreign, and without a way back: "(redacted)" */
	REDACT_KINDS
};

void redact_text(struct redactor *r, enum redact_way way, enum redact_kind kind,
		 const char *from, struct text *to);

/* Data of a record of that type in presentation format. */
void redact_rdata(struct redactor *r, uint16_t type, const char *from,
		  struct text *to);

/* Labels and addresses: pseudonyms, what is none, what may be one. */
struct redact_found {
	size_t known, strangers, doubtful;
	size_t ambiguous; /* have two ways back, and stay */
};

/*
 * A pseudonym in its own right, or all there are in a line of words.  What is
 * known to be none stays; what the key has made is known from a list beside it,
 * as far as that is there.
 */
struct redact_found redact_reveal_line(struct redactor *r, const char *line,
				       struct text *to);

/* A wire-format name without pointers, in place. */
void redact_wire(struct redactor *r, uint8_t *name, size_t len);

void redact_address(struct redactor *r, enum redact_way way, struct address *a);

/* In place; a label whose tail is not known, foreign text, any bytes. */
void redact_label(struct redactor *r, uint8_t *label, size_t len);
void redact_string(struct redactor *r, uint8_t *string, size_t len);
void redact_bytes(struct redactor *r, uint8_t *bytes, size_t len);

#endif
