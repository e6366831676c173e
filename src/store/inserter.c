/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/inserter_private.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/store_private.h"

enum {
	BATCHES = 4,
	BATCH_LEN = 1 << 18, /* handed over when it is that long */
	LEAST_ROOM = 1 << 12,
	STATEMENTS_MAX = 64,
	ROWS = 16 /* that one statement writes; more of them gain nothing */
};

/* A value: its tag, then what belongs to it. */
enum tag {
	TAG_NUMBER, /* int64_t */
	TAG_NULL,
	TAG_TEXT /* its length as size_t, then itself */
};

/* Values of rows of one table, or what statements are to be run in turn. */
struct values_list {
	char *bytes;
	size_t len, room;
	uint32_t num_rows;
};

/*
 * Rows are gathered by their tables, which are written one after the other, in
 * the order in which they were first written to; then come the statements.
 */
struct batch {
	struct values_list tables[STATEMENTS_MAX];
	struct values_list script; /* number of a statement, its parameters */
	size_t len;                /* of all of them */
};

/* NULL: not needed up to now. */
struct statement {
	const char *sql;
	sqlite3_stmt *one, *many;
};

struct inserter {
	const struct store *store;
	struct batch batches[BATCHES];
	/* Numbered by who makes rows, prepared by who writes them. */
	struct statement statements[STATEMENTS_MAX];
	uint32_t num_statements;
	struct values_list *current; /* where the values at hand go */
	size_t begin;                /* where they begin there */
	bool has_thread, has_tried;  /* to start it */
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	/* Of batches, counted on and on; both under the mutex. */
	uint64_t handed_over, written;
	bool is_ending;
	atomic_bool failed, is_given_up;
};

static uint32_t number_statement(struct inserter *w, const char *sql)
{
	for (uint32_t i = 0; i < w->num_statements; i++)
		if (w->statements[i].sql == sql)
			return i;
	if (w->num_statements == STATEMENTS_MAX)
		abort(); /* more of them in our own sources */
	w->statements[w->num_statements].sql = sql;
	return w->num_statements++;
}

static unsigned count_columns(const char *table_sql)
{
	unsigned count = 1;

	for (; *table_sql != '\0'; table_sql++)
		count += *table_sql == ',';
	return count;
}

static sqlite3_stmt *prepare_rows(const struct store *s, const char *table_sql,
				  unsigned num_rows)
{
	unsigned num_columns = count_columns(table_sql);
	struct text sql = { 0 };
	sqlite3_stmt *prepared;

	text_addf(&sql, "%s VALUES", table_sql);
	for (unsigned row = 0; row < num_rows; row++)
		for (unsigned i = 0; i < num_columns; i++)
			text_addf(&sql, "%s?%s",
				  i > 0     ? ", "
				  : row > 0 ? ", ("
					    : " (",
				  i + 1 < num_columns ? "" : ")");
	prepared = store_prepare(s, text_string(&sql));
	text_release(&sql);
	return prepared;
}

/* For that many rows, 1 or ROWS.  NULL: already reported. */
static sqlite3_stmt *get_rows(const struct inserter *w, struct statement *s,
			      unsigned num_rows)
{
	sqlite3_stmt **prepared = num_rows > 1 ? &s->many : &s->one;

	if (*prepared == NULL)
		*prepared = prepare_rows(w->store, s->sql, num_rows);
	return *prepared;
}

/* Reads a batch, which this process wrote itself. */
struct tape {
	const char *at, *end;
};

static void take(struct tape *t, void *to, size_t len)
{
	memcpy(to, t->at, len);
	t->at += len;
}

static void bind_text(struct tape *t, sqlite3_stmt *statement, int i)
{
	size_t len;

	take(t, &len, sizeof(len));
	sqlite3_bind_text64(statement, i, t->at, len, SQLITE_STATIC,
			    SQLITE_UTF8);
	t->at += len;
}

static void bind_value(struct tape *t, sqlite3_stmt *statement, int i)
{
	int64_t number;
	char tag = *t->at++;

	if (tag == TAG_NUMBER) {
		take(t, &number, sizeof(number));
		sqlite3_bind_int64(statement, i, number);
	} else if (tag == TAG_TEXT) {
		bind_text(t, statement, i);
	} else {
		sqlite3_bind_null(statement, i);
	}
}

/* prepared: NULL where that failed. */
static int write_values(const struct inserter *w, struct tape *t,
			sqlite3_stmt *prepared)
{
	int num_values;

	if (prepared == NULL)
		return -1;
	num_values = sqlite3_bind_parameter_count(prepared);
	for (int i = 1; i <= num_values; i++)
		bind_value(t, prepared, i);
	return store_step(w->store, prepared);
}

static int write_table(struct inserter *w, struct statement *s,
		       struct values_list *rows)
{
	struct tape t = { rows->bytes, rows->bytes + rows->len };
	int rc = 0;

	while (rc == 0 && rows->num_rows > 0 && !w->is_given_up) {
		unsigned count = rows->num_rows >= ROWS ? ROWS : 1;

		rc = write_values(w, &t, get_rows(w, s, count));
		rows->num_rows -= count;
	}
	return rc;
}

static int run_script(struct inserter *w, struct values_list *script)
{
	struct tape t = { script->bytes, script->bytes + script->len };
	struct statement *s;
	uint32_t number;
	int rc = 0;

	while (rc == 0 && t.at < t.end && !w->is_given_up) {
		take(&t, &number, sizeof(number));
		s = &w->statements[number];
		if (s->one == NULL)
			s->one = store_prepare(w->store, s->sql);
		rc = write_values(w, &t, s->one);
	}
	return rc;
}

static void clear_batch(struct batch *b)
{
	for (uint32_t i = 0; i < STATEMENTS_MAX; i++)
		b->tables[i].len = b->tables[i].num_rows = 0;
	b->script.len = 0;
	b->len = 0;
}

static void write_batch(struct inserter *w, struct batch *b)
{
	int rc = w->failed ? -1 : 0;

	for (uint32_t i = 0; rc == 0 && i < STATEMENTS_MAX; i++)
		if (b->tables[i].num_rows > 0)
			rc = write_table(w, &w->statements[i], &b->tables[i]);
	if (rc == 0 && b->script.len > 0)
		rc = run_script(w, &b->script);
	if (rc != 0)
		w->failed = true;
	clear_batch(b);
}

/* The next batch; NULL: there will be none. */
static struct batch *wait_for_batch(struct inserter *w)
{
	struct batch *b = NULL;

	pthread_mutex_lock(&w->mutex);
	while (w->written == w->handed_over && !w->is_ending)
		pthread_cond_wait(&w->changed, &w->mutex);
	if (w->written != w->handed_over)
		b = &w->batches[w->written % BATCHES];
	pthread_mutex_unlock(&w->mutex);
	return b;
}

static void *write_batches(void *context)
{
	struct inserter *w = context;
	struct batch *b;

	while ((b = wait_for_batch(w)) != NULL) {
		write_batch(w, b);
		pthread_mutex_lock(&w->mutex);
		w->written++;
		pthread_cond_broadcast(&w->changed);
		pthread_mutex_unlock(&w->mutex);
	}
	return NULL;
}

struct inserter *inserter_new(const struct store *s)
{
	struct inserter *w = must_calloc(1, sizeof(*w));

	w->store = s;
	pthread_mutex_init(&w->mutex, NULL);
	pthread_cond_init(&w->changed, NULL);
	return w;
}

/*
 * Not before there is much to do: a live run is confined by then, and Landlock
 * holds only for threads that are started later.
 */
static void start_thread(struct inserter *w)
{
	if (w->has_tried)
		return;
	w->has_tried = true;
	w->has_thread = pthread_create(&w->thread, NULL, write_batches, w) == 0;
}

void inserter_stay_alone(struct inserter *w)
{
	w->has_tried = true;
}

static void stop_thread(struct inserter *w)
{
	w->is_given_up = true;
	pthread_mutex_lock(&w->mutex);
	w->is_ending = true;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->mutex);
	pthread_join(w->thread, NULL);
}

static void free_batch(struct batch *b)
{
	for (uint32_t i = 0; i < STATEMENTS_MAX; i++)
		free(b->tables[i].bytes);
	free(b->script.bytes);
}

void inserter_free(struct inserter *w)
{
	if (w == NULL)
		return;
	if (w->has_thread)
		stop_thread(w);
	for (uint32_t i = 0; i < w->num_statements; i++) {
		sqlite3_finalize(w->statements[i].one);
		sqlite3_finalize(w->statements[i].many);
	}
	for (int i = 0; i < BATCHES; i++)
		free_batch(&w->batches[i]);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->mutex);
	free(w);
}

/* Only the thread that makes rows changes handed_over. */
static struct batch *current_batch(struct inserter *w)
{
	return &w->batches[w->handed_over % BATCHES];
}

static void wait_until_written(struct inserter *w, uint64_t number)
{
	pthread_mutex_lock(&w->mutex);
	while (w->written < number)
		pthread_cond_wait(&w->changed, &w->mutex);
	pthread_mutex_unlock(&w->mutex);
}

/* Waits where all batches are full, so that memory is bounded. */
static void hand_over(struct inserter *w)
{
	if (current_batch(w)->len >= BATCH_LEN)
		start_thread(w);
	if (!w->has_thread) {
		write_batch(w, current_batch(w));
		return;
	}
	pthread_mutex_lock(&w->mutex);
	w->handed_over++;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->mutex);
	if (w->handed_over >= BATCHES)
		wait_until_written(w, w->handed_over - BATCHES + 1);
}

int inserter_drain(struct inserter *w)
{
	if (w == NULL)
		return 0;
	if (current_batch(w)->len != 0)
		hand_over(w);
	if (w->has_thread)
		wait_until_written(w, w->handed_over);
	return w->failed ? -1 : 0;
}

bool inserter_failed(const struct inserter *w)
{
	return w->failed;
}

static void grow(struct values_list *l, size_t len)
{
	l->room = l->room != 0 ? l->room : LEAST_ROOM;
	while (l->room - l->len < len)
		l->room *= 2;
	l->bytes = must_realloc(l->bytes, l->room, 1);
}

static char *make_room(struct inserter *w, size_t len)
{
	struct values_list *l = w->current;

	if (l->room - l->len < len)
		grow(l, len);
	l->len += len;
	return l->bytes + l->len - len;
}

static void put(struct inserter *w, enum tag tag, const void *value, size_t len)
{
	char *to = make_room(w, 1 + len);

	to[0] = (char)tag;
	if (len != 0)
		memcpy(to + 1, value, len);
}

static void begin(struct inserter *w, struct values_list *l)
{
	w->current = l;
	w->begin = l->len;
}

void inserter_begin_row(struct inserter *w, const char *table_sql)
{
	uint32_t number = number_statement(w, table_sql);

	/* What a statement does comes before what is behind it. */
	if (current_batch(w)->script.len != 0)
		hand_over(w);
	begin(w, &current_batch(w)->tables[number]);
	w->current->num_rows++;
}

void inserter_begin_statement(struct inserter *w, const char *sql)
{
	uint32_t number = number_statement(w, sql);

	begin(w, &current_batch(w)->script);
	memcpy(make_room(w, sizeof(number)), &number, sizeof(number));
}

void inserter_number(struct inserter *w, int64_t number)
{
	put(w, TAG_NUMBER, &number, sizeof(number));
}

void inserter_null(struct inserter *w)
{
	put(w, TAG_NULL, NULL, 0);
}

void inserter_if(struct inserter *w, bool is_known, int64_t number)
{
	if (is_known)
		inserter_number(w, number);
	else
		inserter_null(w);
}

void inserter_optional(struct inserter *w, int64_t number, int64_t none)
{
	inserter_if(w, number != none, number);
}

void inserter_text(struct inserter *w, const char *text)
{
	size_t len;

	if (text == NULL) {
		inserter_null(w);
		return;
	}
	len = strlen(text);
	put(w, TAG_TEXT, &len, sizeof(len));
	memcpy(make_room(w, len), text, len);
}

void inserter_end(struct inserter *w)
{
	struct batch *b = current_batch(w);

	b->len += w->current->len - w->begin;
	if (b->len >= BATCH_LEN)
		hand_over(w);
}
