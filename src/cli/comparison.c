/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/comparison.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/path.h"
#include "cli/output.h"
#include "cli/source.h"
#include "report/compare.h"
#include "store/redaction.h"

/* BEFORE and AFTER. */
struct comparison {
	struct options sides[2]; /* borrow all that they point to */
	struct store *stores[2];
	bool is_partial;
};

int comparison_check(const struct options *o)
{
	if (o->num_arguments != 2 || o->store != NULL)
		return fail("--compare: name two stores or captures, BEFORE "
			    "and AFTER");
	if (o->steps != NULL || o->file != NULL || o->has_txn || o->exit_code)
		return fail("--compare is a report of its own; leave out "
			    "--step, --file, --txn and --exit-code");
	if (path_is_same(o->arguments[0], o->arguments[1]))
		return fail("--compare: %s and %s are the same",
			    o->arguments[0], o->arguments[1]);
	return 0;
}

/* By its first bytes (https://www.sqlite.org/fileformat.html). */
static bool is_store(const char *path)
{
	static const char magic[] = "SQLite format 3";
	char start[sizeof(magic)] = "";
	struct stat st;
	FILE *file;
	bool found;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	file = fopen(path, "r");
	found = file != NULL &&
		fread(start, 1, sizeof(start), file) == sizeof(start) &&
		memcmp(start, magic, sizeof(magic)) == 0;
	if (file != NULL)
		fclose(file);
	return found;
}

static int open_side(struct comparison *c, const struct options *o, int side)
{
	struct options *own = &c->sides[side];
	bool is_partial = false;

	*own = *o;
	own->arguments = &o->arguments[side];
	own->num_arguments = 1;
	/* One confinement is for both. */
	own->later = side == 0 ? o->arguments[1] : NULL;
	own->is_second = side == 1;
	if (is_store(o->arguments[side])) {
		own->store = o->arguments[side];
		own->num_arguments = 0;
	}
	c->stores[side] = source_open(own, &is_partial);
	c->is_partial |= is_partial;
	return c->stores[side] != NULL ? 0 : -1;
}

/* The same pseudonyms on both sides: the redactor is the first one's. */
static int open_sides(struct comparison *c, const struct options *o)
{
	if (open_side(c, o, 0) != 0 || open_side(c, o, 1) != 0)
		return -1;
	store_set_redactor(c->stores[1], store_redactor(c->stores[0]));
	return 0;
}

/* Times before the end are those before each one's own end. */
static int narrow_side(struct comparison *c, int side,
		       struct parameters *parameters,
		       const struct selection *selection)
{
	struct selection own = *selection;

	if (selection_fit(&own, &c->sides[side], c->stores[side]) != 0)
		return -1;
	if (side == 0)
		parameters_note(parameters, &c->sides[side], &own);
	return report_select(c->stores[side], &own.report, &parameters->report);
}

static int compare_sides(struct comparison *c,
			 const struct parameters *parameters,
			 const struct writer *w, struct output *out)
{
	struct report_request request = { .writer = w,
					  .parameters = &parameters->report };

	return compare_run(c->stores[0], c->stores[1], &request, out);
}

int comparison_report(const struct options *o, struct parameters *parameters,
		      const struct selection *selection, const struct writer *w)
{
	struct comparison c = { .stores = { NULL } };
	struct output_file out;
	int rc = -1;

	if (output_open(&out, o->output) != 0)
		return -1;
	out.output.row_limit = parameters_row_limit(o, w);
	if (open_sides(&c, o) == 0 &&
	    narrow_side(&c, 0, parameters, selection) == 0 &&
	    narrow_side(&c, 1, parameters, selection) == 0)
		rc = compare_sides(&c, parameters, w, &out.output);
	if (output_close(&out, rc == 0) != 0)
		rc = -1;
	if (c.stores[1] != NULL)
		store_set_redactor(c.stores[1], NULL);
	store_close(c.stores[1]);
	store_close(c.stores[0]);
	return c.is_partial ? -1 : rc;
}
