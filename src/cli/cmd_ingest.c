/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/cluster.h"
#include "cli/command.h"
#include "cli/confine.h"
#include "cli/source.h"
#include "report/prepare.h"
#include "store/ingest.h"
#include "store/snapshot.h"

static int conclude(struct store *s)
{
	int rc = store_has_captures(s);

	if (rc == 0)
		return fail("ingest: which captures? %s has none",
			    store_path(s));
	if (rc == 1)
		rc = snapshot_is_behind(s);
	if (rc == 0)
		return fail("ingest: which captures? all of %s is concluded",
			    store_path(s));
	if (rc == 1)
		rc = snapshot_name_addresses(s);
	if (rc == 0)
		printf("%s: what came in before is concluded\n", store_path(s));
	return rc;
}

static enum exit_status run(struct options *o)
{
	struct pipeline_tally tally = { 0 };
	struct store *s;
	int64_t objects = 0;
	int rc;

	/* What a store has may still have to be concluded. */
	if (o->num_arguments == 0 && o->num_snapshots == 0 &&
	    access(source_store_path(o), F_OK) != 0) {
		fail("ingest: which captures? see dnsforensics ingest --help");
		return EXIT_USAGE;
	}
	s = store_open_for_ingest(source_store_path(o));
	if (s == NULL)
		return EXIT_FAILED;
	rc = confine_offline(o, s, STORE_WRITTEN);
	if (rc == 0)
		rc = o->num_snapshots > 0 || o->num_arguments > 0
			     ? cluster_take(s, o, &objects)
			     : conclude(s);
	if (rc == 0 && o->num_snapshots > 0)
		printf("%s: snapshot of the cluster taken in, %" PRId64
		       " object%s\n",
		       store_path(s), objects, objects == 1 ? "" : "s");
	if (rc == 0 && o->num_arguments > 0)
		rc = source_ingest(s, o, &tally);
	/* What was read before another one failed is reported on as well. */
	if ((rc == 0 || tally.captures > 0) && prepare_keep(s) != 0)
		rc = -1;
	if (tally.captures > 0)
		printf("%s: %" PRIu64 " capture%s taken in, %" PRIu64
		       " packets, %" PRIu64 " DNS messages\n",
		       store_path(s), tally.captures,
		       tally.captures == 1 ? "" : "s", tally.packets,
		       tally.messages);
	store_close(s);
	return rc == 0 ? EXIT_DONE : EXIT_FAILED;
}

static const enum option_id options[] = {
	OPTION_STORE,      OPTION_NODE_NAME,
	OPTION_NODE_FROM,  OPTION_IFMAP,
	OPTION_PORT,       OPTION_TIMEOUT,
	OPTION_K8S,        OPTION_SNAPSHOT_TIME,
	OPTION_NO_SANDBOX, OPTION_HELP,
	OPTION_END
};

const struct command cmd_ingest = {
	.name = "ingest",
	.arguments = "[CAPTURE...]",
	.summary = "read captures into a store",
	.notes =
		"CAPTURE is a pcap or pcapng file, compressed or in an archive if "
		"need be, - for\nstandard input, or a directory of them.  All files "
		"of a ring belong into one ingest.\nWithout any, conclusions "
		"are made that a run which was killed left to be made.",
	.options = options,
	.run = run,
};
