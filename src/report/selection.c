/* SPDX-License-Identifier: BSD-3-Clause */
/* The views that the reports read, narrowed to what is looked at. */
#include <inttypes.h>

#include "base/error.h"
#include "report/pods.h"
#include "report/report.h"

void report_bind_filter(struct rows *r, const struct filter *filter)
{
	for (size_t i = 0; i < filter_num_values(filter); i++) {
		const struct filter_value *value = filter_value(filter, i);

		if (value->type == FILTER_INTEGER)
			rows_bind_integer(r, value->name, value->integer);
		else
			rows_bind_text(r, value->name, value->text);
	}
}

static const char select_sql[] =
	"INSERT INTO temp.selection "
	"SELECT transaction_id FROM main.transactions "
	"WHERE (:name IS NULL OR name = :name COLLATE NOCASE)"
	" AND (:name_regex IS NULL OR name REGEXP :name_regex)"
	/* Behind NAT it may have been asked by another address. */
	" AND (:nameserver IS NULL OR transaction_id IN"
	" (SELECT coalesce(x.leader, x.id) FROM main.exchange AS x"
	" JOIN main.address AS a ON a.id = x.server"
	" WHERE a.text = :nameserver))"
	" AND (:txn IS NULL OR transaction_id IN"
	" (SELECT coalesce(leader, id) FROM main.exchange WHERE id = :txn))"
	" AND (:since_ns IS NULL OR"
	" coalesce(asked_ns, answered_ns) >= :since_ns)"
	" AND (:until_ns IS NULL OR"
	" coalesce(asked_ns, answered_ns) < :until_ns)";

/* What the reports see instead of the views of the same names. */
static const char narrow_sql[] =
	"CREATE TEMP VIEW _chosen AS SELECT * FROM main.exchange "
	"WHERE id IN temp.selection;"
	"CREATE TEMP VIEW _chosen_lookup AS SELECT * FROM main.lookup "
	"WHERE id IN (SELECT lookup FROM main.lookup_member "
	"WHERE exchange IN temp.selection);"
	"CREATE TEMP VIEW transactions AS SELECT * FROM main.transactions "
	"WHERE transaction_id IN temp.selection;"
	"CREATE TEMP VIEW messages AS SELECT * FROM main.messages "
	"WHERE transaction_id IN temp.selection;"
	"CREATE TEMP VIEW answers AS SELECT * FROM main.answers "
	"WHERE transaction_id IN temp.selection;"
	"CREATE TEMP VIEW icmp_errors AS SELECT * FROM main.icmp_errors "
	"WHERE transaction_id IN temp.selection;"
	"CREATE TEMP VIEW connections AS SELECT * FROM main.connections "
	"WHERE (client, server) IN (SELECT client, server FROM transactions);"
	"CREATE TEMP VIEW lookups AS SELECT * FROM main.lookups "
	"WHERE lookup_id IN (SELECT lookup_id FROM main.lookup_transactions "
	"WHERE transaction_id IN temp.selection);"
	"CREATE TEMP VIEW trace AS SELECT * FROM main.trace "
	"WHERE txn IN temp.selection;";

/* Views over transactions: as TEMP they see the narrowed ones. */
static const char copy_views_sql[] =
	"SELECT replace(sql, 'CREATE VIEW ', 'CREATE TEMP VIEW ') "
	"FROM main.sqlite_schema WHERE type = 'view' "
	"AND name IN ('_signature', 'findings')";

static int fill_selection(struct store *s,
			  const struct report_selection *selection,
			  const struct report_parameters *parameters)
{
	struct text sql = { 0 };
	struct rows *r;
	int rc = -1;

	text_add(&sql, select_sql);
	if (selection->choice != NULL)
		text_add(&sql, " AND transaction_id IN "
			       "(SELECT transaction_id FROM temp.chosen)");
	if (selection->filter != NULL)
		text_addf(&sql,
			  " AND transaction_id IN "
			  "(SELECT txn FROM main.trace WHERE %s)",
			  filter_condition(selection->filter));
	r = rows_open_own(s, text_string(&sql));
	if (r != NULL) {
		report_bind(r, parameters, -1);
		if (selection->filter != NULL)
			report_bind_filter(r, selection->filter);
		if (selection->has_txn)
			rows_bind_integer(r, ":txn", selection->txn);
		if (selection->has_since)
			rows_bind_integer(r, ":since_ns", selection->since_ns);
		if (selection->has_until)
			rows_bind_integer(r, ":until_ns", selection->until_ns);
		rc = rows_next(r);
	}
	rows_close(r);
	text_release(&sql);
	return rc;
}

/* A number that is no transaction's is a mistake, not an empty selection. */
static int check_txn(struct store *s, const struct report_selection *selection)
{
	struct rows *r;
	int rc = -1;

	if (!selection->has_txn)
		return 0;
	r = rows_open_own(s, "SELECT 1 FROM main.exchange WHERE id = :txn");
	if (r != NULL) {
		rows_bind_integer(r, ":txn", selection->txn);
		rc = rows_next(r);
	}
	rows_close(r);
	if (rc == 0)
		return fail("--txn: there is no transaction %" PRId64,
			    selection->txn);
	return rc == 1 ? 0 : -1;
}

int report_select(struct store *s, const struct report_selection *selection,
		  const struct report_parameters *parameters)
{
	if (selection->filter == NULL && selection->choice == NULL &&
	    !selection->has_since && !selection->has_until &&
	    !selection->has_txn && parameters->name == NULL &&
	    parameters->name_regex == NULL && parameters->nameserver == NULL)
		return 0;
	if (check_txn(s, selection) != 0)
		return -1;
	if (selection->choice != NULL && pods_choose(s, selection->choice) != 0)
		return -1;
	if (store_run(s, "CREATE TEMP TABLE selection "
			 "(transaction_id INTEGER PRIMARY KEY)") != 0 ||
	    fill_selection(s, selection, parameters) != 0)
		return -1;
	return store_run(s, narrow_sql) == 0 ? rows_run(s, copy_views_sql) : -1;
}
