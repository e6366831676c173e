/* SPDX-License-Identifier: BSD-3-Clause */
/* What is written is read back by the reader of this room. */
#include "tests/capture/files.h"

#include "capture/pcapng_writer.h"

static const int64_t noon_ns = INT64_C(1700000000123456789);

static struct text out;

static struct capture_interface ethernet(void)
{
	return (struct capture_interface){ .linktype = 1, .resolution = 6 };
}

static struct frame frame_of(const char *bytes, int64_t time_ns)
{
	return (struct frame){ .has_time = true,
			       .time_ns = time_ns,
			       .wire_len = 1500,
			       .bytes = { (const uint8_t *)bytes,
					  strlen(bytes) } };
}

static void begin(const struct capture_interface *i)
{
	text_clear(&out);
	pcapng_add_section(&out, "tester 1.0", "what it is for");
	pcapng_add_interface(&out, i, "from x.pcap");
}

/* The capture and its next frame. */
static struct capture *read_back(struct frame *frame)
{
	struct capture *c = open_capture(save_bytes(out.data, out.len));

	assert_non_null(c);
	assert_int_equal(capture_next(c, frame), 1);
	return c;
}

static void test_interfaces_stay_as_they_were(void **state)
{
	struct capture_interface i = ethernet();
	const struct capture_interface *read;
	struct frame frame = frame_of("abc", noon_ns);
	struct capture *c;

	(void)state;
	i.name = "eth0";
	i.description = "uplink \xff\n";
	i.filter = "port 53";
	i.linktype = 276;
	i.snaplen = 256;
	i.offset_s = -3600;
	begin(&i);
	pcapng_add_packet(&out, &frame, &i, 0, "why");
	c = read_back(&frame);
	read = capture_interface(c, 0);
	assert_string_equal(capture_format(c), "pcapng");
	assert_string_equal(capture_comment(c), "what it is for");
	assert_string_equal(read->name, i.name);
	assert_string_equal(read->description, i.description);
	assert_string_equal(read->filter, i.filter);
	assert_int_equal(read->linktype, 276);
	assert_int_equal(read->snaplen, 256);
	assert_int_equal(read->resolution, 6);
	assert_int_equal(read->offset_s, -3600);
	assert_int_equal(frame.time_ns, noon_ns / 1000 * 1000);
	assert_int_equal(capture_next(c, &frame), 0);
	capture_close(c);
}

/* Of all lengths, so that there is padding of each. */
static void test_packets_stay_as_they_were(void **state)
{
	static const char all[] = "abcdefghij";
	struct capture_interface i = ethernet();

	(void)state;
	for (size_t len = 0; len < sizeof(all); len++) {
		struct frame frame = frame_of(all, noon_ns);
		struct capture *c;

		frame.bytes.len = len;
		frame.direction = DIRECTION_OUT;
		frame.packet_id = UINT64_C(0x1122334455667788);
		frame.comment = "its own";
		begin(&i);
		pcapng_add_packet(&out, &frame, &i, 0, "why");
		assert_int_equal(out.len % 4, 0);
		c = read_back(&frame);
		assert_int_equal(frame.bytes.len, len);
		assert_memory_equal(frame.bytes.data, all, len);
		assert_int_equal(frame.wire_len, 1500);
		assert_int_equal(frame.direction, DIRECTION_OUT);
		assert_int_equal(frame.packet_id, UINT64_C(0x1122334455667788));
		assert_string_equal(frame.comment, "why; its own");
		assert_int_equal(capture_next(c, &frame), 0);
		capture_close(c);
	}
}

static void test_times_stay_exact(void **state)
{
	static const struct {
		uint8_t resolution;
		int64_t offset_s, time_ns, expected;
		uint8_t read;
	} cases[] = {
		{ 0, 0, 1700000000000000000, 1700000000000000000, 0 },
		{ 6, 0, 1700000000123456000, 1700000000123456000, 6 },
		{ 9, 0, noon_ns, noon_ns, 9 },
		{ 9, 1000, noon_ns, noon_ns, 9 },
		/* Finer ones and those by powers of two. */
		{ 12, 0, noon_ns, noon_ns, 9 },
		{ 0x94, 0, noon_ns, noon_ns, 9 },
		/* Before the clock's zero there is nothing. */
		{ 6, 0, -5, 0, 6 },
		{ 9, -10, -5, -5, 9 },
		{ 6, INT64_MAX, noon_ns, INT64_MAX / 2, 6 },
	};

	(void)state;
	for (size_t k = 0; k < COUNT(cases); k++) {
		struct capture_interface i = ethernet();
		struct frame frame = frame_of("x", cases[k].time_ns);
		struct capture *c;

		i.resolution = cases[k].resolution;
		i.offset_s = cases[k].offset_s;
		begin(&i);
		pcapng_add_packet(&out, &frame, &i, 0, NULL);
		c = read_back(&frame);
		assert_int_equal(frame.time_ns, cases[k].expected);
		assert_null(frame.comment);
		assert_int_equal(capture_interface(c, 0)->resolution,
				 cases[k].read);
		capture_close(c);
	}
}

static void test_several_link_types_are_one_file(void **state)
{
	struct capture_interface one = ethernet(), other = ethernet();
	struct frame frame;
	struct capture *c;

	(void)state;
	other.linktype = 101;
	other.resolution = 9;
	begin(&one);
	pcapng_add_interface(&out, &other, NULL);
	frame = frame_of("raw", noon_ns);
	pcapng_add_packet(&out, &frame, &other, 1, NULL);
	frame = frame_of("ethernet", noon_ns);
	pcapng_add_packet(&out, &frame, &one, 0, NULL);
	c = read_back(&frame);
	assert_int_equal(frame.linktype, 101);
	assert_int_equal(frame.time_ns, noon_ns);
	assert_int_equal(capture_next(c, &frame), 1);
	assert_int_equal(frame.linktype, 1);
	assert_int_equal(frame.number, 2);
	capture_close(c);
}

static void test_comments_are_harmless_and_short(void **state)
{
	struct capture_interface i = ethernet();
	struct frame frame = frame_of("x", noon_ns);
	struct text lengthy = { 0 };
	struct capture *c;

	(void)state;
	begin(&i);
	pcapng_add_packet(&out, &frame, &i, 0, "a\nb\x1b[31m\xff.pcap#1");
	c = read_back(&frame);
	assert_string_equal(frame.comment, "a\\010b\\027[31m\\255.pcap#1");
	capture_close(c);
	/* 3 bytes each: the limit is within a character. */
	while (lengthy.len < 5000)
		text_add(&lengthy, "\xe2\x82\xac");
	begin(&i);
	frame = frame_of("x", noon_ns);
	pcapng_add_packet(&out, &frame, &i, 0, text_string(&lengthy));
	c = read_back(&frame);
	assert_int_equal(strlen(frame.comment), 4095);
	capture_close(c);
	text_release(&lengthy);
}

static int clean_up(void **state)
{
	text_release(&out);
	return remove_saved(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interfaces_stay_as_they_were),
		cmocka_unit_test(test_packets_stay_as_they_were),
		cmocka_unit_test(test_times_stay_exact),
		cmocka_unit_test(test_several_link_types_are_one_file),
		cmocka_unit_test(test_comments_are_harmless_and_short),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
