/* SPDX-License-Identifier: BSD-3-Clause */
#include "k8s/choice.h"

#include "tests/filter/stderr.h"
#include "tests/test.h"

static void assert_choice(const struct choice_words *words,
			  const char *condition, const char *described)
{
	struct choice *c = choice_new(words);
	struct text values = { 0 };

	assert_non_null(c);
	text_add(&values, choice_condition(c));
	for (size_t i = 0; i < choice_num_values(c); i++)
		text_addf(&values, "%s%s", i > 0 ? "," : " | ",
			  choice_value(c, i));
	assert_string_equal(text_string(&values), condition);
	assert_string_equal(choice_describe(c), described);
	text_release(&values);
	choice_free(c);
}

static void test_without_words_all_are_meant(void **state)
{
	struct choice *c = choice_new(&(struct choice_words){ 0 });

	(void)state;
	assert_true(choice_is_all(c));
	choice_free(c);
	assert_choice(&(struct choice_words){ .all_namespaces = true }, "1",
		      "");
}

static void test_lists_of_names(void **state)
{
	(void)state;
	assert_choice(&(struct choice_words){ .namespace = "shop" },
		      "s.namespace IN (:k1) | shop", "-n shop");
	assert_choice(&(struct choice_words){ .namespace = "a, b,!c" },
		      "s.namespace IN (:k1, :k2) AND s.namespace NOT IN (:k3)"
		      " | a,b,c",
		      "-n a, b,!c");
	assert_choice(
		&(struct choice_words){ .podname = "x", .namespace = "!y" },
		"s.name IN (:k1) AND s.namespace NOT IN (:k2) | x,y",
		"-p x -n !y");
}

/* As kubectl does; who wants all says so. */
static void test_the_namespace_default(void **state)
{
	(void)state;
	assert_choice(&(struct choice_words){ .podname = "x" },
		      "s.name IN (:k1) AND s.namespace IN (:k2) | x,default",
		      "-p x -n default");
	assert_choice(&(struct choice_words){ .podname = "x",
					      .namespace = "y",
					      .all_namespaces = true },
		      "s.name IN (:k1) | x", "-p x");
}

static void test_labels_become_conditions_with_bound_values(void **state)
{
	(void)state;
	assert_choice(
		&(struct choice_words){ .selector = "a in (x,y),!b",
					.all_namespaces = true },
		"EXISTS (SELECT 1 FROM _subject_label AS l WHERE l.subject = "
		"s.subject AND l.key = :k1 AND l.value IN (:k2, :k3)) AND "
		"NOT EXISTS (SELECT 1 FROM _subject_label AS l WHERE "
		"l.subject = s.subject AND l.key = :k4) | a,x,y,b",
		"-l a in (x,y),!b");
}

static void test_refuses_what_names_nothing(void **state)
{
	static const char *const lists[] = { "", "a,", ",a", "!", "a,!", " " };
	struct stderr_caught caught;
	const char *said;

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		struct choice *c;

		stderr_catch(&caught);
		c = choice_new(&(struct choice_words){ .namespace = lists[i] });
		said = stderr_release(&caught);
		assert_null(c);
		assert_non_null(strstr(said, "a name is missing"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_words_all_are_meant),
		cmocka_unit_test(test_lists_of_names),
		cmocka_unit_test(test_the_namespace_default),
		cmocka_unit_test(
			test_labels_become_conditions_with_bound_values),
		cmocka_unit_test(test_refuses_what_names_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
