/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The fields of a traced message: what `--fields` shows and `--filter`
 * compares.  Each is a column of the view `trace`; this room knows the names
 * of the columns, not the store behind them.
 */
#ifndef FILTER_FIELDS_H
#define FILTER_FIELDS_H

#include <stddef.h>

#include "base/text.h"

/* How a field's values are written in a filter, and how they are shown. */
enum field_kind {
	FIELD_TEXT,      /* as it is, upper and lower case told apart */
	FIELD_WORD,      /* one of field.words, in any case */
	FIELD_QR,        /* Q or R */
	FIELD_INTEGER,   /* decimal or 0x...: the column is an integer */
	FIELD_FLAG,      /* true or false: the column is 0 or 1 */
	FIELD_DURATION,  /* "5ms": the column is nanoseconds */
	FIELD_TIME,      /* RFC 3339: the column is nanoseconds since 1970 */
	FIELD_ENDPOINT,  /* "r/10.0.0.1:53", "p/namespace/pod:port" */
	FIELD_ADDRESS,   /* IPv4 or IPv6 */
	FIELD_ADDRESSES, /* several, with commas between, in packet order */
	FIELD_NAME,      /* DNS name, absolute, in any case */
	FIELD_NAMES,     /* several, with commas between */
	FIELD_ID,        /* four hexadecimal digits */
	FIELD_RCODE,     /* a code by any of its names or as a number: */
	FIELD_OPCODE,    /* the name is shown, the number compared */
	FIELD_TYPE,
	FIELD_CLASS,
	FIELD_EDE
};

struct field {
	const char *name;     /* as the user writes it, in any case */
	const char *column;   /* what is shown; in SQL quoted: "src.addr" */
	const char *compared; /* what < and == look at; quoted likewise */
	enum field_kind kind;
	int width;                /* sensible for a column of a table */
	const char *summary;      /* one line for `--fields help` */
	const char *const *words; /* of FIELD_WORD, NULL after the last */
};

/* Rows in the order in which help lists them; NULL past the end. */
const struct field *field_row(unsigned row);

/* NULL where there is no such field; name need not end in a NUL. */
const struct field *field_find(const char *name, size_t len);

/*
 * Adds `unknown field "rcod"; did you mean "rcode"? (...)` to a message, with
 * the fields whose names are near.
 */
void field_add_unknown(struct text *t, const char *name, size_t len);

/* What `trace` shows when it is not told. */
extern const char field_list_default[];

/* Start from { 0 }; the rows are the table's, the array is the list's. */
struct field_list {
	const struct field **fields;
	size_t count;
};

/*
 * Reads the value of `--fields`: names with commas between and perhaps spaces
 * around.  A field may come twice.  -1: already reported, with its place; the
 * list is then only good for field_list_release().
 */
int field_list_parse(struct field_list *list, const char *names);
void field_list_release(struct field_list *list);

#endif
