/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SQL files of several statements.  Each begins with a comment that names it,
 * so that a file also runs in the sqlite3 shell: "-- @rows Responses with a bad
 * rcode" before the statement "rows".
 */
#ifndef REPORT_SECTIONS_H
#define REPORT_SECTIONS_H

#include <stdbool.h>

struct sql_section {
	char *name, *title; /* title: "" for none */
	char *sql;          /* up to the next section */
};

/*
 * The next one at or behind *at, which is moved on, in place of the one there,
 * all zero in the beginning.  False: there is none, and nothing to release.
 */
bool sql_section_next(struct sql_section *s, const char **at);

void sql_section_release(struct sql_section *s);

#endif
