/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/confine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "sandbox/sandbox.h"

enum { WRITTEN_MAX = 2 };

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

static void add_folder(char **folders, size_t *count, const char *path)
{
	if (path != NULL)
		folders[(*count)++] = folder_of(path);
}

static void free_folders(char **folders)
{
	for (size_t i = 0; folders[i] != NULL; i++)
		free(folders[i]);
	free(folders);
}

int confine_process(const struct options *o)
{
	char **read = must_calloc(o->num_snapshots + 1, sizeof(*read));
	char **write = must_calloc(WRITTEN_MAX + 1, sizeof(*write));
	struct sandbox_rules rules = { (const char *const *)read,
				       (const char *const *)write };
	size_t num_read = 0, num_written = 0;
	int rc;

	for (size_t i = 0; i < o->num_snapshots; i++)
		add_folder(read, &num_read, o->snapshots[i]);
	add_folder(write, &num_written, o->store);
	add_folder(write, &num_written, o->pcap);
	rc = sandbox_enter(&rules);
	free_folders(read);
	free_folders(write);
	return rc;
}
