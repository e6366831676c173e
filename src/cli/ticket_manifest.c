/* SPDX-License-Identifier: BSD-3-Clause */
/* manifest.json: what is in a ticket, from what it was made, what it lacks. */
#include <inttypes.h>

#include "base/temporary.h"
#include "base/text.h"
#include "cli/ticket_private.h"
#include "redact/redactor.h"
#include "store/redaction.h"
#include "store/rows.h"

static void add_string(struct text *t, const char *name, const char *value)
{
	text_addf(t, "\"%s\": ", name);
	text_add_json(t, value);
}

/* Of a redacted ticket it is not told: what was typed are originals. */
static void add_command(struct text *m, const struct ticket *t)
{
	const struct options *o = t->options;
	struct redactor *r = store_redactor(t->store);

	if (r != NULL) {
		text_add(m, ",\n  ");
		add_string(m, "redacted", redactor_check(r));
		return;
	}
	text_add(m, ",\n  \"command\": [\"dnsforensics\"");
	for (int i = 0; i < o->num_typed; i++) {
		text_add(m, ", ");
		text_add_json(m, o->typed[i]);
	}
	text_add(m, "]");
}

static void add_files(struct text *m, const struct ticket *t)
{
	text_add(m, ",\n  \"files\": [");
	for (int i = 0; i < t->num_parts; i++) {
		const struct ticket_part *part = &t->parts[i];

		text_addf(m, "%s\n    {", i > 0 ? "," : "");
		add_string(m, "name", part->name);
		text_addf(m, ", \"size\": %" PRIu64 ", ", part->size);
		add_string(m, "sha256", part->sha256);
		text_add(m, "}");
	}
	text_add(m, "\n  ]");
}

/* cited: its packets are evidence; they are there if it was found again. */
static void add_capture(struct text *m, const struct ticket *t,
			const struct rows *r)
{
	int64_t cited = rows_integer(r, 4);
	bool was_read = extract_has_read(t->extract, rows_integer(r, 0));

	text_add(m, "\n    {");
	add_string(m, "file", rows_text(r, 1));
	text_add(m, ", ");
	add_string(m, "sha256", rows_text(r, 2));
	text_addf(m, ", \"packets\": %" PRId64 ", \"cited\": %" PRId64,
		  rows_integer(r, 3), cited);
	text_addf(m, ", \"not_found\": %s}",
		  cited > 0 && !was_read ? "true" : "false");
}

static int add_captures(struct text *m, const struct ticket *t)
{
	struct rows *r = rows_open(
		t->store, "SELECT c.capture_id, c.file, c.sha256, c.packets, "
			  "(SELECT count(*) FROM temp.evidence_level AS l "
			  "WHERE l.capture = c.capture_id) "
			  "FROM main.captures AS c ORDER BY c.capture_id");
	int rc = -1, count = 0;

	text_add(m, ",\n  \"captures\": [");
	while (r != NULL && (rc = rows_next(r)) == 1) {
		text_add(m, count++ > 0 ? "," : "");
		add_capture(m, t, r);
	}
	text_add(m, "\n  ]");
	rows_close(r);
	return rc;
}

static void add_lists(struct text *m, const struct ticket *t)
{
	const struct citations_list *list;

	text_add(m, ",\n  \"lists\": [");
	for (size_t i = 0; (list = citations_list_row(t->citations, i)) != NULL;
	     i++) {
		int64_t kept = list->rows < t->rows ? list->rows : t->rows;

		text_addf(m, "%s\n    {", i > 0 ? "," : "");
		add_string(m, "list", list->name);
		text_addf(m,
			  ", \"rows\": %" PRId64 ", \"left_out\": %" PRId64
			  ", \"is_counted\": %s}",
			  kept, list->rows - kept,
			  ticket_is_counted(t, list) ? "true" : "false");
	}
	text_add(m, "\n  ]");
}

/* cited_rows: of each list the packets that so many of its rows cite. */
static void add_evidence(struct text *m, const struct ticket *t)
{
	int64_t rows = t->level < 0 ? 0 : ticket_level_rows(t->level);

	text_addf(m,
		  ",\n  \"evidence\": {\"packets\": %" PRIu64
		  ", \"left_out\": %" PRIu64 ", \"cited_rows\": %" PRId64 "}",
		  ticket_packets(t), ticket_packets_left_out(t),
		  rows < t->rows ? rows : t->rows);
}

static void add_left_out_files(struct text *m, const struct ticket *t)
{
	bool without_packets = ticket_packets(t) == 0 &&
			       ticket_packets_left_out(t) > 0;

	text_addf(m, ",\n  \"left_out_files\": [%s%s%s]\n}\n",
		  t->without_page ? "\"report.html\"" : "",
		  t->without_page && without_packets ? ", " : "",
		  without_packets ? "\"evidence.pcapng\"" : "");
}

int ticket_add_manifest(struct ticket *t)
{
	FILE *file = temporary_file();
	struct text m = { 0 };
	int rc;

	if (file == NULL)
		return -1;
	text_add(&m, "{\n  \"schema\": \"dnsforensics.ticket/1\",\n  ");
	add_string(&m, "tool", PACKAGE_STRING);
	add_command(&m, t);
	text_addf(&m, ",\n  \"max_size\": %" PRIu64, t->options->max_size);
	add_files(&m, t);
	rc = add_captures(&m, t);
	add_lists(&m, t);
	add_evidence(&m, t);
	add_left_out_files(&m, t);
	fwrite(m.data, 1, m.len, file);
	text_release(&m);
	if (rc == 0)
		return ticket_part_end(t, "manifest.json", file);
	fclose(file);
	return -1;
}
