/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Label selectors, as kubectl's -l takes them ("Labels and Selectors" of the
 * Kubernetes documentation):
 *
 *     app=web,tier!=cache        equal (also ==), different
 *     env in (prod,test)         one of; notin: none of
 *     app,!canary                there, not there
 *
 * Comma is AND.  != and notin also hold where the label is not there.  A value
 * may be empty.
 */
#ifndef K8S_SELECTOR_H
#define K8S_SELECTOR_H

#include <stddef.h>

enum selector_relation {
	SELECTOR_EXISTS,
	SELECTOR_EXISTS_NOT,
	SELECTOR_IN,    /* =, == and in */
	SELECTOR_NOT_IN /* != and notin */
};

struct requirement {
	char *key;
	enum selector_relation relation;
	char **values; /* of the last two */
	size_t num_values;
};

/* Start from { 0 }. */
struct selector {
	struct requirement *items;
	size_t count;
};

/*
 * Adds what the text requires.  -1: already reported, with its place; the
 * selector is then only good for selector_release().
 */
int selector_parse(struct selector *s, const char *text);
void selector_release(struct selector *s);

#endif
