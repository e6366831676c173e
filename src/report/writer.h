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

struct step;

/* How far a page of --format html has come; all zero in the beginning. */
struct page {
	size_t written, size_limit; /* bytes; limit 0: none */
	const char *open;           /* the part that is being written */
	int num_tables;
	int64_t shown; /* rows of the last table */
};

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
	/* For the writer's own use: steps or bytes so far, and their end. */
	size_t written;
	bool is_full;
	/*
	 * What report_run() tells the writers: all captures, the words of
	 * commands to copy (see report.h), and what comes.
	 */
	const char *const *files;
	size_t num_files;
	const char *source, *narrowing;
	const struct step *const *steps;
	int num_steps;
	struct page page;
	/* What tells the key of the pseudonyms; NULL: not redacted. */
	const char *redaction;
};

/* What every format made for people says of that, with it. */
#define WRITER_REDACTED \
	"REDACTED: names, addresses and texts are pseudonyms (key %s)"

struct section {
	const char *step;  /* "failures"; "captures" comes before the steps */
	const char *name;  /* "summary", "rows", ... */
	const char *title; /* for people; "" for none */
};

struct writer {
	const char *name; /* of --format */
	bool shows_all;   /* all rows are read: --limit is not preset */
	bool has_head;    /* verdict and captures come before the steps */
	bool draws;       /* lookups as ladders: a few are enough */
	/* "All" steps are more than the guide's five: one before, one behind */
	bool has_overview, has_path;
	/* Once, around everything. */
	void (*begin)(struct output *o);
	void (*end)(struct output *o);
	/* Around the sections of a step; number counts from 1. */
	void (*begin_step)(struct output *o, int number, const char *name,
			   const char *summary);
	void (*end_step)(struct output *o);
	/*
	 * A whole section: the rows are read here; 0 or -1, or 1 where some are
	 * left out and left_out() wants to know how many rows there are in all.
	 */
	int (*section)(struct output *o, const struct section *section,
		       int number, struct rows *r);
	/* Or more, where counting ended there. */
	void (*left_out)(struct output *o, const struct section *section,
			 int64_t count, bool or_more);
};

extern const struct writer writer_text, writer_json, writer_csv,
	writer_markdown, writer_html;

/* NULL where there is no such format. */
const struct writer *writer_find(const char *format);

/* A bare table or list of what any statement gives, for `query`. */
int writer_print_text(struct output *o, struct rows *r);
int writer_print_json(struct output *o, struct rows *r);
int writer_print_csv(struct output *o, struct rows *r);

#endif
