/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/rotation.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/calendar.h"
#include "base/duration.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/size.h"

enum {
	STAMP_LEN = sizeof("-20260301T140311Z") - 1,
	/* An empty store has some hundred kilobytes, and is made in no time. */
	EVERY_BYTES_LEAST = 1 << 20,
	EVERY_SECONDS_LEAST = 10
};

/* One file of the series. */
struct part {
	char *path;
	int64_t started_ns;
	uint64_t size;
};

struct series {
	struct part *parts;
	size_t count;
	uint64_t size;
};

static int parse_every(struct rotation *r, const char *value)
{
	if (value == NULL)
		return 0;
	if (size_parse(value, &r->every_bytes) &&
	    r->every_bytes >= EVERY_BYTES_LEAST)
		return 0;
	if (duration_parse(value, &r->every_ns) &&
	    r->every_ns >= EVERY_SECONDS_LEAST * NS_PER_SECOND)
		return 0;
	return fail("--rotate: \"%s\" is neither a time of at least 10s, such "
		    "as 1h, nor a size of at least 1M, such as 500M",
		    value);
}

static int parse_keep(struct rotation *r, const char *value)
{
	if (value == NULL)
		return 0;
	if (size_parse(value, &r->keep_bytes) && r->keep_bytes > 0)
		return 0;
	if (duration_parse(value, &r->keep_ns) && r->keep_ns >= NS_PER_SECOND)
		return 0;
	return fail("--keep: \"%s\" is neither a time of at least 1s, such as "
		    "24h, nor a size, such as 5G",
		    value);
}

int rotation_parse(struct rotation *r, const char *every, const char *keep)
{
	*r = (struct rotation){ 0 };
	if (keep != NULL && every == NULL)
		return fail("--keep: removes old files of --rotate; give both");
	if (parse_every(r, every) != 0)
		return -1;
	return parse_keep(r, keep);
}

bool rotation_is_wanted(const struct rotation *r)
{
	return r->every_ns > 0 || r->every_bytes > 0;
}

bool rotation_is_due(const struct rotation *r, int64_t started_ns,
		     int64_t now_ns, uint64_t size)
{
	/* Names tell seconds. */
	if (now_ns - started_ns < NS_PER_SECOND)
		return false;
	return (r->every_ns > 0 && now_ns - started_ns >= r->every_ns) ||
	       (r->every_bytes > 0 && size >= r->every_bytes);
}

/* Where the file's name begins, and where its last extension. */
static size_t folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

static size_t stem_len(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
}

static void add_stamp(struct text *text, int64_t ns)
{
	struct tm tm;
	char stamp[STAMP_LEN + 1];

	calendar_of(ns / NS_PER_SECOND, &tm);
	strftime(stamp, sizeof(stamp), "-%Y%m%dT%H%M%SZ", &tm);
	text_add(text, stamp);
}

void rotation_name(struct text *name, const char *path, int64_t started_ns)
{
	size_t len = folder_len(path) + stem_len(path + folder_len(path));

	text_add_bytes(name, path, len);
	add_stamp(name, started_ns);
	text_add(name, path + len);
}

/* "-20260301T140311Z", and nothing that only looks like it. */
static bool parse_stamp(const char *stamp, int64_t *ns)
{
	struct text again = { 0 };
	char iso[32];
	bool is_one;

	snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", stamp + 1,
		 stamp + 5, stamp + 7, stamp + 10, stamp + 12, stamp + 14);
	if (!timestamp_parse(iso, ns))
		return false;
	add_stamp(&again, *ns);
	is_one = strncmp(text_string(&again), stamp, STAMP_LEN) == 0;
	text_release(&again);
	return is_one;
}

bool rotation_is_of(const char *name, const char *path, int64_t *started_ns)
{
	const char *plain = path + folder_len(path);
	size_t stem = stem_len(plain);

	return strlen(name) == strlen(plain) + STAMP_LEN &&
	       strncmp(name, plain, stem) == 0 &&
	       strcmp(name + stem + STAMP_LEN, plain + stem) == 0 &&
	       parse_stamp(name + stem, started_ns);
}

static uint64_t size_of(const char *path)
{
	struct stat st;

	/* A link is not what this command has written. */
	if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return 0;
	return (uint64_t)st.st_size;
}

static void add_part(struct series *s, const char *path, const char *name,
		     int64_t started_ns)
{
	struct text full = { 0 };

	text_add_bytes(&full, path, folder_len(path));
	text_add(&full, name);
	s->parts = must_realloc(s->parts, s->count + 1, sizeof(*s->parts));
	s->parts[s->count] = (struct part){ .path = full.data,
					    .started_ns = started_ns,
					    .size = size_of(full.data) };
	s->size += s->parts[s->count++].size;
}

static int compare_parts(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	return (x->started_ns > y->started_ns) -
	       (x->started_ns < y->started_ns);
}

static void find_parts(struct series *s, const char *path)
{
	struct text folder = { 0 };
	struct dirent *entry;
	int64_t started_ns;
	DIR *dir;

	text_add_bytes(&folder, path, folder_len(path));
	dir = opendir(folder.len > 0 ? text_string(&folder) : ".");
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (rotation_is_of(entry->d_name, path, &started_ns))
			add_part(s, path, entry->d_name, started_ns);
	if (dir != NULL)
		closedir(dir);
	else
		warning("%s: %s", text_string(&folder), strerror(errno));
	text_release(&folder);
	if (s->count > 0)
		qsort(s->parts, s->count, sizeof(*s->parts), compare_parts);
}

static void remove_part(const struct part *part)
{
	static const char *const beside[] = { "-wal", "-shm", "-journal" };
	struct text name = { 0 };

	if (unlink(part->path) != 0)
		warning("%s: cannot be removed: %s", part->path,
			strerror(errno));
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		text_clear(&name);
		text_addf(&name, "%s%s", part->path, beside[i]);
		unlink(text_string(&name));
	}
	text_release(&name);
}

static bool is_too_much(const struct rotation *r, const struct series *s,
			const struct part *next, int64_t now_ns)
{
	return (r->keep_ns > 0 && now_ns - next->started_ns > r->keep_ns) ||
	       (r->keep_bytes > 0 && s->size > r->keep_bytes);
}

void rotation_clean(const struct rotation *r, const char *path, int64_t now_ns)
{
	struct series s = { 0 };

	if (r->keep_ns == 0 && r->keep_bytes == 0)
		return;
	find_parts(&s, path);
	for (size_t i = 0; i + 1 < s.count; i++) {
		if (!is_too_much(r, &s, &s.parts[i + 1], now_ns))
			break;
		remove_part(&s.parts[i]);
		s.size -= s.parts[i].size;
	}
	for (size_t i = 0; i < s.count; i++)
		free(s.parts[i].path);
	free(s.parts);
}
