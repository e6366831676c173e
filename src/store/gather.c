/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/gather_private.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

enum {
	GROUPS_FIRST = 1 << 6,
	VALUES_MAX = 1 << 21, /* 16 MB; two gather() in a statement at most */
	ROWS = 16 /* that one statement writes; more of them gain nothing */
};

struct gathering {
	sqlite3_stmt *one, *many;
	char letters[GATHER_VALUES_MAX + 1];
	int count; /* of values in a group */
	size_t most_values;
	int64_t *groups;
	uint32_t *slots; /* one more than the group's place; 0: free */
	uint32_t num_groups;
	uint32_t room; /* for groups, a power of two; and twice as many slots */
};

int64_t gather_sum(int64_t a, int64_t b)
{
	int64_t sum;

	if (!__builtin_add_overflow(a, b, &sum) && sum != GATHER_NONE)
		return sum;
	return a < 0 ? INT64_MIN + 1 : INT64_MAX;
}

int64_t gather_value(sqlite3_value *value)
{
	return sqlite3_value_type(value) == SQLITE_NULL
		       ? GATHER_NONE
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
	uint32_t mask = 2 * g->room - 1;

	*slot = (uint32_t)hash_keys(g, values) & mask;
	while (g->slots[*slot] != 0) {
		int64_t *group = group_at(g, g->slots[*slot] - 1);

		if (has_keys(g, group, values))
			return group;
		*slot = (*slot + 1) & mask;
	}
	return NULL;
}

static void add_value(char letter, int64_t *to, int64_t value)
{
	if (value == GATHER_NONE || letter == 'k')
		return;
	if (*to == GATHER_NONE)
		*to = value;
	else if (letter == '+')
		*to = gather_sum(*to, value);
	else if (letter == '<' ? value < *to : value > *to)
		*to = value;
}

static int write_rows(sqlite3_stmt *insert, const int64_t *values)
{
	int count = sqlite3_bind_parameter_count(insert), rc;

	for (int i = 0; i < count; i++)
		if (values[i] == GATHER_NONE)
			sqlite3_bind_null(insert, i + 1);
		else
			sqlite3_bind_int64(insert, i + 1, values[i]);
	rc = sqlite3_step(insert);
	sqlite3_reset(insert);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* Keys come first and differ, so that what is behind them is not compared. */
static int compare_groups(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	while (*x == *y) {
		x++;
		y++;
	}
	return *x < *y ? -1 : 1;
}

/* In the order of the table, as it is slow in any other. */
int gathering_write(struct gathering *g)
{
	int rc = SQLITE_OK;
	uint32_t i = 0;

	qsort(g->groups, g->num_groups, (size_t)g->count * sizeof(*g->groups),
	      compare_groups);
	for (; i + ROWS <= g->num_groups && rc == SQLITE_OK; i += ROWS)
		rc = write_rows(g->many, group_at(g, i));
	for (; i < g->num_groups && rc == SQLITE_OK; i++)
		rc = write_rows(g->one, group_at(g, i));
	g->num_groups = 0;
	memset(g->slots, 0, 2 * g->room * sizeof(*g->slots));
	return rc;
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

int gathering_add(struct gathering *g, const int64_t *values)
{
	uint32_t slot;
	int64_t *group = find_group(g, values, &slot);
	int rc = SQLITE_OK;

	if (group != NULL) {
		for (int i = 0; i < g->count; i++)
			add_value(g->letters[i], &group[i], values[i]);
		return SQLITE_OK;
	}
	if (g->num_groups == g->room) {
		if (2 * (size_t)g->room * (size_t)g->count <= g->most_values)
			make_room(g);
		else
			rc = gathering_write(g);
		find_group(g, values, &slot);
	}
	memcpy(group_at(g, g->num_groups), values,
	       (size_t)g->count * sizeof(*values));
	g->slots[slot] = ++g->num_groups;
	return rc;
}

/* How a column of a row that is there takes in another value. */
static void add_assignment(struct text *sql, char letter, const char *column)
{
	if (letter == 'k')
		return;
	text_add(sql, sql->data[sql->len - 1] == 'T' ? " " : ", ");
	text_addf(sql, "%s = coalesce(", column);
	if (letter == '+')
		text_addf(sql, "%s + excluded.%s", column, column);
	else
		text_addf(sql, "%s(%s, excluded.%s)",
			  letter == '<' ? "min" : "max", column, column);
	text_addf(sql, ", %s, excluded.%s)", column, column);
}

static const char columns_sql[] =
	"SELECT name FROM pragma_table_info(?1) ORDER BY cid";

/* 1: there are as many columns as letters. */
static int add_assignments(sqlite3 *db, struct text *sql, const char *table,
			   const char *letters)
{
	sqlite3_stmt *columns;
	size_t count = strlen(letters), i = 0;

	if (sqlite3_prepare_v2(db, columns_sql, -1, &columns, NULL) !=
	    SQLITE_OK)
		return 0;
	sqlite3_bind_text(columns, 1, table, -1, SQLITE_STATIC);
	for (; sqlite3_step(columns) == SQLITE_ROW && i < count; i++)
		add_assignment(sql, letters[i],
			       (const char *)sqlite3_column_text(columns, 0));
	sqlite3_finalize(columns);
	return i == count;
}

static sqlite3_stmt *prepare_rows(sqlite3 *db, const char *table,
				  const char *letters, int rows)
{
	struct text sql = { 0 };
	sqlite3_stmt *insert = NULL;

	text_addf(&sql, "INSERT INTO %s VALUES", table);
	for (int i = 0; i < rows; i++) {
		text_add(&sql, i > 0 ? ", (?" : " (?");
		for (size_t j = 1; letters[j] != '\0'; j++)
			text_add(&sql, ", ?");
		text_add(&sql, ")");
	}
	text_add(&sql, " ON CONFLICT DO UPDATE SET");
	if (add_assignments(db, &sql, table, letters))
		sqlite3_prepare_v2(db, text_string(&sql), -1, &insert, NULL);
	text_release(&sql);
	return insert;
}

struct gathering *gathering_new(sqlite3 *db, const char *table,
				const char *letters, size_t most_values)
{
	struct gathering *g;

	if (strlen(letters) > GATHER_VALUES_MAX)
		return NULL;
	g = must_calloc(1, sizeof(*g));
	g->one = prepare_rows(db, table, letters, 1);
	g->many = prepare_rows(db, table, letters, ROWS);
	if (g->one == NULL || g->many == NULL) {
		gathering_free(g);
		return NULL;
	}
	strcpy(g->letters, letters);
	g->count = (int)strlen(letters);
	g->most_values = most_values;
	make_room(g);
	return g;
}

void gathering_free(struct gathering *g)
{
	if (g == NULL)
		return;
	sqlite3_finalize(g->one);
	sqlite3_finalize(g->many);
	free(g->groups);
	free(g->slots);
	free(g);
}

static struct gathering *begin(sqlite3_context *context, int count,
			       sqlite3_value **args)
{
	const char *table = (const char *)sqlite3_value_text(args[0]);
	const char *letters = (const char *)sqlite3_value_text(args[1]);

	if (table == NULL || letters == NULL ||
	    strlen(letters) != (size_t)count - 2)
		return NULL;
	return gathering_new(sqlite3_context_db_handle(context), table, letters,
			     VALUES_MAX);
}

static void gather_step(sqlite3_context *context, int count,
			sqlite3_value **args)
{
	struct gathering **g = sqlite3_aggregate_context(context, sizeof(*g));
	int64_t values[GATHER_VALUES_MAX];
	int rc;

	if (g == NULL ||
	    (*g == NULL && (*g = begin(context, count, args)) == NULL)) {
		sqlite3_result_error(context, "gather: what?", -1);
		return;
	}
	for (int i = 0; i < (*g)->count; i++)
		values[i] = gather_value(args[i + 2]);
	rc = gathering_add(*g, values);
	if (rc != SQLITE_OK)
		sqlite3_result_error_code(context, rc);
}

static void gather_final(sqlite3_context *context)
{
	struct gathering **g = sqlite3_aggregate_context(context, 0);
	int rc;

	if (g == NULL || *g == NULL)
		return;
	rc = gathering_write(*g);
	if (rc != SQLITE_OK)
		sqlite3_result_error_code(context, rc);
	gathering_free(*g);
}

static void gather_key(sqlite3_context *context, int count,
		       sqlite3_value **args)
{
	const void *text = sqlite3_value_text(args[0]);
	size_t len = (size_t)sqlite3_value_bytes(args[0]);

	(void)count;
	if (text != NULL)
		sqlite3_result_int64(context,
				     (int64_t)(hash_key(text, len).a >> 1));
}

void gather_register(sqlite3 *db)
{
	sqlite3_create_function(db, "gather_key", 1, SQLITE_UTF8, NULL,
				gather_key, NULL, NULL);
	sqlite3_create_function(db, "gather", -1,
				SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL, NULL,
				gather_step, gather_final);
}

void gather_unregister(sqlite3 *db)
{
	sqlite3_create_function(db, "gather", -1, SQLITE_UTF8, NULL, NULL, NULL,
				NULL);
	sqlite3_create_function(db, "gather_key", 1, SQLITE_UTF8, NULL, NULL,
				NULL, NULL);
}
