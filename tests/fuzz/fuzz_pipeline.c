/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The whole assembly line: a file goes in, be it a capture or packed, and the
 * store that comes out must be in order.
 */
#include <string.h>

#include "base/text.h"
#include "pipeline/pipeline.h"
#include "store/snapshot.h"
#include "store/store_private.h"
#include "store/values_private.h"
#include "tests/fuzz/fuzz.h"

/* Each selects what must not be there. */
static const char *const faults[] = {
	"SELECT * FROM pragma_integrity_check WHERE integrity_check != 'ok'",
	"SELECT * FROM pragma_foreign_key_check",
	/* Evidence is there. */
	"SELECT transaction_id, query_frame FROM transactions"
	" WHERE query_frame IS NOT NULL"
	"   AND (query_file, query_frame) NOT IN"
	"       (SELECT file, frame FROM messages)",
	"SELECT transaction_id, response_frame FROM transactions"
	" WHERE response_frame IS NOT NULL"
	"   AND (response_file, response_frame) NOT IN"
	"       (SELECT file, frame FROM messages)",
	"SELECT transaction_id FROM transactions"
	" WHERE query_frame IS NULL AND response_frame IS NULL",
	"SELECT transaction_id FROM messages WHERE transaction_id IS NOT NULL"
	"   AND transaction_id NOT IN (SELECT transaction_id FROM transactions)",
	/* Time does not run backwards within a transaction. */
	"SELECT transaction_id FROM transactions WHERE latency_ns < 0",
	"SELECT transaction_id FROM transactions"
	" WHERE latency_ns != answered_ns - asked_ns",
	/* Counts add up. */
	"SELECT c.file, c.messages, c.copies, c.repeats, count(m.message_id)"
	"  FROM captures AS c LEFT JOIN messages AS m USING (capture_id)"
	" GROUP BY capture_id HAVING c.messages != count(m.message_id)",
	"SELECT * FROM captures WHERE messages > 0 AND packets = 0",
	"SELECT file FROM captures"
	" WHERE packets != udp_dns + tcp_dns + icmp_errors + later_fragments"
	"                  + other",
	"SELECT file, frame FROM messages WHERE frame < 1",
	"SELECT message_id FROM messages WHERE qr NOT IN ('Q', 'R')",
};

enum { NUM_FAULTS = sizeof(faults) / sizeof(faults[0]), TABLES_MAX = 128 };

/*
 * To make the schema and to prepare what is asked takes longer than most
 * inputs: both are done once, and the tables emptied after each input.
 */
struct fixture {
	struct store *store;
	sqlite3_stmt *faults[NUM_FAULTS];
	sqlite3_stmt *empty[TABLES_MAX];
	size_t num_tables;
};

static bool has_rows(const struct store *s, const char *table)
{
	struct text sql = { 0 };
	int64_t count;

	text_addf(&sql, "SELECT count(*) FROM %s", table);
	count = store_ask(s, text_string(&sql));
	text_release(&sql);
	CHECK(count >= 0);
	return count > 0;
}

/* What has rows from the beginning is names of codes, which stay. */
static void prepare_emptying(struct fixture *f, const char *table)
{
	struct text sql = { 0 };

	if (has_rows(f->store, table))
		return;
	CHECK(f->num_tables < TABLES_MAX);
	text_addf(&sql, "DELETE FROM %s", table);
	f->empty[f->num_tables++] = store_prepare(f->store, text_string(&sql));
	text_release(&sql);
}

static void set_up(struct fixture *f)
{
	sqlite3_stmt *tables;

	f->store = store_open_temporary();
	CHECK(f->store != NULL);
	tables = store_prepare(f->store, "SELECT name FROM sqlite_schema "
					 "WHERE type = 'table'");
	while (sqlite3_step(tables) == SQLITE_ROW)
		prepare_emptying(f,
				 (const char *)sqlite3_column_text(tables, 0));
	sqlite3_finalize(tables);
	for (size_t i = 0; i < NUM_FAULTS; i++)
		f->faults[i] = store_prepare(f->store, faults[i]);
}

static void tear_down(struct fixture *f)
{
	for (size_t i = 0; i < f->num_tables; i++)
		sqlite3_finalize(f->empty[i]);
	for (size_t i = 0; i < NUM_FAULTS; i++)
		sqlite3_finalize(f->faults[i]);
	store_close(f->store);
	*f = (struct fixture){ .store = NULL };
}

static void make_empty(struct fixture *f)
{
	CHECK(store_run(f->store, "BEGIN") == 0);
	for (size_t i = 0; i < f->num_tables; i++)
		CHECK(store_step(f->store, f->empty[i]) == 0);
	CHECK(store_run(f->store, "COMMIT") == 0);
	values_forget(f->store->values);
}

static void print_row(sqlite3_stmt *r)
{
	fprintf(stderr, "%s\n", sqlite3_sql(r));
	for (int i = 0; i < sqlite3_column_count(r); i++)
		fprintf(stderr, "  %s=%s", sqlite3_column_name(r, i),
			(const char *)sqlite3_column_text(r, i));
	fprintf(stderr, "\n");
}

static void check_store(const struct fixture *f)
{
	for (size_t i = 0; i < NUM_FAULTS; i++) {
		int rc = sqlite3_step(f->faults[i]);

		if (rc == SQLITE_ROW)
			print_row(f->faults[i]);
		CHECK(rc == SQLITE_DONE);
		sqlite3_reset(f->faults[i]);
	}
}

/* It takes 30 times as long as the rest, and is the same for most inputs. */
static bool is_named(const uint8_t *data, size_t len)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum ^= data[i];
	return sum % 64 == 0;
}

static void ingest(struct store *s, const uint8_t *data, size_t len)
{
	static const uint16_t ports[] = { 53 };
	const struct pipeline_options options = { .ports = ports,
						  .num_ports = 1,
						  .wait_ns = 5000000000 };
	struct pipeline_tally tally = { 0 };
	struct inputs inputs = { .node = NULL };

	if (inputs_add(&inputs, fuzz_file(data, len)) == 0)
		pipeline_ingest(s, &inputs, &options, &tally);
	inputs_release(&inputs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct fixture fixture;
	bool has_names = is_named(data, len);

	if (fixture.store == NULL)
		set_up(&fixture);
	ingest(fixture.store, data, len);
	if (has_names)
		CHECK(snapshot_name_addresses(fixture.store) == 0);
	check_store(&fixture);
	if (has_names)
		tear_down(&fixture);
	else
		make_empty(&fixture);
	return 0;
}
