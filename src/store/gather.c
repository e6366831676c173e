/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/gather_private.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { GROUPS_FIRST = 1 << 6, GROUPS_MAX = 1 << 18, VALUES_MAX = 16 };

#define NONE INT64_MIN /* stands for NULL */

struct gathering {
	sqlite3_stmt *insert;
	char letters[VALUES_MAX + 1];
	int count; /* of values in a group */
	int64_t *groups;
	uint32_t *slots; /* one more than the group's place; 0: free */
	uint32_t num_groups, room; /* for groups, and twice as many slots */
};

static int64_t value_of(sqlite3_value *value)
{
	return sqlite3_value_type(value) == SQLITE_NULL
		       ? NONE
		       : sqlite3_value_int64(value);
}

static uint64_t hash_keys(const struct gathering *g, const int64_t *values)
{
	uint64_t hash = 0;

	for (int i = 0; i < g->count && g->letters[i] == 'k'; i++) {
		hash = (hash ^ (uint64_t)values[i]) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 29;
	}
	return hash;
}

static bool has_keys(const struct gathering *g, const int64_t *group,
		     const int64_t *values)
{
	for (int i = 0; i < g->count && g->letters[i] == 'k'; i++)
		if (group[i] != values[i])
			return false;
	return true;
}

static int64_t *group_at(const struct gathering *g, uint32_t place)
{
	return &g->groups[(size_t)place * (size_t)g->count];
}

/* NULL: it is new, and *slot is where it belongs. */
static int64_t *find_group(const struct gathering *g, const int64_t *values,
			   uint32_t *slot)
{
	*slot = (uint32_t)(hash_keys(g, values) % (2 * g->room));
	while (g->slots[*slot] != 0) {
		int64_t *group = group_at(g, g->slots[*slot] - 1);

		if (has_keys(g, group, values))
			return group;
		*slot = (*slot + 1) % (2 * g->room);
	}
	return NULL;
}

static void add_value(char letter, int64_t *to, int64_t value)
{
	if (value == NONE || letter == 'k')
		return;
	if (*to == NONE)
		*to = value;
	else if (letter == '+')
		*to += value;
	else if (letter == '<' ? value < *to : value > *to)
		*to = value;
}

static void put_group(const struct gathering *g, const int64_t *group)
{
	for (int i = 0; i < g->count; i++)
		if (group[i] == NONE)
			sqlite3_bind_null(g->insert, i + 1);
		else
			sqlite3_bind_int64(g->insert, i + 1, group[i]);
}

static void put_groups(sqlite3_context *context, struct gathering *g)
{
	int rc = SQLITE_DONE;

	for (uint32_t i = 0; i < g->num_groups && rc == SQLITE_DONE; i++) {
		put_group(g, group_at(g, i));
		rc = sqlite3_step(g->insert);
		sqlite3_reset(g->insert);
	}
	if (rc != SQLITE_DONE)
		sqlite3_result_error_code(context, rc);
	g->num_groups = 0;
	memset(g->slots, 0, 2 * g->room * sizeof(*g->slots));
}

/* Most have few groups, and what is not used need not be cleared. */
static void make_room(struct gathering *g)
{
	uint32_t slot;

	g->room = g->room == 0 ? GROUPS_FIRST : 2 * g->room;
	g->groups = must_realloc(g->groups, g->room,
				 (size_t)g->count * sizeof(*g->groups));
	free(g->slots);
	g->slots = must_calloc(2 * (size_t)g->room, sizeof(*g->slots));
	for (uint32_t i = 0; i < g->num_groups; i++) {
		find_group(g, group_at(g, i), &slot);
		g->slots[slot] = i + 1;
	}
}

static bool begin(sqlite3_context *context, struct gathering *g, int count,
		  sqlite3_value **args)
{
	const char *sql = (const char *)sqlite3_value_text(args[0]);
	const char *letters = (const char *)sqlite3_value_text(args[1]);

	g->count = count - 2;
	if (letters == NULL || g->count > VALUES_MAX ||
	    strlen(letters) != (size_t)g->count)
		return false;
	memcpy(g->letters, letters, (size_t)g->count + 1);
	if (sqlite3_prepare_v2(sqlite3_context_db_handle(context), sql, -1,
			       &g->insert, NULL) != SQLITE_OK)
		return false;
	make_room(g);
	return true;
}

static void gather_step(sqlite3_context *context, int count,
			sqlite3_value **args)
{
	struct gathering *g = sqlite3_aggregate_context(context, sizeof(*g));
	int64_t values[VALUES_MAX] = { 0 }, *group;
	uint32_t slot;

	if (g == NULL ||
	    (g->slots == NULL && !begin(context, g, count, args))) {
		sqlite3_result_error(context, "gather: what?", -1);
		return;
	}
	for (int i = 0; i < g->count; i++)
		values[i] = value_of(args[i + 2]);
	group = find_group(g, values, &slot);
	if (group != NULL) {
		for (int i = 0; i < g->count; i++)
			add_value(g->letters[i], &group[i], values[i]);
		return;
	}
	if (g->num_groups == g->room) {
		if (g->room < GROUPS_MAX)
			make_room(g);
		else
			put_groups(context, g);
		find_group(g, values, &slot);
	}
	memcpy(group_at(g, g->num_groups), values,
	       (size_t)g->count * sizeof(*values));
	g->slots[slot] = ++g->num_groups;
}

static void gather_final(sqlite3_context *context)
{
	struct gathering *g = sqlite3_aggregate_context(context, 0);

	if (g == NULL)
		return;
	if (g->slots != NULL)
		put_groups(context, g);
	sqlite3_finalize(g->insert);
	free(g->groups);
	free(g->slots);
}

void gather_register(sqlite3 *db)
{
	sqlite3_create_function(db, "gather", -1,
				SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL, NULL,
				gather_step, gather_final);
}

void gather_unregister(sqlite3 *db)
{
	sqlite3_create_function(db, "gather", -1, SQLITE_UTF8, NULL, NULL, NULL,
				NULL);
}
