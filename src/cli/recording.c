/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/recording.h"

#include <inttypes.h>
#include <time.h>

#include "base/duration.h"
#include "base/error.h"
#include "cli/cluster.h"
#include "store/prune.h"
#include "store/rows.h"
#include "store/snapshot.h"

enum {
	/* Twice what the matcher may hold. */
	KEPT_IN_MEMORY = 1 << 18,
	/* Conclusions take no more than this share of the time... */
	CONCLUDING_SHARE = 50,
};

/* ... and not at all while packets come, where they take longer than that. */
static const int64_t concluding_max_ns = NS_PER_SECOND / 4;

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

int recording_prepare(struct recording *r, const struct options *o)
{
	*r = (struct recording){ .options = o };
	if (rotation_parse(&r->rotation, o->rotate, o->keep) != 0)
		return -1;
	if (rotation_is_wanted(&r->rotation) && o->store == NULL &&
	    o->pcap == NULL)
		return fail("--rotate: which files? -d or --write-pcap names "
			    "them");
	return 0;
}

/* NULL for NULL; as it is where there is but one file. */
static const char *name_file(const struct recording *r, struct text *name,
			     const char *path)
{
	if (path == NULL || !rotation_is_wanted(&r->rotation))
		return path;
	text_clear(name);
	rotation_name(name, path, r->started_ns);
	return text_string(name);
}

static int name_cluster(struct recording *r)
{
	int64_t objects;

	if (r->options->num_snapshots == 0)
		return 0;
	if (cluster_read(r->store, r->options, &objects) != 0)
		return -1;
	return snapshot_name_cluster(r->store);
}

int recording_begin(struct recording *r, struct live *live)
{
	const char *pcap;

	r->live = live;
	r->started_ns = clock_ns(CLOCK_REALTIME);
	/* In memory it is still that of the files before. */
	if (r->store == NULL)
		r->store = store_open_live(
			name_file(r, &r->store_name, r->options->store));
	pcap = name_file(r, &r->pcap_name, r->options->pcap);
	if (r->store == NULL || name_cluster(r) != 0)
		return -1;
	return live_begin(live, r->store, pcap);
}

static int conclude(struct recording *r)
{
	int64_t start_ns = clock_ns(CLOCK_MONOTONIC);
	int rc = snapshot_name_addresses(r->store);

	r->concluded_ns = clock_ns(CLOCK_MONOTONIC);
	r->concluding_ns = r->concluded_ns - start_ns;
	return rc;
}

static bool may_conclude(const struct recording *r)
{
	return r->options->store != NULL &&
	       r->concluding_ns < concluding_max_ns &&
	       clock_ns(CLOCK_MONOTONIC) - r->concluded_ns >=
		       CONCLUDING_SHARE * r->concluding_ns;
}

static bool is_too_big(const struct recording *r)
{
	return r->options->store == NULL &&
	       live_status(r->live)->messages - r->pruned_at > KEPT_IN_MEMORY;
}

static int prune(struct recording *r)
{
	int64_t waits_ns = 2 * r->options->timeout_ns + 60 * NS_PER_SECOND;

	r->pruned_at = live_status(r->live)->messages;
	return store_prune(r->store, KEPT_IN_MEMORY,
			   clock_ns(CLOCK_REALTIME) - waits_ns);
}

int recording_commit(struct recording *r)
{
	int rc = live_pause(r->live);

	if (rc == 0 && may_conclude(r))
		rc = conclude(r);
	if (rc == 0 && is_too_big(r))
		rc = prune(r);
	return rc == 0 ? live_resume(r->live) : -1;
}

bool recording_is_full(const struct recording *r)
{
	uint64_t size = live_pcap_size(r->live);

	if (!rotation_is_wanted(&r->rotation))
		return false;
	if (r->options->store != NULL && store_size(r->store) > size)
		size = store_size(r->store);
	return rotation_is_due(&r->rotation, r->started_ns,
			       clock_ns(CLOCK_REALTIME), size);
}

int recording_reread(struct recording *r)
{
	if (live_pause(r->live) != 0)
		return -1;
	if (name_cluster(r) == 0)
		warning("the snapshot of the cluster was read again");
	else
		warning("the snapshot of the cluster stays as it was");
	return live_resume(r->live);
}

int recording_end(struct recording *r)
{
	if (live_end(r->live) != 0)
		return -1;
	return conclude(r);
}

static int describe_newest(const struct recording *r, struct text *part)
{
	struct rows *rows = rows_open(r->store,
				      "SELECT count(*) FROM transactions");
	int rc = rows != NULL ? rows_next(rows) : -1;

	if (rc == 1)
		text_addf(part, "the newest %" PRId64 " transactions",
			  rows_integer(rows, 0));
	rows_close(rows);
	return rc == 1 ? 0 : -1;
}

int recording_describe_part(const struct recording *r, struct text *part)
{
	if (r->pruned_at > 0)
		return describe_newest(r, part);
	if (r->options->store != NULL && r->has_turned)
		text_addf(part, "the last file, %s", store_path(r->store));
	return 0;
}

static void clean(const struct recording *r, const char *path)
{
	if (path != NULL)
		rotation_clean(&r->rotation, path, clock_ns(CLOCK_REALTIME));
}

static void close_store(struct recording *r)
{
	if (r->store == NULL)
		return;
	if (r->options->store != NULL)
		store_end_live(r->store);
	store_close(r->store);
	r->store = NULL;
}

void recording_turn_over(struct recording *r)
{
	r->has_turned = true;
	if (r->options->store != NULL)
		close_store(r);
	clean(r, r->options->store);
	clean(r, r->options->pcap);
}

void recording_release(struct recording *r)
{
	close_store(r);
	text_release(&r->store_name);
	text_release(&r->pcap_name);
}
