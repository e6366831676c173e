/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline/disguise_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "capture/pcapng_writer.h"
#include "pipeline/observe.h"
#include "redact/message.h"

/* Where its block tells of a packet. */
enum { INTERFACE_AT = 8, CAPTURED_AT = 20, WIRE_AT = 24 };

struct disguise {
	struct redactor *redactor;
	uint16_t *ports;
	size_t num_ports;
	int *linktypes; /* of interfaces */
	size_t num_interfaces;
	struct frames *frames;
	uint64_t count; /* of packets, in the pass at hand */
};

struct disguise *disguise_new(struct redactor *r, const uint16_t *ports,
			      size_t num_ports)
{
	struct disguise *d;

	if (r == NULL)
		return NULL;
	d = must_calloc(1, sizeof(*d));
	d->redactor = r;
	d->ports = must_calloc(num_ports + 2, sizeof(*d->ports));
	if (num_ports > 0)
		memcpy(d->ports, ports, num_ports * sizeof(*ports));
	d->ports[num_ports++] = MDNS_PORT;
	d->ports[num_ports++] = LLMNR_PORT;
	d->num_ports = num_ports;
	return d;
}

void disguise_free(struct disguise *d)
{
	if (d == NULL)
		return;
	frames_free(d->frames);
	free(d->ports);
	free(d->linktypes);
	free(d);
}

static const char *map(struct disguise *d, enum redact_kind kind,
		       const char *from, struct text *to)
{
	if (from == NULL)
		return NULL;
	redact_text(d->redactor, REDACT, kind, from, to);
	return text_string(to);
}

void disguise_add_interface(struct disguise *d, uint32_t number,
			    struct text *to, const struct capture_interface *i,
			    const char *comment)
{
	struct text name = { 0 }, description = { 0 }, filter = { 0 };
	struct capture_interface mapped = *i;

	mapped.name = map(d, REDACT_INTERFACE, i->name, &name);
	mapped.description = map(d, REDACT_REMARK, i->description,
				 &description);
	mapped.filter = map(d, REDACT_FILTER, i->filter, &filter);
	pcapng_add_interface(to, &mapped, comment);
	if (number >= d->num_interfaces) {
		d->num_interfaces = number + (size_t)1;
		d->linktypes = must_realloc(d->linktypes, d->num_interfaces,
					    sizeof(*d->linktypes));
	}
	d->linktypes[number] = i->linktype;
	text_release(&name);
	text_release(&description);
	text_release(&filter);
}

static uint32_t number_at(const struct text *block, size_t at)
{
	uint32_t number = 0;

	for (size_t i = 4; i-- > 0;)
		number = number << 8 | (uint8_t)block->data[at + i];
	return number;
}

static struct frame frame_of(struct disguise *d, int64_t time_ns,
			     const struct text *block)
{
	uint32_t interface = number_at(block, INTERFACE_AT);
	const char *bytes = block->data + PCAPNG_PACKET_BYTES;

	return (struct frame){ .number = ++d->count,
			       .time_ns = time_ns,
			       .has_time = true,
			       .interface = interface,
			       .place = interface,
			       .linktype = d->linktypes[interface],
			       .wire_len = number_at(block, WIRE_AT),
			       .bytes = { (const uint8_t *)bytes,
					  number_at(block, CAPTURED_AT) } };
}

void disguise_begin(struct disguise *d)
{
	frames_free(d->frames);
	d->frames = frames_new(d->redactor, d->ports, d->num_ports);
	d->count = 0;
}

void disguise_learn(struct disguise *d, int64_t time_ns,
		    const struct text *block)
{
	struct frame frame = frame_of(d, time_ns, block);

	frames_learn(d->frames, &frame);
}

void disguise_end_learning(struct disguise *d)
{
	frames_end_learning(d->frames);
	d->count = 0;
}

void disguise_apply(struct disguise *d, int64_t time_ns, struct text *block)
{
	struct frame frame = frame_of(d, time_ns, block);
	uint8_t *to = must_calloc(frame.bytes.len + 1, 1);

	frames_rewrite(d->frames, &frame, to);
	memcpy(block->data + PCAPNG_PACKET_BYTES, to, frame.bytes.len);
	free(to);
}
