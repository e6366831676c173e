/* SPDX-License-Identifier: BSD-3-Clause */
/* Captures in whatever they come packed; damage is test_container_damage's. */
#include "tests/capture/archives.h"

#include <sys/stat.h>

static const char *const filters[] = {
	"gzip", "zstd", "xz", "lz4", "bzip2", "compress", "lzip",
};

static const char *const formats[] = {
	"pax", "gnutar", "ustar", "v7tar", "zip",
};

static char sum_of_pcap[SHA256_TEXT_SIZE], sum_of_pcapng[SHA256_TEXT_SIZE];
static struct file pcap, pcapng;

static int make_captures(void **state)
{
	(void)state;
	make_pcap(&pcap);
	make_pcapng(&pcapng);
	strcpy(sum_of_pcap, read_packed(&pcap.bytes)->members[0].sum);
	strcpy(sum_of_pcapng, read_packed(&pcapng.bytes)->members[0].sum);
	return strlen(sum_of_pcap) == 64 && strlen(sum_of_pcapng) == 64 ? 0
									: -1;
}

static int release_captures(void **state)
{
	text_release(&pcap.bytes);
	text_release(&pcapng.bytes);
	return remove_saved(state);
}

static void assert_is_pcap(const struct member *m)
{
	assert_int_equal(m->kind, MEMBER_CAPTURE);
	assert_int_equal(m->packets, 3);
	assert_int_equal(m->size, pcap.bytes.len);
	assert_string_equal(m->sum, sum_of_pcap);
}

static void assert_is_pcapng(const struct member *m)
{
	assert_int_equal(m->kind, MEMBER_CAPTURE);
	assert_int_equal(m->packets, 2);
	assert_int_equal(m->size, pcapng.bytes.len);
	assert_string_equal(m->sum, sum_of_pcapng);
}

/* From a file, from standard input that is one, and from a pipe. */
enum way { BY_NAME, STANDARD_INPUT, PIPE, WAYS };

static struct contents *read_by(enum way way, const struct text *packed)
{
	if (way == BY_NAME)
		return read_packed(packed);
	feed_standard_input(packed, way == PIPE);
	return read_container("-");
}

static const char *path_of(enum way way)
{
	return way == BY_NAME ? save_bytes("", 0) : "-";
}

static void test_reads_one_capture_in_every_compression(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(filters); i++)
		for (enum way way = 0; way < WAYS; way++) {
			struct text packed = { 0 };
			struct contents *all;

			compress_bytes(&packed, filters[i], &pcap.bytes);
			all = read_by(way, &packed);
			assert_string_equal(all->said, "");
			assert_int_equal(all->rc, 0);
			assert_int_equal(all->count, 1);
			assert_is_pcap(&all->members[0]);
			assert_string_equal(all->members[0].name, path_of(way));
			text_release(&packed);
		}
}

/* As `cat 1.gz 2.gz` gives it, and as pigz and pzstd write. */
static void test_compressed_streams_in_a_row_are_one(void **state)
{
	static const char *const can_be_joined[] = { "gzip", "zstd",  "xz",
						     "lz4",  "bzip2", "lzip" };

	(void)state;
	for (size_t i = 0; i < COUNT(can_be_joined); i++) {
		struct text packed = { 0 }, half = pcap.bytes;
		struct contents *all;

		half.len = 100;
		compress_bytes(&packed, can_be_joined[i], &half);
		half.data = pcap.bytes.data + 100;
		half.len = pcap.bytes.len - 100;
		compress_bytes(&packed, can_be_joined[i], &half);
		all = read_packed(&packed);
		assert_string_equal(all->said, "");
		assert_is_pcap(&all->members[0]);
		text_release(&packed);
	}
}

static void test_padding_behind_gzip_is_no_fault(void **state)
{
	static const char zeros[1024];
	struct text packed = { 0 };
	struct contents *all;

	(void)state;
	compress_bytes(&packed, "gzip", &pcap.bytes);
	text_add_bytes(&packed, zeros, sizeof(zeros));
	all = read_packed(&packed);
	assert_string_equal(all->said, "");
	assert_is_pcap(&all->members[0]);
	text_release(&packed);
}

/* What is no capture is put before, between and behind. */
static void fill_archive(struct archive *a, const char *format)
{
	struct archive_entry *entry = new_entry("dir/", AE_IFDIR, 0);
	bool is_zip = strcmp(format, "zip") == 0;

	add_entry(a, entry, NULL, 0);
	add_words(a, "dir/iptables-rules.txt", "*nat\n");
	add_member(a, "dir/one.cap", &pcap.bytes);
	entry = new_entry("dir/link.pcap", AE_IFLNK, 0);
	archive_entry_copy_symlink(entry, "/etc/passwd");
	add_entry(a, entry, NULL, 0);
	entry = new_entry("dir/hard.pcap", AE_IFREG, 0);
	archive_entry_copy_hardlink(entry, "dir/one.cap");
	if (is_zip)
		archive_entry_free(entry);
	else
		add_entry(a, entry, NULL, 0);
	if (strcmp(format, "v7tar") != 0 && !is_zip)
		add_entry(a, new_entry("fifo", AE_IFIFO, 0), NULL, 0);
	add_words(a, "dir/tcpdump.log", "3 packets captured\n");
	add_words(a, "empty", "");
	add_member(a, "two.pcap", &pcapng.bytes);
	add_words(a, "last", "words");
}

static void assert_is_filled(const struct contents *all, enum way way)
{
	char name[128];

	assert_string_equal(all->said, "");
	assert_int_equal(all->rc, 0);
	assert_int_equal(all->count, 3);
	assert_is_pcap(&all->members[0]);
	assert_int_equal(all->members[1].kind, MEMBER_NOTES);
	assert_string_equal(all->members[1].notes, "3 packets captured\n");
	assert_is_pcapng(&all->members[2]);
	snprintf(name, sizeof(name), "%s!dir/one.cap", path_of(way));
	assert_string_equal(all->members[0].name, name);
	assert_string_equal(inner_name(all, 1), "!dir/tcpdump.log");
	assert_string_equal(inner_name(all, 2), "!two.pcap");
}

static void read_one_archive(const char *format, const char *filter,
			     enum way way)
{
	struct text packed = { 0 };
	struct archive *a = begin_archive(&packed, format, filter);

	fill_archive(a, format);
	end_archive(a);
	assert_is_filled(read_by(way, &packed), way);
	text_release(&packed);
}

static void test_reads_archives_in_every_compression(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++)
		for (enum way way = 0; way < WAYS; way++) {
			read_one_archive(formats[i], NULL, way);
			read_one_archive(formats[i], "gzip", way);
		}
	for (size_t i = 0; i < COUNT(filters); i++)
		read_one_archive("pax", filters[i], PIPE);
}

static void test_reads_stored_members_of_a_zip(void **state)
{
	struct text packed = { 0 };
	struct archive *a = begin_archive_with(&packed, "zip", NULL,
					       "zip:compression=store");

	(void)state;
	fill_archive(a, "zip");
	end_archive(a);
	assert_is_filled(read_by(PIPE, &packed), PIPE);
	text_release(&packed);
}

/* As `kubectl retina capture download --all` does it, and once more packed. */
static void test_reads_archives_in_archives(void **state)
{
	struct text one = { 0 }, two = { 0 }, packed = { 0 }, gz = { 0 };
	struct archive *a;
	struct contents *all;

	(void)state;
	compress_bytes(&gz, "gzip", &pcap.bytes);
	a = begin_archive(&one, "pax", "gzip");
	add_member(a, "x.pcap.gz", &gz);
	add_words(a, "ip-resources.txt", "[]");
	end_archive(a);
	pack_one(&two, "zip", NULL, "y.pcapng", &pcapng.bytes);
	a = begin_archive(&packed, "pax", "gzip");
	add_member(a, "ns/capture/one.tar.gz", &one);
	add_member(a, "two.zip", &two);
	add_member(a, "z.pcap", &pcap.bytes);
	end_archive(a);

	all = read_packed(&packed);
	assert_string_equal(all->said, "");
	assert_int_equal(all->rc, 0);
	assert_int_equal(all->count, 4);
	assert_is_pcap(&all->members[0]);
	assert_string_equal(inner_name(all, 0),
			    "!ns/capture/one.tar.gz!x.pcap.gz");
	assert_string_equal(inner_name(all, 1),
			    "!ns/capture/one.tar.gz!ip-resources.txt");
	assert_is_pcapng(&all->members[2]);
	assert_string_equal(inner_name(all, 2), "!two.zip!y.pcapng");
	assert_is_pcap(&all->members[3]);
	assert_string_equal(inner_name(all, 3), "!z.pcap");
	text_release(&gz);
	text_release(&one);
	text_release(&two);
	text_release(&packed);
}

/* GNU's, and pax headers with names in whatever alphabet. */
static void test_reads_long_and_foreign_names(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'n', sizeof(name));
	strcpy(name + 250, "/\xc3\xa4\xff.pcap");
	for (int i = 0; i < 2; i++) {
		struct text packed = { 0 };
		struct contents *all;

		pack_one(&packed, formats[i], NULL, name, &pcap.bytes);
		all = read_packed(&packed);
		assert_int_equal(all->count, 1);
		assert_is_pcap(&all->members[0]);
		assert_string_equal(inner_name(all, 0) + 1, name);
		text_release(&packed);
	}
}

static void test_holes_of_sparse_files_are_zeros(void **state)
{
	struct text packed = { 0 };
	struct file plain = { 0 };
	struct archive *a = begin_archive(&packed, "pax", NULL);
	struct archive_entry *entry;
	struct member expected;
	struct contents *all;

	(void)state;
	pcap_header(&plain, 0xa1b2c3d4, 65535, 1);
	pcap_packet(&plain, 1, 2, '\0', 60000);
	put_data(&plain, '\0', 40000);
	expected = read_packed(&plain.bytes)->members[0];
	entry = new_entry("sparse.pcap", AE_IFREG, plain.bytes.len);
	archive_entry_sparse_add_entry(entry, 0, 4096);
	add_entry(a, entry, plain.bytes.data, plain.bytes.len);
	end_archive(a);
	assert_true(packed.len < 16384);

	all = read_packed(&packed);
	assert_int_equal(all->members[0].packets, expected.packets);
	assert_int_equal(all->members[0].size, plain.bytes.len);
	assert_string_equal(all->members[0].sum, expected.sum);
	text_release(&packed);
	text_release(&plain.bytes);
}

static void test_notes_are_known_by_their_names(void **state)
{
	static const char *const notes[] = { "tcpdump.log", "a/b/tcpdump.log",
					     "node7.tcpdump.log",
					     "ip-resources.txt" };
	static const char *const others[] = { "mytcpdump.log", "tcpdump.log.1",
					      "tcpdump.log/x",
					      "old-ip-resources.txt" };
	struct text packed = { 0 };
	struct archive *a = begin_archive(&packed, "pax", NULL);
	struct contents *all;

	(void)state;
	add_member(a, "x.pcap", &pcap.bytes);
	for (size_t i = 0; i < COUNT(notes); i++)
		add_words(a, notes[i], notes[i]);
	for (size_t i = 0; i < COUNT(others); i++)
		add_words(a, others[i], others[i]);
	/* What is a capture is one, whatever it is called. */
	add_member(a, "tcpdump.log", &pcap.bytes);
	end_archive(a);
	all = read_packed(&packed);
	assert_int_equal(all->count, 6);
	for (size_t i = 0; i < COUNT(notes); i++)
		assert_string_equal(all->members[1 + i].notes, notes[i]);
	assert_is_pcap(&all->members[5]);
	text_release(&packed);
}

static void test_notes_are_read_up_to_a_bound(void **state)
{
	struct text packed = { 0 };
	struct file long_notes = { 0 };
	struct archive *a = begin_archive(&packed, "zip", NULL);
	struct contents *all;

	(void)state;
	put_data(&long_notes, 'n', (4 << 20) + 1);
	add_member(a, "tcpdump.log", &long_notes.bytes);
	add_member(a, "x.pcap", &pcap.bytes);
	end_archive(a);
	all = read_packed(&packed);
	assert_string_equal(all->said, "");
	assert_int_equal(all->members[0].notes_len, 4 << 20);
	assert_is_pcap(&all->members[1]);
	text_release(&packed);
	text_release(&long_notes.bytes);
}

static void test_a_capture_may_be_left_after_any_part(void **state)
{
	struct text packed = { 0 };
	struct archive *a = begin_archive(&packed, "pax", "gzip");
	char sum[SHA256_TEXT_SIZE];
	struct container *c;
	struct capture *capture;
	struct member last = { 0 };
	struct frame frame;

	(void)state;
	for (int i = 0; i < 4; i++)
		add_member(a, "x.pcap", &pcap.bytes);
	end_archive(a);
	c = container_open(save_bytes(packed.data, packed.len), false);
	assert_int_equal(container_next(c), 1);
	assert_int_equal(container_next(c), 1);
	capture = container_capture(c);
	assert_int_equal(capture_next(capture, &frame), 1);
	capture_close(capture);
	assert_int_equal(container_next(c), 1);
	assert_int_equal(container_sha256(c, sum), 0);
	assert_string_equal(sum, sum_of_pcap);
	assert_int_equal(container_next(c), 1);
	assert_int_equal(container_index(c), 3);
	take_capture(c, &last);
	assert_is_pcap(&last);
	container_close(c);
	text_release(&packed);
}

static void test_tells_what_is_worth_opening(void **state)
{
	static const char words[] = "just words";
	struct text packed = { 0 };
	char notes[] = "/tmp/dnsforensics-test-XXXXXX";
	char path[64];

	(void)state;
	assert_int_equal(
		container_is_one(save_bytes(pcap.bytes.data, pcap.bytes.len)),
		1);
	compress_bytes(&packed, "gzip", &pcap.bytes);
	assert_int_equal(container_is_one(save_bytes(packed.data, packed.len)),
			 1);
	assert_int_equal(container_is_one(save_bytes(words, strlen(words))), 0);
	assert_int_equal(container_is_one("/dev/null"), 0);
	assert_int_equal(container_is_one("/"), 0);
	assert_non_null(mkdtemp(notes));
	snprintf(path, sizeof(path), "%s/tcpdump.log", notes);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(container_is_one(path), 0);
	unlink(path);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(container_is_one(path), 1);
	assert_int_equal(read_container(path)->members[0].kind, MEMBER_NOTES);
	unlink(path);
	rmdir(notes);
	text_release(&packed);
}

static void test_what_is_gone_is_told_once(void **state)
{
	struct hush h = hush();
	int rc = container_is_one("/nowhere/x.pcap");

	(void)state;
	assert_string_equal(unhush(h), "dnsforensics: /nowhere/x.pcap: No such "
				       "file or directory\n");
	assert_int_equal(rc, -1);
}

static void test_advises_on_what_is_no_capture(void **state)
{
	static const char store[] = "SQLite format 3";
	const char *advice = container_advice(save_bytes(store, sizeof(store)));

	(void)state;
	assert_non_null(advice);
	assert_non_null(strstr(advice, "name it with -d"));
	assert_null(container_advice(save_bytes("words", 5)));
	assert_null(container_advice("/dev/null"));
	assert_null(container_advice("/nowhere/x.etl"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_one_capture_in_every_compression),
		cmocka_unit_test(test_compressed_streams_in_a_row_are_one),
		cmocka_unit_test(test_padding_behind_gzip_is_no_fault),
		cmocka_unit_test(test_reads_archives_in_every_compression),
		cmocka_unit_test(test_reads_stored_members_of_a_zip),
		cmocka_unit_test(test_reads_archives_in_archives),
		cmocka_unit_test(test_reads_long_and_foreign_names),
		cmocka_unit_test(test_holes_of_sparse_files_are_zeros),
		cmocka_unit_test(test_notes_are_known_by_their_names),
		cmocka_unit_test(test_notes_are_read_up_to_a_bound),
		cmocka_unit_test(test_a_capture_may_be_left_after_any_part),
		cmocka_unit_test(test_tells_what_is_worth_opening),
		cmocka_unit_test(test_what_is_gone_is_told_once),
		cmocka_unit_test(test_advises_on_what_is_no_capture),
	};

	return cmocka_run_group_tests(tests, make_captures, release_captures);
}
