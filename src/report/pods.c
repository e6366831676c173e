/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/pods.h"

#include <stdio.h>

#include "base/error.h"
#include "base/text.h"
#include "store/rows.h"

/* The number that a statement gives, or -1. */
static int64_t ask(struct store *s, const char *sql)
{
	struct rows *r = rows_open_own(s, sql);
	int64_t number = -1;

	if (r != NULL && rows_next(r) == 1)
		number = rows_integer(r, 0);
	rows_close(r);
	return number;
}

int pods_are_known(struct store *s)
{
	return (int)ask(s, "SELECT EXISTS (SELECT 1 FROM _subject)");
}

int pods_have_addresses(struct store *s)
{
	return (int)ask(s, "SELECT EXISTS (SELECT 1 FROM main.owners)");
}

static const char tables_sql[] =
	"CREATE TEMP TABLE IF NOT EXISTS chosen_subject (subject INTEGER PRIMARY KEY);"
	"CREATE TEMP TABLE IF NOT EXISTS chosen_span (address INTEGER, from_ns INTEGER,"
	" to_ns INTEGER, PRIMARY KEY (address, from_ns)) WITHOUT ROWID;"
	"CREATE TEMP TABLE IF NOT EXISTS chosen (message_id INTEGER PRIMARY"
	" KEY, transaction_id INTEGER);"
	/* Whoever chose before sees other messages now. */
	"DELETE FROM temp.chosen_subject;"
	"DELETE FROM temp.chosen_span;"
	"DELETE FROM temp.chosen;";

/* Of packets without times those that have the address now are taken. */
static const char fill_sql[] =
	"INSERT OR IGNORE INTO temp.chosen_span"
	" SELECT a.id, n.from_ns, n.to_ns"
	" FROM temp.chosen_subject AS c"
	" JOIN naming_pod AS n ON n.pod = c.subject"
	" JOIN address AS a ON a.text = n.address;"
	"INSERT OR IGNORE INTO temp.chosen SELECT m.message_id, m.exchange"
	" FROM (SELECT *, coalesce(time_ns, 9223372036854775806) AS at"
	"       FROM _message) AS m"
	" WHERE -m.interface IN temp.chosen_subject"
	" OR EXISTS (SELECT 1 FROM temp.chosen_span AS c"
	"  WHERE c.address = m.src AND m.at >= c.from_ns AND m.at < c.to_ns)"
	" OR EXISTS (SELECT 1 FROM temp.chosen_span AS c"
	"  WHERE c.address = m.dst AND m.at >= c.from_ns AND m.at < c.to_ns);";

static int choose_subjects(struct store *s, const struct choice *choice)
{
	struct text sql = { 0 };
	struct rows *r;
	int rc = -1;

	text_addf(&sql,
		  "INSERT INTO temp.chosen_subject "
		  "SELECT subject FROM _subject AS s WHERE %s",
		  choice_condition(choice));
	r = rows_open_own(s, text_string(&sql));
	for (size_t i = 0; r != NULL && i < choice_num_values(choice); i++) {
		char name[32];

		snprintf(name, sizeof(name), ":k%zu", i + 1);
		rows_bind_text(r, name, choice_value(choice, i));
	}
	if (r != NULL)
		rc = rows_next(r);
	rows_close(r);
	text_release(&sql);
	return rc;
}

int pods_rechoose(struct store *s, const struct choice *choice)
{
	if (store_run(s, tables_sql) != 0 || choose_subjects(s, choice) != 0)
		return -1;
	return store_run(s, fill_sql);
}

int pods_choose(struct store *s, const struct choice *choice)
{
	int64_t count;

	if (pods_rechoose(s, choice) != 0)
		return -1;
	count = ask(s, "SELECT count(*) FROM temp.chosen_subject");
	if (count == 0)
		warning("%s: there is no such pod", choice_describe(choice));
	return count < 0 ? -1 : 0;
}
