/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the result goes: standard output, or a file that is whole or absent. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "report/writer.h"

struct output_file {
	struct output output;
	const char *path; /* NULL: standard output */
	char *temporary;  /* renamed to path in the end; NULL: written as is */
};

/* What is no plain file (/dev/null, a pipe, a link) is not replaced. */
bool output_is_replaced(const char *path);

/*
 * Before anything is read: in confinement nothing is opened any more.  One at a
 * time: a signal that ends the process removes what is not whole.
 * path: NULL or "-" for standard output.  -1: already reported.
 */
int output_open(struct output_file *f, const char *path);

/*
 * done: whether the result is whole; a file is removed if it is not.  -1 where
 * not everything could be written: already reported.
 */
int output_close(struct output_file *f, bool done);

/* What "--fields help" lists. */
void output_print_fields(void);

#endif
