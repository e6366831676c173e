/* SPDX-License-Identifier: BSD-3-Clause */
/* What the values of options become: the setters that options.c's table names. */
#ifndef CLI_OPTION_VALUES_PRIVATE_H
#define CLI_OPTION_VALUES_PRIVATE_H

#include "cli/options.h"

struct option_row;

/*
 * value: as typed, and borrowed for as long as the options live; NULL for one
 * that takes none.  -1: it is no such value, and that was reported.
 */
typedef int option_setter(struct options *o, const struct option_row *row,
			  const char *value);

struct option_row {
	enum option_id id;
	const char *name;
	char letter;          /* 0: none */
	const char *argument; /* NULL: takes none */
	option_setter *set;
	size_t place; /* of the member that it sets; 0: the setter knows */
	const char *help;
};

/* These put it in its place, a const char *, bool, int64_t or struct when. */
option_setter set_text, set_flag, set_duration, set_span, set_when;

option_setter set_snapshot_time, set_txn, set_limit, set_count, set_buffer,
	set_max_size, add_port, add_filter, add_snapshot;

#endif
