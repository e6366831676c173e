/* SPDX-License-Identifier: BSD-3-Clause */
#include "k8s/documents.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "capture/container.h"

enum { DEEPEST = 32 };

struct documents {
	char **paths;
	size_t count, at; /* at: of the paths, the next one to open */
	bool failed;
	struct container *container; /* of the path before it; NULL: at none */
	struct text read, text;
	struct bytes content; /* in one of them */
};

static void add_path(struct documents *d, const char *path)
{
	d->paths = must_realloc(d->paths, d->count + 1, sizeof(*d->paths));
	d->paths[d->count++] = must_strdup(path);
}

/* "pods.json", "pods.json.gz" */
static bool is_json_name(const char *name)
{
	const char *extension = strstr(name, ".json");

	while (extension != NULL && extension[5] != '\0' && extension[5] != '.')
		extension = strstr(extension + 1, ".json");
	return extension != NULL && name[0] != '.';
}

static void add_directory(struct documents *d, const char *path, int depth);

/* Asked without following links, which may lead round in circles. */
static void add_entry(struct documents *d, const char *folder, const char *name,
		      int depth)
{
	struct text path = { 0 };
	struct stat status;

	text_addf(&path, "%s/%s", folder, name);
	if (lstat(text_string(&path), &status) != 0)
		d->failed = fail("%s: %s", text_string(&path),
				 strerror(errno)) != 0;
	else if (S_ISDIR(status.st_mode) && name[0] != '.')
		add_directory(d, text_string(&path), depth + 1);
	else if (S_ISREG(status.st_mode) && is_json_name(name))
		add_path(d, text_string(&path));
	text_release(&path);
}

static void add_directory(struct documents *d, const char *path, int depth)
{
	struct dirent **entries = NULL;
	int count = depth < DEEPEST ? scandir(path, &entries, NULL, alphasort)
				    : 0;

	if (count < 0)
		d->failed = fail("%s: %s", path, strerror(errno)) != 0;
	for (int i = 0; i < count; i++) {
		add_entry(d, path, entries[i]->d_name, depth);
		free(entries[i]);
	}
	free(entries);
}

static bool is_directory(const char *path)
{
	struct stat status;

	return strcmp(path, "-") != 0 && stat(path, &status) == 0 &&
	       S_ISDIR(status.st_mode);
}

struct documents *documents_open(const char *path)
{
	struct documents *d = must_calloc(1, sizeof(*d));

	if (!is_directory(path)) {
		add_path(d, path);
		return d;
	}
	add_directory(d, path, 0);
	if (d->count > 0 || d->failed)
		return d;
	fail("%s: no .json files in this directory", path);
	documents_close(d);
	return NULL;
}

void documents_close(struct documents *d)
{
	if (d == NULL)
		return;
	container_close(d->container);
	for (size_t i = 0; i < d->count; i++)
		free(d->paths[i]);
	free(d->paths);
	text_release(&d->read);
	text_release(&d->text);
	free(d);
}

static void add_utf8(struct text *t, uint32_t c)
{
	uint8_t bytes[4];
	size_t len = 0;

	if (c < 0x80) {
		bytes[len++] = (uint8_t)c;
	} else if (c < 0x800) {
		bytes[len++] = (uint8_t)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		bytes[len++] = (uint8_t)(0xe0 | c >> 12);
		bytes[len++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	} else {
		bytes[len++] = (uint8_t)(0xf0 | c >> 18);
		bytes[len++] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
		bytes[len++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	}
	if (c >= 0x80)
		bytes[len++] = (uint8_t)(0x80 | (c & 0x3f));
	text_add_bytes(t, bytes, len);
}

static uint32_t unit_at(struct bytes from, size_t at, bool big)
{
	uint8_t first = from.data[at], second = from.data[at + 1];

	return big ? (uint32_t)first << 8 | second
		   : (uint32_t)second << 8 | first;
}

/* RFC 2781; what is half a pair becomes U+FFFD. */
static void convert_utf16(struct text *t, struct bytes from, bool big)
{
	for (size_t at = 0; at + 1 < from.len; at += 2) {
		uint32_t c = unit_at(from, at, big), low = 0;

		if (c >> 10 == 0x36 && at + 3 < from.len)
			low = unit_at(from, at + 2, big);
		if (low >> 10 == 0x37) {
			c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
			at += 2;
		} else if (c >> 11 == 0x1b) {
			c = 0xfffd;
		}
		add_utf8(t, c);
	}
}

static bool starts_with(struct bytes text, const char *start, size_t len)
{
	return text.len >= len && memcmp(text.data, start, len) == 0;
}

static struct bytes without_start(struct bytes text, size_t len)
{
	return (struct bytes){ text.data + len, text.len - len };
}

/* JSON begins with a character below 128: a NUL there is half of one. */
static struct bytes decode(struct bytes from, struct text *converted)
{
	bool little = starts_with(from, "\xff\xfe", 2);
	bool big = starts_with(from, "\xfe\xff", 2);

	if (starts_with(from, "\xef\xbb\xbf", 3))
		return without_start(from, 3);
	if (little || big)
		from = without_start(from, 2);
	else if (from.len >= 2 && (from.data[0] == 0) != (from.data[1] == 0))
		big = !(little = from.data[1] == 0);
	if (!little && !big)
		return from;
	convert_utf16(converted, from, big);
	return (struct bytes){ (const uint8_t *)text_string(converted),
			       converted->len };
}

static int read_member(struct documents *d)
{
	text_clear(&d->read);
	text_clear(&d->text);
	if (container_text(d->container, &d->read) != 0)
		return -1;
	d->content = decode(
		(struct bytes){ (const uint8_t *)text_string(&d->read),
				d->read.len },
		&d->text);
	return 0;
}

/* Whether there is a path to go on with. */
static bool open_next(struct documents *d)
{
	while (d->container == NULL && d->at < d->count) {
		d->container = container_open_json(d->paths[d->at++]);
		d->failed |= d->container == NULL;
	}
	return d->container != NULL;
}

int documents_next(struct documents *d)
{
	while (open_next(d)) {
		int rc = container_next(d->container);

		if (rc == 1 && read_member(d) == 0)
			return 1;
		d->failed |= rc != 0;
		if (rc == 1)
			continue;
		container_close(d->container);
		d->container = NULL;
	}
	return d->failed ? -1 : 0;
}

const char *documents_name(const struct documents *d)
{
	const char *name = container_name(d->container);

	return strcmp(name, "-") == 0 ? "standard input" : name;
}

struct bytes documents_text(const struct documents *d)
{
	return d->content;
}
