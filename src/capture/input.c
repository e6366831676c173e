/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/input_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

enum { FIRST_ROOM = 256 * 1024 };

struct input {
	const struct input_source *source;
	void *context;
	const struct input *file;
	int fd;             /* of a file */
	struct sha256 *sum; /* NULL where none is kept */
	struct text error;
	bool ended;
	uint64_t size;
	/* What was read and not yet taken: begin up to end. */
	uint8_t *buffer;
	size_t begin, end, room;
};

static ssize_t read_file(void *context, void *to, size_t len, struct text *why)
{
	const struct input *s = context;
	ssize_t got;

	do
		got = read(s->fd, to, len);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		text_add(why, strerror(errno));
	return got;
}

static void close_file(void *context)
{
	const struct input *s = context;

	if (s->fd >= 0)
		close(s->fd);
}

static const struct input_source file_source = { read_file, close_file };

struct input *input_new(const struct input_source *source, void *context,
			const struct input *file)
{
	struct input *s = must_calloc(1, sizeof(*s));

	s->source = source;
	s->context = context;
	s->file = file;
	s->room = FIRST_ROOM;
	s->buffer = must_calloc(s->room, 1);
	return s;
}

static void refuse(struct input *s, const char *why)
{
	text_add(&s->error, why);
	s->ended = true;
}

struct input *input_open(const char *path)
{
	struct input *s = input_new(&file_source, NULL, NULL);
	struct stat status;

	s->context = s;
	s->file = s;
	s->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
				       : open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0 || fstat(s->fd, &status) != 0)
		refuse(s, strerror(errno));
	else if (S_ISDIR(status.st_mode))
		refuse(s, "is a directory, not a capture");
	return s;
}

void input_close(struct input *s)
{
	if (s == NULL)
		return;
	if (s->source->close != NULL)
		s->source->close(s->context);
	sha256_free(s->sum);
	text_release(&s->error);
	free(s->buffer);
	free(s);
}

const char *input_error(const struct input *s)
{
	return s->error.len != 0 ? text_string(&s->error) : NULL;
}

uint64_t input_size(const struct input *s)
{
	return s->size;
}

const struct input *input_file(const struct input *s)
{
	return s->file;
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
	got = s->source->read(s->context, s->buffer + s->end, s->room - s->end,
			      &s->error);
	if (got <= 0) {
		s->ended = true;
		return false;
	}
	if (s->sum != NULL)
		sha256_add(s->sum, s->buffer + s->end, (size_t)got);
	s->end += (size_t)got;
	s->size += (uint64_t)got;
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

struct bytes input_peek_some(struct input *s)
{
	input_peek(s, 1);
	return (struct bytes){ s->buffer + s->begin, s->end - s->begin };
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
	struct bytes held = input_peek_some(s);

	if (held.len == 0 && input_error(s) != NULL) {
		errno = EIO;
		return -1;
	}
	if (held.len < len)
		len = held.len;
	memcpy(to, held.data, len);
	input_take(s, len);
	return (ssize_t)len;
}

void input_start_sum(struct input *s)
{
	assert(s->size == s->end - s->begin);
	s->sum = sha256_new();
	sha256_add(s->sum, s->buffer + s->begin, s->end - s->begin);
}

void input_finish_sum(struct input *s, char text[SHA256_TEXT_SIZE])
{
	do
		s->begin = s->end;
	while (fill(s));
	sha256_finish(s->sum, text);
}
