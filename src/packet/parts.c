/* SPDX-License-Identifier: BSD-3-Clause */
/* Which frames something came in, where it came in several. */
#include "packet/packet_private.h"

#include <stdlib.h>

#include "base/memory.h"

enum { ROOM_MIN = 8 };

size_t parts_memory(const struct parts *p)
{
	return p->room * sizeof(*p->items);
}

static bool is_last(const struct parts *p, struct frame_part part)
{
	const struct frame_part *last = &p->items[p->count - 1];

	return last->frame == part.frame && last->source == part.source;
}

size_t parts_add(struct parts *p, struct frame_part part)
{
	size_t before = parts_memory(p);

	if (p->count == PARTS_MAX || (p->count > 0 && is_last(p, part)))
		return 0;
	if (p->count == p->room) {
		p->room = p->room != 0 ? 2 * p->room : ROOM_MIN;
		p->items = must_realloc(p->items, p->room, sizeof(*p->items));
	}
	p->items[p->count++] = part;
	return parts_memory(p) - before;
}

void parts_release(struct parts *p)
{
	free(p->items);
	*p = (struct parts){ 0 };
}
