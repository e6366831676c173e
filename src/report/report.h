/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The canned reports: SQL files with sections, run against the store and
 * handed to a writer.  This code knows nothing of any one report.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "filter/filter.h"
#include "k8s/choice.h"
#include "report/writer.h"
#include "store/store.h"

struct step {
	const char *name, *summary, *sql;
};

/* How many of the steps are the guide's; they come first, in its order. */
enum { GUIDE_STEPS = 5 };

/* NULL past the end. */
const struct step *step_row(unsigned row);

/* By name, or by its number in the guide, "1" to "5"; NULL: no such step. */
const struct step *step_find(const char *name);

/*
 * What the SQL may use as :parameters.  Strings are borrowed and may be NULL,
 * which each report documents its meaning of.
 */
struct report_parameters {
	int64_t threshold_ns;
	int64_t lookups;        /* how many ladders; -1: all */
	const char *nameserver; /* an address as address_format() writes it */
	const char *name;       /* with its final dot */
	const char *name_regex;
	const char *expect;    /* addresses, with commas between */
	const char *selection; /* for people: how the report was narrowed */
	/*
	 * For commands to copy, words of a command line, each with a space
	 * before it: what is reported on, "" for the default store; and the
	 * options that say what of it is.
	 */
	const char *source, *narrowing;
};

/* To a statement that may use them; row_limit -1: all rows. */
void report_bind(struct rows *r, const struct report_parameters *p,
		 int64_t row_limit);

/* Which messages, or the transactions they belong to, are looked at. */
struct report_selection {
	const struct filter *filter; /* of messages; NULL: all */
	const struct choice *choice; /* of pods; NULL: all */
	bool has_since, has_until, has_txn;
	int64_t since_ns, until_ns; /* by the time of the first message */
	int64_t txn; /* a transaction, or one of the sightings of one */
};

/*
 * Narrows the public views but captures, interfaces and endpoints, as this
 * connection sees them, to the selection and to the name and the nameserver
 * of the parameters, so that no report need do it.  -1: already reported.
 */
int report_select(struct store *s, const struct report_selection *selection,
		  const struct report_parameters *parameters);

/* Binds what filter_condition() refers to. */
void report_bind_filter(struct rows *r, const struct filter *filter);

/* What "all" steps are in that format, in order; returns how many. */
enum { ALL_STEPS_MAX = GUIDE_STEPS + 2 };
int report_all_steps(const struct writer *w, const struct step *steps[]);

struct report_request {
	const struct step *const *steps;
	int num_steps;
	const struct writer *writer;
	const struct report_parameters *parameters;
	bool is_bare; /* without the head on what was captured */
};

int report_run(struct store *s, const struct report_request *request,
	       struct output *o);

enum report_outcome { OUTCOME_HEALTHY, OUTCOME_FINDINGS, OUTCOME_INCONCLUSIVE };

/* What the verdict on the store, or the selection, is.  -1: reported. */
int report_outcome(struct store *s, const struct report_parameters *parameters,
		   enum report_outcome *outcome);

/* The sentence that a step's summary begins with.  -1: already reported. */
int report_headline(struct store *s, const struct step *step,
		    const struct report_parameters *parameters,
		    struct text *headline);

#endif
