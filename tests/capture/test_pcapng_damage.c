/* SPDX-License-Identifier: BSD-3-Clause */
/* pcapng files that were cut, mangled or made to hurt. */
#include "tests/capture/files.h"

static const uint64_t noon_us = UINT64_C(1700000000123456);

static void begin_malformed(struct file *f)
{
	section(f, false);
	interface(f, 1);
	packet(f, 0, noon_us, 'a', 60);
}

static void add_wrong_interface(struct file *f)
{
	packet(f, 3, noon_us, 'b', 60);
}

static void add_section_without_interface(struct file *f)
{
	section(f, true);
	packet(f, 0, noon_us, 'b', 60);
}

static void add_simple_without_interface(struct file *f)
{
	section(f, true);
	put_simple(f, 'b', 8, 8);
}

static void add_long_caplen(struct file *f)
{
	packet(f, 0, noon_us, 'b', 60);
	set_u32(f, f->block + 20, 80);
}

static void add_huge_caplen(struct file *f)
{
	packet(f, 0, noon_us, 'b', 60);
	set_u32(f, f->block + 20, UINT32_MAX);
}

static void add_other_trailer(struct file *f)
{
	packet(f, 0, noon_us, 'b', 60);
	set_u32(f, f->bytes.len - 4, 7);
}

static void add_other_trailer_passed_over(struct file *f)
{
	put_other(f, 0x77, 4);
	set_u32(f, f->bytes.len - 4, 7);
}

static void add_unpadded_length(struct file *f)
{
	packet(f, 0, noon_us, 'b', 60);
	set_u32(f, f->block + 4, 91);
}

static void add_short_length(struct file *f)
{
	packet(f, 0, noon_us, 'b', 60);
	set_u32(f, f->block + 4, 16);
}

static void add_huge_length(struct file *f)
{
	packet(f, 0, noon_us, 'b', 60);
	set_u32(f, f->block + 4, 0xfffffffc);
}

/* Within the limit, but the file has nothing like it. */
static void add_large_length(struct file *f)
{
	packet(f, 0, noon_us, 'b', 60);
	set_u32(f, f->block + 4, 16 << 20);
}

static void add_large_length_passed_over(struct file *f)
{
	put_other(f, 0x77, 4);
	set_u32(f, f->block + 4, 64 << 20);
}

static void add_zeros(struct file *f)
{
	put_data(f, 0, 4096);
}

static void add_half_a_header(struct file *f)
{
	put_data(f, 0, 3);
}

static void add_newer_version(struct file *f)
{
	section(f, false);
	set_u32(f, f->block + 12, 2);
}

static void add_unknown_byte_order(struct file *f)
{
	section(f, false);
	set_u32(f, f->block + 8, 0x12345678);
}

static void test_reading_ends_where_the_next_block_is_uncertain(void **state)
{
	static const struct {
		void (*add)(struct file *f);
		const char *expected;
	} cases[] = {
		{ add_wrong_interface,
		  "a packet of interface 3, which the file does not "
		  "describe" },
		{ add_section_without_interface,
		  "a packet of interface 0, which the file does not "
		  "describe" },
		{ add_simple_without_interface,
		  "a packet of interface 0, which the file does not "
		  "describe" },
		{ add_long_caplen,
		  "a packet of 80 bytes in a block with room for 60" },
		{ add_huge_caplen,
		  "a packet of 4294967295 bytes in a block with room for "
		  "60" },
		{ add_other_trailer,
		  "a block of 92 bytes that ends as one of 7" },
		{ add_other_trailer_passed_over,
		  "a block of 20 bytes that ends as one of 7" },
		{ add_unpadded_length,
		  "a block of 91 bytes that ends as one of 92" },
		{ add_short_length, "a block of type 6 can't have 16 bytes" },
		{ add_huge_length,
		  "a block of type 6 can't have 4294967292 bytes" },
		{ add_large_length, "file cut short in a packet" },
		{ add_large_length_passed_over, "file cut short in a block" },
		{ add_zeros, "a block of type 0 can't have 0 bytes" },
		{ add_half_a_header,
		  "file cut short in the header of a block" },
		{ add_newer_version,
		  "a section in pcapng version 2.0, which is not known "
		  "here" },
		{ add_unknown_byte_order,
		  "a section header of unknown byte order" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char expected[256];
		struct file f = { 0 };
		struct outcome *o;

		begin_malformed(&f);
		cases[i].add(&f);
		o = read_file(&f);
		snprintf(expected, sizeof(expected),
			 "after frame 1: %s; 1 packet kept", cases[i].expected);
		assert_int_equal(o->rc, -1);
		assert_int_equal(o->num_frames, 1);
		assert_string_equal(reason(o, save(&f)), expected);
		text_release(&f.bytes);
	}
}

/* Wireshark takes them too: the padding follows though it isn't counted. */
static void test_a_length_without_the_padding_is_rounded_up(void **state)
{
	struct file f = { 0 };
	struct outcome *o;

	(void)state;
	begin_malformed(&f);
	packet(&f, 0, noon_us, 'b', 58);
	set_u32(&f, f.block + 4, 90);
	set_u32(&f, f.bytes.len - 4, 90);
	packet(&f, 0, noon_us, 'c', 60);
	o = read_file(&f);
	assert_int_equal(o->rc, 0);
	assert_int_equal(o->num_frames, 3);
	assert_int_equal(o->frames[1].bytes.len, 58);
	text_release(&f.bytes);
}

static void test_a_malformed_option_costs_no_packet(void **state)
{
	struct file f = { 0 };
	struct outcome *o;

	(void)state;
	section(&f, false);
	begin_interface(&f, 1, 0);
	put_text_option(&f, 2, "eth0");
	put(&f, 3, 2);
	put(&f, 200, 2); /* longer than the block */
	end_block(&f);
	begin_packet(&f, 0, noon_us, 'a', 60);
	put(&f, 2, 2);
	put(&f, 0xffff, 2);
	end_block(&f);
	begin_packet(&f, 0, noon_us, 'b', 60);
	put(&f, 2, 2);
	put(&f, 0, 2); /* flags without a value */
	end_block(&f);
	o = read_file(&f);
	assert_int_equal(o->rc, 0);
	assert_int_equal(o->num_frames, 2);
	assert_string_equal(o->said, "");
	text_release(&f.bytes);
}

static void test_interfaces_have_a_ceiling(void **state)
{
	struct file f = { 0 };
	struct outcome *o;

	(void)state;
	section(&f, false);
	for (int i = 0; i < 65536; i++)
		interface(&f, 1);
	packet(&f, 65535, noon_us, 'a', 60);
	interface(&f, 1);
	o = read_file(&f);
	assert_int_equal(o->num_frames, 1);
	assert_string_equal(reason(o, save(&f)),
			    "after frame 1: more than 65536 interfaces; "
			    "1 packet kept");
	text_release(&f.bytes);
}

static void test_every_cut_gives_the_packets_before_it(void **state)
{
	struct file f = { 0 };

	(void)state;
	section(&f, false);
	describe_interfaces(&f);
	packet(&f, 0, noon_us, 'a', 60);
	put_other(&f, 0x77, 9);
	packet(&f, 1, noon_us, 'b', 0);
	put_other(&f, SDJ, 30);
	section(&f, true);
	interface(&f, 276);
	put_simple(&f, 'c', 61, 61);
	put_statistics(&f, 0, 1, 2);
	packet(&f, 0, noon_us, 'd', 62);
	assert_every_cut_gives_a_prefix(&f);
	text_release(&f.bytes);
}

/* Not what comes out, but that something does: for the sanitizers. */
static void test_any_byte_may_be_wrong(void **state)
{
	static const uint8_t wrong[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct file f = { 0 };

	(void)state;
	section(&f, false);
	describe_interfaces(&f);
	packet(&f, 0, noon_us, 'a', 4);
	section(&f, true);
	interface(&f, 276);
	put_simple(&f, 'a', 4, 4);
	put_statistics(&f, 0, 1, 2);
	for (size_t at = 0; at < f.bytes.len; at++) {
		char right = f.bytes.data[at];

		for (size_t i = 0; i < COUNT(wrong); i++) {
			struct hush h = hush();
			struct capture *c;
			struct frame frame;

			f.bytes.data[at] = (char)wrong[i];
			c = open_capture(save(&f));
			while (c != NULL && capture_next(c, &frame) == 1)
				;
			capture_close(c);
			assert_true(count_lines(unhush(h)) <= 1);
		}
		f.bytes.data[at] = right;
	}
	text_release(&f.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_reading_ends_where_the_next_block_is_uncertain),
		cmocka_unit_test(
			test_a_length_without_the_padding_is_rounded_up),
		cmocka_unit_test(test_a_malformed_option_costs_no_packet),
		cmocka_unit_test(test_interfaces_have_a_ceiling),
		cmocka_unit_test(test_every_cut_gives_the_packets_before_it),
		cmocka_unit_test(test_any_byte_may_be_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, remove_saved);
}
