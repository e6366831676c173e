/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is told of a packet beside its bytes.  What is malformed here costs no
 * packet.
 */
#include "capture/pcapng_private.h"

#include <string.h>

/* Numbers of options and of what can stand first in a verdict. */
enum {
	EPB_FLAGS = 2,
	EPB_DROPCOUNT = 4,
	EPB_PACKETID = 5,
	EPB_VERDICT = 7,
	VERDICT_TC = 1,
	VERDICT_XDP = 2,
};

/* linux/pkt_cls.h, linux/bpf.h */
enum { TC_ACT_SHOT = 2, XDP_ABORTED = 0, XDP_DROP = 1 };

static enum frame_direction direction_of(const struct option *option)
{
	static const enum frame_direction meaning[] = {
		DIRECTION_UNKNOWN,
		DIRECTION_IN,
		DIRECTION_OUT,
		DIRECTION_UNKNOWN,
	};

	return meaning[option_u32(option) & 3];
}

static bool has_nonzero_byte(struct bytes b)
{
	for (size_t i = 0; i < b.len; i++)
		if (b.data[i] != 0)
			return true;
	return false;
}

/*
 * The first byte says whose verdict it is.  Only Linux' have values that the
 * draft knows; of others (as of Windows' pktmon, which gives the reason of a
 * drop) no more is known than that zero stands for none.
 */
static bool says_dropped(const struct option *option)
{
	struct option value = *option;
	uint64_t number;

	if (value.value.len < 2)
		return false;
	value.value.data++;
	value.value.len--;
	number = option_u64(&value);
	switch (option->value.data[0]) {
	case VERDICT_TC:
		return number == TC_ACT_SHOT;
	case VERDICT_XDP:
		return value.value.len == 8 &&
		       (number == XDP_ABORTED || number == XDP_DROP);
	default:
		return has_nonzero_byte(value.value);
	}
}

static void add_comment(struct text *comment, struct bytes value)
{
	size_t len = strnlen((const char *)value.data, value.len);

	if (len == 0 || comment->len + 2 >= OPTION_TEXT_MAX)
		return;
	if (comment->len > 0)
		text_add(comment, "; ");
	if (len > OPTION_TEXT_MAX - comment->len)
		len = OPTION_TEXT_MAX - comment->len;
	text_add_bytes(comment, value.data, len);
}

void read_packet_options(struct capture *c, struct fields *f,
			 struct frame *frame)
{
	struct pcapng_state *state = c->state;
	struct option option;

	text_clear(&state->comment);
	while (next_option(f, &option)) {
		switch (option.code) {
		case OPTION_COMMENT:
			add_comment(&state->comment, option.value);
			break;
		case EPB_FLAGS:
			frame->direction = direction_of(&option);
			break;
		case EPB_DROPCOUNT:
			if (option.value.len == 8)
				count_lost(c, frame->interface,
					   option_u64(&option));
			break;
		case EPB_PACKETID:
			frame->packet_id = option_u64(&option);
			break;
		case EPB_VERDICT:
			frame->os_dropped |= says_dropped(&option);
			break;
		}
	}
	if (state->comment.len > 0)
		frame->comment = text_string(&state->comment);
}
