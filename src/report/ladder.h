/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What step path says, drawn for people: of each lookup a heading, then who
 * took part from left to right, an arrow for each captured message in the order
 * of time, and where the time went.  Plain ASCII but for what is cut on a
 * terminal, so that it survives a ticket.
 */
#ifndef REPORT_LADDER_H
#define REPORT_LADDER_H

#include "report/writer.h"

/*
 * Of the columns that sql/path.sql names, read to their end.  On a terminal
 * arrows get shorter, then the time since the message before is left out, then
 * labels are cut.  A lookup with very many messages is cut short, which is
 * said.  0 or -1, which was reported.
 */
int ladder_print(struct output *o, struct rows *r);

#endif
