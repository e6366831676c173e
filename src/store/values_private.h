/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values that are stored once and named by a number: addresses, names, answer
 * sets, details.  A bounded memory of what was stored last finds the number
 * again; a value that was forgotten meanwhile gets a second row.  Counts go by
 * the numbers of addresses and names: addresses.sql and spellings.sql put the
 * first number in place of the others before anything is concluded.  Answer sets
 * and details are told apart by what they hold, so there it only costs space.
 */
#ifndef STORE_VALUES_PRIVATE_H
#define STORE_VALUES_PRIVATE_H

#include <stdint.h>

#include "dns/message.h"
#include "packet/datagram.h"

struct store;
struct values;

struct values *values_new(const struct store *s);
void values_free(struct values *v);

/*
 * Before anything is in it: that many slots for each kind of value, a power of
 * two, and no more.
 */
void values_limit(struct values *v, size_t slots);

/*
 * Rows go through the store's inserter from now on; looks up which numbers are
 * free.  -1: already reported.
 */
int values_begin(struct values *v);

/*
 * The rows that were made are gone (rollback), or no more of them come for now:
 * their numbers are forgotten, and what memory they took is free.
 */
void values_forget(struct values *v);

/* The number; 0 for what is empty. */
int64_t values_address(struct values *v, const struct address *address);
int64_t values_name(struct values *v, const char *name);
int64_t values_answers(struct values *v, const struct dns_message *m);
int64_t values_detail(struct values *v, const struct datagram *d,
		      const struct dns_message *m, const char *verdict);

#endif
