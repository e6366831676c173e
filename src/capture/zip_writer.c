/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/zip_writer.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

struct zip {
	struct archive *archive;
};

const char *zip_obstacle(void)
{
	return NULL;
}

static int fail_zip(struct zip *z)
{
	const char *why = archive_error_string(z->archive);

	return fail("zip archive: %s", why != NULL ? why : "cannot be written");
}

struct zip *zip_open(FILE *to)
{
	struct zip *z = must_calloc(1, sizeof(*z));

	z->archive = archive_write_new();
	if (z->archive != NULL &&
	    archive_write_set_format_zip(z->archive) == ARCHIVE_OK &&
	    archive_write_zip_set_compression_deflate(z->archive) ==
		    ARCHIVE_OK &&
	    archive_write_set_bytes_in_last_block(z->archive, 1) ==
		    ARCHIVE_OK &&
	    archive_write_open_FILE(z->archive, to) == ARCHIVE_OK)
		return z;
	fail_zip(z);
	archive_write_free(z->archive);
	free(z);
	return NULL;
}

/* Without a time of its own an entry has the first one that zip knows. */
static int begin_entry(struct zip *z, const char *name, uint64_t size)
{
	struct archive_entry *entry = archive_entry_new();
	int rc;

	archive_entry_set_pathname(entry, name);
	archive_entry_set_size(entry, (int64_t)size);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	rc = archive_write_header(z->archive, entry);
	archive_entry_free(entry);
	return rc == ARCHIVE_OK ? 0 : fail_zip(z);
}

int zip_add(struct zip *z, const char *name, FILE *file, uint64_t size)
{
	char chunk[1 << 14];

	rewind(file);
	if (begin_entry(z, name, size) != 0)
		return -1;
	for (uint64_t left = size; left > 0;) {
		size_t want = left < sizeof(chunk) ? (size_t)left
						   : sizeof(chunk);
		size_t len = fread(chunk, 1, want, file);

		if (len == 0)
			return fail("temporary file: %s",
				    ferror(file) ? strerror(errno)
						 : "shorter than it was");
		if (archive_write_data(z->archive, chunk, len) != (ssize_t)len)
			return fail_zip(z);
		left -= len;
	}
	return 0;
}

int zip_close(struct zip *z)
{
	int rc = 0;

	if (z == NULL)
		return 0;
	if (archive_write_close(z->archive) != ARCHIVE_OK)
		rc = fail_zip(z);
	archive_write_free(z->archive);
	free(z);
	return rc;
}
