/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of a ticket share. */
#ifndef CLI_TICKET_PRIVATE_H
#define CLI_TICKET_PRIVATE_H

#include "base/hash.h"
#include "cli/progress.h"
#include "cli/ticket.h"
#include "pipeline/extract.h"
#include "report/citations.h"

enum {
	TICKET_PARTS = 12,
	TICKET_LEVELS = 13,
	TICKET_SHOWN = 2 /* the level whose rows a page shows */
};

/* A file in the archive. */
struct ticket_part {
	const char *name;
	FILE *file; /* temporary */
	uint64_t size;
	char sha256[SHA256_TEXT_SIZE];
};

struct ticket {
	struct store *store;
	const struct options *options;
	const struct parameters *parameters;
	struct citations *citations; /* how many rows there are */
	struct extract *extract;
	struct extract_options extract_options;
	struct progress progress;
	int64_t counted; /* rows of each list; of more it has at least these */
	int num_levels;  /* of evidence, that were read */
	/* What is left out follows from these. */
	int64_t rows;      /* of each list, at most */
	int level;         /* of evidence, up to which it is in; -1: none */
	bool without_page; /* report.html */
	bool is_partial;   /* a capture with evidence could not be read */
	struct ticket_part parts[TICKET_PARTS];
	int num_parts;
	int num_reports; /* the first parts; they stay while rows do */
};

/* Takes the temporary file over; -1: already reported. */
int ticket_part_end(struct ticket *t, const char *name, FILE *file);

/* Rows of each list that cite what is on that level or below. */
int64_t ticket_level_rows(int level);

/* Finds what the reports cite, and takes it out of the captures. */
int ticket_collect(struct ticket *t);

/* Whether that is all of the list, not only the first rows of a long one. */
bool ticket_is_counted(const struct ticket *t,
		       const struct citations_list *list);

/* Rows, at least, and packets that are there, but not in the ticket. */
int64_t ticket_rows_left_out(const struct ticket *t);
bool ticket_rows_are_counted(const struct ticket *t);
uint64_t ticket_packets(const struct ticket *t);
uint64_t ticket_packets_left_out(const struct ticket *t);

int ticket_add_manifest(struct ticket *t);

#endif
