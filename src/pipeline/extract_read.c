/* SPDX-License-Identifier: BSD-3-Clause */
/* Each file that packets are wanted of is found, and read once. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/path.h"
#include "pipeline/extract_private.h"
#include "store/evidence.h"

enum { SHOWN_FRAMES = 8 /* of those that cannot be had */ };

/* "-", or what was in it. */
static bool came_through_a_pipe(const struct source *source)
{
	return source->file[0] == '-' &&
	       (source->file[1] == '!' || source->file[1] == '\0');
}

static void load_source(struct extract *e, const struct rows *r)
{
	struct source *added;

	e->sources = must_realloc(e->sources, e->num_sources + 1,
				  sizeof(*e->sources));
	added = &e->sources[e->num_sources++];
	*added = (struct source){ .capture = rows_integer(r, 0),
				  .file = must_strdup(rows_text(r, 4)),
				  .shown = must_strdup(rows_text(r, 1)),
				  .frames = rows_integer(r, 3) };
	snprintf(added->sha256, sizeof(added->sha256), "%s", rows_text(r, 2));
	if (came_through_a_pipe(added))
		added->trouble =
			"came through a pipe, and cannot be read again";
}

int extract_load_sources(struct extract *e)
{
	struct rows *r = evidence_captures(e->store);
	int rc = -1;

	while (r != NULL && (rc = rows_next(r)) == 1)
		load_source(e, r);
	rows_close(r);
	return rc;
}

static bool is_member(const struct source *source, struct bytes outer,
		      const char *member)
{
	return strncmp(source->file, (const char *)outer.data, outer.len) ==
		       0 &&
	       strcmp(source->file + outer.len, member) == 0;
}

/*
 * The source that the container's current member is; NULL: none of them.  Where
 * there are several of one name those come first that were not tried.
 */
static struct source *source_of(const struct extract *e,
				const struct container *c, size_t path_len,
				struct bytes outer)
{
	const char *member = container_name(c) + path_len;
	struct source *found = NULL;

	for (size_t i = 0; i < e->num_sources; i++) {
		struct source *source = &e->sources[i];

		if (source->is_done || !is_member(source, outer, member))
			continue;
		if (found == NULL ||
		    (found->trouble != NULL && source->trouble == NULL))
			found = source;
	}
	return found;
}

/* All that is wanted of one file on disk.  As extract_read(). */
static int read_container(struct extract *e, const char *path,
			  struct bytes outer)
{
	struct container *c = container_open(path, true);
	int result = 0, rc;

	while (c != NULL && container_next(c) == 1) {
		struct source *source = source_of(e, c, strlen(path), outer);

		if (source == NULL || container_kind(c) != MEMBER_CAPTURE)
			continue;
		source->trouble = "is not what was read then: its SHA-256 "
				  "differs";
		rc = extract_pick(e, source, c);
		if (rc < 0) {
			result = -1;
			break;
		}
		source->is_done = rc > 0;
		if (rc == 2)
			result = 1;
	}
	container_close(c);
	return result;
}

static void list_ranges(struct extract *e, const struct source *source,
			struct text *list)
{
	struct rows *r = evidence_ranges(e->store, source->capture);

	for (int shown = 0; r != NULL && rows_next(r) == 1; shown++) {
		if (shown == SHOWN_FRAMES) {
			text_add(list, ", ...");
			break;
		}
		text_addf(list, "%s%" PRId64, list->len > 0 ? ", " : "",
			  rows_integer(r, 0));
		if (rows_integer(r, 1) != rows_integer(r, 0))
			text_addf(list, "-%" PRId64, rows_integer(r, 1));
	}
	rows_close(r);
}

static void list_frames(struct extract *e, const struct source *source,
			struct text *list)
{
	struct rows *r = evidence_frames(e->store, source->capture);
	int64_t shown = 0;

	while (r != NULL && shown < SHOWN_FRAMES && rows_next(r) == 1)
		text_addf(list, "%s%" PRId64, shown++ > 0 ? ", " : "",
			  rows_integer(r, 0));
	rows_close(r);
	if (source->frames > shown)
		text_addf(list, " and %" PRId64 " more",
			  source->frames - shown);
	list_ranges(e, source, list);
}

/* Always 1. */
static int report_missing(struct extract *e, const struct source *source)
{
	struct text list = { 0 };
	const char *folder = e->options->captures;

	list_frames(e, source, &list);
	fail("%s: %s%s%s; frames that cannot be had: %s%s", source->file,
	     source->trouble != NULL ? source->trouble : "not there",
	     source->trouble == NULL && folder != NULL ? ", nor in " : "",
	     source->trouble == NULL && folder != NULL ? folder : "",
	     text_string(&list),
	     folder != NULL || came_through_a_pipe(source)
		     ? ""
		     : "; --captures names the folder it lies in");
	text_release(&list);
	return 1;
}

static int read_source(struct extract *e, const struct source *source)
{
	struct text path = { 0 };
	const char *member;
	int rc = 0;

	if (source_find(source, e->options->captures, &path, &member))
		rc = read_container(
			e, text_string(&path),
			(struct bytes){ (const uint8_t *)source->file,
					(size_t)(member - source->file) });
	if (rc >= 0 && !source->is_done)
		rc = report_missing(e, source);
	text_release(&path);
	return rc;
}

int extract_read(struct extract *e)
{
	int result = 0;

	for (size_t i = 0; i < e->num_sources; i++) {
		int rc = 0;

		if (!e->sources[i].is_done)
			rc = read_source(e, &e->sources[i]);
		if (rc < 0)
			return -1;
		if (rc > 0)
			result = 1;
	}
	return result;
}

int extract_check_output(const struct extract *e, const char *path)
{
	struct text source = { 0 };
	const char *member;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < e->num_sources; i++)
		if (source_find(&e->sources[i], e->options->captures, &source,
				&member) &&
		    path_is_same(text_string(&source), path))
			rc = fail("%s: the result would overwrite what it is "
				  "made of",
				  path);
	text_release(&source);
	return rc;
}
