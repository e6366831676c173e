/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The formats of a report.  A report is a document of steps, a step has
 * sections, a section is one object ("summary") or a list of rows.
 */
#ifndef REPORT_WRITER_H
#define REPORT_WRITER_H

#include <stdbool.h>
#include <stdio.h>

#include "store/rows.h"

struct output {
	FILE *file;
	int terminal_width; /* 0: no terminal */
	bool colour;
	int64_t row_limit; /* rows of a section that are shown; -1: all */
	/*
	 * Where all evidence is from one capture: its file, which people need
	 * not read again with each frame.  NULL: several.
	 */
	const char *only_file;
	/* Nothing tells of pods: columns for their names would be empty. */
	bool has_no_names;
	/* What tells the key of the pseudonyms; NULL: not redacted. */
	const char *redaction;
};

struct section {
	const char *step;  /* "failures"; "captures" comes before the steps */
	const char *name;  /* "summary", "rows", ... */
	const char *title; /* for people; "" for none */
};

struct writer {
	const char *name; /* of --format */
	bool shows_all;   /* not made for people: --limit is not preset */
	/* Once, around everything. */
	void (*begin)(struct output *o);
	void (*end)(struct output *o);
	/* Around the sections of a step; number counts from 1. */
	void (*begin_step)(struct output *o, int number, const char *name,
			   const char *summary);
	void (*end_step)(struct output *o);
	/* A whole section: the rows are read to their end here; 0 or -1. */
	int (*section)(struct output *o, const struct section *section,
		       int number, struct rows *r);
};

extern const struct writer writer_text, writer_json, writer_csv;

/* NULL where there is no such format. */
const struct writer *writer_find(const char *format);

/* A bare table or list of what any statement gives, for `query`. */
int writer_print_text(struct output *o, struct rows *r);
int writer_print_json(struct output *o, struct rows *r);
int writer_print_csv(struct output *o, struct rows *r);

#endif
