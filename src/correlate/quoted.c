/* SPDX-License-Identifier: BSD-3-Clause */
/* Which exchange an ICMP error is of, by what it quotes. */
#include "correlate/waiting_private.h"

/* How many that wait are looked at where not even an id is known. */
enum { WAITING_BUDGET = 256 };

/* As far as the quote tells. */
static bool fits_quote(const struct asked *a, const struct asked *quoted)
{
	return !quoted->has_question || !a->has_question ||
	       key128_equal(quoted->question, a->question);
}

static bool is_quoted_here(const struct asked *a, const struct asked *quoted)
{
	return asked_same_place(a, quoted) && asked_same_endpoints(a, quoted);
}

/* One that waits comes first: ids are used again. */
static struct waiting *find_quoted(struct waiting_list *l,
				   const struct asked *quoted)
{
	unsigned budget = CLIENT_BUDGET;
	struct waiting *w = waiting_first_of_client(l, quoted);
	struct waiting *found = NULL;

	for (; w != NULL; w = waiting_next_of_client(w, &budget)) {
		if (!is_quoted_here(&w->asked, quoted) ||
		    !fits_quote(&w->asked, quoted))
			continue;
		if (w->stage == STAGE_PENDING)
			return w;
		if (found == NULL)
			found = w;
	}
	return found;
}

/* RFC 792 promises no more of the quoted packet than its ports. */
static struct waiting *find_by_ports(struct waiting_list *l,
				     const struct asked *quoted)
{
	struct waiting *w = waiting_newest(l, STAGE_PENDING);

	for (int i = 0; i < WAITING_BUDGET && w != NULL; i++, w = w->older)
		if (is_quoted_here(&w->asked, quoted))
			return w;
	return NULL;
}

/* NULL where there are several: then nobody knows which. */
static struct waiting *find_elsewhere(struct waiting_list *l,
				      const struct asked *quoted)
{
	unsigned budget = CLIENT_BUDGET;
	struct waiting *w = waiting_first_of_client(l, quoted);
	struct waiting *found = NULL;

	for (; w != NULL; w = waiting_next_of_client(w, &budget)) {
		if (w->stage != STAGE_PENDING || !fits_quote(&w->asked, quoted))
			continue;
		if (found != NULL)
			return NULL;
		found = w;
	}
	return found;
}

struct waiting *waiting_find_quoted(struct waiting_list *l,
				    const struct icmp_notice *n)
{
	struct asked quoted = asked_of(&n->quoted);
	bool is_response = n->quoted.is_response;
	struct waiting *w;

	if (!n->has_id)
		return is_response ? NULL : find_by_ports(l, &quoted);
	w = find_quoted(l, &quoted);
	return w != NULL || is_response ? w : find_elsewhere(l, &quoted);
}
