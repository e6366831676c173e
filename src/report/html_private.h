/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The parts of the page of --format html.  All that is shown goes through
 * html_add(): text from packets and names of files end up as text, whatever
 * they hold.
 */
#ifndef REPORT_HTML_PRIVATE_H
#define REPORT_HTML_PRIVATE_H

#include "base/text.h"
#include "report/writer.h"

/* A page is for attaching: below 1 MB, unless --limit 0 asks for all. */
enum { HTML_SIZE_LIMIT = 1000000 };

/* Prints, counts the bytes and clears the text. */
void html_write(struct output *o, struct text *t);

/* How many bytes the next table may have; SIZE_MAX: any number. */
size_t html_room(const struct output *o);

/* Harmless in HTML and to the eye: control characters are \DDD. */
void html_add(struct text *t, const char *string);
/* The same of so many bytes of it, if it is longer, which is said. */
void html_add_cut(struct text *t, const char *string, size_t bytes_max);
/* "last_seen_ns" is "Last seen". */
void html_add_heading(struct text *t, const char *column);
/* A value for people; what NULL is shown as is the caller's business. */
void html_add_value(struct text *t, const struct output *o,
		    const struct rows *r, int column);
/* Evidence, with what to do with it: for Wireshark, and to extract it. */
void html_add_evidence(struct text *t, const struct output *o,
		       const char *evidence);
/* The same without that; whether there is anything to extract; the command. */
void html_add_frames(struct text *t, const struct output *o,
		     const char *evidence);
bool html_has_frames(const struct output *o, const char *evidence);
void html_add_extract(struct text *t, const struct output *o,
		      const char *evidence);
/* Words that begin a command, which is completed with the report's source. */
void html_add_command(struct text *t, const struct output *o,
		      const char *begin);

/* The column of that name, -1: there is none; what it has, "" for nothing. */
int html_column(const struct rows *r, const char *name);
const char *html_text_of(const struct rows *r, const char *column);

/*
 * Those sections of the verdict and of the captures that are lists or cards;
 * else *is_list is false.  Returns as html_print_table().
 */
int html_print_list(struct output *o, const struct section *section,
		    struct rows *r, bool *is_list);

/* A table is kept until it is known which columns hold anything. */
struct html_table;

struct html_table *html_table_new(struct output *o, const char *title);
void html_table_free(struct html_table *t);
void html_table_add(struct html_table *t, const struct rows *r);
/* There is no room for more, or the limit is reached. */
bool html_table_is_full(const struct html_table *t);
/* What was kept; nothing where there is no row. */
void html_table_finish(struct html_table *t);

/* 1: not all rows are shown; -1: already reported. */
int html_print_table(struct output *o, const char *title, struct rows *r);

/* The figures of step overview, each with its numbers as a table. */
int html_print_timeline(struct output *o, const char *title, struct rows *r);
int html_print_histogram(struct output *o, const char *title, struct rows *r);
int html_print_nameservers(struct output *o, const char *title, struct rows *r);

int html_print_ladders(struct output *o, struct rows *r);

#endif
