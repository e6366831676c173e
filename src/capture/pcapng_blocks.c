/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What stands in the blocks of a pcapng file.  Where it is malformed but the
 * rest makes sense the rest is taken: a bad option costs no packet.
 */
#include "capture/pcapng_private.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "capture/identity_private.h"

enum { LOST_UNKNOWN = 0xffff };

static uint32_t interfaces_of_section(const struct capture *c)
{
	const struct pcapng_state *state = c->state;

	return c->num_interfaces - state->first_interface;
}

/* Up to a NUL, which should not be there, and the limit. */
static char *copy_text(struct bytes value)
{
	size_t len = strnlen((const char *)value.data, value.len);
	char *copy;

	if (len > OPTION_TEXT_MAX)
		len = OPTION_TEXT_MAX;
	copy = must_calloc(len + 1, 1);
	memcpy(copy, value.data, len);
	return copy;
}

/* The first one counts where an option is repeated. */
static void keep_text(const char **where, struct bytes value)
{
	if (*where == NULL)
		*where = copy_text(value);
}

static bool is_empty(struct bytes value)
{
	return value.len == 0 || value.data[0] == '\0';
}

/* Other than an empty filter, an empty name is none. */
static void keep_words(const char **where, struct bytes value)
{
	if (!is_empty(value))
		keep_text(where, value);
}

/* Of all that a file may say of itself and its interfaces, the first. */
static void keep_comment(struct capture *c, struct bytes value)
{
	if (c->comment == NULL && !is_empty(value))
		c->comment = copy_text(value);
}

static int read_section(struct capture *c, struct fields *f,
			struct frame *frame)
{
	struct pcapng_state *state = c->state;
	uint16_t major, minor;
	struct option option;

	(void)frame;
	fields_u32(f); /* the byte-order magic */
	major = fields_u16(f);
	minor = fields_u16(f);
	/* 1.2 was written by mistake and is the same (as in libpcap). */
	if (major != 1 || (minor != 0 && minor != 2))
		return capture_fault(c,
				     "a section in pcapng version %u.%u, "
				     "which is not known here",
				     major, minor);
	state->first_interface = c->num_interfaces;
	fields_u32(f); /* the section's length */
	fields_u32(f);
	while (next_option(f, &option))
		if (option.code == OPTION_COMMENT)
			keep_comment(c, option.value);
	return 0;
}

static void keep_filter(struct capture_interface *interface, struct bytes value)
{
	/* The first byte says in which language; 0 is libpcap's. */
	if (value.len > 0 && value.data[0] == 0)
		keep_text(&interface->filter,
			  (struct bytes){ value.data + 1, value.len - 1 });
}

static void read_interface_options(struct capture *c, struct clock *clock,
				   struct fields *f)
{
	struct capture_interface *interface =
		c->interfaces[c->num_interfaces - 1];
	struct option option;

	while (next_option(f, &option)) {
		switch (option.code) {
		case OPTION_COMMENT:
			keep_comment(c, option.value);
			break;
		case 2:
			keep_words(&interface->name, option.value);
			break;
		case 3:
			keep_words(&interface->description, option.value);
			break;
		case 9:
			if (option.value.len == 1)
				clock->resolution = option.value.data[0];
			break;
		case 11:
			keep_filter(interface, option.value);
			break;
		case 14:
			clock->offset_s = (int64_t)option_u64(&option);
			break;
		}
	}
}

static struct clock *add_clock(struct capture *c)
{
	struct pcapng_state *state = c->state;
	struct pcapng_interface *added;

	if (state->interfaces_room < c->num_interfaces) {
		state->interfaces_room = c->room;
		state->interfaces = must_realloc(state->interfaces,
						 state->interfaces_room,
						 sizeof(*added));
	}
	added = &state->interfaces[c->num_interfaces - 1];
	*added = (struct pcapng_interface){
		.clock.resolution = CLOCK_DEFAULT_RESOLUTION,
	};
	return &added->clock;
}

static int read_interface(struct capture *c, struct fields *f,
			  struct frame *frame)
{
	struct capture_interface *interface = capture_add_interface(c);
	struct clock *clock;

	(void)frame;
	if (interface == NULL)
		return capture_fault(c, "more than %" PRIu32 " interfaces",
				     c->num_interfaces);
	interface->linktype = linktype_canonical(fields_u16(f));
	fields_u16(f);
	interface->snaplen = fields_u32(f);
	clock = add_clock(c);
	read_interface_options(c, clock, f);
	interface->resolution = clock->resolution;
	interface->offset_s = clock->offset_s;
	identity_read(interface);
	return 0;
}

static int64_t as_counter(uint64_t value)
{
	return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* Drops are counted by the interface and by the system; either may miss. */
static int64_t add_counters(int64_t a, int64_t b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return as_counter((uint64_t)a + (uint64_t)b);
}

void count_lost(struct capture *c, uint32_t interface, uint64_t lost)
{
	const struct pcapng_state *state = c->state;

	if (state->interfaces[interface].has_statistics)
		return;
	c->interfaces[interface]->dropped = add_counters(
		c->interfaces[interface]->dropped, as_counter(lost));
}

static int read_statistics(struct capture *c, struct fields *f,
			   struct frame *frame)
{
	struct pcapng_state *state = c->state;
	uint32_t number = fields_u32(f);
	int64_t received = -1, by_interface = -1, by_system = -1;
	struct capture_interface *interface;
	struct option option;

	(void)frame;
	fields_u32(f); /* the time of counting */
	fields_u32(f);
	if (number >= interfaces_of_section(c))
		return 0;
	while (next_option(f, &option)) {
		int64_t value = as_counter(option_u64(&option));

		if (option.code == 4)
			received = value;
		else if (option.code == 5)
			by_interface = value;
		else if (option.code == 7)
			by_system = value;
	}
	/* The counters go up: the last block tells all. */
	number += state->first_interface;
	interface = c->interfaces[number];
	if (received >= 0)
		interface->received = received;
	if (by_interface >= 0 || by_system >= 0) {
		interface->dropped = add_counters(by_interface, by_system);
		state->interfaces[number].has_statistics = true;
	}
	return 0;
}

/* Puts in what the interface tells; number is the section's. */
static int place_on_interface(struct capture *c, struct frame *frame,
			      uint32_t number)
{
	const struct pcapng_state *state = c->state;

	if (number >= interfaces_of_section(c))
		return capture_fault(c,
				     "a packet of interface %" PRIu32
				     ", which the file does not describe",
				     number);
	frame->interface = state->first_interface + number;
	frame->linktype = c->interfaces[frame->interface]->linktype;
	return 0;
}

/* What enhanced and old packet blocks share: all behind the interface. */
static int read_timed_packet(struct capture *c, struct fields *f,
			     struct frame *frame, uint32_t number)
{
	const struct pcapng_state *state = c->state;
	uint64_t units = (uint64_t)fields_u32(f) << 32;
	uint32_t len;

	*frame = (struct frame){ .has_time = true };
	if (place_on_interface(c, frame, number) != 0)
		return -1;
	units |= fields_u32(f);
	frame->time_ns = clock_ns(&state->interfaces[frame->interface].clock,
				  units);
	len = fields_u32(f);
	frame->wire_len = fields_u32(f);
	if (len > fields_left(f))
		return capture_fault(c,
				     "a packet of %" PRIu32
				     " bytes in a block with room for %zu",
				     len, fields_left(f));
	frame->bytes = fields_bytes(f, len);
	read_packet_options(c, f, frame);
	frame->number = ++c->frames;
	return 1;
}

static int read_enhanced_packet(struct capture *c, struct fields *f,
				struct frame *frame)
{
	return read_timed_packet(c, f, frame, fields_u32(f));
}

static int read_old_packet(struct capture *c, struct fields *f,
			   struct frame *frame)
{
	uint32_t number = fields_u16(f);
	uint16_t lost = fields_u16(f); /* since the last one */
	int rc = read_timed_packet(c, f, frame, number);

	if (rc == 1 && lost != LOST_UNKNOWN)
		count_lost(c, frame->interface, lost);
	return rc;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Always of the first interface, without a time or a captured length. */
static int read_simple_packet(struct capture *c, struct fields *f,
			      struct frame *frame)
{
	uint32_t len = fields_u32(f), snaplen;

	*frame = (struct frame){ .wire_len = len };
	if (place_on_interface(c, frame, 0) != 0)
		return -1;
	snaplen = c->interfaces[frame->interface]->snaplen;
	if (snaplen != 0)
		len = smaller(len, snaplen);
	len = smaller(len, (uint32_t)fields_left(f));
	frame->bytes = fields_bytes(f, len);
	frame->number = ++c->frames;
	return 1;
}

const struct block_kind block_kinds[] = {
	{ ENHANCED_PACKET, 20, false, read_enhanced_packet },
	{ SIMPLE_PACKET, 4, false, read_simple_packet },
	{ OLD_PACKET, 20, false, read_old_packet },
	{ INTERFACE_DESCRIPTION, 8, false, read_interface },
	{ INTERFACE_STATISTICS, 12, false, read_statistics },
	{ NAME_RESOLUTION, 0, true, read_names },
	{ SECTION_HEADER, 16, false, read_section },
	{ 0, 0, false, NULL },
};
