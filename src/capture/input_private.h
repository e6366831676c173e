/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A stream of bytes: everything the readers know of a file they know from
 * here, so that it is the same to them whether it is a file, a pipe, or what
 * comes out of a compressed file or an archive.  Knows nothing of formats and
 * reports nothing: who reads tells what went wrong, with the name it knows.
 */
#ifndef CAPTURE_INPUT_PRIVATE_H
#define CAPTURE_INPUT_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/text.h"

struct input;

/* Where the bytes come from, if not from a file. */
struct input_source {
	/*
	 * As read(2), but -1 comes with the reason, in words.  What was got
	 * before a fault is given first, and the fault when asked again.
	 */
	ssize_t (*read)(void *context, void *to, size_t len, struct text *why);
	void (*close)(void *context); /* NULL: nothing to be closed */
};

/*
 * A file, or standard input for "-".  Never NULL: whether it could be opened
 * tells input_error().
 */
struct input *input_open(const char *path);

/* file: the input at the bottom, which lives longer. */
struct input *input_new(const struct input_source *source, void *context,
			const struct input *file);

/* Closes its source as well. */
void input_close(struct input *s);

/*
 * The next len bytes without taking them; fewer at the end.  Borrowed until
 * the next peek or read.  Memory grows with what the input really holds, never
 * with what is asked for.
 */
struct bytes input_peek(struct input *s, size_t len);

/* The same for as many as there are at hand: none only at the end. */
struct bytes input_peek_some(struct input *s);

/* Takes len bytes that a peek has shown; they stay where they are. */
void input_take(struct input *s, size_t len);

/*
 * Takes len bytes unseen and however many there are, without holding them.
 * False where the input ends before.
 */
bool input_skip(struct input *s, uint64_t len);

/* As read(2): some bytes, 0 at the end, -1 with errno set. */
ssize_t input_read(struct input *s, void *to, size_t len);

/* Why no more could be read, which looks like an early end; else NULL. */
const char *input_error(const struct input *s);

/* The bytes that came, what is only buffered included. */
uint64_t input_size(const struct input *s);

/* The same for the file at the bottom. */
const struct input *input_file(const struct input *s);

/* From here on a sum is kept; nothing may have been taken before. */
void input_start_sum(struct input *s);

/*
 * SHA-256 of all bytes, those that were not read yet included; where reading
 * fails, of those before.  Once, and the last thing done with an input but for
 * closing it.
 */
void input_finish_sum(struct input *s, char text[SHA256_TEXT_SIZE]);

#endif
