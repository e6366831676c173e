/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What becomes of lookups while their questions come in.  As many as are open
 * for 30 s are in memory, up to a ceiling: then the oldest one ends sooner.
 */
#ifndef CORRELATE_COURSE_PRIVATE_H
#define CORRELATE_COURSE_PRIVATE_H

#include "base/duration.h"
#include "correlate/lookups.h"

#define LOOKUP_NS (30 * NS_PER_SECOND) /* from a lookup's first to its last */

struct courses;

/* One more question, and what it follows from. */
struct course_step {
	const struct lookup_question *question, *parent;
	unsigned how; /* 0: the first, which has no parent */
};

/* The sink is borrowed. */
struct courses *courses_new(const struct lookups_sink *sink);
void courses_free(struct courses *c);

/* Its number, from 1. */
uint32_t courses_begin(struct courses *c, const struct lookup_question *first);

/* When it began; false: it is over. */
bool courses_since(const struct courses *c, uint32_t number, int64_t *since_ns);

/* Of one that is not over. */
void courses_go_on(struct courses *c, uint32_t number,
		   const struct course_step *step);

/* Those that began before go to the sink. */
void courses_end_before(struct courses *c, int64_t time_ns);

#endif
