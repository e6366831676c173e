/* SPDX-License-Identifier: BSD-3-Clause */
/* What pcapng tells beside packets: whose they are, and what became of them. */
#include "tests/capture/files.h"

static const uint64_t noon_us = UINT64_C(1700000000123456);

enum { COMMENT = 1, DROPCOUNT = 4, PACKETID = 5, VERDICT = 7 };

static struct capture *open_saved(const struct file *f)
{
	struct capture *c = open_capture(save(f));

	assert_non_null(c);
	return c;
}

/* One interface and a packet whose options may follow. */
static void begin_first_packet(struct file *f, bool big)
{
	text_clear(&f->bytes);
	section(f, big);
	interface(f, 1);
	begin_packet(f, 0, noon_us, 'a', 61);
}

static struct frame first_frame(struct capture *c)
{
	struct frame frame;

	assert_int_equal(capture_next(c, &frame), 1);
	assert_int_equal(frame.bytes.len, 61);
	return frame;
}

static void test_packets_have_comments(void **state)
{
	static const struct {
		const char *comments[3], *expected;
	} cases[] = {
		{ { NULL }, NULL },
		{ { "PID=4 TID=8" }, "PID=4 TID=8" },
		{ { "one", "two", "three" }, "one; two; three" },
		{ { "", "two" }, "two" },
		{ { "" }, NULL },
	};
	struct file f = { 0 };

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(cases); i++) {
		const char *const *comments = cases[i / 2].comments;
		struct frame frame;
		struct capture *c;

		begin_first_packet(&f, i % 2 != 0);
		for (size_t k = 0; k < 3 && comments[k] != NULL; k++)
			put_text_option(&f, COMMENT, comments[k]);
		end_block(&f);
		packet(&f, 0, noon_us, 'b', 60);
		c = open_saved(&f);
		frame = first_frame(c);
		if (cases[i / 2].expected == NULL)
			assert_null(frame.comment);
		else
			assert_string_equal(frame.comment,
					    cases[i / 2].expected);
		/* It is not the next one's. */
		assert_int_equal(capture_next(c, &frame), 1);
		assert_null(frame.comment);
		capture_close(c);
	}
	text_release(&f.bytes);
}

static void test_comments_are_bounded(void **state)
{
	struct file f = { 0 };
	struct text half = { 0 };
	struct capture *c;

	(void)state;
	for (int i = 0; i < 3000; i++)
		text_add(&half, "x");
	begin_first_packet(&f, false);
	for (int i = 0; i < 100; i++)
		put_text_option(&f, COMMENT, text_string(&half));
	end_block(&f);
	c = open_saved(&f);
	assert_int_equal(strlen(first_frame(c).comment), 4096);
	capture_close(c);
	text_release(&half);
	text_release(&f.bytes);
}

static void test_a_packet_seen_again_has_the_same_id(void **state)
{
	static const struct {
		int bytes;
		uint64_t id;
	} cases[] = { { 8, 0x123456789abcdef0 }, { 4, 0 } };
	struct file f = { 0 };

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(cases); i++) {
		struct capture *c;

		begin_first_packet(&f, i % 2 != 0);
		put_number_option(&f, PACKETID, 0x123456789abcdef0,
				  cases[i / 2].bytes);
		end_block(&f);
		c = open_saved(&f);
		assert_true(first_frame(c).packet_id == cases[i / 2].id);
		capture_close(c);
	}
	text_release(&f.bytes);
}

static void test_verdicts_say_what_was_dropped(void **state)
{
	static const struct {
		const char *verdict; /* little endian */
		size_t len;
		bool dropped;
	} cases[] = {
		{ "\1\2\0\0\0\0\0\0\0", 9, true },  /* TC_ACT_SHOT */
		{ "\1\0\0\0\0\0\0\0\0", 9, false }, /* TC_ACT_OK */
		{ "\1\2\0\0\0", 5, false },
		{ "\2\0\0\0\0\0\0\0\0", 9, true },  /* XDP_ABORTED */
		{ "\2\1\0\0\0\0\0\0\0", 9, true },  /* XDP_DROP */
		{ "\2\2\0\0\0\0\0\0\0", 9, false }, /* XDP_PASS */
		{ "\2\0\0", 3, false },
		{ "\0\0\0\5\0", 5, true },
		{ "\0\0\0\0\0", 5, false },
		{ "\0", 1, false },
		{ "", 0, false },
	};
	struct file f = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct capture *c;

		begin_first_packet(&f, false);
		put_option(&f, VERDICT, cases[i].verdict, cases[i].len);
		end_block(&f);
		c = open_saved(&f);
		assert_int_equal(first_frame(c).os_dropped, cases[i].dropped);
		capture_close(c);
	}
	text_release(&f.bytes);
}

static int64_t dropped_in(const struct file *f)
{
	struct capture *c = open_saved(f);
	struct frame frame;
	int64_t dropped;
	int rc;

	do {
		rc = capture_next(c, &frame);
	} while (rc == 1);
	assert_int_equal(rc, 0);
	dropped = capture_interface(c, 0)->dropped;
	capture_close(c);
	return dropped;
}

static void put_packet_after_loss(struct file *f, uint64_t lost)
{
	begin_packet(f, 0, noon_us, 'a', 60);
	put_number_option(f, DROPCOUNT, lost, 8);
	end_block(f);
}

static void put_old_packet(struct file *f, unsigned lost)
{
	begin_block(f, PB);
	put(f, 0, 2);
	put(f, lost, 2);
	put(f, noon_us, 8);
	put(f, 4, 4);
	put(f, 4, 4);
	put_data(f, 'a', 4);
	end_block(f);
}

static void test_what_packets_tell_of_losses_is_added_up(void **state)
{
	struct file f = { 0 };

	(void)state;
	section(&f, false);
	interface(&f, 1);
	packet(&f, 0, noon_us, 'a', 60);
	put_old_packet(&f, 0xffff); /* it does not know */
	assert_int_equal(dropped_in(&f), -1);
	put_packet_after_loss(&f, 0);
	assert_int_equal(dropped_in(&f), 0);
	put_packet_after_loss(&f, 3);
	put_old_packet(&f, 4);
	put_packet_after_loss(&f, 5);
	assert_int_equal(dropped_in(&f), 12);
	/* Statistics know better, wherever they stand. */
	put_statistics(&f, 0, 100, 7);
	assert_int_equal(dropped_in(&f), 9);
	put_packet_after_loss(&f, UINT64_MAX);
	assert_int_equal(dropped_in(&f), 9);
	text_release(&f.bytes);
}

static void assert_text(const char *got, const char *expected)
{
	if (expected == NULL) {
		assert_null(got);
		return;
	}
	assert_non_null(got);
	assert_string_equal(got, expected);
}

static void test_inspektor_gadget_says_whose_interface_it_is(void **state)
{
	static const struct {
		const char *name, *description;
		struct capture_interface expected;
	} cases[] = {
		{ "virtual",
		  "k8s.node=aks-np-1;k8s.containerName=web;k8s.podName=web-0;"
		  "k8s.podLabels=app%3Dweb%2ctier%3Dfront+end%00%zz%4",
		  { .node = "aks-np-1",
		    .container = "web",
		    .pod = "web-0",
		    .labels = "app=web,tier=front end%00%zz%4" } },
		{ "virtual",
		  ";k8s.namespace=shop;k8s.podname=p;k8s.other=x",
		  { .namespace_ = "shop", .pod = "p" } },
		{ "virtual",
		  "k8s.node=;k8s.podName=p;k8s.podName=q",
		  { .pod = "p" } },
		{ "eth0", "k8s.node=n", { .name = "eth0", .node = "n" } },
		{ "virtual", "k8s.node", { .name = "virtual" } },
		{ "virtual", "the uplink; a=b", { .name = "virtual" } },
		{ "virtual", ";;;", { .name = "virtual" } },
		{ "virtual", NULL, { .name = "virtual" } },
	};
	struct file f = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct capture_interface *got, *expected;
		struct frame frame;
		struct capture *c;

		text_clear(&f.bytes);
		section(&f, false);
		begin_interface(&f, 1, 0);
		put_text_option(&f, 2, cases[i].name);
		if (cases[i].description != NULL)
			put_text_option(&f, 3, cases[i].description);
		end_block(&f);
		c = open_saved(&f);
		assert_int_equal(capture_next(c, &frame), 0);
		got = capture_interface(c, 0);
		expected = &cases[i].expected;
		assert_text(got->description, cases[i].description);
		assert_text(got->name, expected->name);
		assert_text(got->node, expected->node);
		assert_text(got->namespace_, expected->namespace_);
		assert_text(got->pod, expected->pod);
		assert_text(got->container, expected->container);
		assert_text(got->labels, expected->labels);
		capture_close(c);
	}
	text_release(&f.bytes);
}

static void begin_commented_section(struct file *f, const char *comment)
{
	f->big = false;
	begin_block(f, SHB);
	put(f, 0x1a2b3c4d, 4);
	put(f, 1, 2);
	put(f, 0, 2);
	put(f, UINT64_MAX, 8);
	put_text_option(f, COMMENT, comment);
	end_block(f);
}

static void put_commented_interface(struct file *f, const char *comment)
{
	begin_interface(f, 1, 0);
	put_text_option(f, COMMENT, comment);
	end_block(f);
}

static void test_the_first_comment_is_the_captures(void **state)
{
	struct file f = { 0 };
	struct frame frame;
	struct capture *c;

	(void)state;
	begin_commented_section(&f, "");
	put_commented_interface(&f, "of node 7");
	put_commented_interface(&f, "second");
	c = open_saved(&f);
	assert_null(capture_comment(c));
	assert_int_equal(capture_next(c, &frame), 0);
	assert_string_equal(capture_comment(c), "of node 7");
	capture_close(c);

	text_clear(&f.bytes);
	begin_commented_section(&f, "from the start");
	put_commented_interface(&f, "of node 7");
	c = open_saved(&f);
	assert_int_equal(capture_next(c, &frame), 0);
	assert_string_equal(capture_comment(c), "from the start");
	capture_close(c);
	text_release(&f.bytes);
}

static void put_names(struct file *f)
{
	begin_block(f, NRB);
	put_option(f, 1,
		   "\x0a\0\0\x0a"
		   "kube-dns\0dns",
		   16);
	put_option(f, 1, "\x0a\0\0", 3); /* cut */
	put_option(f, 3, "\1\2\3\4\5\6mac", 10);
	put_option(f, 2,
		   "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
		   "six\0",
		   20);
	put_option(f, 1, "\1\1\1\1\0\0", 6); /* no name */
	put(f, 0, 4);
	put_text_option(f, 2, "ns_dnsname");
	end_block(f);
}

static void test_the_file_may_name_addresses(void **state)
{
	static const struct capture_name expected[] = {
		{ "10.0.0.10", "kube-dns" },
		{ "10.0.0.10", "dns" },
		{ "fe80::1", "six" },
	};
	struct file f = { 0 };
	struct frame frame;
	struct capture *c;

	(void)state;
	for (int big = 0; big < 2; big++) {
		text_clear(&f.bytes);
		section(&f, big != 0);
		put_names(&f);
		interface(&f, 1);
		packet(&f, 0, noon_us, 'a', 60);
		c = open_saved(&f);
		assert_int_equal(capture_num_names(c), 0);
		assert_int_equal(capture_next(c, &frame), 1);
		assert_int_equal(frame.number, 1);
		assert_int_equal(capture_num_names(c), COUNT(expected));
		for (uint32_t i = 0; i < COUNT(expected); i++) {
			assert_string_equal(capture_name(c, i)->address,
					    expected[i].address);
			assert_string_equal(capture_name(c, i)->name,
					    expected[i].name);
		}
		capture_close(c);
	}
	text_release(&f.bytes);
}

static void test_names_have_a_ceiling(void **state)
{
	struct file f = { 0 };
	struct frame frame;
	struct capture *c;

	(void)state;
	section(&f, false);
	for (int i = 0; i < 65536 / 2; i++)
		put_names(&f);
	c = open_saved(&f);
	assert_int_equal(capture_next(c, &frame), 0);
	assert_int_equal(capture_num_names(c), 65536);
	capture_close(c);
	text_release(&f.bytes);
}

/* It was passed over when nobody read such blocks, and costs no packet now. */
static void test_a_block_of_names_may_be_too_large(void **state)
{
	struct file f = { 0 };
	struct frame frame;
	struct capture *c;

	(void)state;
	section(&f, false);
	interface(&f, 1);
	put_other(&f, NRB, 17 << 20);
	packet(&f, 0, noon_us, 'a', 61);
	c = open_saved(&f);
	assert_int_equal(first_frame(c).number, 1);
	assert_int_equal(capture_next(c, &frame), 0);
	capture_close(c);
	text_release(&f.bytes);
}

/* All that is read here in one file. */
static void put_all(struct file *f)
{
	begin_commented_section(f, "c");
	put_names(f);
	begin_interface(f, 1, 0);
	put_text_option(f, 2, "virtual");
	put_text_option(f, 3, "k8s.node=n%2e;k8s.podName=%");
	end_block(f);
	begin_packet(f, 0, noon_us, 'a', 4);
	put_text_option(f, COMMENT, "one");
	put_text_option(f, COMMENT, "two");
	put_number_option(f, DROPCOUNT, 3, 8);
	put_number_option(f, PACKETID, 3, 8);
	put_option(f, VERDICT, "\1\2\0\0\0\0\0\0\0", 9);
	end_block(f);
	put_old_packet(f, 1);
}

static void test_every_cut_gives_the_packets_before_it(void **state)
{
	struct file f = { 0 };

	(void)state;
	put_all(&f);
	assert_every_cut_gives_a_prefix(&f);
	text_release(&f.bytes);
}

/* Not what comes out, but that something does: for the sanitizers. */
static void test_any_byte_may_be_wrong(void **state)
{
	static const uint8_t wrong[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct file f = { 0 };

	(void)state;
	put_all(&f);
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
		cmocka_unit_test(test_packets_have_comments),
		cmocka_unit_test(test_comments_are_bounded),
		cmocka_unit_test(test_a_packet_seen_again_has_the_same_id),
		cmocka_unit_test(test_verdicts_say_what_was_dropped),
		cmocka_unit_test(test_what_packets_tell_of_losses_is_added_up),
		cmocka_unit_test(
			test_inspektor_gadget_says_whose_interface_it_is),
		cmocka_unit_test(test_the_first_comment_is_the_captures),
		cmocka_unit_test(test_the_file_may_name_addresses),
		cmocka_unit_test(test_names_have_a_ceiling),
		cmocka_unit_test(test_a_block_of_names_may_be_too_large),
		cmocka_unit_test(test_every_cut_gives_the_packets_before_it),
		cmocka_unit_test(test_any_byte_may_be_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, remove_saved);
}
