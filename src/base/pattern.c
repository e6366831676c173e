/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/memory.h"

/* Enough for any sane pattern on a 1,000 byte name; stops (a+)+b. */
enum { MATCH_LIMIT = 100000 };

struct pattern {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
};

struct pattern *pattern_new(const char *expression, char *why, size_t *where)
{
	struct pattern *p;
	int error = 0;
	PCRE2_SIZE offset = 0;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)expression,
					 PCRE2_ZERO_TERMINATED, 0, &error,
					 &offset, NULL);

	if (code == NULL) {
		pcre2_get_error_message(error, (PCRE2_UCHAR *)why,
					PATTERN_WHY_MAX);
		*where = offset;
		return NULL;
	}
	p = must_calloc(1, sizeof(*p));
	p->code = code;
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	p->data = pcre2_match_data_create_from_pattern(code, NULL);
	p->context = pcre2_match_context_create(NULL);
	if (p->context != NULL)
		pcre2_set_match_limit(p->context, MATCH_LIMIT);
	return p;
}

void pattern_free(struct pattern *p)
{
	if (p == NULL)
		return;
	pcre2_match_context_free(p->context);
	pcre2_match_data_free(p->data);
	pcre2_code_free(p->code);
	free(p);
}

bool pattern_matches(const struct pattern *p, const char *text, size_t len)
{
	return pcre2_match(p->code, (PCRE2_SPTR)text, len, 0, 0, p->data,
			   p->context) >= 0;
}

/* Negative where there is none, or (?J) gives several groups the name. */
static int group_number(const struct pattern *p, const char *name)
{
	return pcre2_substring_number_from_name(p->code, (PCRE2_SPTR)name);
}

bool pattern_has_group(const struct pattern *p, const char *name)
{
	return group_number(p, name) > 0;
}

bool pattern_group(const struct pattern *p, const char *name, const char *text,
		   size_t len, struct bytes *group)
{
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(p->data);
	int number = group_number(p, name);

	if (number < 0 || !pattern_matches(p, text, len) ||
	    ends[2 * number] == PCRE2_UNSET ||
	    /* \K can set the start behind the end. */
	    ends[2 * number] > ends[2 * number + 1])
		return false;
	group->data = (const uint8_t *)text + ends[2 * number];
	group->len = ends[2 * number + 1] - ends[2 * number];
	return true;
}
