/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A file as a stream of bytes: everything the readers know of a file they
 * know from here, so that pipes work as files do and unpacking can move in
 * underneath.  Knows nothing of capture formats.
 */
#ifndef CAPTURE_STREAM_PRIVATE_H
#define CAPTURE_STREAM_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/hash.h"

struct stream;

/* A file, or standard input for "-".  NULL: already reported. */
struct stream *stream_open(const char *path);
void stream_close(struct stream *s);

/* For messages: the path, or "standard input". */
const char *stream_name(const struct stream *s);

/*
 * The next len bytes without taking them; fewer at the end of the file.
 * Borrowed until the next peek or read.  Memory grows with what the file
 * really holds, never with what is asked for.
 */
struct bytes stream_peek(struct stream *s, size_t len);

/* Takes len bytes that a peek has shown; they stay where they are. */
void stream_consume(struct stream *s, size_t len);

/*
 * Takes len bytes unseen and however many there are, without holding them.
 * False where the file ends before.
 */
bool stream_skip(struct stream *s, uint64_t len);

/* As read(2): some bytes, 0 at the end, -1 with errno set. */
ssize_t stream_read(struct stream *s, void *to, size_t len);

/* The errno of the read that failed; a failure looks like an early end. */
int stream_error(const struct stream *s);

/* Bytes taken from the file, what is only buffered included. */
uint64_t stream_offset(const struct stream *s);

/*
 * SHA-256 of the whole file: regular files are read again, of others the sum
 * was kept on the way and the rest is read now.  At most once, and the last
 * thing done with a stream but for closing it.
 */
int stream_sha256(struct stream *s, char text[SHA256_TEXT_SIZE]);

/* 1: a file that can be read again; 0: it can't; -1: already reported. */
int stream_can_reread(const char *path);

#endif
