/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where fragments contradict each other the first bytes win.  A packet is
 * given up when it has waited long enough or when there is no room, the oldest
 * first: a flood of first fragments costs bounded memory and time.
 */
#include "packet/fragment_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/hash.h"
#include "base/memory.h"

/* Offsets count units of 8 bytes (RFC 791, 3.1). */
enum { UNIT = 8, PAYLOAD_MAX = 65535, UNITS_MAX = PAYLOAD_MAX / UNIT + 1 };

enum {
	SETS_MAX = 4096,
	BUCKETS = 8192,
	BYTES_MAX = 32 * 1024 * 1024,
	ROOM_MIN = 4096
};

/*
 * Receivers wait 30 s and more, but fragments are sent in one go.  What stays
 * incomplete must be known before its client asks again, or the answer would
 * seem to be one to the second attempt.
 */
static const uint64_t wait_ns = NS_PER_SECOND;

/* The fragments of one packet. */
struct set {
	struct key128 key;
	struct set *chain;         /* in the same bucket */
	struct set *newer, *older; /* by their first captured fragment */
	uint64_t first_frame;
	int64_t since_ns;
	bool has_time;
	struct parts parts;
	struct packet first; /* from the fragment at offset 0 */
	struct frame frame;  /* its frame, without the bytes */
	size_t total;        /* 0: the last fragment is missing */
	size_t end;          /* of the farthest one */
	size_t lost;         /* the first byte that the capture cut off */
	size_t num_units;
	bool conflict; /* others had been there before some of them */
	uint8_t units[UNITS_MAX / 8]; /* a bit for each that is there */
	uint8_t *data;
	size_t room;
};

struct fragments {
	struct packet_tally *tally;
	fragment_sink sink;
	void *context;
	struct set *buckets[BUCKETS];
	struct set *newest, *oldest;
	struct set *whole; /* the latest that was completed */
	size_t count, bytes;
};

struct fragments *fragments_new(struct packet_tally *tally, fragment_sink sink,
				void *context)
{
	struct fragments *f = must_calloc(1, sizeof(*f));

	f->tally = tally;
	f->sink = sink;
	f->context = context;
	return f;
}

static uint8_t *put(uint8_t *at, const void *data, size_t len)
{
	memcpy(at, data, len);
	return at + len;
}

/* RFC 791 counts the protocol among what tells packets apart, RFC 8200 not. */
static struct key128 key_of(const struct packet *k)
{
	uint8_t bytes[64] = { 0 }, *at = bytes;
	bool is_ipv4 = k->src.address.len == 4;

	*at++ = k->src.address.len;
	*at++ = is_ipv4 ? (uint8_t)k->protocol : 0;
	*at++ = (uint8_t)k->direction;
	*at++ = k->tunnels;
	at = put(at, &k->frame->place, 4);
	at = put(at, &k->ifindex, 4);
	at = put(at, &k->fragment.id, 4);
	at = put(at, k->src.address.bytes, 16);
	at = put(at, k->dst.address.bytes, 16);
	return hash_key(bytes, (size_t)(at - bytes));
}

static struct set **bucket_of(struct fragments *f, struct key128 key)
{
	return &f->buckets[key.a % BUCKETS];
}

static struct set *find(struct fragments *f, struct key128 key)
{
	struct set *s = *bucket_of(f, key);

	while (s != NULL && !key128_equal(s->key, key))
		s = s->chain;
	return s;
}

static void take_out(struct fragments *f, struct set *s)
{
	struct set **at = bucket_of(f, s->key);

	while (*at != s)
		at = &(*at)->chain;
	*at = s->chain;
	*(s->newer != NULL ? &s->newer->older : &f->newest) = s->older;
	*(s->older != NULL ? &s->older->newer : &f->oldest) = s->newer;
	f->count--;
	f->bytes -= s->room + parts_memory(&s->parts);
}

static void free_set(struct set *s)
{
	if (s == NULL)
		return;
	parts_release(&s->parts);
	free(s->data);
	free(s);
}

static bool has_unit(const struct set *s, size_t unit)
{
	return s->units[unit / 8] >> unit % 8 & 1;
}

/* Makes k what is there of the packet up to `end`. */
static void make_packet(const struct set *s, struct packet *k, size_t end)
{
	size_t captured = s->lost < end ? s->lost : end;

	*k = s->first;
	k->r = reader_of((struct bytes){ s->data, captured });
	k->cut = end - captured;
	k->first_frame = s->first_frame;
	k->parts = s->parts;
	k->reassembled = true;
	k->fragment_conflict |= s->conflict;
}

static void give_up(struct fragments *f, struct set *s)
{
	struct packet k;
	size_t units = 0;

	take_out(f, s);
	if (has_unit(s, 0)) {
		while (units < UNITS_MAX && has_unit(s, units))
			units++;
		make_packet(s, &k, units * UNIT);
		k.frame = &s->frame;
		f->sink(f->context, &k);
	}
	free_set(s);
}

static struct set *add(struct fragments *f, struct key128 key,
		       const struct packet *k)
{
	struct set *s;

	if (f->count == SETS_MAX)
		give_up(f, f->oldest);
	s = must_calloc(1, sizeof(*s));
	s->key = key;
	s->first_frame = k->frame->number;
	s->since_ns = k->frame->time_ns;
	s->has_time = k->frame->has_time;
	s->lost = SIZE_MAX;
	s->chain = *bucket_of(f, key);
	*bucket_of(f, key) = s;
	s->older = f->newest;
	*(s->older != NULL ? &s->older->newer : &f->oldest) = s;
	f->newest = s;
	f->count++;
	return s;
}

static void make_room(struct fragments *f, struct set *s, size_t room)
{
	size_t wanted = s->room != 0 ? s->room : ROOM_MIN;

	while (wanted < room)
		wanted *= 2;
	if (wanted == s->room)
		return;
	s->data = must_realloc(s->data, wanted, 1);
	f->bytes += wanted - s->room;
	s->room = wanted;
}

struct piece {
	size_t start, end;
	struct bytes bytes; /* what was captured of it */
	bool is_last;
};

/*
 * What a piece of a fragment is worth.  All but the last one end at a unit:
 * like the kernel's, our packets end there where they do not.
 */
static bool read_piece(const struct packet *k, struct piece *piece)
{
	size_t len = reader_left(&k->r) + k->cut;

	piece->is_last = !k->more_fragments;
	if (!piece->is_last)
		len -= len % UNIT;
	piece->start = k->fragment.offset;
	piece->end = piece->start + len;
	piece->bytes = reader_rest(&k->r);
	if (piece->bytes.len > len)
		piece->bytes.len = len;
	return len > 0 && piece->end <= PAYLOAD_MAX;
}

static bool contradicts(const struct set *s, const struct piece *piece)
{
	if (s->total != 0 && piece->end > s->total)
		return true;
	return piece->is_last && piece->end < s->end;
}

/* Part of a piece: up to a unit, and less at the end or where it is cut. */
static struct bytes bytes_of_unit(const struct piece *piece, size_t start)
{
	size_t skipped = start - piece->start, len = UNIT;
	struct bytes b = { NULL, 0 };

	if (skipped >= piece->bytes.len)
		return b;
	b.data = piece->bytes.data + skipped;
	b.len = piece->bytes.len - skipped;
	if (b.len > len)
		b.len = len;
	return b;
}

static void add_unit(struct set *s, const struct piece *piece, size_t unit)
{
	size_t start = unit * UNIT, end = start + UNIT;
	struct bytes b = bytes_of_unit(piece, start);

	if (end > piece->end)
		end = piece->end;
	if (b.len > 0)
		memcpy(s->data + start, b.data, b.len);
	if (start + b.len < end && start + b.len < s->lost)
		s->lost = start + b.len;
	s->units[unit / 8] |= (uint8_t)(1 << unit % 8);
	s->num_units++;
}

/* Whether other bytes were there already, as far as both are captured. */
static bool differs(const struct set *s, const struct piece *piece, size_t unit)
{
	struct bytes b = bytes_of_unit(piece, unit * UNIT);

	return b.len > 0 && unit * UNIT + b.len <= s->lost &&
	       memcmp(s->data + unit * UNIT, b.data, b.len) != 0;
}

/* Returns whether it contradicts what is there. */
static bool add_piece(struct fragments *f, struct set *s,
		      const struct piece *piece)
{
	size_t captured = piece->start + piece->bytes.len;
	bool conflict = false;

	make_room(f, s, captured);
	for (size_t unit = piece->start / UNIT; unit * UNIT < piece->end;
	     unit++)
		if (!has_unit(s, unit))
			add_unit(s, piece, unit);
		else
			conflict |= differs(s, piece, unit);
	if (piece->is_last)
		s->total = piece->end;
	if (piece->end > s->end)
		s->end = piece->end;
	return conflict;
}

static void note_part(struct fragments *f, struct set *s,
		      const struct packet *k)
{
	f->bytes += parts_add(
		&s->parts,
		(struct frame_part){ k->frame->number, k->frame->source });
}

static void note_conflict(struct fragments *f, struct set *s)
{
	s->conflict = true;
	f->tally->fragment_conflicts++;
}

static void note_first(struct set *s, const struct packet *k)
{
	if (k->fragment.offset != 0 || has_unit(s, 0))
		return;
	s->first = *k;
	s->frame = *k->frame;
	s->frame.bytes = (struct bytes){ NULL, 0 };
}

static bool is_whole(const struct set *s)
{
	return s->total != 0 && s->num_units == (s->total + UNIT - 1) / UNIT;
}

/* The frame that completes a packet is the one that brings it. */
static void complete(struct fragments *f, struct set *s, struct packet *k)
{
	const struct frame *frame = k->frame;

	take_out(f, s);
	make_packet(s, k, s->total);
	k->frame = frame;
	k->more_fragments = false;
	free_set(f->whole);
	f->whole = s;
}

enum packet_verdict fragments_take(struct fragments *f, struct packet *k)
{
	struct key128 key = key_of(k);
	struct piece piece;
	struct set *s;

	if (!read_piece(k, &piece))
		return PACKET_DAMAGED;
	s = find(f, key);
	if (s == NULL)
		s = add(f, key, k);
	note_part(f, s, k);
	if (contradicts(s, &piece)) {
		note_conflict(f, s);
		return PACKET_FRAGMENT;
	}
	note_first(s, k);
	if (add_piece(f, s, &piece))
		note_conflict(f, s);
	if (is_whole(s)) {
		complete(f, s, k);
		return PACKET_TAKEN;
	}
	while (f->bytes > BYTES_MAX)
		give_up(f, f->oldest);
	return PACKET_FRAGMENT;
}

/* Far back is as bad as too long: somebody set the clock. */
static bool has_waited(const struct set *s, int64_t now_ns)
{
	uint64_t now = (uint64_t)now_ns, since = (uint64_t)s->since_ns;

	return s->has_time &&
	       (now_ns > s->since_ns ? now - since : since - now) > wait_ns;
}

void fragments_expire(struct fragments *f, int64_t now_ns)
{
	while (f->oldest != NULL && has_waited(f->oldest, now_ns))
		give_up(f, f->oldest);
}

int64_t fragments_horizon(const struct fragments *f, int64_t now_ns)
{
	const struct set *s = f->oldest;

	return s != NULL && s->has_time && s->since_ns < now_ns ? s->since_ns
								: now_ns;
}

void fragments_finish(struct fragments *f)
{
	while (f->oldest != NULL)
		give_up(f, f->oldest);
}

static void discard_packet(void *context, struct packet *k)
{
	(void)context;
	(void)k;
}

void fragments_free(struct fragments *f)
{
	if (f == NULL)
		return;
	f->sink = discard_packet;
	fragments_finish(f);
	assert(f->count == 0 && f->bytes == 0);
	free_set(f->whole);
	free(f);
}
