/* SPDX-License-Identifier: BSD-3-Clause */
/* The names that a pcapng file has for addresses (name resolution blocks). */
#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "capture/pcapng_private.h"

enum {
	NAMES_MAX = 65536,
	NAME_LEN_MAX = 255, /* more than a DNS name has */
	RECORD_IPV4 = 1,
	RECORD_IPV6 = 2,
};

struct capture_names {
	struct capture_name *list;
	uint32_t count, room;
};

/* Keeps both texts, unless there are too many already. */
static void add_name(struct capture *c, const char *address, const char *name)
{
	struct capture_names *n = c->names;

	if (n == NULL)
		n = c->names = must_calloc(1, sizeof(*n));
	if (n->count == NAMES_MAX)
		return;
	if (n->count == n->room) {
		n->room = n->room != 0 ? 2 * n->room : 16;
		n->list = must_realloc(n->list, n->room, sizeof(*n->list));
	}
	n->list[n->count++] = (struct capture_name){
		.address = must_strdup(address),
		.name = must_strdup(name),
	};
}

void capture_free_names(struct capture *c)
{
	for (uint32_t i = 0; i < capture_num_names(c); i++) {
		free((char *)c->names->list[i].address);
		free((char *)c->names->list[i].name);
	}
	if (c->names != NULL)
		free(c->names->list);
	free(c->names);
}

uint32_t capture_num_names(const struct capture *c)
{
	return c->names != NULL ? c->names->count : 0;
}

const struct capture_name *capture_name(const struct capture *c,
					uint32_t number)
{
	assert(number < capture_num_names(c));
	return &c->names->list[number];
}

/* An address and its names, each ended by a NUL, the last perhaps not. */
static void read_record(struct capture *c, struct bytes record, int family)
{
	char address[INET6_ADDRSTRLEN], name[NAME_LEN_MAX + 1];
	struct reader r = reader_of(record);
	struct bytes bytes = read_bytes(&r, family == AF_INET ? 4 : 16), rest;

	if (!reader_ok(&r) ||
	    inet_ntop(family, bytes.data, address, sizeof(address)) == NULL)
		return;
	while ((rest = reader_rest(&r)).len > 0) {
		size_t len = strnlen((const char *)rest.data, rest.len);

		if (len > 0 && len <= NAME_LEN_MAX) {
			memcpy(name, rest.data, len);
			name[len] = '\0';
			add_name(c, address, name);
		}
		skip(&r, len < rest.len ? len + 1 : len);
	}
}

int read_names(struct capture *c, struct fields *f, struct frame *frame)
{
	struct option record; /* records are built as options are */

	(void)frame;
	while (next_option(f, &record)) {
		if (record.code == RECORD_IPV4)
			read_record(c, record.value, AF_INET);
		else if (record.code == RECORD_IPV6)
			read_record(c, record.value, AF_INET6);
	}
	return 0;
}
