/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/store_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/temporary.h"
#include "base/text.h"

bool store_has_beside(const char *path, const char *suffix)
{
	struct text name = { 0 };
	bool exists;

	text_addf(&name, "%s%s", path, suffix);
	exists = access(text_string(&name), F_OK) == 0;
	text_release(&name);
	return exists;
}

/* Where nothing can be made SQLite looks for what is there, and finds nothing. */
static int system_reason(const struct store *s)
{
	int reason = sqlite3_system_errno(s->db);
	char *folder = must_strdup(s->path);
	char *end = strrchr(folder, '/');

	if (end != NULL)
		end[1] = '\0';
	if (reason == ENOENT && access(end != NULL ? folder : ".", W_OK) != 0)
		reason = errno;
	free(folder);
	return reason;
}

/* SQLite does not tell which one: copies and sums are in temporary files. */
static int fail_for_room(const struct store *s)
{
	char *folder = temporary_folder();
	const char *shown = folder != NULL ? folder : "/tmp";

	fail("%s: its disk is full, or that of temporary files, %s (TMPDIR "
	     "names another one); what was stored before is kept",
	     s->path, shown);
	free(folder);
	return -1;
}

int store_fail(const struct store *s)
{
	int code = sqlite3_extended_errcode(s->db);
	int reason = system_reason(s);

	if ((code & 0xff) == SQLITE_CANTOPEN &&
	    store_has_beside(s->path, "-wal"))
		return fail("%s: a live run that writes to it, or was killed, "
			    "left %s-wal, which can only be read where files "
			    "can be made beside it; or copy both",
			    s->path, s->path);
	if ((code & 0xff) == SQLITE_CANTOPEN && reason != 0)
		return fail("%s: %s", s->path, strerror(reason));
	if ((code & 0xff) == SQLITE_FULL)
		return fail_for_room(s);
	if ((code & 0xff) == SQLITE_BUSY)
		return fail("%s: another process is writing to it; try again",
			    s->path);
	if (code == SQLITE_READONLY_ROLLBACK)
		return fail("%s: an interrupted ingest left %s-journal, which "
			    "must be played back where both can be written",
			    s->path, s->path);
	if ((code & 0xff) == SQLITE_NOTADB)
		return fail("%s: not a dnsforensics store", s->path);
	return fail("%s: %s", s->path, sqlite3_errmsg(s->db));
}
