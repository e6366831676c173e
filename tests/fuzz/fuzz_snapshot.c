/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Snapshots of a cluster: our scanner of JSON, SQLite's beside it, and what of
 * it goes into the store.
 */
#include <string.h>

#include "k8s/json_items.h"
#include "store/rows.h"
#include "store/snapshot.h"
#include "tests/fuzz/fuzz.h"

/* What our scanner takes must be JSON to SQLite. */
static void check_valid(struct store *s, struct bytes item)
{
	char *text = fuzz_string(item);
	struct rows *r = rows_open(s, "SELECT json_valid(:text)");

	CHECK(r != NULL && strlen(text) == item.len);
	rows_bind_text(r, ":text", text);
	CHECK(rows_next(r) == 1);
	CHECK(rows_integer(r, 0) == 1);
	rows_close(r);
	free(text);
}

static void check_items(const struct json_items *found, struct bytes text)
{
	const uint8_t *at = text.data;

	for (size_t i = 0; i < found->count; i++) {
		const struct bytes *item = &found->items[i];

		CHECK(item->data >= at && item->len > 0);
		at = item->data + item->len;
		CHECK(at <= text.data + text.len);
	}
}

static void take_in(struct store *s, const struct json_items *found,
		    struct bytes text)
{
	struct snapshot *n = snapshot_begin(s);

	CHECK(n != NULL);
	CHECK(snapshot_add_document(n, "pods.json", text) == 0);
	for (size_t i = 0; i < found->count; i++) {
		check_valid(s, found->items[i]);
		CHECK(snapshot_add_item(n, found->kind, found->items[i]) == 0);
	}
	CHECK(snapshot_num_items(n) >= 0);
	snapshot_abandon(n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes text = { data, len };
	struct json_items found = { 0 };
	struct json_fault fault = { 0 };

	if (json_items_find(&found, text, &fault) == 0) {
		check_items(&found, text);
		/* Nothing stays in it: each snapshot is abandoned. */
		take_in(fuzz_store(), &found, text);
	} else {
		CHECK(fault.what != NULL);
		CHECK(fault.line >= 1 && fault.column >= 1);
	}
	json_items_release(&found);
	return 0;
}
