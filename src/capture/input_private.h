/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A file as a stream of bytes: everything the readers know of a file they
 * know from here, so that pipes work as files do and unpacking can move in
 * underneath.  Knows nothing of capture formats.
 */
#ifndef CAPTURE_INPUT_PRIVATE_H
#define CAPTURE_INPUT_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/hash.h"

struct input;

/* A file, or standard input for "-".  NULL: already reported. */
struct input *input_open(const char *path);
void input_close(struct input *s);

/* For messages: the path, or "standard input". */
const char *input_name(const struct input *s);

/*
 * The next len bytes without taking them; fewer at the end of the file.
 * Borrowed until the next peek or read.  Memory grows with what the file
 * really holds, never with what is asked for.
 */
struct bytes input_peek(struct input *s, size_t len);

/* Takes len bytes that a peek has shown; they stay where they are. */
void input_take(struct input *s, size_t len);

/*
 * Takes len bytes unseen and however many there are, without holding them.
 * False where the file ends before.
 */
bool input_skip(struct input *s, uint64_t len);

/* As read(2): some bytes, 0 at the end, -1 with errno set. */
ssize_t input_read(struct input *s, void *to, size_t len);

/* The errno of the read that failed; a failure looks like an early end. */
int input_error(const struct input *s);

/* Bytes taken from the file, what is only buffered included. */
uint64_t input_offset(const struct input *s);

/*
 * SHA-256 of the whole file: regular files are read again, of others the sum
 * was kept on the way and the rest is read now.  At most once, and the last
 * thing done with a stream but for closing it.
 */
int input_sha256(struct input *s, char text[SHA256_TEXT_SIZE]);

/* 1: a file that can be read again; 0: it can't; -1: already reported. */
int input_can_reread(const char *path);

#endif
