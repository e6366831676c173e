/* SPDX-License-Identifier: BSD-3-Clause */
/* What holds for captures of any format. */
#include "tests/capture/files.h"

#include <sys/stat.h>

static void make_pcap(struct file *f)
{
	pcap_header(f, 0xa1b2c3d4, 65535, 1);
	pcap_packet(f, 1, 2, 'a', 60);
	pcap_packet(f, 3, 4, 'b', 60);
}

static void test_says_what_a_file_is_that_is_no_capture(void **state)
{
	static const struct {
		size_t offset;
		const char *magic;
		size_t len;
		const char *expected;
	} cases[] = {
		{ 0, "", 0, "empty file, not a capture" },
		{ 0, "MSCF", 4,
		  "Windows cabinet; unpack it (expand -F:* in.cab FOLDER) and "
		  "convert the .etl file in it: etl2pcapng.exe in.etl "
		  "out.pcapng or pktmon etl2pcap in.etl --out out.pcapng" },
		{ 72, "\x02\x00\x02\xc0", 4,
		  "Windows event trace; convert it: etl2pcapng.exe in.etl "
		  "out.pcapng or pktmon etl2pcap in.etl --out out.pcapng" },
		{ 0, "7z\xbc\xaf\x27\x1c", 6, "7z archive; unpack it first" },
		{ 0, "hello", 5, "not a pcap or pcapng file" },
		{ 0,
		  "\x0a\x0d\x0d\x0a"
		  "12345678",
		  12, "not a pcap or pcapng file" },
		{ 0, "\xa1", 1, "not a pcap or pcapng file" },
		{ 0, "\xa1\xb2\xc3\xd4\0\2", 6,
		  "file cut short in its header" },
		{ 0, "\x0a\x0d\x0d\x0a\x1c", 5,
		  "file cut short in the header of a block" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char head[512] = { 0 };
		const char *path;
		struct outcome *o;

		memcpy(head + cases[i].offset, cases[i].magic, cases[i].len);
		path = save_bytes(head, cases[i].offset + cases[i].len);
		o = read_capture(path);
		assert_false(o->opened);
		assert_string_equal(reason(o, path), cases[i].expected);
	}
}

static void test_says_why_a_file_cannot_be_opened(void **state)
{
	(void)state;
	assert_string_equal(
		reason(read_capture("/no/such/file"), "/no/such/file"),
		"No such file or directory");
	assert_string_equal(reason(read_capture("/"), "/"),
			    "is a directory, not a capture");
	/* Nothing is ever mapped at its beginning. */
	assert_string_equal(
		reason(read_capture("/proc/self/mem"), "/proc/self/mem"),
		"Input/output error");
}

/* Root may read everything: nothing to see then. */
static void test_says_that_permission_is_denied(void **state)
{
	struct file f = { 0 };
	const char *path;

	(void)state;
	make_pcap(&f);
	path = save(&f);
	chmod(path, 0);
	if (access(path, R_OK) != 0)
		assert_string_equal(reason(read_capture(path), path),
				    "Permission denied");
	chmod(path, 0600);
	text_release(&f.bytes);
}

static void test_closing_nothing_is_fine(void **state)
{
	(void)state;
	capture_close(NULL);
}

static void test_names_link_types_by_their_number_in_files(void **state)
{
	(void)state;
	assert_string_equal(capture_linktype_name(1), "EN10MB");
	assert_string_equal(capture_linktype_name(101), "RAW");
	assert_string_equal(capture_linktype_name(113), "LINUX_SLL");
	assert_string_equal(capture_linktype_name(276), "LINUX_SLL2");
	assert_null(capture_linktype_name(65000));
}

static void sum_file(const char *path, char *sum)
{
	struct container *c = container_open(path, false);

	assert_int_equal(container_next(c), 1);
	assert_int_equal(container_sha256(c, sum), 0);
	assert_int_equal(container_next(c), 0);
	container_close(c);
}

/* sha256sum of a pcap header of 24 bytes */
static const char sum_of_header[] =
	"acc530668c8bc60b2d229281130b1899bfc81d70fdada5c34b3236c628f739c8";

static void test_sums_a_file_without_decoding_it(void **state)
{
	char sum[SHA256_TEXT_SIZE];
	struct file f = { 0 };

	(void)state;
	pcap_header(&f, 0xa1b2c3d4, 65535, 1);
	sum_file(save(&f), sum);
	assert_string_equal(sum, sum_of_header);
	text_release(&f.bytes);
}

static void read_to_the_end(struct capture *c, char *sum)
{
	struct hush h = hush();
	struct frame frame;

	while (capture_next(c, &frame) == 1)
		;
	assert_int_equal(capture_sha256(c, sum), 0);
	unhush(h);
}

/* Damaged behind the packets, and more data than any buffer behind that. */
static void make_damaged(struct file *f)
{
	make_pcap(f);
	pcap_packet(f, 1, 2, 'c', 1000 * 1000);
}

static void test_the_sum_is_of_the_whole_file_even_if_damaged(void **state)
{
	char sum[SHA256_TEXT_SIZE], expected[SHA256_TEXT_SIZE];
	struct file f = { 0 };
	struct capture *c;

	(void)state;
	make_damaged(&f);
	sum_file(save(&f), expected);
	c = open_capture(save(&f));
	read_to_the_end(c, sum);
	assert_string_equal(sum, expected);
	assert_int_equal(capture_size(c), f.bytes.len);
	assert_int_equal(capture_size(c), f.bytes.len);
	capture_close(c);
	text_release(&f.bytes);
}

static void test_reads_and_sums_standard_input(void **state)
{
	char sum[SHA256_TEXT_SIZE], expected[SHA256_TEXT_SIZE];
	struct file f = { 0 };

	(void)state;
	make_pcap(&f);
	put_data(&f, 0, 3);
	sum_file(save(&f), expected);
	for (int piped = 0; piped < 2; piped++) {
		struct capture *c;
		struct frame frame;

		feed_standard_input(&f.bytes, piped != 0);
		c = open_capture("-");
		assert_non_null(c);
		assert_string_equal(capture_path(c), "-");
		assert_int_equal(capture_next(c, &frame), 1);
		assert_int_equal(capture_next(c, &frame), 1);
		read_to_the_end(c, sum);
		assert_string_equal(sum, expected);
		assert_int_equal(capture_size(c), f.bytes.len);
		capture_close(c);
	}
	text_release(&f.bytes);
}

static void test_names_standard_input_in_messages(void **state)
{
	struct file f = { 0 };

	(void)state;
	make_pcap(&f);
	put_data(&f, 0, 3);
	feed_standard_input(&f.bytes, true);
	assert_string_equal(reason(read_capture("-"), "standard input"),
			    "after frame 2: file cut short in a packet; "
			    "2 packets kept");
	text_release(&f.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_says_what_a_file_is_that_is_no_capture),
		cmocka_unit_test(test_says_why_a_file_cannot_be_opened),
		cmocka_unit_test(test_says_that_permission_is_denied),
		cmocka_unit_test(test_closing_nothing_is_fine),
		cmocka_unit_test(
			test_names_link_types_by_their_number_in_files),
		cmocka_unit_test(test_sums_a_file_without_decoding_it),
		cmocka_unit_test(
			test_the_sum_is_of_the_whole_file_even_if_damaged),
		cmocka_unit_test(test_reads_and_sums_standard_input),
		cmocka_unit_test(test_names_standard_input_in_messages),
	};

	return cmocka_run_group_tests(tests, NULL, remove_saved);
}
