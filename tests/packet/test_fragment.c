/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/test.h"

#include <string.h>

#include "tests/packet/build.h"

enum { MESSAGE_LEN = 3000, UDP_LEN = 8 };

/* The payload that is cut in pieces: a UDP header and a message. */
static struct build whole;
static struct build b;
static struct seen seen;
static struct packets *p;

struct part {
	size_t offset, len;
	bool is_last;
	bool ipv6;
	unsigned int id;
	uint32_t place;
	enum frame_direction direction;
	uint64_t number;
	int64_t time_ns; /* 0: as its number says */
	size_t cut;      /* so many bytes at the end are not captured */
};

static void begin(size_t message_len)
{
	whole.len = 0;
	build_udp(&whole, 53, 40000, message_len);
	build_message(&whole, 7, message_len);
	p = build_packets(&seen);
}

static void end(void)
{
	packets_finish(p);
	packets_free(p);
	p = NULL;
}

static void build_part(const struct part *part, const uint8_t *data)
{
	unsigned int place = part->is_last ? 0 : 1;

	b.len = 0;
	if (part->ipv6) {
		build_ipv6(&b, 44, 8 + part->len);
		build_u8(&b, PROTOCOL_UDP);
		build_u8(&b, 0);
		build_u16(&b, (unsigned int)part->offset | place);
		build_u32(&b, part->id);
	} else {
		build_ipv4(&b, PROTOCOL_UDP, part->len);
		b.data[5] = (uint8_t)part->id;
		b.data[6] = (uint8_t)(place << 5 | part->offset >> 11);
		b.data[7] = (uint8_t)(part->offset >> 3);
	}
	build_bytes(&b, data, part->len);
}

static enum packet_verdict send_data(const struct part *part,
				     const uint8_t *data)
{
	struct frame frame;

	build_part(part, data);
	frame = build_frame(&b, LINK_RAW, part->number);
	frame.bytes.len -= part->cut;
	frame.place = part->place;
	frame.direction = part->direction;
	if (part->time_ns != 0)
		frame.time_ns = part->time_ns;
	return packets_feed(p, &frame);
}

static enum packet_verdict send_part(const struct part *part)
{
	return send_data(part, whole.data + part->offset);
}

/* Four parts; the last has the rest, which is no whole number of units. */
static struct part part_of_four(size_t i)
{
	return (struct part){
		.offset = i * 800,
		.len = i < 3 ? 800 : whole.len - 2400,
		.is_last = i == 3,
	};
}

static void check_whole(size_t i)
{
	const struct datagram *d = &seen.datagrams[i];
	size_t len = whole.len - UDP_LEN;

	assert_true(i < seen.count);
	assert_int_equal(d->payload.len, len);
	assert_int_equal(d->wire_len, len);
	assert_memory_equal(d->payload.data, whole.data + UDP_LEN,
			    len < 2048 ? len : 2048);
	assert_false(d->fragment_missing);
}

static void check_cut(size_t i, size_t len)
{
	assert_true(i < seen.count);
	assert_int_equal(seen.datagrams[i].payload.len, len);
	assert_int_equal(seen.datagrams[i].wire_len, whole.len - UDP_LEN);
}

static void send_in_order(const size_t *order, bool ipv6)
{
	begin(MESSAGE_LEN);
	for (size_t i = 0; i < 4; i++) {
		struct part part = part_of_four(order[i]);

		part.ipv6 = ipv6;
		part.number = i + 1;
		assert_int_equal(send_part(&part),
				 i < 3 ? PACKET_FRAGMENT : PACKET_TAKEN);
	}
	assert_int_equal(packets_tally(p)->fragment_conflicts, 0);
	assert_int_equal(packets_tally(p)->incomplete, 0);
	end();
	assert_int_equal(seen.count, 1);
	check_whole(0);
	assert_int_equal(seen.datagrams[0].frame, 4);
	assert_int_equal(seen.datagrams[0].first_frame, 1);
	assert_int_equal(seen.datagrams[0].time_ns, 4000000);
	assert_int_equal(seen.datagrams[0].src.port, 53);
}

static void test_puts_fragments_together_in_any_order(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < 256; i++) {
		size_t order[] = { i & 3, i >> 2 & 3, i >> 4 & 3, i >> 6 };

		if ((1 << order[0] | 1 << order[1] | 1 << order[2] |
		     1 << order[3]) != 15)
			continue;
		send_in_order(order, false);
		send_in_order(order, true);
		count++;
	}
	assert_int_equal(count, 24);
}

static void test_takes_each_fragment_once(void **state)
{
	(void)state;
	begin(MESSAGE_LEN);
	for (size_t i = 0; i < 7; i++) {
		struct part part = part_of_four(i / 2);

		part.number = i + 1;
		send_part(&part);
	}
	assert_int_equal(seen.count, 1);
	check_whole(0);
	assert_int_equal(seen.datagrams[0].frame, 7);
	assert_int_equal(packets_tally(p)->fragment_conflicts, 0);
	end();
	assert_int_equal(seen.count, 1);
}

static void test_tells_in_which_frames_a_packet_came(void **state)
{
	(void)state;
	begin(MESSAGE_LEN);
	for (size_t i = 0; i < 4; i++) {
		struct part part = part_of_four(3 - i);

		part.number = 10 * (i + 1);
		send_part(&part);
	}
	assert_int_equal(seen.num_wholes, 1);
	assert_int_equal(seen.whole, 40);
	assert_int_equal(seen.num_parts, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(seen.parts[i], 10 * (i + 1));
	end();
	assert_int_equal(seen.num_wholes, 1);
}

static void test_tells_in_which_frames_half_a_packet_came(void **state)
{
	(void)state;
	begin(MESSAGE_LEN);
	for (size_t i = 0; i < 2; i++) {
		struct part part = part_of_four(i);

		part.number = i + 5;
		send_part(&part);
	}
	assert_int_equal(seen.num_wholes, 0);
	end();
	assert_int_equal(seen.num_wholes, 1);
	assert_int_equal(seen.whole, 5);
	assert_int_equal(seen.num_parts, 2);
	assert_int_equal(seen.parts[1], 6);
}

/* The same packet may be sent, and captured, twice. */
static void test_begins_anew_after_a_whole_packet(void **state)
{
	(void)state;
	begin(MESSAGE_LEN);
	for (size_t i = 0; i < 8; i++) {
		struct part part = part_of_four(i % 4);

		part.number = i + 1;
		send_part(&part);
	}
	end();
	assert_int_equal(seen.count, 2);
	check_whole(0);
	check_whole(1);
	assert_int_equal(seen.datagrams[1].first_frame, 5);
}

static void test_keeps_apart_what_does_not_belong_together(void **state)
{
	static const struct {
		const char *what;
		struct part one, other;
	} cases[] = {
		{ "place", { .place = 1 }, { .place = 2 } },
		{ "direction",
		  { .direction = DIRECTION_IN },
		  { .direction = DIRECTION_OUT } },
		{ "identification", { .id = 1 }, { .id = 2 } },
		{ "IP version", { .ipv6 = true }, { .ipv6 = false } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		begin(MESSAGE_LEN);
		for (size_t k = 0; k < 8; k++) {
			struct part four = part_of_four(k / 2);
			struct part part = k % 2 ? cases[i].one
						 : cases[i].other;

			part.offset = four.offset;
			part.len = four.len;
			part.is_last = four.is_last;
			part.number = k + 1;
			send_part(&part);
		}
		if (seen.count != 2)
			fail_msg("%s does not keep apart", cases[i].what);
		check_whole(0);
		check_whole(1);
		end();
	}
}

/* What is sent three times: where is the byte that counts? */
static void test_lets_the_first_bytes_win(void **state)
{
	static uint8_t other[1 << 12];
	static const struct {
		const char *what;
		size_t offset, len;
	} overlaps[] = {
		{ "the same place", 800, 800 },
		{ "less", 1000, 80 },
		{ "into the next", 1000, 1000 },
		{ "into the one before", 400, 800 },
		{ "more on both sides", 400, 1600 },
	};

	(void)state;
	memset(other, 0x55, sizeof(other));
	for (size_t i = 0; i < COUNT(overlaps); i++) {
		struct part wrong = { .offset = overlaps[i].offset,
				      .len = overlaps[i].len,
				      .number = 4 };

		begin(MESSAGE_LEN);
		for (size_t k = 0; k < 3; k++) {
			struct part part = part_of_four(k);

			part.number = k + 1;
			send_part(&part);
		}
		assert_int_equal(send_data(&wrong, other), PACKET_FRAGMENT);
		assert_int_equal(packets_tally(p)->fragment_conflicts, 1);
		send_part(&(struct part){ .offset = 2400,
					  .len = whole.len - 2400,
					  .is_last = true,
					  .number = 5 });
		check_whole(0);
		assert_true(seen.datagrams[0].fragment_conflict);
		end();
	}
}

/* What repeats the same bytes contradicts nothing. */
static void test_notes_a_conflict_where_there_is_one(void **state)
{
	(void)state;
	begin(1200);
	send_part(&(struct part){ .len = 800, .number = 1 });
	send_part(&(struct part){ .offset = 400, .len = 400, .number = 2 });
	send_part(&(struct part){ .offset = 800,
				  .len = whole.len - 800,
				  .is_last = true,
				  .number = 3 });
	check_whole(0);
	assert_false(seen.datagrams[0].fragment_conflict);
	end();
}

static void check_classes(uint64_t udp, uint64_t later, uint64_t other)
{
	const struct packet_tally *t = packets_tally(p);

	assert_int_equal(t->udp_dns, udp);
	assert_int_equal(t->later_fragments, later);
	assert_int_equal(t->other, other);
	assert_int_equal(t->tcp_dns, 0);
	assert_int_equal(t->icmp_errors, 0);
}

static void test_counts_each_fragment_once(void **state)
{
	struct part parts[] = {
		{ .len = 800, .number = 1 },
		{ .offset = 800, .len = 400, .number = 2 },
		{ .offset = 1200, .len = 8, .is_last = true, .number = 3 },
	};

	(void)state;
	for (size_t first = 0; first < COUNT(parts); first++) {
		begin(1200);
		for (size_t i = 0; i < COUNT(parts); i++)
			send_part(&parts[(first + i) % COUNT(parts)]);
		check_whole(0);
		check_classes(1, 2, 0);
		end();
	}
}

static void test_counts_a_frame_by_its_own_content(void **state)
{
	(void)state;
	begin(1200);
	send_part(&(struct part){ .len = 800, .number = 1 });
	/* So late that the one before is given up and handed on. */
	send_part(&(struct part){ .len = 8, .id = 2, .number = 5000 });
	send_part(&(struct part){ .offset = 800, .len = 8, .number = 5001 });
	assert_int_equal(seen.count, 1);
	check_classes(2, 1, 0);
	whole.data[1] = whole.data[3] = 80;
	send_part(&(struct part){ .len = 800, .id = 3, .number = 5002 });
	check_classes(2, 1, 1);
	end();
}

static void test_fills_only_the_holes_from_an_overlap(void **state)
{
	static uint8_t other[1 << 12];

	(void)state;
	begin(1200);
	memset(other, 0x55, sizeof(other));
	send_part(&(struct part){ .offset = 0, .len = 400 });
	send_part(&(struct part){ .offset = 800, .len = 408, .is_last = true });
	assert_int_equal(seen.count, 0);
	send_data(&(struct part){ .offset = 200, .len = 800 }, other);
	assert_int_equal(seen.count, 1);
	assert_int_equal(packets_tally(p)->fragment_conflicts, 1);
	memcpy(whole.data + 400, other, 400);
	check_whole(0);
	end();
}

static void test_refuses_what_contradicts_the_end(void **state)
{
	(void)state;
	begin(MESSAGE_LEN);
	send_part(&(struct part){ .offset = 1600, .len = 800 });
	/* Ends before what is there; then beyond the end. */
	send_part(&(struct part){ .offset = 800, .len = 8, .is_last = true });
	send_part(&(struct part){
		.offset = 2400, .len = whole.len - 2400, .is_last = true });
	send_part(&(struct part){ .offset = 2400, .len = 1600 });
	send_part(&(struct part){ .offset = 4000, .len = 8, .is_last = true });
	assert_int_equal(packets_tally(p)->fragment_conflicts, 3);
	send_part(&(struct part){ .offset = 0, .len = 1600 });
	check_whole(0);
	end();
}

static void test_calls_impossible_fragments_damaged(void **state)
{
	(void)state;
	begin(MESSAGE_LEN);
	assert_int_equal(send_data(&(struct part){ .offset = 65528, .len = 8 },
				   whole.data),
			 PACKET_DAMAGED);
	assert_int_equal(send_data(&(struct part){ .offset = 64000,
						   .len = 1544,
						   .is_last = true },
				   whole.data),
			 PACKET_DAMAGED);
	assert_int_equal(send_part(&(struct part){ .offset = 8, .len = 0 }),
			 PACKET_DAMAGED);
	assert_int_equal(send_part(&(struct part){ .offset = 0, .len = 7 }),
			 PACKET_DAMAGED);
	end();
	assert_int_equal(seen.count, 0);
}

static void test_puts_the_largest_packet_together(void **state)
{
	(void)state;
	begin(65535 - UDP_LEN);
	for (size_t at = 0; at < whole.len; at += 1480)
		send_part(&(struct part){
			.offset = at,
			.len = whole.len - at < 1480 ? whole.len - at : 1480,
			.is_last = whole.len - at <= 1480 });
	check_whole(0);
	end();
	assert_int_equal(seen.count, 1);
}

static void test_hands_on_the_start_of_what_stays_incomplete(void **state)
{
	static const struct {
		size_t missing, captured;
	} cases[] = { { 1, 800 }, { 2, 1600 }, { 3, 2400 } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		begin(MESSAGE_LEN);
		for (size_t k = 4; k-- > 0;) {
			struct part part = part_of_four(k);

			part.number = 4 - k;
			if (k != cases[i].missing)
				send_part(&part);
		}
		assert_int_equal(seen.count, 0);
		packets_finish(p);
		assert_int_equal(seen.count, 1);
		check_cut(0, cases[i].captured - UDP_LEN);
		assert_true(seen.datagrams[0].fragment_missing);
		assert_int_equal(seen.datagrams[0].frame, 4);
		assert_int_equal(seen.datagrams[0].time_ns, 4000000);
		assert_int_equal(packets_tally(p)->incomplete, 1);
		packets_free(p);
	}
}

static void test_keeps_silent_where_the_first_is_missing(void **state)
{
	(void)state;
	begin(MESSAGE_LEN);
	for (size_t k = 1; k < 4; k++) {
		struct part part = part_of_four(k);

		send_part(&part);
	}
	packets_finish(p);
	assert_int_equal(seen.count, 0);
	assert_int_equal(packets_tally(p)->incomplete, 0);
	packets_free(p);
}

static void test_waits_a_second_for_the_others(void **state)
{
	enum { SECOND = 1000000000 };
	struct part first, rest;

	(void)state;
	begin(MESSAGE_LEN);
	first = part_of_four(0);
	first.number = 1;
	first.time_ns = SECOND;
	send_part(&first);
	assert_int_equal(packets_horizon(p, SECOND + 5), SECOND);
	rest = part_of_four(1);
	rest.number = 2;
	rest.time_ns = 2 * (int64_t)SECOND;
	send_part(&rest);
	assert_int_equal(seen.count, 0);
	rest = part_of_four(2);
	rest.number = 3;
	rest.time_ns = 2 * (int64_t)SECOND + 1;
	send_part(&rest);
	assert_int_equal(seen.count, 1);
	check_cut(0, 1600 - UDP_LEN);
	assert_int_equal(seen.datagrams[0].time_ns, SECOND);
	assert_int_equal(packets_horizon(p, rest.time_ns), rest.time_ns);
	end();
	assert_int_equal(seen.count, 1);
}

static void test_gives_up_when_the_clock_is_set_back(void **state)
{
	struct part first;

	(void)state;
	begin(MESSAGE_LEN);
	first = part_of_four(0);
	first.time_ns = INT64_MAX;
	send_part(&first);
	first.time_ns = INT64_MIN;
	first.id = 1;
	send_part(&first);
	assert_int_equal(seen.count, 1);
	end();
	assert_int_equal(seen.count, 2);
}

/* All but the headers of fragment k may be cut. */
static void test_calls_a_packet_of_cut_fragments_cut(void **state)
{
	(void)state;
	for (size_t k = 0; k < 4; k++) {
		for (size_t cut = 1; cut <= 600; cut++) {
			size_t left = 0;

			begin(MESSAGE_LEN);
			for (size_t i = 0; i < 4; i++) {
				struct part part = part_of_four(i);

				part.number = i + 1;
				part.cut = i == k ? cut : 0;
				if (i == k)
					left = part.offset + part.len - cut;
				send_part(&part);
			}
			assert_int_equal(seen.count, 1);
			check_cut(0, left - UDP_LEN);
			assert_false(seen.datagrams[0].fragment_missing);
			end();
		}
	}
}

static void test_survives_every_truncation_of_a_fragment(void **state)
{
	(void)state;
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		for (size_t cut = 0; cut <= 64; cut++) {
			struct part part = { .len = 16, .ipv6 = ipv6 };

			begin(100);
			part.cut = cut;
			build_part(&part, whole.data);
			if (cut > b.len)
				part.cut = b.len;
			assert_int_equal(send_part(&part),
					 cut <= 16 ? PACKET_FRAGMENT
						   : PACKET_TRUNCATED);
			end();
			assert_int_equal(seen.count, cut <= 8);
		}
	}
}

static void test_reads_headers_behind_the_fragment_header(void **state)
{
	static const uint8_t options[] = { PROTOCOL_UDP, 0, 1, 4, 0, 0, 0, 0 };
	struct part part = { .len = 808, .ipv6 = true };
	struct frame frame;

	(void)state;
	begin(MESSAGE_LEN);
	memmove(whole.data + 8, whole.data, whole.len);
	memcpy(whole.data, options, 8);
	whole.len += 8;
	build_part(&part, whole.data);
	b.data[40] = 60; /* destination options */
	frame = build_frame(&b, LINK_RAW, 1);
	assert_int_equal(packets_feed(p, &frame), PACKET_FRAGMENT);
	part.offset = 808;
	part.len = whole.len - 808;
	part.is_last = true;
	assert_int_equal(send_part(&part), PACKET_TAKEN);
	assert_int_equal(seen.count, 1);
	assert_memory_equal(seen.payloads[0], whole.data + 16, 2000);
	end();
}

static void test_refuses_fragments_of_fragments(void **state)
{
	static const uint8_t header[] = { PROTOCOL_UDP, 0, 0, 1, 0, 0, 0, 9 };
	struct part part = { .len = 808, .ipv6 = true };
	struct frame frame;

	(void)state;
	begin(MESSAGE_LEN);
	memcpy(whole.data, header, 8);
	build_part(&part, whole.data);
	b.data[40] = 44;
	frame = build_frame(&b, LINK_RAW, 1);
	packets_feed(p, &frame);
	part.offset = 808;
	part.is_last = true;
	assert_int_equal(send_part(&part), PACKET_DAMAGED);
	end();
	assert_int_equal(seen.count, 0);
}

static void build_segment(unsigned int flags, uint32_t seq)
{
	whole.len = 0;
	build_u16(&whole, 53);
	build_u16(&whole, 40000);
	build_u32(&whole, seq);
	build_u32(&whole, 0);
	build_u16(&whole, 0x5000 | flags);
	build_u16(&whole, 0xffff);
	build_u32(&whole, 0);
}

static void test_puts_tcp_segments_together(void **state)
{
	struct part part = { 0 };
	struct frame frame;

	(void)state;
	begin(0);
	build_segment(FLAG_SYN, 99);
	b.len = 0;
	build_ipv4(&b, PROTOCOL_TCP, whole.len);
	build_bytes(&b, whole.data, whole.len);
	frame = build_frame(&b, LINK_RAW, 1);
	assert_int_equal(packets_feed(p, &frame), PACKET_TAKEN);
	build_segment(0, 100);
	build_framed(&whole, 7, 1000);
	for (size_t i = 0; i < 2; i++) {
		part.offset = i * 512;
		part.len = i == 0 ? 512 : whole.len - 512;
		part.is_last = i == 1;
		build_part(&part, whole.data + part.offset);
		b.data[9] = PROTOCOL_TCP;
		frame = build_frame(&b, LINK_RAW, 2 + i);
		packets_feed(p, &frame);
	}
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.datagrams[0].payload.len, 1000);
	assert_int_equal(seen.datagrams[0].frame, 3);
	end();
}

static void count_sink(void *context, const struct datagram *d)
{
	(void)d;
	++*(size_t *)context;
}

static void test_holds_no_more_than_it_has_room_for(void **state)
{
	/* The first of many; and what claims the most room for 8 bytes. */
	static const struct {
		size_t offset;
		size_t handed_on;
	} floods[] = { { 0, 65536 }, { 65512, 0 } };

	(void)state;
	for (size_t i = 0; i < COUNT(floods); i++) {
		size_t count = 0;

		begin(MESSAGE_LEN);
		packets_free(p);
		p = packets_new(&build_options,
				&(struct packets_sinks){ count_sink, NULL, NULL,
							 &count, NULL });
		for (unsigned int id = 0; id < 65536; id++)
			send_data(&(struct part){ .offset = floods[i].offset,
						  .len = 16,
						  .ipv6 = true,
						  .id = id,
						  .number = 1 },
				  whole.data);
		assert_true(count >= floods[i].handed_on / 2);
		end();
		assert_int_equal(count, floods[i].handed_on);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_puts_fragments_together_in_any_order),
		cmocka_unit_test(test_takes_each_fragment_once),
		cmocka_unit_test(test_tells_in_which_frames_a_packet_came),
		cmocka_unit_test(test_tells_in_which_frames_half_a_packet_came),
		cmocka_unit_test(test_begins_anew_after_a_whole_packet),
		cmocka_unit_test(
			test_keeps_apart_what_does_not_belong_together),
		cmocka_unit_test(test_lets_the_first_bytes_win),
		cmocka_unit_test(test_notes_a_conflict_where_there_is_one),
		cmocka_unit_test(test_counts_each_fragment_once),
		cmocka_unit_test(test_counts_a_frame_by_its_own_content),
		cmocka_unit_test(test_fills_only_the_holes_from_an_overlap),
		cmocka_unit_test(test_refuses_what_contradicts_the_end),
		cmocka_unit_test(test_calls_impossible_fragments_damaged),
		cmocka_unit_test(test_puts_the_largest_packet_together),
		cmocka_unit_test(
			test_hands_on_the_start_of_what_stays_incomplete),
		cmocka_unit_test(test_keeps_silent_where_the_first_is_missing),
		cmocka_unit_test(test_waits_a_second_for_the_others),
		cmocka_unit_test(test_gives_up_when_the_clock_is_set_back),
		cmocka_unit_test(test_calls_a_packet_of_cut_fragments_cut),
		cmocka_unit_test(test_survives_every_truncation_of_a_fragment),
		cmocka_unit_test(test_reads_headers_behind_the_fragment_header),
		cmocka_unit_test(test_refuses_fragments_of_fragments),
		cmocka_unit_test(test_puts_tcp_segments_together),
		cmocka_unit_test(test_holds_no_more_than_it_has_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
