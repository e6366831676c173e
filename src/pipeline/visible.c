/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/visible.h"

#include <stdbool.h>
#include <stddef.h>

#include "capture/scope.h"

enum { PROBES_MAX = 5 };

/* What reports speak of, and the packets that it takes. */
static const struct subject {
	const char *name;
	bool any; /* one of them is enough; else all are needed */
	size_t count;
	enum scope_probe probes[PROBES_MAX];
} subjects[] = {
	{ "queries", false, 1, { PROBE_UDP_TO_53 } },
	{ "responses", false, 1, { PROBE_UDP_FROM_53 } },
	{ "TCP", false, 2, { PROBE_TCP_TO_53, PROBE_TCP_FROM_53 } },
	{ "ICMP errors", true, 2, { PROBE_ICMP_ERROR, PROBE_ICMPV6_ERROR } },
	{ "later IP fragments",
	  true,
	  2,
	  { PROBE_LATER_FRAGMENT, PROBE_LATER_FRAGMENT_IPV6 } },
	{ "tunnels",
	  true,
	  5,
	  { PROBE_VXLAN_4789, PROBE_VXLAN_8472, PROBE_GENEVE, PROBE_GRE,
	    PROBE_IP_IN_IP } },
};

static size_t count_answers(const struct scope *scope, const struct subject *s,
			    enum scope_answer answer)
{
	size_t count = 0;

	for (size_t i = 0; i < s->count; i++)
		count += scope->answers[s->probes[i]] == answer;
	return count;
}

void visible_put(struct ingest *in, int64_t capture, const char *filter,
		 int linktype)
{
	struct scope scope;

	scope_of_filter(&scope, filter, linktype);
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		const struct subject *s = &subjects[i];
		size_t passing = count_answers(&scope, s, SCOPE_PASSES);
		size_t hidden = count_answers(&scope, s, SCOPE_HIDDEN);

		if (passing + hidden == s->count)
			ingest_add_scope(in, capture, s->name,
					 s->any ? passing > 0 : hidden == 0);
	}
}
