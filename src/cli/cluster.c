/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/cluster.h"

#include "base/error.h"
#include "k8s/documents.h"
#include "k8s/json_items.h"
#include "store/snapshot.h"

static int add_items(struct snapshot *n, const struct documents *d,
		     const struct json_items *found)
{
	int rc = snapshot_add_document(n, documents_name(d), documents_text(d));

	for (size_t i = 0; rc == 0 && i < found->count; i++)
		rc = snapshot_add_item(n, found->kind, found->items[i]);
	return rc;
}

static int add_document(struct snapshot *n, const struct documents *d)
{
	struct json_items found = { 0 };
	struct json_fault fault;
	int rc;

	if (json_items_find(&found, documents_text(d), &fault) == 0)
		rc = add_items(n, d, &found);
	else
		rc = fail("%s: line %zu, column %zu: not JSON: %s",
			  documents_name(d), fault.line, fault.column,
			  fault.what);
	json_items_release(&found);
	return rc;
}

static int add_documents(struct snapshot *n, const char *path)
{
	struct documents *d = documents_open(path);
	int rc = d != NULL ? 1 : -1;

	while (rc == 1 && (rc = documents_next(d)) == 1)
		if (add_document(n, d) != 0)
			rc = -1;
	documents_close(d);
	return rc;
}

static int read_snapshot(struct snapshot *n, const struct options *o)
{
	for (size_t i = 0; i < o->num_snapshots; i++) {
		int64_t before = snapshot_num_items(n);

		if (add_documents(n, o->snapshots[i]) != 0)
			return -1;
		if (snapshot_num_items(n) == before)
			return fail("%s: no pods, services, endpoints, nodes "
				    "or namespaces in it",
				    o->snapshots[i]);
	}
	if (o->has_snapshot_time)
		return snapshot_set_time(n, o->snapshot_time_ns);
	return 0;
}

int cluster_read(struct store *s, const struct options *o, int64_t *num_items)
{
	struct snapshot *n;

	*num_items = 0;
	if (o->num_snapshots == 0)
		return 0;
	n = snapshot_begin(s);
	if (n == NULL)
		return -1;
	if (read_snapshot(n, o) != 0) {
		snapshot_abandon(n);
		return -1;
	}
	*num_items = snapshot_num_items(n);
	return snapshot_commit(n);
}

int cluster_conclude(struct store *s, const struct options *o)
{
	return o->only_messages ? snapshot_name_messages(s)
				: snapshot_name_addresses(s);
}

int cluster_take(struct store *s, const struct options *o, int64_t *num_items)
{
	if (cluster_read(s, o, num_items) != 0)
		return -1;
	return o->num_snapshots > 0 ? cluster_conclude(s, o) : 0;
}
