/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which pods are meant by -n, -A, -p and -l, as an SQL condition over a row
 * `s` with the columns subject, namespace and name, and over _subject_label
 * (subject, key, value).  The user's words are bound, never pasted into SQL.
 */
#ifndef K8S_CHOICE_H
#define K8S_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct choice;

/* As given; NULL: not given. */
struct choice_words {
	const char *namespace; /* "a,b" one of them, "!a,!b" none of them */
	const char *podname;   /* likewise */
	const char *selector;  /* as selector_parse() takes it */
	bool all_namespaces;
};

/*
 * Of pods that are only told by their name or labels those in the namespace
 * "default" are meant, as by kubectl.  NULL: already reported.
 */
struct choice *choice_new(const struct choice_words *words);
void choice_free(struct choice *c);

/* Whether all pods are meant, and so nothing needs to be left out. */
bool choice_is_all(const struct choice *c);

const char *choice_condition(const struct choice *c);

/* All of these must be bound to the parameters :k1, :k2... */
size_t choice_num_values(const struct choice *c);
const char *choice_value(const struct choice *c, size_t i);

/* For people: "-l app=x -n default". */
const char *choice_describe(const struct choice *c);

#endif
