/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/sources.h"

#include <string.h>
#include <sys/stat.h>

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool is_there(struct text *path, const char *folder, const char *name,
		     size_t len)
{
	text_clear(path);
	if (folder != NULL)
		text_addf(path, "%s/", folder);
	text_add_bytes(path, name, len);
	return is_file(text_string(path));
}

/* The part of a path behind its last slash. */
static const char *base_of(const char *name, size_t len)
{
	const char *at = name + len;

	while (at > name && at[-1] != '/')
		at--;
	return at;
}

static bool find_by(const char *name, size_t len, const char *folder,
		    struct text *path)
{
	const char *base = base_of(name, len);

	if (is_there(path, folder, name, len))
		return true;
	return folder != NULL &&
	       is_there(path, folder, base, len - (size_t)(base - name));
}

/* A file may have "!" in its name itself: the longest that is there counts. */
bool source_find(const struct source *source, const char *folder,
		 struct text *path, const char **member)
{
	size_t len = strlen(source->file);

	for (;;) {
		if (find_by(source->file, len, folder, path)) {
			*member = source->file + len;
			return true;
		}
		while (len > 0 && source->file[len - 1] != '!')
			len--;
		if (len-- == 0)
			return false;
	}
}
