/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The filter language becomes an SQL condition over the columns of the view
 * `trace`.  The user's values are bound, never pasted into the SQL.
 *
 *     qr==R,rcode!=Success       both (comma is AND)
 *     latency_ns>5ms             units, or bare nanoseconds
 *     name~^my\.(svc|pod)        regular expression; !~ where it doesn't match
 *     cname~a{1\,3}              \, is a comma in a value, \\ a backslash
 *     rcode==                    nothing there; rcode!= anything there
 *
 * Operators: == (or =) != < <= > >= ~ !~.  What is not there (NULL) differs
 * from every value, matches no pattern and is neither less nor greater; only
 * rcode!=X wants an rcode, so that queries are not taken for failures.
 */
#ifndef FILTER_FILTER_H
#define FILTER_FILTER_H

#include <stddef.h>
#include <stdint.h>

struct filter;

enum filter_value_type { FILTER_INTEGER, FILTER_TEXT };

struct filter_value {
	char name[16]; /* of the SQL parameter: ":f1" */
	enum filter_value_type type;
	int64_t integer;  /* of FILTER_INTEGER */
	const char *text; /* of FILTER_TEXT; UTF-8 only if the user's was */
};

struct filter *filter_new(void);
void filter_free(struct filter *f);

/*
 * Adds one `--filter`: all that were added must hold.  An empty expression
 * holds always.  -1: already reported, with its place in the expression; the
 * filter is then only good for filter_free().
 */
int filter_add(struct filter *f, const char *expression);

/*
 * For a WHERE clause: "1" where nothing was added.  Uses the SQL function
 * regexp(pattern, text), whose patterns have been tried with pattern_new().
 * Valid until the next filter_add(), as the values are.
 */
const char *filter_condition(const struct filter *f);

/* All of these must be bound; each name occurs in the condition. */
size_t filter_num_values(const struct filter *f);
const struct filter_value *filter_value(const struct filter *f, size_t i);

#endif
