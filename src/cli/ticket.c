/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What does not fit is left out in this order: packets that only rows beyond
 * the first 20 of a list cite; these rows; packets of rows beyond the first 10,
 * and 5; rows beyond the first 5; the page for the browser, as the Markdown
 * tells the same; all packets; rows.
 * Files are made anew, and whole, for each attempt.
 */
#include "cli/ticket.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/temporary.h"
#include "capture/zip_writer.h"
#include "cli/ticket_private.h"
#include "report/report.h"
#include "store/evidence.h"
#include "store/rows.h"

enum {
	ROW_BYTES = 64, /* about what a row takes, in JSON and CSV, zipped */
	/*
	 * Of more transactions, lists without end would have to be made anew,
	 * which takes minutes; the first rows are there (rollup.sql).
	 */
	WHOLE_LISTS_MOST = 100000,
	READY_ROWS = 255
};

static int fail_temporary(void)
{
	return fail("temporary file: %s", strerror(errno));
}

/* -1 where it could not be read. */
static int sum_up(struct ticket_part *part)
{
	struct sha256 *sum = sha256_new();
	char chunk[1 << 14];
	size_t len;
	int rc;

	rewind(part->file);
	while ((len = fread(chunk, 1, sizeof(chunk), part->file)) > 0) {
		sha256_add(sum, chunk, len);
		part->size += len;
	}
	sha256_finish(sum, part->sha256);
	rc = ferror(part->file) ? -1 : 0;
	sha256_free(sum);
	return rc;
}

int ticket_part_end(struct ticket *t, const char *name, FILE *file)
{
	struct ticket_part *part = &t->parts[t->num_parts++];

	*part = (struct ticket_part){ .name = name, .file = file };
	if (fflush(file) != 0 || ferror(file) || sum_up(part) != 0)
		return fail_temporary();
	return 0;
}

static void drop_parts(struct ticket *t, int kept)
{
	while (t->num_parts > kept)
		fclose(t->parts[--t->num_parts].file);
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < 0 || b < a ? b : a;
}

static int add_report(struct ticket *t, const char *name,
		      const struct writer *w, const struct step *step)
{
	struct report_parameters parameters = t->parameters->report;
	const struct step *steps[ALL_STEPS_MAX] = { step };
	struct report_request request = { .steps = steps,
					  .num_steps = 1,
					  /* a table has none */
					  .is_bare = step != NULL,
					  .writer = w,
					  .parameters = &parameters };
	struct output output = { .row_limit = smaller(
					 parameters_row_limit(t->options, w),
					 t->rows) };

	if (step == NULL)
		request.num_steps = report_all_steps(w, steps);
	parameters.lookups = smaller(parameters_lookups(t->options, w),
				     t->rows);
	output.file = temporary_file();
	if (output.file == NULL)
		return -1;
	if (report_run(t->store, &request, &output) == 0)
		return ticket_part_end(t, name, output.file);
	fclose(output.file);
	return -1;
}

/* Formats that this build has not are left out. */
static int add_pages(struct ticket *t)
{
	static const struct {
		const char *format, *name;
	} pages[] = { { "html", "report.html" },
		      { "markdown", "report.md" },
		      { "json", "report.json" } };
	int rc = 0;

	for (size_t i = t->without_page; rc == 0 && i < 3; i++) {
		const struct writer *w = writer_find(pages[i].format);

		if (w != NULL)
			rc = add_report(t, pages[i].name, w, NULL);
	}
	return rc;
}

static int add_tables(struct ticket *t)
{
	static const char *const names[GUIDE_STEPS] = {
		"failures.csv", "slow.csv", "upstream.csv", "timeliness.csv",
		"addresses.csv"
	};
	int rc = 0;

	for (unsigned i = 0; rc == 0 && i < GUIDE_STEPS; i++)
		rc = add_report(t, names[i], &writer_csv, step_row(i));
	return rc;
}

static int add_packets(struct ticket *t)
{
	FILE *file;

	if (ticket_packets(t) == 0)
		return 0;
	file = temporary_file();
	if (file == NULL)
		return -1;
	if (extract_write(t->extract, t->level, file) == 0)
		return ticket_part_end(t, "evidence.pcapng", file);
	fclose(file);
	return -1;
}

static int pack_parts(struct ticket *t, FILE *to)
{
	struct zip *z = zip_open(to);
	int rc = z != NULL ? 0 : -1;

	for (int i = 0; rc == 0 && i < t->num_parts; i++)
		rc = zip_add(z, t->parts[i].name, t->parts[i].file,
			     t->parts[i].size);
	if (zip_close(z) != 0)
		rc = -1;
	if (rc == 0 && (fflush(to) != 0 || ferror(to)))
		rc = fail_temporary();
	return rc;
}

/* With other rows than before they are to be made anew. */
static void drop_reports(struct ticket *t)
{
	drop_parts(t, 0);
	t->num_reports = 0;
}

static int add_reports(struct ticket *t)
{
	if (t->num_reports > 0)
		return 0;
	if (add_pages(t) != 0 || add_tables(t) != 0)
		return -1;
	t->num_reports = t->num_parts;
	return 0;
}

/* NULL: already reported. */
static FILE *pack(struct ticket *t, uint64_t *size)
{
	FILE *to = temporary_file();

	if (to == NULL)
		return NULL;
	if (add_reports(t) == 0 && add_packets(t) == 0 &&
	    ticket_add_manifest(t) == 0 && pack_parts(t, to) == 0 &&
	    fseeko(to, 0, SEEK_END) == 0) {
		*size = (uint64_t)ftello(to);
		rewind(to);
	} else {
		fclose(to);
		to = NULL;
	}
	drop_parts(t, t->num_reports);
	return to;
}

static int64_t longest_list(const struct ticket *t)
{
	const struct citations_list *list;
	int64_t longest = 1;

	for (size_t i = 0; (list = citations_list_row(t->citations, i)) != NULL;
	     i++)
		if (list->rows > longest)
			longest = list->rows;
	return longest;
}

static int64_t rows_within(const struct ticket *t, int64_t limit)
{
	const struct citations_list *list;
	int64_t sum = 0;

	for (size_t i = 0; (list = citations_list_row(t->citations, i)) != NULL;
	     i++)
		sum += list->rows < limit ? list->rows : limit;
	return sum;
}

/* Of each list, so that the first attempt is not far too large. */
static int64_t likely_rows(const struct ticket *t)
{
	int64_t most = (int64_t)(t->options->max_size / ROW_BYTES);
	int64_t rows = longest_list(t);

	while (rows > ticket_level_rows(TICKET_SHOWN) &&
	       rows_within(t, rows) > most)
		rows -= rows / 8 + 1;
	return rows;
}

/* As many rows as are likely to fit; half of them at most, as each attempt
 * takes as long as all reports do. */
static void cut_lists(struct ticket *t, uint64_t size, int64_t least)
{
	double part = (double)t->options->max_size / (double)size;
	int64_t rows = (int64_t)((double)t->rows * (part < 0.5 ? part : 0.5));

	t->rows = rows > least ? rows : least;
	drop_reports(t);
}

static bool has_rows_beyond(const struct ticket *t, int level)
{
	return t->rows > ticket_level_rows(level);
}

/* False: there is nothing more to leave out. */
static bool leave_out_more(struct ticket *t, uint64_t size)
{
	if (t->level > TICKET_SHOWN) {
		t->level--;
	} else if (has_rows_beyond(t, TICKET_SHOWN)) {
		cut_lists(t, size, ticket_level_rows(TICKET_SHOWN));
	} else if (t->level > 0) {
		t->level--;
	} else if (has_rows_beyond(t, 0)) {
		cut_lists(t, size, ticket_level_rows(0));
	} else if (!t->without_page && writer_find("html") != NULL) {
		t->without_page = true;
		drop_reports(t);
	} else if (t->level == 0) {
		t->level--;
	} else if (t->rows > 1) {
		cut_lists(t, size, 1);
	} else {
		return false;
	}
	return true;
}

static FILE *pack_to_fit(struct ticket *t)
{
	uint64_t size;
	FILE *to;

	while ((to = pack(t, &size)) != NULL && size > t->options->max_size) {
		fclose(to);
		if (!leave_out_more(t, size)) {
			fail("--max-size: even without packets and with one "
			     "row of each list it takes %" PRIu64 " bytes",
			     size);
			return NULL;
		}
	}
	return to;
}

static void tell_left_out(const struct ticket *t)
{
	int64_t rows = ticket_rows_left_out(t);
	uint64_t packets = ticket_packets_left_out(t);
	const char *page = t->without_page ? " and report.html" : "";

	if (rows > 0 || packets > 0 || t->without_page)
		warning("%s: left out %s%" PRId64 " row%s of lists and %" PRIu64
			" packet%s%s; --max-size and --limit allow more",
			t->options->output,
			ticket_rows_are_counted(t) ? "" : "at least ", rows,
			rows == 1 ? "" : "s", packets, packets == 1 ? "" : "s",
			page);
	if (extract_count(t->extract, EXTRACT_ALL).packets == 0)
		warning("%s: without evidence.pcapng: %s", t->options->output,
			evidence_num_levelled(t->store) == 0
				? "nothing here cites a packet"
				: "no packet that is cited could be had");
}

/* 1: it has few enough transactions to list them all; 0; -1. */
static int has_whole_lists(struct store *s)
{
	struct rows *r = rows_open(s, "SELECT count(*) FROM main.exchange");
	int rc = r != NULL ? rows_next(r) : -1;
	int64_t count = rc == 1 ? rows_integer(r, 0) : 0;

	rows_close(r);
	return rc < 0 ? -1 : count <= WHOLE_LISTS_MOST;
}

static int begin(struct ticket *t)
{
	int64_t most = (int64_t)(t->options->max_size / ROW_BYTES);
	int64_t least = ticket_level_rows(TICKET_SHOWN);
	int whole = has_whole_lists(t->store);

	t->rows = most > least ? most : least;
	if (t->options->limit > 0)
		t->rows = t->options->limit;
	else if (whole == 0)
		t->rows = smaller(t->rows, READY_ROWS - 1);
	t->counted = whole == 1 || t->rows >= READY_ROWS ? INT64_MAX - 1
							 : READY_ROWS;
	return whole < 0 ? -1 : 0;
}

FILE *ticket_make(struct store *s, const struct options *o,
		  const struct parameters *parameters, bool *is_partial)
{
	struct ticket t = { .store = s,
			    .options = o,
			    .parameters = parameters };
	FILE *file = NULL;

	if (begin(&t) == 0 && ticket_collect(&t) == 0) {
		t.level = t.num_levels - 1;
		t.rows = smaller(t.rows, likely_rows(&t));
		file = pack_to_fit(&t);
	}
	if (file != NULL)
		tell_left_out(&t);
	*is_partial |= t.is_partial;
	drop_reports(&t);
	extract_free(t.extract);
	citations_free(t.citations);
	return file;
}
