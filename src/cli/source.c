/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/cluster.h"
#include "cli/confine.h"
#include "cli/progress.h"
#include "pipeline/inputs.h"
#include "redact/redactor.h"
#include "store/redaction.h"
#include "store/rows.h"
#include "store/snapshot.h"

/* Of more captures the reader knows better how they were named. */
enum { CAPTURES_NAMED_MAX = 4 };

static const enum option_id for_reading[] = { OPTION_NODE_FROM, OPTION_IFMAP,
					      OPTION_PORT, OPTION_TIMEOUT,
					      OPTION_END };

/* Captures of which nothing tells the node are of that one. */
static const enum option_id for_nodes[] = { OPTION_NODE, OPTION_END };

static const enum option_id for_names[] = { OPTION_K8S, OPTION_SNAPSHOT_TIME,
					    OPTION_END };

static const enum option_id for_parts[] = {
	OPTION_COMPARE,  OPTION_THRESHOLD,  OPTION_NAMESERVER,
	OPTION_NAME,     OPTION_NAME_REGEX, OPTION_EXPECT,
	OPTION_FILTER,   OPTION_TXN,        OPTION_SINCE,
	OPTION_UNTIL,    OPTION_NAMESPACE,  OPTION_ALL_NAMESPACES,
	OPTION_SELECTOR, OPTION_PODNAME,    OPTION_FILE,
	OPTION_END
};

const char *source_store_path(const struct options *o)
{
	const char *path = o->store;

	if (path == NULL)
		path = getenv("DNSFORENSICS_DB");
	return path != NULL && path[0] != '\0' ? path : "dnsforensics.db";
}

const char *source_key_path(const struct options *o)
{
	return o->key != NULL ? o->key : "dnsforensics.key";
}

static int ingest_all(struct store *s, const struct options *o,
		      struct inputs *inputs, struct pipeline_tally *tally)
{
	struct progress progress;
	struct pipeline_options options = { .ports = o->ports,
					    .num_ports = o->num_ports,
					    .wait_ns = o->timeout_ns,
					    .ifmap = o->ifmap,
					    .progress = progress_is_wanted()
								? progress_show
								: NULL,
					    .progress_context = &progress };
	int rc;

	progress_start(&progress);
	rc = pipeline_ingest(s, inputs, &options, tally);
	progress_end(&progress);
	return rc;
}

static int ingest(struct store *s, const struct options *o,
		  struct inputs *inputs, struct pipeline_tally *tally)
{
	int rc = 0;

	if (o->node_from != NULL &&
	    inputs_find_nodes(inputs, o->node_from) != 0)
		return -1;
	for (int i = 0; i < o->num_arguments; i++)
		if (inputs_add(inputs, o->arguments[i]) != 0)
			rc = -1;
	if (ingest_all(s, o, inputs, tally) != 0)
		rc = -1;
	inputs_release(inputs);
	/* All of them were known: nothing new can be concluded. */
	if (tally->captures == 0 && snapshot_is_concluded(s) == 1)
		return rc;
	return cluster_conclude(s, o) == 0 ? rc : -1;
}

int source_ingest(struct store *s, const struct options *o,
		  struct pipeline_tally *tally)
{
	struct inputs inputs = { .node = o->node };

	return ingest(s, o, &inputs, tally);
}

/* Evidence is not written over, whatever was typed. */
static bool overwrites_input(const struct options *o)
{
	if (path_is_same(o->output, source_store_path(o)) ||
	    path_is_same(o->output, source_key_path(o)))
		return true;
	for (size_t i = 0; i < o->num_snapshots; i++)
		if (path_is_same(o->output, o->snapshots[i]))
			return true;
	for (int i = 0; i < o->num_arguments; i++)
		if (path_is_same(o->output, o->arguments[i]))
			return true;
	return false;
}

/* They are read twice: for what is in them, and for the packets. */
static int check_rereading(const struct options *o)
{
	struct stat st;

	for (int i = 0; i < o->num_arguments; i++)
		if (strcmp(o->arguments[i], "-") == 0 ||
		    (stat(o->arguments[i], &st) == 0 && !S_ISREG(st.st_mode) &&
		     !S_ISDIR(st.st_mode)))
			return fail("%s: packets cannot be taken out of a "
				    "stream, which can be read only once; "
				    "save it to a file, and name that",
				    o->arguments[i]);
	if (o->captures == NULL)
		return 0;
	if (o->num_arguments > 0)
		return fail("--captures is for those of a store");
	if (stat(o->captures, &st) != 0 || !S_ISDIR(st.st_mode))
		return fail("--captures: %s: there is no such folder",
			    o->captures);
	return 0;
}

int source_check(const struct options *o)
{
	if (o->store != NULL && o->num_arguments > 0)
		return fail("name captures or a store with -d, not both");
	if (o->output != NULL && overwrites_input(o))
		return fail("%s: the result would overwrite what it is made of",
			    o->output);
	if (o->rereads && check_rereading(o) != 0)
		return -1;
	if (o->key != NULL && !o->redact)
		return fail("--key is for --redact");
	if (o->has_snapshot_time && o->num_snapshots == 0)
		return fail("--snapshot-time: of which snapshot? --k8s names "
			    "it");
	if (options_have_given(o, for_reading) && o->num_arguments == 0)
		return fail(
			"--port, --timeout, --node-from and --ifmap are for "
			"reading captures: name them, or ingest them so "
			"into a store");
	return 0;
}

static int check_not_empty(struct store *s)
{
	struct rows *r = rows_open(s, "SELECT count(*) FROM main.captures");
	int rc = -1;

	if (r != NULL && rows_next(r) == 1)
		rc = rows_integer(r, 0) > 0
			     ? 0
			     : fail("%s: no capture in this store; "
				    "\"dnsforensics ingest\" adds them",
				    store_path(s));
	rows_close(r);
	return rc;
}

static int catch_up(struct store *s, const struct options *o, bool behind)
{
	int64_t objects;

	if (o->num_snapshots > 0)
		return cluster_take(s, o, &objects);
	return behind ? cluster_conclude(s, o) : 0;
}

/* It and one that gets another snapshot than its own are not changed. */
static struct store *copy_if_needed(struct store *s, const struct options *o)
{
	int behind = snapshot_is_behind(s);
	struct store *copy;

	if (behind < 0 || (behind == 0 && o->num_snapshots == 0 && !o->redact))
		return behind < 0 ? NULL : s;
	if (behind == 1)
		warning("%s: not all that came in is concluded, or another "
			"version of this program did it; concluding now, in "
			"a copy (\"dnsforensics ingest -d %s\" does it for "
			"good)",
			store_path(s), store_path(s));
	copy = store_copy(s);
	if (copy == NULL || catch_up(copy, o, behind == 1) == 0)
		return copy;
	store_close(copy);
	return NULL;
}

struct store *source_open_store(const struct options *o)
{
	struct store *s = store_open(source_store_path(o)), *shown = NULL;

	if (s != NULL &&
	    confine_offline(o, s, o->rereads ? STORE_REREAD : STORE_READ) == 0)
		shown = copy_if_needed(s, o);
	if (shown != s)
		store_close(s);
	return shown;
}

static struct store *open_filled(const struct options *o)
{
	struct store *s = source_open_store(o);

	if (s == NULL || check_not_empty(s) == 0)
		return s;
	store_close(s);
	return NULL;
}

/* Early: who mistyped its name need not wait for the captures. */
static struct store *open_with_snapshot(const struct options *o)
{
	struct store *s = store_open_temporary();
	int64_t objects;

	if (s == NULL || (confine_offline(o, s, STORE_READ) == 0 &&
			  cluster_read(s, o, &objects) == 0))
		return s;
	store_close(s);
	return NULL;
}

static struct store *open_plain(const struct options *o, bool *is_partial)
{
	struct pipeline_tally tally = { 0 };
	/* Where captures are read, --node still chooses among them. */
	struct inputs inputs = { .else_node = o->node };
	struct store *s;

	if (o->num_arguments == 0)
		return open_filled(o);
	s = open_with_snapshot(o);
	if (s == NULL)
		return NULL;
	*is_partial = ingest(s, o, &inputs, &tally) != 0;
	if (tally.captures > 0)
		return s;
	/* Nothing was read and the reason was said. */
	store_close(s);
	return NULL;
}

static bool looks_like_options(char *const *words, int count)
{
	for (int i = 0; i < count; i++)
		if (words[i][0] == '-' && words[i][1] != '\0')
			return true;
	return false;
}

static void name_captures(const struct options *o, struct text *words)
{
	options_add_given(o, for_reading, words);
	options_add_given(o, for_nodes, words);
	options_add_given(o, for_names, words);
	if (o->num_arguments > CAPTURES_NAMED_MAX) {
		text_add(words, " CAPTURE...");
		return;
	}
	if (looks_like_options(o->arguments, o->num_arguments))
		text_add(words, " --");
	for (int i = 0; i < o->num_arguments; i++) {
		text_add(words, " ");
		text_add_shell(words, o->arguments[i]);
	}
}

static void name_store(const struct options *o, struct text *words)
{
	options_add_given(o, for_names, words);
	if (o->store == NULL)
		return;
	text_add(words, " -d ");
	text_add_shell(words, o->store);
}

void source_name(const struct options *o, struct text *words)
{
	/* What was typed are originals. */
	if (o->redact)
		return;
	if (o->num_arguments > 0)
		name_captures(o, words);
	else
		name_store(o, words);
}

void source_narrow(const struct options *o, struct text *words)
{
	if (o->redact)
		return;
	options_add_given(o, for_parts, words);
	/* Captures are read by it. */
	if (o->num_arguments == 0)
		options_add_given(o, for_nodes, words);
}

/* Where it is must be known; what it is must not. */
static struct redactor *open_redactor(const struct options *o)
{
	struct redactor *r = redactor_open(source_key_path(o), true);
	struct text path = { 0 };

	if (r == NULL)
		return NULL;
	text_add_terminal_safe(&path, source_key_path(o));
	fprintf(stderr,
		"redacted with the key in %s (%s): keep it, and do not pass "
		"it on\n",
		text_string(&path), redactor_check(r));
	text_release(&path);
	if (!redactor_has_suffixes())
		warning("built without libpsl: of public suffixes only a few "
			"are known, others become pseudonyms as well");
	return r;
}

struct store *source_open(const struct options *o, bool *is_partial)
{
	struct redactor *r = NULL;
	struct store *s;

	*is_partial = false;
	/* The second of two stores shares that of the first. */
	if (o->redact && !o->is_second && (r = open_redactor(o)) == NULL)
		return NULL;
	s = open_plain(o, is_partial);
	if (s != NULL)
		store_set_redactor(s, r);
	else
		redactor_free(r);
	return s;
}
