/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The whole assembly line: a file goes in, be it a capture or packed, and the
 * store that comes out must be in order.
 */
#include <string.h>

#include "pipeline/pipeline.h"
#include "store/rows.h"
#include "store/snapshot.h"
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

static void print_row(const struct rows *r, const char *sql)
{
	fprintf(stderr, "%s\n", sql);
	for (int i = 0; i < rows_num_columns(r); i++)
		fprintf(stderr, "  %s=%s", rows_column(r, i), rows_text(r, i));
	fprintf(stderr, "\n");
}

static void check_store(struct store *s)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct rows *r = rows_open(s, faults[i]);
		int rc;

		CHECK(r != NULL);
		rc = rows_next(r);
		if (rc == 1)
			print_row(r, faults[i]);
		CHECK(rc == 0);
		rows_close(r);
	}
}

/* It takes most of the time, and is the same for most inputs. */
static bool is_named(const uint8_t *data, size_t len)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum ^= data[i];
	return sum % 16 == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint16_t ports[] = { 53 };
	const struct pipeline_options options = { .ports = ports,
						  .num_ports = 1,
						  .wait_ns = 5000000000 };
	struct pipeline_tally tally = { 0 };
	struct inputs inputs = { .node = NULL };
	struct store *s = store_open_temporary();

	CHECK(s != NULL);
	if (inputs_add(&inputs, fuzz_file(data, len)) == 0)
		pipeline_ingest(s, &inputs, &options, &tally);
	inputs_release(&inputs);
	if (is_named(data, len))
		CHECK(snapshot_name_addresses(s) == 0);
	check_store(s);
	store_close(s);
	return 0;
}
