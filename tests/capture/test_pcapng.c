/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/capture/files.h"

static const uint64_t noon_us = UINT64_C(1700000000123456);

static void test_reads_sections_of_either_byte_order(void **state)
{
	struct file f = { 0 };
	struct outcome *o;

	(void)state;
	section(&f, false);
	interface(&f, 1);
	packet(&f, 0, noon_us, 'a', 60);
	section(&f, true);
	interface(&f, 113);
	interface(&f, 276);
	packet(&f, 1, noon_us, 'b', 61);
	packet(&f, 0, noon_us + 1, 'c', 62);
	section(&f, false);
	interface(&f, 14);
	packet(&f, 0, noon_us, 'd', 63);
	o = read_file(&f);
	assert_int_equal(o->rc, 0);
	assert_int_equal(o->num_frames, 4);
	for (size_t i = 0; i < 4; i++) {
		static const int linktypes[] = { 1, 276, 113, 101 };
		static const uint32_t interfaces[] = { 0, 2, 1, 3 };

		assert_int_equal(o->frames[i].number, i + 1);
		assert_int_equal(o->frames[i].linktype, linktypes[i]);
		assert_int_equal(o->frames[i].interface, interfaces[i]);
		assert_int_equal(o->frames[i].bytes.len, 60 + i);
		assert_int_equal(o->frames[i].wire_len, 60 + i);
		assert_int_equal(o->first_byte[i], 'a' + i);
		assert_true(o->frames[i].has_time);
	}
	assert_true(o->frames[1].time_ns == 1700000000123456000);
	assert_true(o->frames[2].time_ns == 1700000000123457000);
	text_release(&f.bytes);
}

static void test_tells_what_the_file_knows_of_interfaces(void **state)
{
	const struct capture_interface *first, *second;
	struct file f = { 0 };
	struct frame frame;
	struct capture *c;

	(void)state;
	for (int big = 0; big < 2; big++) {
		text_clear(&f.bytes);
		section(&f, big != 0);
		describe_interfaces(&f);
		packet(&f, 1, noon_us, 'a', 60);
		put_statistics(&f, 0, 10, 1);
		put_statistics(&f, 0, 1000, 40);
		put_statistics(&f, 7, 1, 1);
		for (int i = 0; i < 100; i++)
			interface(&f, 1);
		c = open_capture(save(&f));
		assert_string_equal(capture_format(c), "pcapng");
		assert_int_equal(capture_num_interfaces(c), 0);
		assert_int_equal(capture_next(c, &frame), 1);
		assert_int_equal(capture_num_interfaces(c), 2);
		first = capture_interface(c, 0);
		second = capture_interface(c, 1);
		assert_string_equal(first->name, "eth0");
		assert_string_equal(first->description, "uplink");
		assert_string_equal(first->filter, "port 53");
		assert_int_equal(first->snaplen, 256);
		assert_int_equal(first->received, -1);
		assert_string_equal(second->name, "azv1");
		assert_null(second->description);
		assert_null(second->filter);
		assert_int_equal(second->linktype, 101);
		assert_int_equal(capture_next(c, &frame), 0);
		/* The pointers stay good though many more have come. */
		assert_int_equal(capture_num_interfaces(c), 102);
		assert_int_equal(first->received, 1000);
		assert_int_equal(first->dropped, 42);
		assert_int_equal(second->received, -1);
		assert_int_equal(second->dropped, -1);
		capture_close(c);
	}
	text_release(&f.bytes);
}

#define LAST_NS (INT64_MAX / 2)

static void test_times_follow_the_interface(void **state)
{
	static const struct {
		unsigned resolution;
		int64_t offset_s;
		uint64_t units;
		int64_t time_ns;
	} cases[] = {
		{ 0, 0, 1700000000, 1700000000000000000 },
		{ 3, 0, 1700000000123, 1700000000123000000 },
		{ 6, 0, 1700000000123456, 1700000000123456000 },
		{ 9, 0, 1700000000123456789, 1700000000123456789 },
		{ 12, 0, 1700000000123456789, 1700000000123456 },
		{ 12, 1700000000, 123456789999, 1700000000123456789 },
		{ 19, 0, UINT64_MAX, 1844674407 },
		{ 20, 0, UINT64_MAX, 184467440 },
		{ 127, 0, UINT64_MAX, 0 },
		{ 0x80, 0, 1700000000, 1700000000000000000 },
		{ 0x81, 0, 3, 1500000000 },
		{ 0x80 + 10, 0, 1024 * 7 + 512, 7500000000 },
		{ 0x80 + 34, 0, UINT64_C(1) << 33, 500000000 },
		{ 0x80 + 40, 0, UINT64_C(3) << 39, 1500000000 },
		{ 0x80 + 63, 0, UINT64_C(1) << 63, 1000000000 },
		{ 0x80 + 64, 0, UINT64_C(1) << 63, 500000000 },
		{ 0x80 + 127, 0, UINT64_MAX, 0 },
		{ 6, 1000, 1, 1000000001000 },
		{ 6, -2, 500000, -1500000000 },
		{ 6, -1700000000, 1700000000000000, 0 },
		/* What can't be said is the nearest that can: the
		 * difference of any two must fit. */
		{ 0, 0, UINT64_MAX, LAST_NS },
		{ 6, 0, UINT64_MAX, LAST_NS },
		{ 0x80, 0, UINT64_MAX, LAST_NS },
		{ 0, INT64_MAX, UINT64_MAX, LAST_NS },
		{ 6, INT64_MAX, 1, LAST_NS },
		{ 6, INT64_MIN, 1, -LAST_NS },
		{ 9, 0, INT64_MAX, LAST_NS },
		{ 9, 0, (uint64_t)INT64_MAX + 1, LAST_NS },
		{ 9, 0, LAST_NS, LAST_NS },
		{ 9, 0, LAST_NS + 1, LAST_NS },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct file f = { 0 };
		struct outcome *o;

		section(&f, i % 2 != 0);
		begin_interface(&f, 1, 0);
		put_number_option(&f, 9, cases[i].resolution, 1);
		put_number_option(&f, 14, (uint64_t)cases[i].offset_s, 8);
		end_block(&f);
		packet(&f, 0, cases[i].units, 'a', 60);
		o = read_file(&f);
		assert_int_equal(o->num_frames, 1);
		if (o->frames[0].time_ns != cases[i].time_ns)
			print_error("case %zu: %lld\n", i,
				    (long long)o->frames[0].time_ns);
		assert_true(o->frames[0].time_ns == cases[i].time_ns);
		text_release(&f.bytes);
	}
}

static void test_directions_are_in_the_flags(void **state)
{
	static const struct {
		uint32_t flags;
		int bytes;
		enum frame_direction direction;
	} cases[] = {
		{ 0, 4, DIRECTION_UNKNOWN },     { 1, 4, DIRECTION_IN },
		{ 2, 4, DIRECTION_OUT },         { 3, 4, DIRECTION_UNKNOWN },
		{ 0xfffffff1, 4, DIRECTION_IN }, { 1, 2, DIRECTION_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(cases); i++) {
		size_t k = i % COUNT(cases);
		struct file f = { 0 };
		struct outcome *o;

		section(&f, i >= COUNT(cases));
		interface(&f, 1);
		begin_packet(&f, 0, noon_us, 'a', 61);
		put_text_option(&f, 1, "a comment");
		put_number_option(&f, 2, cases[k].flags, cases[k].bytes);
		put(&f, 0, 4);
		end_block(&f);
		o = read_file(&f);
		assert_int_equal(o->num_frames, 1);
		assert_int_equal(o->frames[0].direction, cases[k].direction);
		text_release(&f.bytes);
	}
}

static void test_simple_packets_have_no_time(void **state)
{
	struct file f = { 0 };
	struct outcome *o;

	(void)state;
	section(&f, true);
	begin_interface(&f, 101, 40);
	end_block(&f);
	put_simple(&f, 'a', 18, 18);
	put_simple(&f, 'b', 1500, 40);
	put_simple(&f, 'c', UINT32_MAX, 8);
	o = read_file(&f);
	assert_int_equal(o->rc, 0);
	assert_int_equal(o->num_frames, 3);
	for (size_t i = 0; i < 3; i++) {
		static const uint32_t lens[] = { 18, 40, 8 };

		assert_false(o->frames[i].has_time);
		assert_int_equal(o->frames[i].linktype, 101);
		assert_int_equal(o->frames[i].bytes.len, lens[i]);
	}
	assert_int_equal(o->frames[1].wire_len, 1500);
	text_release(&f.bytes);
}

static void test_reads_the_obsolete_packet_block(void **state)
{
	struct file f = { 0 };
	struct outcome *o;

	(void)state;
	section(&f, true);
	interface(&f, 1);
	interface(&f, 113);
	begin_block(&f, PB);
	put(&f, 1, 2);
	put(&f, 12, 2); /* packets dropped */
	put(&f, noon_us, 8);
	put(&f, 30, 4);
	put(&f, 90, 4);
	put_data(&f, 'a', 30);
	pad(&f);
	put_number_option(&f, 2, 2, 4);
	end_block(&f);
	o = read_file(&f);
	assert_int_equal(o->rc, 0);
	assert_int_equal(o->num_frames, 1);
	assert_int_equal(o->frames[0].interface, 1);
	assert_int_equal(o->frames[0].linktype, 113);
	assert_true(o->frames[0].time_ns == 1700000000123456000);
	assert_int_equal(o->frames[0].bytes.len, 30);
	assert_int_equal(o->frames[0].wire_len, 90);
	assert_int_equal(o->frames[0].direction, DIRECTION_OUT);
	text_release(&f.bytes);
}

/* See has_number_of_its_own() in pcapng.c. */
static void test_frames_have_the_numbers_that_wireshark_gives(void **state)
{
	static const struct {
		uint32_t type;
		bool counts;
	} cases[] = {
		{ NRB, false },   { ISB, false },        { 0x0a, false },
		{ 0x77, false },  { 0x80000077, false }, { 7, false },
		{ 0x201, false }, { 0x208, false },      { SDJ, true },
		{ CB, true },     { 0x40000bad, true },  { 0x204, true },
		{ 0x216, true },  { 0x221, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct file f = { 0 };
		struct outcome *o;

		section(&f, i % 2 != 0);
		interface(&f, 1);
		packet(&f, 0, noon_us, 'a', 60);
		/* One of them larger than any buffer. */
		put_other(&f, cases[i].type, 1000);
		put_other(&f, cases[i].type, 1000 * 1000);
		packet(&f, 0, noon_us, 'b', 60);
		o = read_file(&f);
		assert_int_equal(o->rc, 0);
		assert_int_equal(o->num_frames, 2);
		assert_int_equal(o->frames[1].number, cases[i].counts ? 4 : 2);
		text_release(&f.bytes);
	}
}

static void test_a_capture_without_packets_is_one(void **state)
{
	struct file f = { 0 };

	(void)state;
	section(&f, true);
	assert_int_equal(read_file(&f)->rc, 0);
	interface(&f, 1);
	assert_int_equal(read_file(&f)->rc, 0);
	assert_true(read_file(&f)->opened);
	text_release(&f.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_sections_of_either_byte_order),
		cmocka_unit_test(test_tells_what_the_file_knows_of_interfaces),
		cmocka_unit_test(test_times_follow_the_interface),
		cmocka_unit_test(test_directions_are_in_the_flags),
		cmocka_unit_test(test_simple_packets_have_no_time),
		cmocka_unit_test(test_reads_the_obsolete_packet_block),
		cmocka_unit_test(
			test_frames_have_the_numbers_that_wireshark_gives),
		cmocka_unit_test(test_a_capture_without_packets_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, remove_saved);
}
