/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the captures of a store lie now: by the names under which they were
 * read, and proven by their SHA-256.
 */
#ifndef PIPELINE_SOURCES_H
#define PIPELINE_SOURCES_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/text.h"

/* A capture that packets are wanted of. */
struct source {
	int64_t capture; /* number in the store */
	char *file;      /* as the store has it: "x.tar.gz!y.pcap" */
	char *shown;     /* that, or its pseudonym */
	char sha256[SHA256_TEXT_SIZE];
	int64_t frames; /* how many are known to be wanted */
	bool is_done;
	const char *trouble; /* why it is not; NULL: it is not there */
};

/*
 * The file on disk that a capture is in or is, below the folder or, NULL,
 * below the current one; in the folder it may also lie without the path that
 * it had.  What of its name is the member's is put into *member, "!y.pcap", and
 * "" where it is the file.  False where there is no such file.
 */
bool source_find(const struct source *source, const char *folder,
		 struct text *path, const char **member);

#endif
