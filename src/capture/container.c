/* SPDX-License-Identifier: BSD-3-Clause */
/* Walks through archives and tells what their members are. */
#include "capture/container_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "capture/capture_private.h"
#include "capture/unpack_private.h"

enum {
	LAYERS_MAX = 8,
	NAME_MAX_LEN = 1024,
	NOTES_MAX_LEN = 4 << 20,
	JSON_MAX_LEN = 512 << 20,
	FAULTS_MAX = 10, /* lines of one file */
};

struct container {
	bool quiet;
	bool wants_json; /* and nothing else */
	struct ledger ledger;
	size_t path_len;
	struct text name; /* the path, then !NAME for each archive */
	/* The archives that are open, the innermost last. */
	struct level {
		struct unpacker *unpacker;
		size_t name_len;
		unsigned layers;
	} levels[LAYERS_MAX];
	unsigned depth;
	/* What is looked at, and how often it was packed. */
	struct input *member;
	unsigned layers;
	enum member_kind kind;
	bool has_capture; /* which tells what is wrong with the member */
	uint64_t members, wanted; /* given; captures or JSON among them */
	struct text foreign; /* advice for what is there instead of captures */
	bool started, failed;
	bool told; /* what is wrong here: what follows from it is not told */
	unsigned faults;
	int last;
};

static struct level *innermost(struct container *c)
{
	return &c->levels[c->depth - 1];
}

/* As people call it: "standard input!x.pcap". */
static void add_shown_name(const struct container *c, struct text *shown)
{
	const char *name = text_string(&c->name);
	bool is_path = strncmp(name, "-", c->path_len) != 0;

	text_add_bytes(shown, is_path ? name : "standard input",
		       is_path ? c->path_len : strlen("standard input"));
	text_add(shown, name + c->path_len);
}

static void tell(struct container *c, const char *reason)
{
	struct text shown = { 0 };

	c->failed = true;
	c->told = true;
	if (c->quiet || c->faults > FAULTS_MAX)
		return;
	add_shown_name(c, &shown);
	if (c->faults++ < FAULTS_MAX)
		fail("%s: %s", text_string(&shown), reason);
	else
		fail("%s: as other members before; further faults are not "
		     "listed",
		     text_string(&shown));
	text_release(&shown);
}

struct container *container_open_limited(const char *path, bool quiet,
					 const struct ledger_limits *limits)
{
	struct container *c = must_calloc(1, sizeof(*c));

	c->quiet = quiet;
	c->last = 1;
	c->path_len = strlen(path);
	text_add(&c->name, path);
	c->member = input_open(path);
	c->ledger.file = c->member;
	c->ledger.limits = *limits;
	if (input_error(c->member) == NULL)
		return c;
	tell(c, input_error(c->member));
	container_close(c);
	return NULL;
}

struct container *container_open(const char *path, bool quiet)
{
	return container_open_limited(path, quiet, &ledger_limits);
}

struct container *container_open_json(const char *path)
{
	struct container *c = container_open(path, false);

	if (c != NULL)
		c->wants_json = true;
	return c;
}

static void close_member(struct container *c)
{
	/* Readers and the innermost archive would tell the same twice. */
	if (c->has_capture && input_error(c->member) != NULL)
		c->told = true;
	c->has_capture = false;
	input_close(c->member);
	c->member = NULL;
}

static void leave_archive(struct container *c)
{
	unpacker_close(innermost(c)->unpacker);
	c->depth--;
}

void container_close(struct container *c)
{
	if (c == NULL)
		return;
	close_member(c);
	while (c->depth > 0)
		leave_archive(c);
	text_release(&c->foreign);
	text_release(&c->name);
	free(c);
}

static void cut_name(struct container *c, size_t len)
{
	c->name.len = len;
	c->name.data[len] = '\0';
}

/* Not in the middle of a character. */
static size_t name_len(const char *name)
{
	size_t len = strnlen(name, NAME_MAX_LEN);

	while (name[len] != '\0' && len > 0 &&
	       ((uint8_t)name[len] & 0xc0) == 0x80)
		len--;
	return len;
}

static void add_name(struct container *c, const char *name)
{
	size_t len = name_len(name);

	text_add(&c->name, "!");
	text_add_bytes(&c->name, name, len);
	if (name[len] != '\0')
		text_add(&c->name, "...");
}

static void look_at_member(struct container *c)
{
	const struct level *level = innermost(c);

	c->told = false;
	c->layers = level->layers;
	add_name(c, unpacker_name(level->unpacker));
	c->member = unpacker_input(level->unpacker);
}

static void tell_of_archive(struct container *c)
{
	if (!c->told)
		tell(c, unpacker_error(innermost(c)->unpacker));
	c->failed = true;
	c->told = true;
}

/* False at the end of the outermost, which stays open for its offset. */
static bool next_in_archives(struct container *c)
{
	close_member(c);
	for (;;) {
		struct unpacker *u = innermost(c)->unpacker;
		int rc = unpacker_next(u);

		cut_name(c, innermost(c)->name_len);
		if (rc == 1) {
			look_at_member(c);
			return true;
		}
		if (rc == -1)
			tell_of_archive(c);
		if (rc == -1 && !unpacker_is_over(u))
			continue;
		if (c->depth == 1)
			return false;
		leave_archive(c);
	}
}

/* The file itself first. */
static bool advance(struct container *c)
{
	if (c->started)
		return c->depth > 0 && next_in_archives(c);
	c->started = true;
	return true;
}

static bool may_unpack(struct container *c, enum packing packing)
{
	const char *obstacle = unpack_obstacle(packing);
	struct text why = { 0 };

	if (c->layers == LAYERS_MAX)
		text_addf(&why,
			  "packed more than %d times over; not unpacked "
			  "further",
			  LAYERS_MAX);
	else if (obstacle != NULL)
		text_addf(&why, "%s; %s", packing_advice(packing), obstacle);
	if (why.len != 0)
		tell(c, text_string(&why));
	text_release(&why);
	return c->layers < LAYERS_MAX && obstacle == NULL;
}

static void enter_archive(struct container *c, enum packing packing)
{
	c->depth++;
	*innermost(c) = (struct level){
		.unpacker = unpacker_open(c->member, packing, &c->ledger),
		.name_len = c->name.len,
		.layers = c->layers,
	};
	c->member = NULL;
}

static bool give(struct container *c, enum member_kind kind)
{
	c->kind = kind;
	c->members++;
	c->wanted += kind != MEMBER_NOTES;
	if (kind == MEMBER_CAPTURE)
		input_start_sum(c->member);
	return true;
}

/* The first of them stands for all. */
static void remember_foreign(struct container *c, struct bytes head)
{
	const char *advice = foreign_advice(head);

	if (advice != NULL && c->foreign.len == 0)
		text_addf(&c->foreign, "%s is a %s",
			  text_string(&c->name) + innermost(c)->name_len + 1,
			  advice);
}

static struct bytes head_of(struct container *c)
{
	return input_peek(c->member, HEAD_LEN);
}

static bool classify_json(struct container *c)
{
	struct bytes head = head_of(c);

	if (input_error(c->member) != NULL)
		tell(c, input_error(c->member));
	else if (head.len == 0 && c->depth == 0)
		tell(c, "empty file, not JSON");
	else if (c->depth == 0 || begins_like_json(head))
		return give(c, MEMBER_JSON);
	return false;
}

/* Whether it is worth giving. */
static bool classify(struct container *c)
{
	struct bytes head = head_of(c);

	if (c->wants_json)
		return classify_json(c);
	if (capture_recognises(head))
		return give(c, MEMBER_CAPTURE);
	if (names_notes(text_string(&c->name)))
		return give(c, MEMBER_NOTES);
	if (input_error(c->member) != NULL)
		tell(c, input_error(c->member));
	else if (c->depth == 0)
		tell(c, why_no_capture(head));
	else
		remember_foreign(c, head);
	return false;
}

/* The same, once it is unpacked; an archive is not, but what is in it may. */
static bool examine(struct container *c)
{
	enum packing packing;

	while (!capture_recognises(head_of(c)) &&
	       (packing = packing_of(head_of(c))) != PACKING_NONE) {
		if (!may_unpack(c, packing))
			return false;
		c->layers++;
		if (packing_is_archive(packing)) {
			enter_archive(c, packing);
			return false;
		}
		c->member = unpack_compressed(c->member, packing, &c->ledger);
	}
	return classify(c);
}

static int finish(struct container *c)
{
	struct text why = { 0 };

	if (c->depth > 0 && c->wanted == 0 && !c->failed) {
		text_add(&why,
			 c->wants_json ? "no JSON in it" : "no capture in it");
		if (c->foreign.len != 0)
			text_addf(&why, "; %s", text_string(&c->foreign));
		tell(c, text_string(&why));
		text_release(&why);
	}
	return c->failed ? -1 : 0;
}

int container_next(struct container *c)
{
	bool found = false;

	if (c->last != 1)
		return c->last;
	while (!found && advance(c))
		found = examine(c);
	c->last = found ? 1 : finish(c);
	return c->last;
}

void container_speak(struct container *c)
{
	c->quiet = false;
}

void container_hush(struct container *c)
{
	c->told = true;
}

bool container_has_told(const struct container *c)
{
	return c->faults > 0;
}

uint64_t container_index(const struct container *c)
{
	return c->members - 1;
}

const char *container_name(const struct container *c)
{
	return text_string(&c->name);
}

enum member_kind container_kind(const struct container *c)
{
	return c->kind;
}

struct capture *container_capture(struct container *c)
{
	struct text shown = { 0 };
	struct capture *capture;

	assert(c->last == 1 && c->kind == MEMBER_CAPTURE && !c->has_capture);
	add_shown_name(c, &shown);
	capture = capture_new(c->member, container_name(c), text_string(&shown),
			      c->quiet);
	c->has_capture = true;
	text_release(&shown);
	return capture;
}

int container_sha256(struct container *c, char text[SHA256_TEXT_SIZE])
{
	assert(c->last == 1 && c->kind == MEMBER_CAPTURE && !c->has_capture);
	input_finish_sum(c->member, text);
	if (input_error(c->ledger.file) == NULL)
		return 0;
	tell(c, input_error(c->ledger.file));
	return -1;
}

int container_text(struct container *c, struct text *text)
{
	bool is_json = c->kind == MEMBER_JSON;
	size_t left = is_json ? JSON_MAX_LEN : NOTES_MAX_LEN;

	assert(c->last == 1 && c->kind != MEMBER_CAPTURE);
	while (left > 0) {
		struct bytes some = input_peek_some(c->member);
		size_t len = some.len < left ? some.len : left;

		if (len == 0)
			break;
		text_add_bytes(text, some.data, len);
		input_take(c->member, len);
		left -= len;
	}
	if (left == 0 && is_json && input_peek(c->member, 1).len > 0)
		tell(c, "longer than 512 MiB; not read");
	else if (left == 0 || input_error(c->member) == NULL)
		return 0;
	else
		tell(c, input_error(c->member));
	return -1;
}

uint64_t container_offset(const struct container *c)
{
	return input_size(c->ledger.file);
}
