/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compressed files and archives which are damaged, or have no capture in them:
 * one line for each fault, and nothing that was before it is lost.
 */
#include "tests/capture/archives.h"

#include <zlib.h>

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

static struct contents *read_cut(const struct text *packed, size_t len)
{
	return read_container(save_bytes(packed->data, len));
}

/* How much zlib makes of a gzip stream that is cut. */
static size_t inflated_len(const struct text *packed, size_t len)
{
	static uint8_t out[NOISE_PACKETS * NOISE_RECORD + 24];
	z_stream z = { .next_in = (Bytef *)packed->data,
		       .avail_in = (uInt)len,
		       .next_out = out,
		       .avail_out = sizeof(out) };

	assert_int_equal(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
	inflate(&z, Z_SYNC_FLUSH);
	inflateEnd(&z);
	return z.total_out;
}

static void test_of_a_cut_gzip_every_packet_before_it_is_read(void **state)
{
	struct text packed = { 0 };
	struct file noise = { 0 };

	(void)state;
	make_noise(&noise);
	compress_bytes(&packed, "gzip", &noise.bytes);
	for (size_t len = 200; len < packed.len; len += 7919) {
		size_t packets = (inflated_len(&packed, len) - 24) /
				 NOISE_RECORD;
		struct contents *all = read_cut(&packed, len);
		char expected[128];

		snprintf(expected, sizeof(expected),
			 ": after frame %zu: compressed data end early "
			 "(truncated gzip?); %zu packet%s kept",
			 packets, packets, packets == 1 ? "" : "s");
		assert_string_equal(reason_of(all), expected);
		assert_int_equal(all->members[0].packets, packets);
		assert_int_equal(strlen(all->members[0].sum), 64);
		/* As of a bare file that is cut: it was told and kept. */
		assert_int_equal(all->rc, 0);
	}
	text_release(&packed);
	text_release(&noise.bytes);
}

/* Its last 8 bytes are a sum and a length. */
static void test_a_gzip_cut_behind_its_data_loses_no_packet(void **state)
{
	struct text packed = { 0 };

	(void)state;
	compress_bytes(&packed, "gzip", &pcap.bytes);
	for (size_t cut = 1; cut <= 8; cut++) {
		struct contents *all = read_cut(&packed, packed.len - cut);

		assert_int_equal(all->members[0].packets, 3);
		assert_string_equal(
			reason_of(all),
			": after frame 3: compressed data end early (truncated "
			"gzip?); 3 packets kept");
	}
	text_release(&packed);
}

static void test_a_gzip_with_a_wrong_sum_says_so_at_its_end(void **state)
{
	struct text packed = { 0 };
	struct contents *all;

	(void)state;
	compress_bytes(&packed, "gzip", &pcap.bytes);
	packed.data[packed.len - 8] ^= 1;
	all = read_packed(&packed);
	assert_int_equal(all->members[0].packets, 3);
	assert_string_equal(
		reason_of(all),
		": after frame 3: damaged gzip data (incorrect data "
		"check); 3 packets kept");
	text_release(&packed);
}

static void test_every_cut_of_a_compressed_file_is_told_once(void **state)
{
	static const char *const filters[] = { "gzip", "zstd",  "xz",
					       "lz4",  "bzip2", "lzip" };

	(void)state;
	for (size_t i = 0; i < COUNT(filters); i++) {
		struct text packed = { 0 };

		compress_bytes(&packed, filters[i], &pcap.bytes);
		for (size_t len = 0; len < packed.len; len++)
			assert_int_equal(
				count_lines(read_cut(&packed, len)->said), 1);
		text_release(&packed);
	}
}

static void test_what_only_begins_as_compressed_is_damaged(void **state)
{
	static const struct {
		const char *head;
		size_t len;
		const char *expected;
	} cases[] = {
		{ "\x1f\x8b no gzip", 10,
		  ": damaged gzip data (unknown compression method)" },
		{ "\xfd"
		  "7zXZ\0 no xz",
		  12,
		  ": damaged xz data (Lzma library error: Corrupted input "
		  "data)" },
		{ "BZh no bzip2", 12, ": damaged bzip2 data (bad header)" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct contents *all = read_container(
			save_bytes(cases[i].head, cases[i].len));

		assert_int_equal(all->rc, -1);
		assert_string_equal(reason_of(all), cases[i].expected);
	}
}

/*
 * Wherever an archive is cut: what is whole before is read, and one line.
 * lost: packets that may be, where libarchive misses the sum behind a zip's
 * member.
 */
static void assert_cuts_lose(uint64_t lost, const char *format,
			     const char *filter, size_t step)
{
	struct text packed = { 0 };
	struct archive *a = begin_archive(&packed, format, filter);
	uint64_t most = 0;

	add_member(a, "1.pcap", &pcap.bytes);
	add_words(a, "tcpdump.log", "notes\n");
	add_member(a, "2.pcap", &pcap.bytes);
	end_archive(a);
	for (size_t len = 1; len < packed.len; len += step) {
		struct contents *all = read_cut(&packed, len);
		uint64_t packets = 0;

		for (size_t i = 0; i < all->count; i++)
			packets += all->members[i].packets;
		if (all->rc == 0)
			assert_string_equal(all->said, "");
		else
			assert_int_equal(count_lines(all->said), 1);
		assert_true(packets + lost >= most);
		most = packets > most ? packets : most;
	}
	assert_int_equal(most, 6);
	text_release(&packed);
}

static void test_cut_archives_give_what_is_before_the_cut(void **state)
{
	(void)state;
	assert_cuts_lose(0, "pax", NULL, 37);
	assert_cuts_lose(0, "ustar", NULL, 37);
	assert_cuts_lose(3, "zip", NULL, 1);
	assert_cuts_lose(0, "pax", "gzip", 1);
	assert_cuts_lose(3, "zip", "gzip", 1);
}

static void test_a_cut_tar_says_where(void **state)
{
	struct text packed = { 0 };
	struct archive *a = begin_archive(&packed, "ustar", NULL);
	struct contents *all;

	(void)state;
	add_member(a, "1.pcap", &pcap.bytes);
	add_member(a, "2.pcap", &pcap.bytes);
	add_words(a, "words", "words");
	end_archive(a);
	all = read_cut(&packed, 512 + 512 + 512 + 120);
	assert_int_equal(all->rc, -1);
	assert_int_equal(all->members[0].packets, 3);
	assert_int_equal(all->members[1].packets, 1);
	assert_string_equal(reason_of(all),
			    "!2.pcap: after frame 1: archive ends early "
			    "(truncated tar?); 1 packet kept");
	all = read_cut(&packed, 512 + 512 + 100);
	assert_int_equal(all->count, 1);
	assert_string_equal(reason_of(all),
			    ": archive ends early (truncated tar?)");
	text_release(&packed);
}

/* What is inside may be damaged: the next one is read all the same. */
static void test_damaged_members_do_not_end_the_archive(void **state)
{
	struct text packed = { 0 }, gz = { 0 }, zip = { 0 };
	struct archive *a = begin_archive(&packed, "pax", "gzip");
	struct text cut = pcap.bytes;
	struct contents *all;

	(void)state;
	cut.len = 30;
	add_member(a, "cut.pcap", &cut);
	cut.len = 10;
	add_member(a, "header.pcap", &cut);
	compress_bytes(&gz, "gzip", &pcap.bytes);
	gz.len = 11;
	add_member(a, "cut.pcap.gz", &gz);
	pack_one(&zip, "zip", NULL, "in.pcap", &pcap.bytes);
	zip.len = 20;
	add_member(a, "cut.zip", &zip);
	add_member(a, "good.pcap", &pcap.bytes);
	end_archive(a);
	all = read_packed(&packed);
	assert_int_equal(all->rc, -1);
	assert_int_equal(all->count, 3);
	assert_int_equal(count_lines(all->said), 4);
	assert_true(says(all, "!cut.pcap: after frame 0: file cut short in a "
			      "packet; 0 packets kept\n"));
	assert_true(says(all, "!header.pcap: file cut short in its header\n"));
	assert_true(says(all, "!cut.pcap.gz: compressed data end early "
			      "(truncated gzip?)\n"));
	assert_true(
		says(all, "!cut.zip: archive ends early (truncated zip?)\n"));
	assert_string_equal(inner_name(all, 2), "!good.pcap");
	assert_int_equal(all->members[2].packets, 3);
	text_release(&packed);
	text_release(&gz);
	text_release(&zip);
}

/* The first of the sums, which stand behind the members. */
static void damage_sum(struct text *zip)
{
	char *at = memmem(zip->data, zip->len, "PK\007\010", 4);

	assert_non_null(at);
	at[4] ^= 1;
}

static void test_a_zip_member_with_a_wrong_sum_is_read_and_told(void **state)
{
	struct text packed = { 0 };
	struct archive *a = begin_archive(&packed, "zip", NULL);
	struct contents *all;

	(void)state;
	add_member(a, "1.pcap", &pcap.bytes);
	add_member(a, "2.pcap", &pcap.bytes);
	end_archive(a);
	damage_sum(&packed);
	all = read_packed(&packed);
	assert_int_equal(all->members[0].packets, 3);
	assert_int_equal(all->members[1].packets, 3);
	assert_int_equal(count_lines(all->said), 1);
	assert_true(says(all, "!1.pcap: after frame 3: damaged zip data (ZIP "
			      "bad CRC"));
	assert_int_equal(all->rc, 0);
	text_release(&packed);
}

static void test_archives_without_a_capture_say_so(void **state)
{
	struct text packed = { 0 };
	struct archive *a = begin_archive(&packed, "pax", "gzip");
	struct contents *all;

	(void)state;
	add_words(a, "netsh.log", "words");
	end_archive(a);
	all = read_packed(&packed);
	assert_int_equal(all->rc, -1);
	assert_string_equal(reason_of(all), ": no capture in it");
	text_release(&packed);

	a = begin_archive(&packed, "zip", NULL);
	add_words(a, "tcpdump.log", "words");
	add_words(a, "node7/trace.cab", "MSCF and more");
	end_archive(a);
	all = read_packed(&packed);
	assert_int_equal(all->count, 1);
	assert_int_equal(all->rc, -1);
	assert_string_equal(
		reason_of(all),
		": no capture in it; node7/trace.cab is a Windows cabinet; "
		"unpack it (expand -F:* in.cab FOLDER) and convert the .etl "
		"file in it: etl2pcapng.exe in.etl out.pcapng or pktmon "
		"etl2pcap in.etl --out out.pcapng");
	text_release(&packed);
}

static void test_compressed_files_without_a_capture_say_so(void **state)
{
	static const struct {
		const char *words, *expected;
	} cases[] = {
		{ "", ": empty file, not a capture" },
		{ "words", ": not a pcap or pcapng file" },
		{ "7z\xbc\xaf\x27\x1c", ": 7z archive; unpack it first" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		static const char *const filters[] = { "gzip", "xz", "zstd" };

		for (size_t k = 0; k < COUNT(filters); k++) {
			struct text packed = { 0 }, bytes = { 0 };
			struct contents *all;

			text_add(&bytes, cases[i].words);
			compress_bytes(&packed, filters[k], &bytes);
			all = read_packed(&packed);
			assert_int_equal(all->rc, -1);
			assert_string_equal(reason_of(all), cases[i].expected);
			text_release(&packed);
			text_release(&bytes);
		}
	}
}

static void test_quiet_containers_say_nothing(void **state)
{
	struct text packed = { 0 };
	struct archive *a = begin_archive(&packed, "pax", NULL);
	struct text cut = pcap.bytes;
	struct contents *all;

	(void)state;
	cut.len = 30;
	add_member(a, "cut.pcap", &cut);
	add_words(a, "x.gz", "\x1f\x8b no gzip");
	end_archive(a);
	all = read_limited(save_bytes(packed.data, packed.len - 2000), true,
			   &ledger_limits);
	assert_int_equal(all->rc, -1);
	assert_int_equal(all->count, 1);
	assert_string_equal(all->said, "");
	all = read_limited("/no/such/file", true, &ledger_limits);
	assert_false(all->opened);
	assert_string_equal(all->said, "");
	text_release(&packed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_of_a_cut_gzip_every_packet_before_it_is_read),
		cmocka_unit_test(
			test_a_gzip_cut_behind_its_data_loses_no_packet),
		cmocka_unit_test(
			test_a_gzip_with_a_wrong_sum_says_so_at_its_end),
		cmocka_unit_test(
			test_every_cut_of_a_compressed_file_is_told_once),
		cmocka_unit_test(
			test_what_only_begins_as_compressed_is_damaged),
		cmocka_unit_test(test_cut_archives_give_what_is_before_the_cut),
		cmocka_unit_test(test_a_cut_tar_says_where),
		cmocka_unit_test(test_damaged_members_do_not_end_the_archive),
		cmocka_unit_test(
			test_a_zip_member_with_a_wrong_sum_is_read_and_told),
		cmocka_unit_test(test_archives_without_a_capture_say_so),
		cmocka_unit_test(
			test_compressed_files_without_a_capture_say_so),
		cmocka_unit_test(test_quiet_containers_say_nothing),
	};

	return cmocka_run_group_tests(tests, make_captures, release_captures);
}
