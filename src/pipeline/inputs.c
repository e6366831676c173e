/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/inputs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "capture/container.h"
#include "capture/node_name.h"

enum {
	DEEPEST = 32,
	FIRST_FRAMES = 1000,
	NOTES_MAX_LEN = 64 << 20 /* of all together */
};

int inputs_find_nodes(struct inputs *inputs, const char *expression)
{
	inputs->node_from = node_name_pattern(expression);
	return inputs->node_from != NULL ? 0 : -1;
}

const char *input_shown(const struct input *input, struct text *text)
{
	bool is_stdin = strcmp(input->path, "-") == 0;

	text_clear(text);
	text_addf(text, "%s%s", is_stdin ? "standard input" : "",
		  input->name + (is_stdin ? 1 : 0));
	return text_string(text);
}

size_t input_folder_len(const char *name)
{
	size_t len = strlen(name);

	while (len > 0 && name[len - 1] != '/' && name[len - 1] != '!')
		len--;
	return len;
}

/* How many digits of a time begin here, "20260301T140311Z", "20260301-14". */
static size_t time_len(const char *at)
{
	size_t len = 0, digits = 0;

	while (isdigit((unsigned char)at[len]) ||
	       (digits >= 6 && at[len] != '\0' && strchr("T-_:", at[len]) &&
		isdigit((unsigned char)at[len + 1])))
		digits += isdigit((unsigned char)at[len++]) != 0;
	return digits >= 8 ? len + (at[len] == 'Z') : 0;
}

/* Whether what ends there is the name of a capture, without numbers behind. */
static bool follows_extension(const char *stem, const char *end)
{
	static const char *const extensions[] = { ".pcap", ".pcapng", ".cap" };

	for (size_t i = 0; i < sizeof(extensions) / sizeof(*extensions); i++) {
		size_t len = strlen(extensions[i]);

		if ((size_t)(end - stem) >= len &&
		    strncmp(end - len, extensions[i], len) == 0)
			return true;
	}
	return false;
}

/*
 * What the names of one ring share: tcpdump -C puts a number behind the
 * extension, -G a time into the name, dumpcap and editcap "_00001_" and a
 * time.  Other digits are rather those of nodes and pods.
 */
static char *stem_of(const char *name)
{
	char *stem = must_strdup(name), *to = stem + input_folder_len(name);
	const char *from = to;
	size_t len;

	while (*from != '\0') {
		if (from[0] == '_' && strspn(from + 1, "0123456789") == 5 &&
		    from[6] == '_')
			from += 6;
		else if ((len = time_len(from)) > 0)
			from += len;
		else if (isdigit((unsigned char)*from) &&
			 follows_extension(stem, to))
			from++;
		else
			*to++ = *from++;
	}
	*to = '\0';
	return stem;
}

void inputs_identify(const struct inputs *inputs, struct input *input)
{
	char found[NODE_NAME_MAX];
	struct text ring = { 0 };
	char *stem;

	if (inputs->node != NULL)
		input->node = must_strdup(inputs->node);
	else if (node_name_find(input->name, inputs->node_from, found))
		input->node = must_strdup(found);
	else if (inputs->else_node != NULL)
		input->node = must_strdup(inputs->else_node);
	if (input->node != NULL) {
		text_addf(&ring, "node %s", input->node);
	} else {
		stem = stem_of(input->name);
		text_addf(&ring, "file %s", stem);
		free(stem);
	}
	input->ring = must_strdup(text_string(&ring));
	text_release(&ring);
}

static struct input *add_item(struct inputs *inputs, const char *path,
			      const char *name)
{
	struct input *added;

	inputs->items = must_realloc(inputs->items, inputs->count + 1,
				     sizeof(*inputs->items));
	added = &inputs->items[inputs->count++];
	*added = (struct input){ .path = must_strdup(path),
				 .name = must_strdup(name),
				 .order = inputs->count - 1 };
	return added;
}

static struct input_path *add_path(struct inputs *inputs, const char *path)
{
	struct input_path *added;
	struct stat st;

	inputs->paths = must_realloc(inputs->paths, inputs->num_paths + 1,
				     sizeof(*inputs->paths));
	added = &inputs->paths[inputs->num_paths++];
	*added = (struct input_path){ .path = must_strdup(path) };
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		added->size = (uint64_t)st.st_size;
	return added;
}

static void take_first(struct input *input, const struct frame *frame)
{
	input->has_time = frame->has_time && frame->time_ns != 0;
	input->first_ns = input->has_time ? frame->time_ns : 0;
	input->start = hash_key(frame->bytes.data, frame->bytes.len).a;
}

/* sum: all of it is passed over anyway, so that its sum comes for nothing. */
static void look_at_start(struct input *input, struct container *c, bool sum)
{
	struct capture *capture = container_capture(c);
	struct frame frame;

	if (capture == NULL)
		return;
	if (capture_next(capture, &frame) == 1)
		take_first(input, &frame);
	for (int i = 0; i < FIRST_FRAMES && !input->times_advance &&
			capture_next(capture, &frame) == 1;
	     i++)
		input->times_advance = frame.time_ns != input->first_ns;
	if (sum && capture_sha256(capture, input->sha256) != 0)
		input->sha256[0] = '\0';
	capture_close(capture);
}

/* Passing over what is compressed costs as much as reading it. */
static bool may_have_more(const struct container *c, const char *path)
{
	return strcmp(container_name(c), path) != 0;
}

static void read_notes(struct inputs *inputs, struct input *notes,
		       struct container *c)
{
	if (inputs->notes_len > NOTES_MAX_LEN)
		return;
	container_text(c, &notes->text);
	inputs->notes_len += notes->text.len;
}

static void add_member(struct inputs *inputs, const char *path,
		       struct container *c)
{
	struct input *added = add_item(inputs, path, container_name(c));

	added->member = container_index(c);
	added->is_notes = container_kind(c) == MEMBER_NOTES;
	if (added->is_notes) {
		read_notes(inputs, added, c);
		return;
	}
	inputs_identify(inputs, added);
	look_at_start(added, c, may_have_more(c, path));
}

static void look_into(struct inputs *inputs, const char *path)
{
	struct container *c = container_open(path, true);
	struct input_path *added = add_path(inputs, path);
	int rc = c != NULL ? container_next(c) : -1;

	for (; rc == 1; rc = container_next(c)) {
		add_member(inputs, path, c);
		if (!may_have_more(c, path))
			break;
	}
	added->is_faulty = rc == -1;
	container_close(c);
}

static void add_file(struct inputs *inputs, const char *path)
{
	struct stat st;

	if (strcmp(path, "-") == 0 ||
	    (stat(path, &st) == 0 && !S_ISREG(st.st_mode))) {
		struct input *added = add_item(inputs, path, path);

		added->is_stream = true;
		inputs_identify(inputs, added);
		add_path(inputs, path);
	} else {
		look_into(inputs, path);
	}
}

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* In byte order whatever the locale: the same input, the same output. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The first of them stands for all. */
static void note_foreign(struct inputs *inputs, const char *path)
{
	const char *advice = container_advice(path);
	struct text foreign = { 0 };

	if (advice == NULL || inputs->foreign != NULL)
		return;
	text_addf(&foreign, "; %s is a %s", path, advice);
	inputs->foreign = must_strdup(text_string(&foreign));
	text_release(&foreign);
}

static int walk(struct inputs *inputs, const char *path, int depth);

/* A link may lead back up, and would be walked again and again. */
static int take_entry(struct inputs *inputs, const char *path, int depth)
{
	int is_one;

	if (!is_directory(path)) {
		is_one = container_is_one(path);
		if (is_one == 1)
			add_file(inputs, path);
		else if (is_one == 0)
			note_foreign(inputs, path);
		return is_one == -1 ? -1 : 0;
	}
	if (depth == DEEPEST || is_link(path))
		return 0;
	return walk(inputs, path, depth + 1);
}

static int walk(struct inputs *inputs, const char *path, int depth)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, is_visible, by_name);
	int rc = 0;

	if (count < 0)
		return fail("%s: %s", path, strerror(errno));
	for (int i = 0; i < count; i++) {
		struct text name = { 0 };

		text_addf(&name, "%s/%s", path, entries[i]->d_name);
		if (take_entry(inputs, text_string(&name), depth) != 0)
			rc = -1;
		text_release(&name);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

int inputs_add(struct inputs *inputs, const char *path)
{
	size_t before = inputs->num_paths;

	if (!is_directory(path)) {
		add_file(inputs, path);
		return 0;
	}
	if (walk(inputs, path, 0) != 0)
		return -1;
	if (inputs->num_paths == before)
		return fail("%s: no capture in this directory (pcap or pcapng "
			    "files are looked for, also compressed and in "
			    "archives)%s",
			    path,
			    inputs->foreign != NULL ? inputs->foreign : "");
	return 0;
}

/* What cannot be looked at comes last, and as it was given. */
static int compare(const void *left, const void *right)
{
	const struct input *a = left, *b = right;

	if (a->is_stream != b->is_stream)
		return a->is_stream - b->is_stream;
	if (a->is_stream)
		return a->order < b->order ? -1 : 1;
	if (a->has_time != b->has_time)
		return a->has_time - b->has_time;
	if (a->first_ns != b->first_ns)
		return a->first_ns < b->first_ns ? -1 : 1;
	return strcmp(a->name, b->name);
}

/*
 * A capture and a truncated copy of it: with the same first packet at the same
 * time they are of one node, whatever they are called.
 */
static void join_twins(struct input *a, struct input *b)
{
	if (a->is_notes || b->is_notes || !a->has_time || !b->has_time ||
	    a->first_ns != b->first_ns || a->start != b->start ||
	    a->node != NULL || b->node != NULL)
		return;
	free(b->ring);
	b->ring = must_strdup(a->ring);
	a->is_twin = b->is_twin = true;
}

void inputs_sort(struct inputs *inputs)
{
	if (inputs->count > 1)
		qsort(inputs->items, inputs->count, sizeof(*inputs->items),
		      compare);
	for (size_t i = 1; i < inputs->count; i++)
		join_twins(&inputs->items[i - 1], &inputs->items[i]);
}

void input_release(struct input *item)
{
	free(item->path);
	free(item->name);
	free(item->node);
	free(item->ring);
	text_release(&item->text);
}

void inputs_release(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++)
		input_release(&inputs->items[i]);
	for (size_t i = 0; i < inputs->num_paths; i++)
		free(inputs->paths[i].path);
	pattern_free(inputs->node_from);
	free(inputs->foreign);
	free(inputs->items);
	free(inputs->paths);
	*inputs = (struct inputs){ 0 };
}
