/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/input_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"

enum { FIRST_ROOM = 256 * 1024 };

struct input {
	char *name;
	int fd;
	struct sha256 *sum; /* NULL where the file can be read again */
	int error;
	bool ended;
	uint64_t offset;
	/* What was read and not yet taken: begin up to end. */
	uint8_t *buffer;
	size_t begin, end, room;
};

static bool is_standard_input(const char *path)
{
	return strcmp(path, "-") == 0;
}

static int refuse_directory(const char *path)
{
	return fail("%s: is a directory, not a capture", path);
}

int input_can_reread(const char *path)
{
	struct stat status;

	if (is_standard_input(path))
		return 0;
	/* Asked by name: opening a pipe and closing it would lose its data. */
	if (stat(path, &status) != 0)
		return fail("%s: %s", path, strerror(errno));
	if (S_ISDIR(status.st_mode))
		return refuse_directory(path);
	return S_ISREG(status.st_mode);
}

/* Fills in fd, and sum where it is needed. */
static int open_file(struct input *s, const char *path)
{
	struct stat status;
	bool again;

	s->fd = is_standard_input(path) ? dup(STDIN_FILENO)
					: open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0 || fstat(s->fd, &status) != 0)
		return fail("%s: %s", s->name, strerror(errno));
	if (S_ISDIR(status.st_mode))
		return refuse_directory(s->name);
	/* Standard input may stand in the middle of a file. */
	again = S_ISREG(status.st_mode) && !is_standard_input(path);
	if (!again)
		s->sum = sha256_new();
	return 0;
}

struct input *input_open(const char *path)
{
	struct input *s = must_calloc(1, sizeof(*s));

	s->name = must_strdup(is_standard_input(path) ? "standard input"
						      : path);
	if (open_file(s, path) != 0) {
		input_close(s);
		return NULL;
	}
	s->room = FIRST_ROOM;
	s->buffer = must_calloc(s->room, 1);
	return s;
}

void input_close(struct input *s)
{
	if (s == NULL)
		return;
	if (s->fd >= 0)
		close(s->fd);
	sha256_free(s->sum);
	free(s->buffer);
	free(s->name);
	free(s);
}

const char *input_name(const struct input *s)
{
	return s->name;
}

int input_error(const struct input *s)
{
	return s->error;
}

uint64_t input_offset(const struct input *s)
{
	return s->offset;
}

/* Doubled only when it is full of data that somebody waits for. */
static void make_room(struct input *s)
{
	size_t held = s->end - s->begin;

	if (s->begin > 0) {
		memmove(s->buffer, s->buffer + s->begin, held);
		s->begin = 0;
		s->end = held;
	}
	if (s->end == s->room) {
		s->room *= 2;
		s->buffer = must_realloc(s->buffer, s->room, 1);
	}
}

/* False when nothing more comes. */
static bool fill(struct input *s)
{
	ssize_t got;

	if (s->ended)
		return false;
	make_room(s);
	do
		got = read(s->fd, s->buffer + s->end, s->room - s->end);
	while (got < 0 && errno == EINTR);
	if (got <= 0) {
		s->error = got < 0 ? errno : 0;
		s->ended = true;
		return false;
	}
	if (s->sum != NULL)
		sha256_add(s->sum, s->buffer + s->end, (size_t)got);
	s->end += (size_t)got;
	s->offset += (uint64_t)got;
	return true;
}

struct bytes input_peek(struct input *s, size_t len)
{
	size_t held;

	while (s->end - s->begin < len && fill(s))
		;
	held = s->end - s->begin;
	return (struct bytes){ s->buffer + s->begin, len < held ? len : held };
}

void input_take(struct input *s, size_t len)
{
	assert(len <= s->end - s->begin);
	s->begin += len;
}

bool input_skip(struct input *s, uint64_t len)
{
	while (len > s->end - s->begin) {
		len -= s->end - s->begin;
		s->begin = s->end;
		if (!fill(s))
			return false;
	}
	s->begin += len;
	return true;
}

ssize_t input_read(struct input *s, void *to, size_t len)
{
	struct bytes held;

	input_peek(s, 1);
	held = input_peek(s, len < s->end - s->begin ? len : s->end - s->begin);
	if (held.len == 0 && s->error != 0) {
		errno = s->error;
		return -1;
	}
	memcpy(to, held.data, held.len);
	input_take(s, held.len);
	return (ssize_t)held.len;
}

/* Sums the file from its start to its end, which then is read as well. */
static int sum_again(struct input *s, struct sha256 *sum)
{
	ssize_t got;
	off_t at = 0;

	while ((got = pread(s->fd, s->buffer, s->room, at)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			s->error = errno;
			return -1;
		}
		sha256_add(sum, s->buffer, (size_t)got);
		at += got;
	}
	s->offset = (uint64_t)at;
	return 0;
}

static int sum_rest(struct input *s)
{
	do
		s->begin = s->end;
	while (fill(s));
	return s->error != 0 ? -1 : 0;
}

int input_sha256(struct input *s, char text[SHA256_TEXT_SIZE])
{
	struct sha256 *again = s->sum == NULL ? sha256_new() : NULL;
	int rc = again != NULL ? sum_again(s, again) : sum_rest(s);

	if (rc == 0)
		sha256_finish(again != NULL ? again : s->sum, text);
	else
		fail("%s: %s", s->name, strerror(s->error));
	sha256_free(again);
	return rc;
}
