/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/capture.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "capture/capture_private.h"
#include "capture/identity_private.h"
#include "capture/packing_private.h"

enum { INTERFACES_MAX = 65536 };

/* A new format is one row here and one file. */
static const struct capture_reader *const readers[] = {
	&pcap_reader,
	&pcapng_reader,
};

/* Where and why; once packets were read, also what is left of them. */
static void say_fault(const struct capture *c, const char *reason)
{
	if (c->quiet)
		return;
	if (!c->opened || c->reader->waits)
		fail("%s: %s", c->shown, reason);
	else
		fail("%s: after frame %" PRIu64 ": %s; %" PRIu64
		     " packet%s kept",
		     c->shown, c->frames, reason, c->packets,
		     c->packets == 1 ? "" : "s");
}

int capture_fault(struct capture *c, const char *format, ...)
{
	char reason[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	if (c->input != NULL && input_error(c->input) != NULL)
		snprintf(reason, sizeof(reason), "%s", input_error(c->input));
	say_fault(c, reason);
	free(c->damage);
	c->damage = must_strdup(reason);
	return -1;
}

struct capture_interface *capture_add_interface(struct capture *c)
{
	struct capture_interface *added;

	if (c->num_interfaces == INTERFACES_MAX)
		return NULL;
	if (c->num_interfaces == c->room) {
		c->room = c->room != 0 ? 2 * c->room : 4;
		c->interfaces = must_realloc(
			c->interfaces, c->room,
			sizeof(struct capture_interface *));
	}
	added = must_calloc(1, sizeof(*added));
	added->received = -1;
	added->dropped = -1;
	c->interfaces[c->num_interfaces++] = added;
	return added;
}

static const struct capture_reader *reader_of_file(struct bytes head)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (readers[i]->recognises(head))
			return readers[i];
	return NULL;
}

bool capture_recognises(struct bytes head)
{
	return reader_of_file(head) != NULL;
}

struct capture *capture_new(struct input *input, const char *path,
			    const char *shown, bool quiet)
{
	struct capture *c = must_calloc(1, sizeof(*c));

	c->path = must_strdup(path);
	c->shown = must_strdup(shown);
	c->quiet = quiet;
	c->input = input;
	c->last = 1;
	c->reader = reader_of_file(input_peek(input, HEAD_LEN));
	assert(c->reader != NULL);
	if (c->reader->open(c) != 0) {
		capture_close(c);
		return NULL;
	}
	c->opened = true;
	return c;
}

struct capture *capture_new_live(const struct capture_reader *reader,
				 const char *name)
{
	struct capture *c = must_calloc(1, sizeof(*c));

	c->path = must_strdup(name);
	c->shown = must_strdup(name);
	c->last = 1;
	c->reader = reader;
	c->opened = true;
	return c;
}

int capture_next(struct capture *c, struct frame *frame)
{
	int rc;

	if (c->last != 1)
		return c->last;
	rc = c->reader->next(c, frame);
	if (rc == 1)
		c->packets++;
	if (rc != 0 || !c->reader->waits)
		c->last = rc;
	return rc;
}

static void free_interface(struct capture_interface *interface)
{
	free((char *)interface->name);
	free((char *)interface->description);
	free((char *)interface->filter);
	identity_release(interface);
	free(interface);
}

/* Of the file; what was found out of it stays. */
static void let_go(struct capture *c)
{
	if (c->state != NULL)
		c->reader->close(c);
	c->state = NULL;
	if (c->input != NULL)
		c->size = input_size(c->input);
	c->input = NULL;
}

void capture_close(struct capture *c)
{
	if (c == NULL)
		return;
	let_go(c);
	for (uint32_t i = 0; i < c->num_interfaces; i++)
		free_interface(c->interfaces[i]);
	free(c->interfaces);
	capture_free_names(c);
	free(c->comment);
	free(c->damage);
	free(c->shown);
	free(c->path);
	free(c);
}

const char *capture_path(const struct capture *c)
{
	return c->path;
}

const char *capture_format(const struct capture *c)
{
	return c->format;
}

const char *capture_damage(const struct capture *c)
{
	return c->damage;
}

const char *capture_comment(const struct capture *c)
{
	return c->comment;
}

uint64_t capture_size(const struct capture *c)
{
	return c->input != NULL ? input_size(c->input) : c->size;
}

uint32_t capture_num_interfaces(const struct capture *c)
{
	return c->num_interfaces;
}

const struct capture_interface *capture_interface(const struct capture *c,
						  uint32_t number)
{
	assert(number < c->num_interfaces);
	return c->interfaces[number];
}

int capture_sha256(struct capture *c, char text[SHA256_TEXT_SIZE])
{
	const char *broken;
	bool told;

	input_finish_sum(c->input, text);
	broken = input_error(input_file(c->input));
	told = broken == NULL || c->quiet ||
	       (c->damage != NULL && strcmp(c->damage, broken) == 0);
	if (!told)
		fail("%s: %s", c->shown, broken);
	let_go(c);
	return broken == NULL ? 0 : -1;
}
