/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/notes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "capture/interface_names.h"
#include "capture/tcpdump_log.h"
#include "pipeline/visible.h"
#include "store/notes.h"

enum { MAP_MAX = 4 << 20 };

struct note {
	char *name;
	struct text text;
};

struct noted_capture {
	char *name, *ring;
	int64_t id;
	int linktype;
};

struct notes {
	struct note map; /* name NULL: none */
	struct note *items;
	size_t count;
	struct noted_capture *captures;
	size_t num_captures;
};

static int read_map(struct note *map, const char *path)
{
	FILE *file = fopen(path, "re");
	char chunk[4096];
	size_t len;
	int rc = 0;

	if (file == NULL)
		return fail("%s: %s", path, strerror(errno));
	map->name = must_strdup(path);
	while (map->text.len < MAP_MAX &&
	       (len = fread(chunk, 1, sizeof(chunk), file)) > 0)
		text_add_bytes(&map->text, chunk, len);
	if (ferror(file))
		rc = fail("%s: %s", path, strerror(errno));
	fclose(file);
	return rc;
}

struct notes *notes_new(const char *ifmap)
{
	struct notes *n = must_calloc(1, sizeof(*n));

	if (ifmap == NULL || read_map(&n->map, ifmap) == 0)
		return n;
	notes_free(n);
	return NULL;
}

static void release_note(struct note *note)
{
	free(note->name);
	text_release(&note->text);
}

void notes_free(struct notes *n)
{
	if (n == NULL)
		return;
	release_note(&n->map);
	for (size_t i = 0; i < n->count; i++)
		release_note(&n->items[i]);
	for (size_t i = 0; i < n->num_captures; i++) {
		free(n->captures[i].name);
		free(n->captures[i].ring);
	}
	free(n->items);
	free(n->captures);
	free(n);
}

bool notes_exist(const struct notes *n)
{
	return n->count > 0;
}

void notes_add(struct notes *n, const char *name, const struct text *text)
{
	struct note *added;

	n->items = must_realloc(n->items, n->count + 1, sizeof(*n->items));
	added = &n->items[n->count++];
	*added = (struct note){ .name = must_strdup(name) };
	text_add_bytes(&added->text, text_string(text), text->len);
}

void notes_add_capture(struct notes *n, const struct input *input, int64_t id,
		       int linktype)
{
	n->captures = must_realloc(n->captures, n->num_captures + 1,
				   sizeof(*n->captures));
	n->captures[n->num_captures++] = (struct noted_capture){
		must_strdup(input->name), must_strdup(input->ring), id, linktype
	};
}

static bool is_beside(const struct note *note, const struct noted_capture *c)
{
	size_t len = input_folder_len(note->name);

	return len == input_folder_len(c->name) &&
	       strncmp(note->name, c->name, len) == 0;
}

/* tcpdump -C puts numbers behind the name, compression an extension. */
static bool is_written_as(const struct noted_capture *c, const char *file)
{
	const char *written = file + input_folder_len(file);

	return written[0] != '\0' &&
	       strncmp(c->name + input_folder_len(c->name), written,
		       strlen(written)) == 0;
}

/* Captures that a note tells of, by what it says it wrote, or all beside it. */
struct subject {
	const struct note *note;
	const char *file; /* NULL: it does not say */
};

static bool is_subject(const struct subject *s, const struct noted_capture *c)
{
	return is_beside(s->note, c) &&
	       (s->file == NULL || is_written_as(c, s->file));
}

/* One capture, or the files of one ring: else nobody knows whose it is. */
static bool is_clear(const struct notes *n, const struct subject *s)
{
	const struct noted_capture *first = NULL;

	for (size_t i = 0; i < n->num_captures; i++) {
		const struct noted_capture *c = &n->captures[i];

		if (!is_subject(s, c))
			continue;
		if (first != NULL && strcmp(first->ring, c->ring) != 0) {
			warning("%s: left out, as several captures lie beside "
				"it and it does not say whose it is",
				s->note->name);
			return false;
		}
		first = c;
	}
	if (first == NULL)
		warning("%s: left out, as no capture %s was read",
			s->note->name,
			s->file != NULL ? "that it tells of" : "beside it");
	return first != NULL;
}

static struct bytes bytes_of(const struct text *text)
{
	return (struct bytes){ (const uint8_t *)text_string(text), text->len };
}

static int64_t add_up(int64_t a, int64_t b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static void put_log(struct ingest *in, const struct noted_capture *c,
		    int64_t log, const char *filter)
{
	ingest_set_log(in, c->id, log);
	if (filter != NULL)
		visible_put(in, c->id, filter, c->linktype);
}

static void apply_log(const struct notes *n, const struct note *note,
		      struct ingest *in)
{
	struct tcpdump_log log;
	struct subject subject = { .note = note };
	int64_t id = 0;

	tcpdump_log_read(&log, bytes_of(&note->text));
	/* A name with directives for the time can't be compared. */
	if (log.file != NULL && strchr(log.file, '%') == NULL)
		subject.file = log.file;
	if (is_clear(n, &subject))
		id = ingest_add_log(
			in,
			&(struct ingest_log){
				.file = note->name,
				.command = log.command,
				.filter = log.filter,
				.captured = log.captured,
				.received = log.received,
				.dropped = add_up(log.dropped_by_kernel,
						  log.dropped_by_interface) });
	for (size_t i = 0; id != 0 && i < n->num_captures; i++)
		if (is_subject(&subject, &n->captures[i]))
			put_log(in, &n->captures[i], id, log.filter);
	tcpdump_log_release(&log);
}

/* The number under which the names are in the store. */
static int64_t add_names(struct store *s, struct ingest *in,
			 struct interface_names *names, const char *file)
{
	int64_t note = ingest_next_note(in);
	struct bytes json;

	while (interface_names_next(names, &json) == 1)
		if (notes_add_interface(s, note, file, json) < 0)
			break;
	interface_names_release(names);
	return note;
}

static void apply_addresses(const struct notes *n, const struct note *note,
			    struct store *s, struct ingest *in)
{
	struct subject subject = { .note = note };
	struct interface_names names;
	int64_t id;

	if (!is_clear(n, &subject))
		return;
	interface_names_of_ip_resources(&names, note->name,
					bytes_of(&note->text));
	id = add_names(s, in, &names, note->name);
	for (size_t i = 0; i < n->num_captures; i++)
		if (is_subject(&subject, &n->captures[i]))
			ingest_name_interfaces(in, n->captures[i].id, id);
}

static void apply_map(const struct notes *n, struct store *s, struct ingest *in)
{
	struct interface_names names;
	int64_t id;

	if (n->map.name == NULL)
		return;
	interface_names_of_map(&names, n->map.name, bytes_of(&n->map.text));
	id = add_names(s, in, &names, n->map.name);
	for (size_t i = 0; i < n->num_captures; i++)
		ingest_name_interfaces(in, n->captures[i].id, id);
}

static bool is_log(const struct note *note)
{
	size_t len = strlen(note->name);

	return len >= 4 && strcmp(note->name + len - 4, ".log") == 0;
}

void notes_apply(const struct notes *n, struct store *s, struct ingest *in)
{
	/* What the user says goes before what is found. */
	apply_map(n, s, in);
	for (size_t i = 0; i < n->count; i++)
		if (is_log(&n->items[i]))
			apply_log(n, &n->items[i], in);
		else
			apply_addresses(n, &n->items[i], s, in);
}
