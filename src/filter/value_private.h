/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a value means to the field it is compared with.  The actions report
 * what they don't understand, with its place, and give -1.
 */
#ifndef FILTER_VALUE_PRIVATE_H
#define FILTER_VALUE_PRIVATE_H

#include "base/text.h"
#include "filter/filter_private.h"
#include "packet/datagram.h"

/* Says `what "value"; advice`. */
int value_fail(const struct term *t, const char *what, const char *advice);

/* Is the column that is compared an integer? */
bool value_is_number(enum field_kind kind);
int value_read_number(const struct term *t, int64_t *number);

/* Adds the value to out in the one form in which the column has it. */
int value_read_text(const struct term *t, struct text *out);

/* Likewise the elements of a list, with commas between, in lower case. */
int value_read_list(const struct term *t, struct text *out, size_t *count);

enum { ANY_PORT = -1 };
/* For FIELD_ENDPOINT. */
struct endpoint_value {
	/*
	 * As it is shown, with the colon but without the port if any will do;
	 * empty where only the address was named, which is compared then.
	 */
	struct text shown;
	char address[ADDRESS_TEXT_MAX];
	int port; /* or ANY_PORT */
};
int value_read_endpoint(const struct term *t, struct endpoint_value *e);

#endif
