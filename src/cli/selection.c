/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/selection.h"

#include "base/error.h"
#include "base/text.h"
#include "report/pods.h"

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
	*s = (struct selection){ .report = { .has_since = o->has_since,
					     .has_until = o->has_until,
					     .since_ns = o->since_ns,
					     .until_ns = o->until_ns } };
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

int selection_fit(struct selection *s, const struct options *o,
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

void selection_release(struct selection *s)
{
	choice_free(s->choice);
	filter_free(s->filter);
}
