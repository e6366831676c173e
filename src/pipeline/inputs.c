/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "capture/container.h"

enum { DEEPEST = 32 };

static void add(struct inputs *inputs, const char *path)
{
	inputs->paths = must_realloc(inputs->paths, inputs->count + 1,
				     sizeof(*inputs->paths));
	inputs->paths[inputs->count++] = must_strdup(path);
}

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* In byte order whatever the locale: the same input, the same output. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int walk(struct inputs *inputs, const char *path, int depth);

/* A link may lead back up, and would be walked again and again. */
static int take_entry(struct inputs *inputs, const char *path, int depth)
{
	if (!is_directory(path)) {
		if (container_is_one(path))
			add(inputs, path);
		return 0;
	}
	if (depth == DEEPEST || is_link(path))
		return 0;
	return walk(inputs, path, depth + 1);
}

static int walk(struct inputs *inputs, const char *path, int depth)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, is_visible, by_name);
	int rc = 0;

	if (count < 0)
		return fail("%s: %s", path, strerror(errno));
	for (int i = 0; i < count; i++) {
		struct text name = { 0 };

		text_addf(&name, "%s/%s", path, entries[i]->d_name);
		if (take_entry(inputs, text_string(&name), depth) != 0)
			rc = -1;
		text_release(&name);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

int inputs_add(struct inputs *inputs, const char *path)
{
	size_t before = inputs->count;

	if (!is_directory(path)) {
		add(inputs, path);
		return 0;
	}
	if (walk(inputs, path, 0) != 0)
		return -1;
	if (inputs->count == before)
		return fail("%s: no capture in this directory (pcap or pcapng "
			    "files are looked for)",
			    path);
	return 0;
}

void inputs_release(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++)
		free(inputs->paths[i]);
	free(inputs->paths);
	*inputs = (struct inputs){ 0 };
}
