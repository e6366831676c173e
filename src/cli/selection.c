/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/selection.h"

#include "base/error.h"
#include "base/text.h"
#include "report/pods.h"
#include "store/rows.h"

static void note_unknown_pods(const char *option, const char *value)
{
	if (value != NULL)
		warning("%s %s is not applied: without a cluster snapshot "
			"addresses have no pods, so all are shown",
			option, value);
}

static int add_node(struct filter *filter, const char *node)
{
	struct text expression = { 0 };
	int rc;

	text_add(&expression, "k8s.node==");
	for (; *node != '\0'; node++) {
		if (*node == ',' || *node == '\\')
			text_add(&expression, "\\");
		text_add_bytes(&expression, node, 1);
	}
	rc = filter_add(filter, text_string(&expression));
	text_release(&expression);
	return rc;
}

static int make_choice(struct selection *s, const struct options *o)
{
	struct choice_words words = { .namespace = o->namespace,
				      .podname = o->podname,
				      .selector = o->selector,
				      .all_namespaces = o->all_namespaces };

	s->choice = choice_new(&words);
	if (s->choice == NULL)
		return -1;
	if (!choice_is_all(s->choice))
		s->report.choice = s->choice;
	return 0;
}

int selection_make(struct selection *s, const struct options *o)
{
	*s = (struct selection){ .report = { .has_txn = o->has_txn,
					     .txn = o->txn } };
	if (make_choice(s, o) != 0)
		return -1;
	if (o->num_filters == 0 && o->node == NULL)
		return 0;
	s->filter = filter_new();
	s->report.filter = s->filter;
	for (size_t i = 0; i < o->num_filters; i++)
		if (filter_add(s->filter, o->filters[i]) != 0)
			return -1;
	return o->node != NULL ? add_node(s->filter, o->node) : 0;
}

/* 1: captures have times; 0: not one packet of them has; -1: reported. */
static int find_span(struct store *store, int64_t *first_ns, int64_t *last_ns)
{
	struct rows *r = rows_open(store, "SELECT min(first_ns), max(last_ns) "
					  "FROM main.captures");
	int rc = r != NULL ? rows_next(r) : -1;

	if (rc == 1) {
		*first_ns = rows_integer(r, 0);
		*last_ns = rows_integer(r, 1);
		rc = rows_type(r, 1) != CELL_NULL;
	}
	rows_close(r);
	return rc;
}

static int fit_times(struct report_selection *s, const struct options *o,
		     struct store *store)
{
	bool is_beside_capture = o->since.kind > WHEN_ABSOLUTE ||
				 o->until.kind > WHEN_ABSOLUTE;
	int64_t first_ns = 0, last_ns = 0;
	int rc = is_beside_capture ? find_span(store, &first_ns, &last_ns) : 1;

	if (rc == 0)
		return fail("--since, --until: no packet of the captures has "
			    "a time that this could be told from");
	s->has_since = o->since.kind != WHEN_NONE;
	s->has_until = o->until.kind != WHEN_NONE;
	s->since_ns = when_at(&o->since, first_ns, last_ns);
	s->until_ns = when_at(&o->until, first_ns, last_ns);
	return rc == 1 ? 0 : -1;
}

static int fit_choice(struct selection *s, const struct options *o,
		      struct store *store)
{
	int known = s->report.choice != NULL ? pods_are_known(store) : 1;

	if (known != 0)
		return known == 1 ? 0 : -1;
	if (!o->all_namespaces)
		note_unknown_pods("-n", o->namespace);
	note_unknown_pods("-l", o->selector);
	note_unknown_pods("-p", o->podname);
	s->report.choice = NULL;
	return 0;
}

int selection_fit(struct selection *s, const struct options *o,
		  struct store *store)
{
	return fit_times(&s->report, o, store) == 0 ? fit_choice(s, o, store)
						    : -1;
}

void selection_release(struct selection *s)
{
	choice_free(s->choice);
	filter_free(s->filter);
}
