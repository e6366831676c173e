/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a word of the command line holds: one capture, bare or compressed, or
 * an archive with captures and the notes that came with them, archives in
 * archives up to a bound.  Everything is told by magic numbers but the notes,
 * which are told by their names.
 *
 * All is read as a stream and once, in the order in which it lies there, so
 * that pipes work as files do; nothing is ever written to disk, and memory
 * does not grow with what is read.
 *
 *     while (container_next(c) == 1)
 *             if (container_kind(c) == MEMBER_CAPTURE)
 *                     read(container_capture(c));
 *
 * A damaged member does not end the archive that it lies in.  What unpacks to
 * far more than it is (more than 4 GiB and 250 times the file's bytes), what
 * has more than 10,000 members, and what is packed more than 8 times over is
 * read up to there.
 */
#ifndef CAPTURE_CONTAINER_H
#define CAPTURE_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/text.h"
#include "capture/capture.h"

struct container;

enum member_kind {
	MEMBER_CAPTURE,
	MEMBER_NOTES, /* tcpdump.log, NAME.tcpdump.log, ip-resources.txt */
	MEMBER_JSON,  /* of container_open_json() only */
};

/*
 * path: a file, a pipe, "-" for standard input.  quiet: nothing is reported,
 * by the container and by its captures (for a first look at files that are
 * read again, when everything is said).  NULL: already reported.
 */
struct container *container_open(const char *path, bool quiet);

/*
 * The same for who looks for JSON instead: a file that is no archive is given
 * whatever it holds, of an archive what begins like JSON, in UTF-8 or UTF-16.
 * Captures and notes are passed over.
 */
struct container *container_open_json(const char *path);

/* A capture of it is to be closed before. */
void container_close(struct container *c);

/*
 * Moves on to the next capture or notes; what else is there is passed over.
 * 1: there is one.  0: the end.  -1: the end as well, but something could not
 * be read, which was reported in one line for each fault (where reading the
 * last capture failed, by that): the file is no capture, an archive is cut
 * short or has no capture in it, a member is encrypted...  Asked again after
 * 0 or -1 it gives the same, silently.
 */
int container_next(struct container *c);

/* A quiet one: from the current member on everything is told. */
void container_speak(struct container *c);

/*
 * The user knows what is wrong with the current member: neither that is told
 * nor what it leads to in passing over it.
 */
void container_hush(struct container *c);

/* Whether anything was told. */
bool container_has_told(const struct container *c);

/* Of the current member: counted from 0, in the order of container_next(). */
uint64_t container_index(const struct container *c);

/*
 * "outer.tar.gz!inner.pcap", nested "all.tar.gz!ns/one.tar.gz!x.pcap"; the
 * path as given where there is no archive.  Names in archives are foreign
 * text, cut to 1,024 bytes each; nothing may be opened by them.  Valid until
 * the next container_next().
 */
const char *container_name(const struct container *c);
enum member_kind container_kind(const struct container *c);

/*
 * The current member as a capture; once, and to be closed before the container
 * moves on, or asked for its sum.  NULL: already reported.
 */
struct capture *container_capture(struct container *c);

/*
 * The SHA-256 that capture_sha256() gives, without decoding, so that a capture
 * that is known already can be passed over.  Consumes the member.  -1: already
 * reported.
 */
int container_sha256(struct container *c, char text[SHA256_TEXT_SIZE]);

/*
 * Adds the whole of notes, up to 4 MiB; what is beyond is left out.  -1: they
 * are cut short, already reported; what could be read is there.  The same for
 * JSON, up to 512 MiB, but that more than that is a failure: half of it would
 * be none.
 */
int container_text(struct container *c, struct text *text);

/* Bytes read of the file on disk, packed ones, for progress. */
uint64_t container_offset(const struct container *c);

/*
 * 1: a regular file that looks like a capture, like something that captures
 * come packed in, or like notes; 0: anything else; -1: it is gone or cannot be
 * read, already reported.
 */
int container_is_one(const char *path);

/*
 * Of another regular file, what it is and how to make a capture of it; NULL:
 * nothing that could become one.
 */
const char *container_advice(const char *path);

#endif
