/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/temporary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

static bool is_own_folder(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid() && (st.st_mode & 077) == 0 &&
	       access(path, W_OK | X_OK) == 0;
}

char *temporary_folder(void)
{
	const char *const places[] = { getenv("SQLITE_TMPDIR"),
				       getenv("TMPDIR"), "/var/tmp", "/tmp" };
	struct text path = { 0 };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i] == NULL || places[i][0] == '\0')
			continue;
		text_clear(&path);
		text_addf(&path, "%s/dnsforensics-%lu", places[i],
			  (unsigned long)geteuid());
		mkdir(text_string(&path), 0700);
		if (is_own_folder(text_string(&path)))
			return path.data;
	}
	text_release(&path);
	return NULL;
}

static FILE *open_in(const char *folder)
{
	struct text path = { 0 };
	FILE *file = NULL;
	int fd;

	text_addf(&path, "%s/XXXXXX", folder);
	fd = mkstemp(path.data);
	if (fd >= 0) {
		unlink(path.data);
		file = fdopen(fd, "w+");
	}
	text_release(&path);
	return file;
}

FILE *temporary_file(void)
{
	char *folder = temporary_folder();
	FILE *file = folder != NULL ? open_in(folder) : tmpfile();

	if (file == NULL)
		fail("temporary file: %s", strerror(errno));
	free(folder);
	return file;
}
