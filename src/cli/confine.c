/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/confine.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/temporary.h"
#include "base/text.h"
#include "cli/output.h"
#include "pipeline/sources.h"
#include "sandbox/sandbox.h"
#include "store/rows.h"

/* To be freed. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = must_strdup(slash != NULL ? path : ".");

	if (slash != NULL)
		folder[slash - path + (slash == path)] = '\0';
	return folder;
}

static int check_folder(const char *path)
{
	char *folder;
	int rc = 0;

	if (path == NULL)
		return 0;
	folder = folder_of(path);
	if (access(folder, W_OK | X_OK) != 0)
		rc = fail("%s: %s: the user that live becomes cannot write "
			  "there; --user names another, or chown the folder",
			  folder, strerror(errno));
	free(folder);
	return rc;
}

/* One that is gone on with; those of a series are new. */
static int check_store(const struct options *o)
{
	if (o->store == NULL || o->rotate != NULL ||
	    access(o->store, F_OK) != 0 || access(o->store, R_OK | W_OK) == 0)
		return 0;
	return fail("%s: %s: the user that live becomes cannot write to it; "
		    "--user names another, or chown the store",
		    o->store, strerror(errno));
}

int confine_user(const struct options *o)
{
	if (sandbox_drop_user(o->user) != 0 || check_folder(o->store) != 0 ||
	    check_store(o) != 0)
		return -1;
	return check_folder(o->pcap);
}

/* Owned, and NULL after the last. */
struct paths {
	char **items;
	size_t count;
};

static void take(struct paths *p, char *path)
{
	p->items = must_realloc(p->items, p->count + 2, sizeof(*p->items));
	p->items[p->count++] = path;
	p->items[p->count] = NULL;
}

static void add_folder(struct paths *p, const char *path)
{
	if (path != NULL)
		take(p, folder_of(path));
}

static void release(struct paths *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->items[i]);
	free(p->items);
}

/* What a process keeps. */
struct kept {
	struct paths read, write, rename;
};

static int enter(struct kept *k, bool is_quiet)
{
	const struct sandbox_rules rules = {
		.read = (const char *const *)k->read.items,
		.write = (const char *const *)k->write.items,
		.rename = (const char *const *)k->rename.items,
		.is_quiet = is_quiet
	};
	int rc = sandbox_enter(&rules);

	release(&k->read);
	release(&k->write);
	release(&k->rename);
	return rc;
}

int confine_process(const struct options *o)
{
	struct kept kept = { 0 };

	for (size_t i = 0; i < o->num_snapshots; i++)
		add_folder(&kept.read, o->snapshots[i]);
	add_folder(&kept.write, o->store);
	add_folder(&kept.write, o->pcap);
	return enter(&kept, false);
}

/* A directory's links to captures lead out of it. */
static void add_linked(struct paths *p, const char *folder)
{
	char *name = must_strdup(folder);
	char *const folders[] = { name, NULL };
	FTS *tree = fts_open(folders, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	const FTSENT *entry;
	struct stat st;

	while (tree != NULL && (entry = fts_read(tree)) != NULL)
		if (entry->fts_info == FTS_SL &&
		    stat(entry->fts_path, &st) == 0 && !S_ISDIR(st.st_mode))
			take(p, must_strdup(entry->fts_path));
	if (tree != NULL)
		fts_close(tree);
	free(name);
}

/* That one is missing is told by who opens it. */
static void add_file(struct paths *p, const char *path)
{
	struct stat st;

	if (path == NULL || stat(path, &st) != 0)
		return;
	take(p, must_strdup(path));
	if (S_ISDIR(st.st_mode))
		add_linked(p, path);
}

/* SQLite looks whether what an ended run left there still counts. */
static void add_journals(struct paths *p, const char *store)
{
	static const char *const suffixes[] = { "-journal", "-wal", "-shm" };
	struct text path = { 0 };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		text_clear(&path);
		text_addf(&path, "%s%s", store, suffixes[i]);
		add_file(p, text_string(&path));
	}
	text_release(&path);
}

/* As they are called in the store, which may be anybody's: only captures. */
static int add_captures(struct paths *p, struct store *s, const char *folder)
{
	struct rows *r = rows_open(s, "SELECT file FROM main.captures");
	struct text path = { 0 };
	int rc = -1;

	while (r != NULL && (rc = rows_next(r)) == 1) {
		const struct source source = { .file = (char *)rows_text(r,
									 0) };
		const char *member;

		if (source_find(&source, folder, &path, &member))
			add_file(p, text_string(&path));
	}
	rows_close(r);
	text_release(&path);
	return rc;
}

static void add_temporary(struct paths *p)
{
	char *folder = temporary_folder();

	if (folder == NULL)
		return;
	store_set_temporaries(folder);
	take(p, folder);
}

/* Settings that libraries read when they are first used. */
static void use_libraries(void)
{
	tzset();
	sha256_free(sha256_new());
}

static bool is_confined(const struct options *o)
{
	const char *wish = getenv("DNSFORENSICS_SANDBOX");

	return !o->no_sandbox && !o->is_second &&
	       (wish == NULL || strcmp(wish, "no") != 0);
}

static void add_inputs(struct paths *p, const struct options *o)
{
	/* libpcap looks names of ports up in what filters say. */
	add_file(p, "/etc/services");
	add_file(p, "/etc/protocols");
	add_file(p, o->ifmap);
	for (size_t i = 0; i < o->num_snapshots; i++)
		add_file(p, o->snapshots[i]);
	for (int i = 0; i < o->num_arguments; i++)
		add_file(p, o->arguments[i]);
	if (o->later != NULL) {
		add_file(p, o->later);
		add_journals(p, o->later);
	}
}

int confine_offline(const struct options *o, struct store *s,
		    enum confine_store use)
{
	struct kept kept = { 0 };

	if (!is_confined(o))
		return 0;
	if (use == STORE_REREAD &&
	    add_captures(&kept.read, s, o->captures) != 0) {
		release(&kept.read);
		return -1;
	}
	use_libraries();
	add_inputs(&kept.read, o);
	add_temporary(&kept.write);
	if (use == STORE_WRITTEN)
		add_folder(&kept.write, store_path(s));
	else
		add_journals(&kept.read, store_path(s));
	/* It is open, and gets its name in the end. */
	if (o->output != NULL && output_is_replaced(o->output))
		add_folder(&kept.rename, o->output);
	return enter(&kept, true);
}
