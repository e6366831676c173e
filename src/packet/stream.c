/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One direction of a TCP connection: its bytes in order, each once.  What comes
 * early is held until the hole before it is filled, or known to stay.
 */
#include "packet/stream_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { HELD_SEGMENTS_MAX = 256, HELD_BYTES_MAX = 256 * 1024 };

/*
 * No window in the field is larger: what is farther from the bytes expected
 * belongs to another connection of the same endpoints, or it is no use to wait
 * for what is in between.
 */
enum { WINDOW_MAX = 1 << 24 };

struct held {
	struct held *next;
	uint32_t seq;
	struct datagram piece;
	uint8_t data[];
};

/* Sequence numbers wrap around (RFC 9293, 3.4). */
static int32_t distance(uint32_t from, uint32_t to)
{
	return (int32_t)(to - from);
}

static bool is_near(uint32_t a, uint32_t b)
{
	int32_t apart = distance(a, b);

	return -WINDOW_MAX < apart && apart < WINDOW_MAX;
}

/* Takes len bytes off a piece's front, where it has as many. */
static void cut_front(struct datagram *piece, uint32_t len)
{
	size_t captured = piece->payload.len;

	if (len > piece->wire_len)
		len = piece->wire_len;
	piece->wire_len -= len;
	piece->seq += len;
	captured = len < captured ? len : captured;
	piece->payload.data += captured;
	piece->payload.len -= captured;
}

static struct datagram front_of(const struct datagram *piece, uint32_t len)
{
	struct datagram front = *piece;

	front.wire_len = len;
	if (front.payload.len > len)
		front.payload.len = len;
	return front;
}

static uint32_t end_of(const struct held *h)
{
	return h->seq + h->piece.wire_len;
}

static size_t memory_of(const struct held *h)
{
	return sizeof(*h) + h->piece.payload.len;
}

static struct held *hold_here(struct stream *s, struct held **at,
			      const struct datagram *piece, uint32_t seq)
{
	size_t len = piece->payload.len;
	struct held *h = must_calloc(1, sizeof(*h) + len);

	h->seq = seq;
	h->piece = *piece;
	h->piece.payload.data = memcpy(h->data, piece->payload.data, len);
	h->next = *at;
	*at = h;
	if (h->next == NULL)
		s->last_held = h;
	s->num_held++;
	s->held_bytes += memory_of(h);
	return h;
}

/* Keeps what is not held yet of a piece: what arrived first wins. */
static void hold(struct stream *s, struct datagram piece, uint32_t seq)
{
	struct held **at = &s->held;

	if (s->held != NULL && distance(end_of(s->last_held), seq) >= 0)
		at = &s->last_held->next;
	while (piece.wire_len > 0) {
		struct held *after = *at;
		uint32_t len = piece.wire_len;

		if (after != NULL && distance(after->seq, seq) >= 0) {
			int32_t have = distance(seq, end_of(after));

			len = have > 0 ? (uint32_t)have : 0;
		} else {
			struct datagram front;

			if (after != NULL && after->seq - seq < len)
				len = after->seq - seq;
			front = front_of(&piece, len);
			after = hold_here(s, at, &front, seq);
		}
		cut_front(&piece, len);
		seq += len;
		at = &after->next;
	}
}

static struct held *take_first_held(struct stream *s)
{
	struct held *h = s->held;

	s->held = h->next;
	if (s->held == NULL)
		s->last_held = NULL;
	s->num_held--;
	s->held_bytes -= memory_of(h);
	return h;
}

/* A piece that starts at or before the byte expected. */
static void hand_to_framing(struct stream *s, struct datagram piece,
			    uint32_t seq, struct reassembly *all)
{
	piece.seq = seq;
	cut_front(&piece, s->next - seq);
	if (piece.wire_len == 0)
		return;
	s->next += piece.wire_len;
	if (distance(s->acked, s->next) > 0)
		s->acked = s->next;
	framing_feed(&s->framing, &piece, all);
	if (piece.wire_len > piece.payload.len)
		framing_hole(&s->framing,
			     piece.wire_len - (uint32_t)piece.payload.len,
			     HOLE_SNAPLEN, all);
}

static void close_stream(struct stream *s, enum stream_end why,
			 struct reassembly *all)
{
	framing_end(&s->framing, why, all);
	s->has_fin = false;
	s->state = STREAM_CLOSED;
}

/* Hands on what has become contiguous, up to the FIN. */
static void advance(struct stream *s, struct reassembly *all)
{
	while (s->held != NULL && distance(s->held->seq, s->next) >= 0) {
		struct held *h = take_first_held(s);

		all->buffered -= memory_of(h);
		hand_to_framing(s, h->piece, h->seq, all);
		free(h);
	}
	if (s->has_fin && distance(s->fin, s->next) >= 0)
		close_stream(s, END_OF_SENDING, all);
}

/* Whether there is a hole; the sequence number after it is put into end. */
static bool find_hole(const struct stream *s, uint32_t *end)
{
	if (s->held != NULL)
		*end = s->held->seq;
	else if (s->has_fin)
		*end = s->fin;
	else
		return false;
	return true;
}

static void skip_hole(struct stream *s, uint32_t end, struct reassembly *all)
{
	all->tally->stream_gaps++;
	framing_hole(&s->framing, end - s->next, HOLE_MISSING, all);
	s->next = end;
	advance(s, all);
}

/* Holes that the receiver has filled will not be filled again for us. */
static void skip_acknowledged_holes(struct stream *s, struct reassembly *all)
{
	uint32_t end;

	while (find_hole(s, &end) && distance(end, s->acked) >= 0)
		skip_hole(s, end, all);
}

static void skip_all_holes(struct stream *s, struct reassembly *all)
{
	uint32_t end;

	while (find_hole(s, &end))
		skip_hole(s, end, all);
}

static void begin_stream(struct stream *s, uint32_t seq, bool from_syn,
			 struct reassembly *all)
{
	all->tally->streams++;
	*s = (struct stream){
		.state = STREAM_OPEN, .first = seq, .next = seq, .acked = seq
	};
	framing_begin(&s->framing, from_syn);
}

void stream_forget(struct stream *s, struct reassembly *all)
{
	skip_all_holes(s, all);
	close_stream(s, END_OF_CAPTURE, all);
	*s = (struct stream){ 0 };
}

/* Whether a stream that is joined in the middle starts with this. */
static bool starts_anew(const struct stream *s, uint32_t seq, uint32_t len)
{
	if (s->state == STREAM_UNSEEN || !is_near(s->next, seq))
		return true;
	/* After a RST that nobody believed, say; but nothing seen before. */
	return s->state == STREAM_CLOSED && distance(s->next, seq + len) > 0;
}

static void take_data(struct stream *s, const struct datagram *piece,
		      uint32_t seq, struct reassembly *all)
{
	size_t before;

	if (starts_anew(s, seq, piece->wire_len)) {
		stream_forget(s, all);
		begin_stream(s, seq, false, all);
	}
	if (distance(s->next, seq) <= 0) {
		hand_to_framing(s, *piece, seq, all);
		advance(s, all);
		return;
	}
	before = s->held_bytes;
	hold(s, *piece, seq);
	all->buffered += s->held_bytes - before;
	while (s->num_held > HELD_SEGMENTS_MAX ||
	       s->held_bytes > HELD_BYTES_MAX)
		skip_hole(s, s->held->seq, all);
}

/* A SYN that is sent again is nothing new, one of another number is. */
static void take_syn(struct stream *s, uint32_t seq, struct reassembly *all)
{
	if (s->state != STREAM_UNSEEN && s->first == seq)
		return;
	stream_forget(s, all);
	begin_stream(s, seq, true, all);
}

static void take_fin(struct stream *s, uint32_t seq, struct reassembly *all)
{
	if (s->state != STREAM_OPEN || !is_near(s->next, seq) ||
	    distance(s->next, seq) < 0)
		return;
	s->has_fin = true;
	s->fin = seq;
	advance(s, all);
}

static void take_reset(struct stream *s, struct reassembly *all)
{
	if (s->state != STREAM_OPEN)
		return;
	skip_all_holes(s, all);
	close_stream(s, END_OF_SENDING, all);
}

void stream_take(struct stream *s, const struct segment *segment,
		 struct reassembly *all)
{
	uint32_t seq = segment->seq;

	/* What a RST carries is a remark, no data (RFC 9293, 3.5.3). */
	if (segment->flags & TCP_RST) {
		take_reset(s, all);
		return;
	}
	if (segment->flags & TCP_SYN)
		take_syn(s, ++seq, all);
	if (segment->piece.wire_len > 0)
		take_data(s, &segment->piece, seq, all);
	if (segment->flags & TCP_FIN)
		take_fin(s, seq + segment->piece.wire_len, all);
	skip_acknowledged_holes(s, all);
}

void stream_acknowledge(struct stream *s, uint32_t ack, struct reassembly *all)
{
	if (s->state != STREAM_OPEN || !is_near(s->next, ack) ||
	    distance(s->acked, ack) <= 0)
		return;
	s->acked = ack;
	skip_acknowledged_holes(s, all);
}
