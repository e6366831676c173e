/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules are those of "Labels and Selectors" of the Kubernetes manual. */
#include "k8s/selector.h"

#include <string.h>

#include "base/text.h"
#include "tests/filter/stderr.h"
#include "tests/test.h"

/* "key+", "key-", "key{a|b}", "key!{a|b}", with spaces between. */
static void show(struct text *t, const struct selector *s)
{
	static const char *const marks[] = { "+", "-", "{", "!{" };

	for (size_t i = 0; i < s->count; i++) {
		const struct requirement *r = &s->items[i];

		text_addf(t, "%s%s%s", i > 0 ? " " : "", r->key,
			  marks[r->relation]);
		for (size_t j = 0; j < r->num_values; j++)
			text_addf(t, "%s%s", j > 0 ? "|" : "", r->values[j]);
		text_add(t, r->num_values > 0 ? "}" : "");
	}
}

static void test_reads_the_grammar(void **state)
{
	static const struct {
		const char *text, *meaning;
	} cases[] = {
		{ "app=test-pod", "app{test-pod}" },
		{ "environment = production", "environment{production}" },
		{ "environment==production", "environment{production}" },
		{ "tier != frontend", "tier!{frontend}" },
		{ "environment in (production, qa)",
		  "environment{production|qa}" },
		{ "tier notin (frontend, backend)", "tier!{frontend|backend}" },
		{ "partition", "partition+" },
		{ "!partition", "partition-" },
		{ "! partition", "partition-" },
		{ "environment=production,tier!=frontend",
		  "environment{production} tier!{frontend}" },
		{ "partition,environment notin (qa)",
		  "partition+ environment!{qa}" },
		{ "environment in (production),tier in (frontend)",
		  "environment{production} tier{frontend}" },
		{ " a = b , c ", "a{b} c+" },
		{ "a=", "a{}" },
		{ "a!=", "a!{}" },
		{ "a=,b=c", "a{} b{c}" },
		{ "a in (,x)", "a{|x}" },
		{ "a in ()", "a{}" },
		{ "a in(b)", "a{b}" },
		{ "in=notin", "in{notin}" },
		{ "in in (in)", "in{in}" },
		{ "notin,in", "notin+ in+" },
		{ "app.kubernetes.io/name=web", "app.kubernetes.io/name{web}" },
		{ "k8s-app=kube-dns", "k8s-app{kube-dns}" },
		{ "A_b.C-9=x.Y_z-0", "A_b.C-9{x.Y_z-0}" },
		{ "5=6", "5{6}" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct selector s = { 0 };
		struct text got = { 0 };

		if (selector_parse(&s, cases[i].text) != 0)
			fail_msg("%s", cases[i].text);
		show(&got, &s);
		assert_string_equal(text_string(&got), cases[i].meaning);
		selector_release(&s);
		text_release(&got);
	}
}

#define LONG_PART \
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl"

static void test_says_where_it_is_wrong(void **state)
{
	static const struct {
		const char *text, *where;
	} cases[] = {
		{ "", "which labels?" },
		{ "  ", "which labels?" },
		{ ",", "character 1: a label's key is wanted" },
		{ "a,", "character 3: a label's key is wanted" },
		{ "a,,b", "character 3: a label's key is wanted" },
		{ "=b", "character 1: a label's key is wanted" },
		{ "!", "character 2: a label's key is wanted" },
		{ "!a=b", "character 3: a comma is wanted" },
		{ "a b", "character 3: a comma is wanted" },
		{ "a=b c", "character 5: a comma is wanted" },
		{ "a===b", "character 4: a comma is wanted" },
		{ "a in b", "character 6: a list in parentheses" },
		{ "a in (b", "character 8: a comma or )" },
		{ "a in (b c)", "character 9: a comma or )" },
		{ "a notin", "character 8: a list in parentheses" },
		{ "a>5", "character 2: < and > are not for" },
		{ "a<5", "character 2: < and > are not for" },
		{ "-a=b", "character 1: not a label's key" },
		{ "a-=b", "character 1: not a label's key" },
		{ "a/b/c", "character 1: not a label's key" },
		{ "/a", "character 1: not a label's key" },
		{ "a/", "character 1: not a label's key" },
		{ "A/b", "character 1: not a label's key" },
		{ "a..b/c", "character 1: not a label's key" },
		{ "a;b", "character 1: not a label's key" },
		{ "a'b=c", "character 1: not a label's key" },
		{ LONG_PART, "character 1: not a label's key" },
		{ "a=b/c", "character 3: not a label's value" },
		{ "a=-b", "character 3: not a label's value" },
		{ "a=" LONG_PART, "character 3: not a label's value" },
		{ "a in (x,y*)", "character 9: not a label's value" },
	};
	struct stderr_caught caught;
	const char *said;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct selector s = { 0 };
		int rc;

		stderr_catch(&caught);
		rc = selector_parse(&s, cases[i].text);
		said = stderr_release(&caught);
		if (rc != -1 || strstr(said, cases[i].where) == NULL)
			fail_msg("%s: %d %s", cases[i].text, rc, said);
		selector_release(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_the_grammar),
		cmocka_unit_test(test_says_where_it_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
