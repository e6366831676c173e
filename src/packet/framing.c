/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages out of the bytes of a stream.  All it knows of DNS is that a message
 * has a header of 12 bytes; whether bytes look like one is asked.
 */
#include "packet/stream_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { PREFIX_LEN = 2, HEADER_LEN = 12, MESSAGE_MAX = 65535 };

enum { BUFFER_MIN = 2048 };

static void give_buffer_back(struct buffer *b, struct reassembly *all)
{
	struct buffer old = *b;

	all->buffered -= old.room;
	*b = (struct buffer){ 0 };
	if (old.room > all->spare.room) {
		struct buffer spare = all->spare;

		all->spare = old;
		old = spare;
	}
	free(old.data);
}

static void add_to_buffer(struct buffer *b, struct bytes bytes,
			  struct reassembly *all)
{
	size_t room = b->room != 0 ? b->room : BUFFER_MIN;

	if (b->data == NULL) {
		*b = all->spare;
		b->len = 0;
		all->spare = (struct buffer){ 0 };
		all->buffered += b->room;
	}
	while (room < b->len + bytes.len)
		room *= 2;
	if (room > b->room) {
		b->data = must_realloc(b->data, room, 1);
		all->buffered += room - b->room;
		b->room = room;
	}
	memcpy(b->data + b->len, bytes.data, bytes.len);
	b->len += bytes.len;
}

/* Of thousands of connections few have a message begun. */
static void keep_latest(struct framing *f, const struct datagram *piece,
			struct reassembly *all)
{
	if (f->latest == NULL) {
		f->latest = all->spare_piece;
		all->spare_piece = NULL;
		all->buffered += sizeof(*f->latest);
	}
	if (f->latest == NULL)
		f->latest = must_calloc(1, sizeof(*f->latest));
	*f->latest = *piece;
}

static void forget_latest(struct framing *f, struct reassembly *all)
{
	if (f->latest == NULL)
		return;
	all->buffered -= sizeof(*f->latest);
	free(all->spare_piece);
	all->spare_piece = f->latest;
	f->latest = NULL;
}

static void forget_parts(struct framing *f, struct reassembly *all)
{
	all->buffered -= parts_memory(&f->parts);
	parts_release(&f->parts);
}

static void note_part(struct framing *f, const struct datagram *piece,
		      struct reassembly *all)
{
	struct frame_part part = { piece->frame, piece->source };

	if (all->sinks.parts != NULL)
		all->buffered += parts_add(&f->parts, part);
}

/* The next byte is the first of a length. */
static void expect_message(struct framing *f, struct reassembly *all)
{
	give_buffer_back(&f->message, all);
	forget_parts(f, all);
	forget_latest(f, all);
	f->prefix_len = 0;
	f->len = 0;
	f->discard = 0;
}

static void lose_track(struct framing *f, struct reassembly *all)
{
	expect_message(f, all);
	f->synced = false;
	f->trusted = false;
}

void framing_begin(struct framing *f, bool trusted)
{
	*f = (struct framing){ .synced = trusted, .trusted = trusted };
}

static bool plausible_at(const struct reassembly *all, struct bytes bytes,
			 size_t offset, size_t len)
{
	struct bytes start = { bytes.data + offset, bytes.len - offset };

	if (len < HEADER_LEN || start.len < HEADER_LEN)
		return false;
	if (start.len > len)
		start.len = len;
	return all->options->plausible(start, len);
}

/* Whether a length and a message start there; the length is put into len. */
static bool length_and_message_at(const struct reassembly *all,
				  struct bytes bytes, size_t offset,
				  size_t *len)
{
	if (bytes.len < offset + PREFIX_LEN + HEADER_LEN)
		return false;
	*len = (size_t)bytes.data[offset] << 8 | bytes.data[offset + 1];
	return plausible_at(all, bytes, offset + PREFIX_LEN, *len);
}

/*
 * How surely a segment starts with a length and its message: by both ending
 * where the segment ends or where the next message starts, or only by looks,
 * because the next start is out of sight.
 */
enum certainty { NOT_AT_ALL, BY_LOOKS, SURELY };

static enum certainty starts_with_length(const struct reassembly *all,
					 const struct datagram *piece)
{
	struct bytes bytes = piece->payload;
	size_t len, next_len, end;

	if (!length_and_message_at(all, bytes, 0, &len))
		return NOT_AT_ALL;
	end = PREFIX_LEN + len;
	if (end == piece->wire_len ||
	    length_and_message_at(all, bytes, end, &next_len))
		return SURELY;
	if (bytes.len >= end + PREFIX_LEN + HEADER_LEN)
		return NOT_AT_ALL;
	return BY_LOOKS;
}

static void expect_body(struct framing *f, const struct datagram *piece,
			size_t len, struct reassembly *all)
{
	note_part(f, piece, all);
	f->prefix_len = PREFIX_LEN;
	f->len = (uint16_t)len;
	keep_latest(f, piece, all);
}

/*
 * Looks for the framing at the start of a segment, where it is unknown because
 * the capture started later than the connection or there is a hole.  Senders
 * that write length and message separately make segments of the length alone
 * and of the bare message.
 */
static void look_for_message(struct framing *f, const struct datagram *piece,
			     struct reassembly *all)
{
	struct bytes bytes = piece->payload;
	enum certainty certainty = starts_with_length(all, piece);
	bool after_length = f->prefix_len == PREFIX_LEN;

	f->synced = true;
	if (after_length && plausible_at(all, bytes, 0, f->len))
		return;
	f->prefix_len = 0;
	forget_parts(f, all);
	if (certainty == SURELY)
		return;
	if (piece->wire_len <= MESSAGE_MAX &&
	    plausible_at(all, bytes, 0, piece->wire_len)) {
		expect_body(f, piece, piece->wire_len, all);
		return;
	}
	if (certainty == BY_LOOKS)
		return;
	f->synced = false;
	if (bytes.len == PREFIX_LEN && piece->wire_len == PREFIX_LEN)
		expect_body(f, piece,
			    (size_t)bytes.data[0] << 8 | bytes.data[1], all);
}

static void hand_on(struct framing *f, struct bytes payload, size_t wire_len,
		    bool gap, struct reassembly *all)
{
	struct datagram d = *f->latest;

	d.payload = payload;
	d.wire_len = (uint32_t)wire_len;
	d.stream_gap = gap;
	d.first_frame = f->first_frame;
	d.seq = f->first_seq;
	all->sinks.datagram(all->sinks.context, &d);
	if (f->parts.count > 1)
		all->sinks.parts(all->sinks.context,
				 (struct frame_part){ d.frame, d.source },
				 f->parts.items, f->parts.count);
}

/* Frames of two files compare by their times: each file counts from 1. */
static bool is_later(const struct datagram *a, const struct datagram *b)
{
	if (a->source == b->source)
		return a->frame >= b->frame;
	return a->has_time && b->has_time ? a->time_ns >= b->time_ns
					  : a->source > b->source;
}

/*
 * A message that came in several pieces is complete with the one that arrived
 * last, which need not be the one with its last byte.
 */
static void note_piece(struct framing *f, const struct datagram *piece,
		       struct reassembly *all)
{
	bool begun = f->prefix_len > 0;

	note_part(f, piece, all);
	if (!begun || is_later(piece, f->latest))
		keep_latest(f, piece, all);
}

static void read_length(struct framing *f, struct reader *r)
{
	f->len = (uint16_t)(f->len << 8 | read_u8(r));
	f->prefix_len++;
	if (f->prefix_len < PREFIX_LEN || f->len > 0)
		return;
	f->prefix_len = 0; /* an empty message */
}

/* A framing that was guessed is believed as long as messages look like it. */
static bool is_believable(const struct framing *f, struct bytes message,
			  const struct reassembly *all)
{
	if (f->trusted)
		return true;
	if (f->len < HEADER_LEN)
		return false;
	return message.len < HEADER_LEN ||
	       plausible_at(all, message, 0, f->len);
}

static void read_message(struct framing *f, const struct datagram *piece,
			 struct reader *r, struct reassembly *all)
{
	size_t missing = f->len - f->message.len, left = reader_left(r);
	uint32_t seq = piece->seq + (uint32_t)reader_offset(r);
	struct bytes message = read_bytes(r, left < missing ? left : missing);

	if (f->message.len == 0) {
		f->first_frame = piece->frame;
		f->first_seq = seq;
	}
	/* Most messages lie in one segment and are never copied. */
	if (message.len < f->len) {
		add_to_buffer(&f->message, message, all);
		message.data = f->message.data;
		message.len = f->message.len;
	}
	if (!is_believable(f, message, all)) {
		lose_track(f, all);
		return;
	}
	if (message.len < f->len)
		return;
	hand_on(f, message, message.len, false, all);
	expect_message(f, all);
}

static void discard(struct framing *f, struct reader *r)
{
	size_t left = reader_left(r);
	size_t len = left < f->discard ? left : f->discard;

	skip(r, len);
	f->discard -= (uint32_t)len;
}

void framing_feed(struct framing *f, const struct datagram *piece,
		  struct reassembly *all)
{
	struct reader r = reader_of(piece->payload);

	if (!f->synced)
		look_for_message(f, piece, all);
	while (f->synced && reader_left(&r) > 0) {
		if (f->discard > 0) {
			discard(f, &r);
			continue;
		}
		note_piece(f, piece, all);
		if (f->prefix_len < PREFIX_LEN)
			read_length(f, &r);
		else
			read_message(f, piece, &r, all);
	}
}

static void hand_on_cut(struct framing *f, size_t wire_len, bool gap,
			struct reassembly *all)
{
	struct bytes message = { f->message.data, f->message.len };

	if (message.len > 0 && (f->trusted || message.len >= HEADER_LEN))
		hand_on(f, message, wire_len, gap, all);
}

/*
 * As the length of a hole is known, a message that was cut by one that ends
 * within it is also where the framing goes on.
 */
void framing_hole(struct framing *f, uint32_t len, enum hole why,
		  struct reassembly *all)
{
	uint32_t rest = f->discard;

	if (!f->synced) {
		f->prefix_len = 0;
		return;
	}
	if (f->prefix_len == PREFIX_LEN)
		rest = (uint32_t)(f->len - f->message.len);
	hand_on_cut(f, f->len, why == HOLE_MISSING, all);
	expect_message(f, all);
	if (len <= rest)
		f->discard = rest - len;
	else
		lose_track(f, all);
}

void framing_end(struct framing *f, enum stream_end why, struct reassembly *all)
{
	if (why == END_OF_SENDING)
		hand_on_cut(f, f->message.len, false, all);
	else
		hand_on_cut(f, f->len, true, all);
	expect_message(f, all);
}
