/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The objects of a JSON text (RFC 8259), found without reading what is in
 * them, so that a large list takes no more memory than its text; and where a
 * text stops being JSON, for people who must mend it.
 */
#ifndef K8S_JSON_ITEMS_H
#define K8S_JSON_ITEMS_H

#include <stddef.h>

#include "base/bytes.h"

/* Start from { 0 }.  All is borrowed from the text. */
struct json_items {
	/*
	 * The elements of the member "items", or of an array that is all of
	 * the text; else the text itself.
	 */
	struct bytes *items;
	size_t count, room;
	struct bytes kind; /* the member of that name, without its quotes */
};

struct json_fault {
	size_t line, column; /* from 1; columns are characters */
	const char *what;    /* "a value is wanted here" */
};

/*
 * 0, or -1 where the text is no JSON, which includes nesting deeper than 1,000:
 * not reported, but told in *fault.
 */
int json_items_find(struct json_items *found, struct bytes text,
		    struct json_fault *fault);
void json_items_release(struct json_items *found);

#endif
