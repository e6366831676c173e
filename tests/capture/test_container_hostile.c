/* SPDX-License-Identifier: BSD-3-Clause */
/* Compressed files and archives which were made to do harm. */
#include "tests/capture/archives.h"

static struct file pcap;

static int make_captures(void **state)
{
	(void)state;
	make_pcap(&pcap);
	return 0;
}

static int release_captures(void **state)
{
	text_release(&pcap.bytes);
	return remove_saved(state);
}

static void test_faults_are_listed_up_to_a_bound(void **state)
{
	static const char damaged[] = "\x1f\x8b no gzip";
	struct text packed = { 0 };
	struct archive *a = begin_archive(&packed, "pax", NULL);
	struct contents *all;

	(void)state;
	for (int i = 0; i < 100; i++)
		add_words(a, "x.gz", damaged);
	add_member(a, "good.pcap", &pcap.bytes);
	end_archive(a);
	all = read_packed(&packed);
	assert_int_equal(all->members[0].packets, 3);
	assert_int_equal(all->rc, -1);
	assert_int_equal(count_lines(all->said), 11);
	assert_true(says(all, "further faults are not listed\n"));
	text_release(&packed);
}

static void test_encrypted_members_are_told(void **state)
{
	struct text packed = { 0 };
	struct archive *a = begin_archive_with(&packed, "zip", NULL,
					       "zip:encryption=aes256");
	struct contents *all;

	(void)state;
	add_member(a, "x.pcap", &pcap.bytes);
	end_archive(a);
	all = read_packed(&packed);
	assert_int_equal(all->rc, -1);
	assert_string_equal(reason_of(all),
			    "!x.pcap: encrypted; unpack it with its password "
			    "first");
	text_release(&packed);
}

static void test_what_is_packed_too_deep_is_not_unpacked(void **state)
{
	struct text inner = { 0 }, packed = { 0 };
	struct archive *a;
	struct contents *all;

	(void)state;
	text_add_bytes(&inner, pcap.bytes.data, pcap.bytes.len);
	for (int i = 0; i < 8; i++) {
		struct text outer = { 0 };

		if (i == 7)
			assert_int_equal(
				read_packed(&inner)->members[0].packets, 3);
		compress_bytes(&outer, "gzip", &inner);
		text_release(&inner);
		inner = outer;
	}
	assert_int_equal(read_packed(&inner)->members[0].packets, 3);
	a = begin_archive(&packed, "pax", NULL);
	add_member(a, "deep.gz", &inner);
	add_member(a, "good.pcap", &pcap.bytes);
	end_archive(a);
	all = read_packed(&packed);
	assert_int_equal(all->rc, -1);
	assert_int_equal(all->count, 1);
	assert_string_equal(reason_of(all),
			    "!deep.gz: packed more than 8 times over; not "
			    "unpacked further");
	text_release(&inner);
	text_release(&packed);
}

static const struct ledger_limits small_limits = {
	.bytes = 1 << 20,
	.times = 100,
	.members = 5,
};

static struct contents *read_with_small_limits(const struct text *packed)
{
	return read_limited(save_bytes(packed->data, packed->len), false,
			    &small_limits);
}

/* Zeros are packets of no length to a reader of pcap. */
static void make_bomb(struct file *f)
{
	pcap_header(f, 0xa1b2c3d4, 65535, 1);
	put_data(f, '\0', 4 << 20);
}

#define BOMB                                                                  \
	"unpacks to more than 1 MiB and 100 times its size, as a bomb does; " \
	"the rest is not read"

static void test_a_bomb_is_read_up_to_a_bound(void **state)
{
	static const char *const filters[] = { "gzip", "zstd", "xz", "bzip2" };
	struct file bomb = { 0 };

	(void)state;
	make_bomb(&bomb);
	for (size_t i = 0; i < COUNT(filters); i++) {
		struct text packed = { 0 };
		struct contents *all;

		compress_bytes(&packed, filters[i], &bomb.bytes);
		all = read_with_small_limits(&packed);
		assert_true(all->members[0].packets > 10000);
		assert_true(all->members[0].size < 2 << 20);
		assert_true(says(all, BOMB));
		assert_int_equal(count_lines(all->said), 1);
		/* The limits of everyday allow it. */
		assert_string_equal(read_packed(&packed)->said, "");
		text_release(&packed);
	}
	text_release(&bomb.bytes);
}

static void test_what_is_passed_over_counts_for_bombs(void **state)
{
	static const char *const formats[] = { "zip", "pax" };
	struct file zeros = { 0 };

	(void)state;
	put_data(&zeros, '\0', 4 << 20);
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct text packed = { 0 };
		struct archive *a = begin_archive(&packed, formats[i],
						  i == 1 ? "gzip" : NULL);
		struct contents *all;

		add_member(a, "1.pcap", &pcap.bytes);
		add_member(a, "zeros", &zeros.bytes);
		add_member(a, "2.pcap", &pcap.bytes);
		end_archive(a);
		all = read_with_small_limits(&packed);
		assert_int_equal(all->rc, -1);
		assert_int_equal(all->count, 1);
		assert_int_equal(all->members[0].packets, 3);
		assert_string_equal(reason_of(all), ": " BOMB);
		text_release(&packed);
	}
	text_release(&zeros.bytes);
}

/* Stored bytes come in once and go out once, however deep they lie. */
static void test_what_compresses_little_is_no_bomb(void **state)
{
	struct text packed = { 0 }, outer = { 0 };
	struct file big = { 0 };
	struct contents *all;

	(void)state;
	for (int i = 0; i < 20; i++)
		make_noise(&big);
	pack_one(&packed, "pax", NULL, "big.pcap", &big.bytes);
	pack_one(&outer, "pax", NULL, "inner.tar", &packed);
	all = read_with_small_limits(&outer);
	assert_int_equal(all->members[0].size, big.bytes.len);
	assert_null(strstr(all->said, "bomb"));
	text_release(&packed);
	text_release(&outer);
	text_release(&big.bytes);
}

static void test_members_have_a_bound(void **state)
{
	(void)state;
	for (int others = 4; others < 7; others++) {
		struct text packed = { 0 };
		struct archive *a = begin_archive(&packed, "pax", NULL);
		struct contents *all;

		add_member(a, "1.pcap", &pcap.bytes);
		for (int i = 0; i < others; i++)
			add_entry(a, new_entry("dir/", AE_IFDIR, 0), NULL, 0);
		end_archive(a);
		all = read_with_small_limits(&packed);
		assert_int_equal(all->members[0].packets, 3);
		assert_int_equal(all->rc, others == 4 ? 0 : -1);
		if (others > 4)
			assert_string_equal(reason_of(all),
					    ": more than 5 members; the rest "
					    "is not read");
		text_release(&packed);
	}
}

static void test_names_are_only_shown(void **state)
{
	static const char *const names[] = {
		"../../../../tmp/dnsforensics-test-evil.pcap",
		"/tmp/dnsforensics-test-evil.pcap", "a\n\033[2J!b.pcap"
	};
	struct text packed = { 0 };
	struct archive *a = begin_archive(&packed, "pax", NULL);
	struct text cut = pcap.bytes;
	struct contents *all;

	(void)state;
	cut.len = 30;
	for (size_t i = 0; i < COUNT(names); i++)
		add_member(a, names[i], &cut);
	end_archive(a);
	all = read_packed(&packed);
	assert_int_equal(all->count, 3);
	for (size_t i = 0; i < COUNT(names); i++)
		assert_string_equal(inner_name(all, i) + 1, names[i]);
	assert_int_equal(count_lines(all->said), 3);
	assert_true(says(all, "!a\\010\\027[2J!b.pcap: after frame 0"));
	assert_int_not_equal(access(names[1], F_OK), 0);
	text_release(&packed);
}

static void test_long_names_are_cut(void **state)
{
	char name[3000], expected[1100];
	struct text packed = { 0 };
	struct contents *all;

	(void)state;
	memset(name, 'n', sizeof(name));
	/* A character of two bytes across the bound. */
	memcpy(name + 1023, "\xc3\xa4", 2);
	name[sizeof(name) - 1] = '\0';
	pack_one(&packed, "pax", NULL, name, &pcap.bytes);
	all = read_packed(&packed);
	memset(expected, 'n', 1024);
	strcpy(expected + 1023, "...");
	assert_string_equal(inner_name(all, 0) + 1, expected);
	text_release(&packed);
}

static void test_any_byte_may_be_wrong(void **state)
{
	static const char *const formats[] = { "pax", "zip" };

	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct text packed = { 0 };
		struct archive *a = begin_archive(&packed, formats[i], NULL);

		add_member(a, "1.pcap", &pcap.bytes);
		add_member(a, "2.pcap", &pcap.bytes);
		end_archive(a);
		for (size_t at = 0; at < packed.len; at++) {
			packed.data[at] ^= 0xff;
			assert_true(count_lines(read_packed(&packed)->said) <=
				    3);
			packed.data[at] ^= 0xff;
		}
		text_release(&packed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults_are_listed_up_to_a_bound),
		cmocka_unit_test(test_encrypted_members_are_told),
		cmocka_unit_test(test_what_is_packed_too_deep_is_not_unpacked),
		cmocka_unit_test(test_a_bomb_is_read_up_to_a_bound),
		cmocka_unit_test(test_what_is_passed_over_counts_for_bombs),
		cmocka_unit_test(test_what_compresses_little_is_no_bomb),
		cmocka_unit_test(test_members_have_a_bound),
		cmocka_unit_test(test_names_are_only_shown),
		cmocka_unit_test(test_long_names_are_cut),
		cmocka_unit_test(test_any_byte_may_be_wrong),
	};

	return cmocka_run_group_tests(tests, make_captures, release_captures);
}
