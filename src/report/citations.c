/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A writer like those of the formats, so that the same rows are cited as are
 * printed: it picks the evidence out of them.
 */
#include "report/citations.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/evidence.h"
#include "store/redaction.h"

/* Frame numbers of more digits than any file holds are none. */
enum { DIGITS_MAX = 18 };

struct cited {
	char *file;
	int64_t capture;
};

struct citations {
	struct output output; /* first: what the writer is given */
	struct store *store;
	struct cited *files; /* by name */
	size_t count;
	struct citations_list *lists;
	size_t num_lists;
	int64_t cited_rows; /* of each list; 0: only the frames are kept */
	struct text why;
};

static int compare_files(const void *a, const void *b)
{
	const struct cited *x = a, *y = b;
	int order = strcmp(x->file, y->file);

	return order != 0
		       ? order
		       : (x->capture > y->capture) - (x->capture < y->capture);
}

static void forget_files(struct citations *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->files[i].file);
	c->count = 0;
}

/* Again before each step: a redacted report cites others than the first. */
static int read_files(struct citations *c)
{
	struct rows *r = rows_open(
		c->store, "SELECT file, capture_id FROM main.captures");
	int rc = -1;

	forget_files(c);
	while (r != NULL && (rc = rows_next(r)) == 1) {
		c->files = must_realloc(c->files, c->count + 1,
					sizeof(*c->files));
		c->files[c->count++] = (struct cited){
			must_strdup(rows_text(r, 0)), rows_integer(r, 1)
		};
	}
	rows_close(r);
	if (c->count > 0)
		qsort(c->files, c->count, sizeof(*c->files), compare_files);
	return rc;
}

struct citations *citations_new(struct store *s)
{
	struct citations *c = must_calloc(1, sizeof(*c));

	c->store = s;
	if (read_files(c) == 0)
		return c;
	citations_free(c);
	return NULL;
}

void citations_free(struct citations *c)
{
	if (c == NULL)
		return;
	forget_files(c);
	free(c->files);
	for (size_t i = 0; i < c->num_lists; i++)
		free(c->lists[i].name);
	free(c->lists);
	text_release(&c->why);
	free(c);
}

static int compare_name(struct bytes name, const char *file)
{
	int order = strncmp((const char *)name.data, file, name.len);

	return order != 0 || file[name.len] == '\0' ? order : -1;
}

/* 0: there is none of that name. */
static int64_t find_capture(const struct citations *c, struct bytes name)
{
	size_t low = 0, high = c->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_name(name, c->files[middle].file);

		if (order == 0)
			return c->files[middle].capture;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return 0;
}

/* A number; moves *at behind it. */
static bool read_frame(const char **at, int64_t *frame)
{
	size_t len = strspn(*at, "0123456789");

	if (len == 0 || len > DIGITS_MAX)
		return false;
	*frame = strtoll(*at, NULL, 10);
	*at += len;
	return *frame > 0;
}

/* "12" or "12-15", up to a separator or the end. */
static bool read_range(const char **at, char separator, int64_t *first,
		       int64_t *last)
{
	const char *here = *at;

	if (!read_frame(&here, first))
		return false;
	*last = *first;
	if (separator != ' ' && *here == '-') {
		here++;
		if (!read_frame(&here, last) || *last < *first)
			return false;
	}
	if (*here != separator && *here != '\0')
		return false;
	*at = here;
	return true;
}

struct citation {
	int64_t capture, first, last;
};

/* Where the file's name may hold "#" itself, each is tried. */
static bool read_citation(const struct citations *c, const char **at,
			  char separator, struct citation *found)
{
	const char *mark = *at;

	while ((mark = strchr(mark, '#')) != NULL) {
		struct bytes name = { (const uint8_t *)*at,
				      (size_t)(mark - *at) };
		const char *here = ++mark;

		found->capture = find_capture(c, name);
		if (found->capture != 0 &&
		    read_range(&here, separator, &found->first, &found->last)) {
			*at = here;
			return true;
		}
	}
	return false;
}

static const char *next_word(const char *at, char separator)
{
	const char *end = strchr(at, separator);

	return end != NULL ? end + 1 : at + strlen(at);
}

/* Words between that are no citations are passed over. */
static int add_evidence(struct citations *c, const char *evidence, int64_t row)
{
	const char *at = evidence;
	struct citation found;

	while (*at != '\0') {
		if (read_citation(c, &at, ' ', &found) &&
		    evidence_cite(c->store, found.capture, found.first,
				  text_string(&c->why), row) != 0)
			return -1;
		at = next_word(at, ' ');
	}
	return 0;
}

static int evidence_column(const struct rows *r)
{
	for (int i = 0; i < rows_num_columns(r); i++)
		if (strcmp(rows_column(r, i), "evidence") == 0)
			return i;
	return -1;
}

static int cite_row(struct citations *c, const struct rows *r, int column,
		    int64_t row)
{
	bool is_cited = c->cited_rows == 0 || row <= c->cited_rows;

	return column >= 0 && is_cited
		       ? add_evidence(c, rows_text(r, column), row)
		       : 0;
}

static void add_list(struct citations *c, const struct section *section,
		     int64_t rows)
{
	struct text name = { 0 };

	text_addf(&name, "%s.%s", section->step, section->name);
	c->lists = must_realloc(c->lists, c->num_lists + 1, sizeof(*c->lists));
	c->lists[c->num_lists++] = (struct citations_list){ name.data, rows };
}

static int cite_section(struct output *o, const struct section *section,
			int number, struct rows *r)
{
	struct citations *c = (struct citations *)o;
	int column = evidence_column(r), rc = 0;
	int64_t count = 0;

	(void)number;
	if (column < 0 && c->cited_rows == 0)
		return 0;
	text_clear(&c->why);
	text_addf(&c->why, "step %s: %s", section->step, section->title);
	while ((o->row_limit < 0 || count < o->row_limit) &&
	       (rc = rows_next(r)) == 1)
		if (cite_row(c, r, column, ++count) != 0)
			return -1;
	if (rc >= 0 && o->row_limit >= 0)
		add_list(c, section, count);
	return rc < 0 ? -1 : 0;
}

static void nothing(struct output *o)
{
	(void)o;
}

static void begin_step(struct output *o, int number, const char *name,
		       const char *summary)
{
	(void)o;
	(void)number;
	(void)name;
	(void)summary;
}

static const struct writer citer = { .name = "citations",
				     .begin = nothing,
				     .end = nothing,
				     .begin_step = begin_step,
				     .end_step = nothing,
				     .section = cite_section };

int citations_add_step(struct citations *c, const struct step *step,
		       const struct report_parameters *parameters,
		       int64_t row_limit)
{
	struct report_request request = { .steps = &step,
					  .num_steps = 1,
					  .writer = &citer,
					  .parameters = parameters };

	if (store_redact(c->store) != 0 || read_files(c) != 0)
		return -1;
	c->output = (struct output){ .row_limit = row_limit };
	return report_run(c->store, &request, &c->output);
}

int citations_add_ranked(struct citations *c, const struct step *step,
			 const struct report_parameters *parameters,
			 int64_t cited_rows, int64_t counted_rows)
{
	c->cited_rows = cited_rows;
	return citations_add_step(c, step, parameters, counted_rows);
}

const struct citations_list *citations_list_row(const struct citations *c,
						size_t row)
{
	return row < c->num_lists ? &c->lists[row] : NULL;
}

/* Where there is but one capture its name may be left out. */
static bool read_bare(const struct citations *c, const char **at,
		      struct citation *found)
{
	const char *here = *at + (**at == '#');

	if (c->count != 1 ||
	    !read_range(&here, ',', &found->first, &found->last))
		return false;
	found->capture = c->files[0].capture;
	*at = here;
	return true;
}

int citations_add_list(struct citations *c, const char *list)
{
	const char *at = list;
	struct citation found;

	do {
		if (!read_bare(c, &at, &found) &&
		    !read_citation(c, &at, ',', &found))
			return fail("--frames: \"%s\" begins with no frame of "
				    "a capture that was read; FILE#N or "
				    "FILE#N-M, with FILE as in the reports%s",
				    at, c->count == 1 ? ", or N, N-M" : "");
		if (evidence_add_range(c->store, found.capture, found.first,
				       found.last) != 0)
			return -1;
	} while (*at++ == ',');
	return 0;
}
