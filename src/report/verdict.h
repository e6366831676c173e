/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The verdict as text: what a reader sees first, in lines that fit the
 * terminal.  What is there to be copied is never broken.
 */
#ifndef REPORT_VERDICT_H
#define REPORT_VERDICT_H

#include "report/writer.h"

/* A section of verdict.sql; 0 or -1. */
int verdict_print(struct output *o, const struct section *section,
		  struct rows *r);

#endif
