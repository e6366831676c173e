/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/capture/files.h"

static void test_reads_both_byte_orders_and_precisions(void **state)
{
	static const struct {
		const char *what;
		uint32_t magic;
		bool big;
		const char *format;
		int64_t time_ns;
	} cases[] = {
		{ "us", 0xa1b2c3d4, false, "pcap", 1700000000000123000 },
		{ "us", 0xa1b2c3d4, true, "pcap", 1700000000000123000 },
		{ "ns", 0xa1b23c4d, false, "pcap nanosecond",
		  1700000000000000123 },
		{ "ns", 0xa1b23c4d, true, "pcap nanosecond",
		  1700000000000000123 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct file f = { .big = cases[i].big };
		struct capture *c;
		struct frame frame;

		pcap_header(&f, cases[i].magic, 4096, 276);
		pcap_packet(&f, 1700000000, 123, 'a', 60);
		c = open_capture(save(&f));
		assert_non_null(c);
		assert_string_equal(capture_format(c), cases[i].format);
		assert_int_equal(capture_num_interfaces(c), 1);
		assert_int_equal(capture_interface(c, 0)->snaplen, 4096);
		assert_int_equal(capture_interface(c, 0)->linktype, 276);
		assert_int_equal(capture_interface(c, 0)->received, -1);
		assert_null(capture_interface(c, 0)->name);
		assert_int_equal(capture_next(c, &frame), 1);
		assert_int_equal(frame.number, 1);
		assert_true(frame.has_time);
		assert_true(frame.time_ns == cases[i].time_ns);
		assert_int_equal(frame.linktype, 276);
		assert_int_equal(frame.interface, 0);
		assert_int_equal(frame.direction, DIRECTION_UNKNOWN);
		assert_int_equal(frame.bytes.len, 60);
		assert_int_equal(frame.bytes.data[59], 'a');
		assert_int_equal(capture_next(c, &frame), 0);
		capture_close(c);
		text_release(&f.bytes);
	}
}

static void test_reads_the_longer_packet_headers_of_modified_pcap(void **state)
{
	struct file f = { 0 };
	struct outcome *o;

	(void)state;
	pcap_header(&f, 0xa1b2cd34, 65535, 1);
	for (uint8_t i = 0; i < 3; i++) {
		put(&f, 1700000000, 4);
		put(&f, 0, 4);
		put(&f, 40, 4);
		put(&f, 40, 4);
		put(&f, 0, 8); /* interface, protocol, packet type */
		put_data(&f, i, 40);
	}
	o = read_file(&f);
	assert_int_equal(o->rc, 0);
	assert_int_equal(o->num_frames, 3);
	assert_int_equal(o->first_byte[2], 2);
	text_release(&f.bytes);
}

static void test_gives_link_types_the_numbers_of_the_registry(void **state)
{
	static const struct {
		uint32_t in_file;
		int linktype;
	} cases[] = {
		{ 0, 0 },     { 1, 1 },     { 12, 101 },
		{ 14, 101 },  { 101, 101 }, { 113, 113 },
		{ 228, 228 }, { 276, 276 }, { 0x24000001, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct file f = { 0 };

		pcap_header(&f, 0xa1b2c3d4, 65535, cases[i].in_file);
		pcap_packet(&f, 1, 2, 'a', 60);
		assert_int_equal(read_file(&f)->frames[0].linktype,
				 cases[i].linktype);
		text_release(&f.bytes);
	}
}

static void test_times_have_32_bits_of_seconds_without_a_sign(void **state)
{
	struct file f = { 0 };

	(void)state;
	pcap_header(&f, 0xa1b2c3d4, 65535, 1);
	pcap_packet(&f, UINT32_MAX, 999999, 'a', 60);
	assert_true(read_file(&f)->frames[0].time_ns == 4294967295999999000);
	text_release(&f.bytes);
}

static void test_packets_longer_than_the_snaplen_stay_whole(void **state)
{
	struct outcome *o;

	(void)state;
	for (int big = 0; big < 2; big++) {
		struct file f = { .big = big != 0 };

		pcap_header(&f, 0xa1b2c3d4, 20, 1);
		pcap_packet(&f, 1, 2, 'a', 60);
		pcap_packet(&f, 1, 2, 'b', 262144);
		o = read_file(&f);
		assert_int_equal(o->rc, 0);
		assert_int_equal(o->num_frames, 2);
		assert_int_equal(o->frames[0].bytes.len, 60);
		assert_int_equal(o->frames[1].bytes.len, 262144);
		text_release(&f.bytes);
	}
}

static void test_lengths_on_the_wire_are_as_the_file_has_them(void **state)
{
	static const uint32_t wire[] = { 60, 1514, 3, 0, UINT32_MAX };
	struct file f = { 0 };
	struct outcome *o;

	(void)state;
	pcap_header(&f, 0xa1b2c3d4, 65535, 1);
	for (size_t i = 0; i < COUNT(wire); i++) {
		put(&f, 0, 8);
		put(&f, 60, 4);
		put(&f, wire[i], 4);
		put_data(&f, 'a', 60);
	}
	o = read_file(&f);
	assert_int_equal(o->num_frames, COUNT(wire));
	for (size_t i = 0; i < COUNT(wire); i++) {
		assert_int_equal(o->frames[i].wire_len, wire[i]);
		assert_int_equal(o->frames[i].bytes.len, 60);
	}
	text_release(&f.bytes);
}

static void test_a_capture_without_packets_is_one(void **state)
{
	struct file f = { 0 };
	struct outcome *o;

	(void)state;
	pcap_header(&f, 0xa1b2c3d4, 65535, 1);
	o = read_file(&f);
	assert_true(o->opened);
	assert_int_equal(o->rc, 0);
	assert_int_equal(o->num_frames, 0);
	assert_string_equal(o->said, "");
	text_release(&f.bytes);
}

static void test_every_cut_gives_the_packets_before_it(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct file f = { .big = big != 0 };

		pcap_header(&f, 0xa1b23c4d, 65535, 1);
		pcap_packet(&f, 1, 2, 'a', 60);
		pcap_packet(&f, 1, 2, 'b', 0);
		pcap_packet(&f, 1, 2, 'c', 61);
		assert_every_cut_gives_a_prefix(&f);
		text_release(&f.bytes);
	}
}

static void test_a_cut_packet_says_how_many_are_kept(void **state)
{
	struct file f = { 0 };
	const char *path;

	(void)state;
	pcap_header(&f, 0xa1b2c3d4, 65535, 1);
	pcap_packet(&f, 1, 2, 'a', 60);
	path = save_bytes(f.bytes.data, f.bytes.len - 1);
	assert_string_equal(reason(read_capture(path), path),
			    "after frame 0: file cut short in a packet; "
			    "0 packets kept");
	put(&f, 0, 1);
	path = save(&f);
	assert_string_equal(reason(read_capture(path), path),
			    "after frame 1: file cut short in a packet; "
			    "1 packet kept");
	text_release(&f.bytes);
}

static void test_a_captured_length_that_lies_ends_the_reading(void **state)
{
	static const uint32_t lies[] = { 262145, 0x7fffffff, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < COUNT(lies); i++) {
		struct file f = { 0 };
		struct outcome *o;
		const char *why;

		pcap_header(&f, 0xa1b2c3d4, 65535, 1);
		pcap_packet(&f, 1, 2, 'a', 60);
		put(&f, 0, 8);
		put(&f, lies[i], 4);
		put(&f, lies[i], 4);
		put_data(&f, 'b', 300000);
		o = read_file(&f);
		assert_int_equal(o->rc, -1);
		assert_int_equal(o->num_frames, 1);
		why = reason(o, save(&f));
		assert_non_null(strstr(why, "after frame 1: "));
		assert_non_null(strstr(why, "; 1 packet kept"));
		text_release(&f.bytes);
	}
}

static void test_what_libpcap_refuses_is_refused_with_its_reason(void **state)
{
	struct file f = { 0 };
	const char *path;

	(void)state;
	pcap_header(&f, 0xa1b2c3d4, 65535, 1);
	f.bytes.data[4] = 1; /* version 1.4 */
	path = save(&f);
	assert_string_equal(reason(read_capture(path), path),
			    "archaic pcap savefile format");
	text_release(&f.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_both_byte_orders_and_precisions),
		cmocka_unit_test(
			test_reads_the_longer_packet_headers_of_modified_pcap),
		cmocka_unit_test(
			test_gives_link_types_the_numbers_of_the_registry),
		cmocka_unit_test(
			test_times_have_32_bits_of_seconds_without_a_sign),
		cmocka_unit_test(
			test_packets_longer_than_the_snaplen_stay_whole),
		cmocka_unit_test(
			test_lengths_on_the_wire_are_as_the_file_has_them),
		cmocka_unit_test(test_a_capture_without_packets_is_one),
		cmocka_unit_test(test_every_cut_gives_the_packets_before_it),
		cmocka_unit_test(test_a_cut_packet_says_how_many_are_kept),
		cmocka_unit_test(
			test_a_captured_length_that_lies_ends_the_reading),
		cmocka_unit_test(
			test_what_libpcap_refuses_is_refused_with_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, remove_saved);
}
