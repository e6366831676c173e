/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The packets that rows and findings cite, by how far down in its list the
 * first row stands that needs them.
 */
#include "cli/ticket_private.h"
#include "report/prepare.h"
#include "store/evidence.h"

enum {
	FINDING_LEVELS = 3, /* as many transactions of each as are shown */
	PACKET_BYTES = 16   /* no packet takes less, whatever zip makes of it */
};

int64_t ticket_level_rows(int level)
{
	return (int64_t)5 << level;
}

/* How many rows are cited at all where the user wants no more. */
static int64_t most_rows(const struct ticket *t)
{
	int64_t most = ticket_level_rows(TICKET_LEVELS - 1);

	return t->rows < most ? t->rows : most;
}

static int cite_steps(struct ticket *t)
{
	int rc = 0;

	t->citations = citations_new(t->store);
	if (t->citations == NULL)
		return -1;
	for (unsigned i = 0; rc == 0 && i < GUIDE_STEPS; i++)
		rc = citations_add_ranked(t->citations, step_row(i),
					  &t->parameters->report, most_rows(t),
					  t->counted);
	return rc;
}

/* 1: there is more to be cited; 0; -1. */
static int add_level(struct ticket *t, int level)
{
	int64_t rows = ticket_level_rows(level);
	int64_t limit = rows < t->rows ? rows : t->rows;
	int more;

	if (level < FINDING_LEVELS &&
	    evidence_add_findings(t->store, limit) != 0)
		return -1;
	more = evidence_add_cited(t->store, limit);
	if (more < 0 || evidence_complete(t->store) != 0 ||
	    evidence_level(t->store, level) != 0)
		return -1;
	return more == 1 || level + 1 < FINDING_LEVELS;
}

/* More than can fit need not be read. */
static int add_levels(struct ticket *t)
{
	int more = 1;

	while (more == 1 && t->num_levels < TICKET_LEVELS) {
		int64_t count;

		more = add_level(t, t->num_levels++);
		count = evidence_num_levelled(t->store);
		if (more < 0 || count < 0)
			return -1;
		if ((uint64_t)count > t->options->max_size / PACKET_BYTES)
			break;
	}
	return 0;
}

static int read_packets(struct ticket *t)
{
	int rc;

	t->extract_options = (struct extract_options){
		.captures = t->options->captures,
		.application = PACKAGE_STRING,
		.comment = PACKAGE_STRING " ticket",
		.ports = t->options->ports,
		.num_ports = t->options->num_ports,
		.progress = progress_is_wanted() ? progress_show : NULL,
		.progress_context = &t->progress
	};
	t->extract = extract_new(t->store, &t->extract_options);
	if (t->extract == NULL ||
	    extract_check_output(t->extract, t->options->output) != 0)
		return -1;
	progress_start(&t->progress);
	rc = extract_read(t->extract);
	progress_end(&t->progress);
	/* What is not there was said; the store still has all the rest. */
	t->is_partial = rc != 0;
	return rc < 0 ? -1 : 0;
}

int ticket_collect(struct ticket *t)
{
	/* By names as in the reports, and with what only the verdict finds. */
	return evidence_begin(t->store) == 0 && cite_steps(t) == 0 &&
			       prepare_findings(t->store,
						&t->parameters->report) == 0 &&
			       add_levels(t) == 0
		       ? read_packets(t)
		       : -1;
}

uint64_t ticket_packets(const struct ticket *t)
{
	return extract_count(t->extract, t->level).packets;
}

uint64_t ticket_packets_left_out(const struct ticket *t)
{
	return extract_count(t->extract, EXTRACT_ALL).packets -
	       ticket_packets(t);
}

bool ticket_is_counted(const struct ticket *t,
		       const struct citations_list *list)
{
	return list->rows < t->counted;
}

bool ticket_rows_are_counted(const struct ticket *t)
{
	const struct citations_list *list;

	for (size_t i = 0; (list = citations_list_row(t->citations, i)) != NULL;
	     i++)
		if (!ticket_is_counted(t, list))
			return false;
	return true;
}

int64_t ticket_rows_left_out(const struct ticket *t)
{
	const struct citations_list *list;
	int64_t sum = 0;

	for (size_t i = 0; (list = citations_list_row(t->citations, i)) != NULL;
	     i++)
		sum += list->rows > t->rows ? list->rows - t->rows : 0;
	return sum;
}
