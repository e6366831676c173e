/* SPDX-License-Identifier: BSD-3-Clause */
/* What is written is read back by the reader of this room. */
#include "tests/capture/archives.h"

#include "capture/zip_writer.h"

static struct file pcap;

static FILE *file_with(const struct text *bytes)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_int_equal(fwrite(bytes->data, 1, bytes->len, f), bytes->len);
	return f;
}

static FILE *file_at(const char *path)
{
	FILE *f = fopen(path, "w+");

	assert_non_null(f);
	return f;
}

/* Two entries: the capture, and the first 24 bytes of it. */
static void write_zip(const char *path)
{
	FILE *to = file_at(path), *from = file_with(&pcap.bytes);
	struct zip *z = zip_open(to);

	assert_null(zip_obstacle());
	assert_non_null(z);
	assert_int_equal(zip_add(z, "a.pcap", from, pcap.bytes.len), 0);
	assert_int_equal(zip_add(z, "no packets.pcap", from, 24), 0);
	assert_int_equal(zip_close(z), 0);
	fclose(from);
	fclose(to);
}

static void test_members_are_what_was_added(void **state)
{
	const char *path = save_bytes("", 0);
	struct contents *all;

	(void)state;
	write_zip(path);
	all = read_container(path);
	assert_int_equal(all->count, 2);
	assert_non_null(strstr(all->members[0].name, "!a.pcap"));
	assert_int_equal(all->members[0].packets, 3);
	assert_int_equal(all->members[0].size, pcap.bytes.len);
	assert_non_null(strstr(all->members[1].name, "!no packets.pcap"));
	assert_int_equal(all->members[1].packets, 0);
	assert_int_equal(all->members[1].size, 24);
}

static void read_all(const char *path, struct text *to)
{
	FILE *f = fopen(path, "r");
	int byte;

	assert_non_null(f);
	while ((byte = getc(f)) != EOF)
		text_add_bytes(to, &(uint8_t){ (uint8_t)byte }, 1);
	fclose(f);
}

static void test_the_same_gives_the_same_bytes(void **state)
{
	struct text one = { 0 }, two = { 0 };
	const char *path = save_bytes("", 0);

	(void)state;
	write_zip(path);
	read_all(path, &one);
	write_zip(path);
	read_all(path, &two);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.data, two.data, one.len);
	text_release(&one);
	text_release(&two);
}

static void test_a_file_that_is_too_short_is_a_failure(void **state)
{
	FILE *to = tmpfile(), *from = file_with(&pcap.bytes);
	struct zip *z = zip_open(to);

	(void)state;
	assert_int_equal(zip_add(z, "a.pcap", from, pcap.bytes.len + 1), -1);
	zip_close(z);
	fclose(from);
	fclose(to);
}

static void test_a_full_disk_is_a_failure(void **state)
{
	FILE *to = fopen("/dev/full", "w"), *from;
	struct zip *z;
	int rc = 0;

	(void)state;
	if (to == NULL)
		return;
	setvbuf(to, NULL, _IONBF, 0);
	from = file_with(&pcap.bytes);
	z = zip_open(to);
	assert_non_null(z);
	rc |= zip_add(z, "a.pcap", from, pcap.bytes.len);
	rc |= zip_close(z);
	assert_int_equal(rc, -1);
	fclose(from);
	fclose(to);
}

static void test_nothing_is_closed(void **state)
{
	(void)state;
	assert_int_equal(zip_close(NULL), 0);
}

static int make_capture(void **state)
{
	(void)state;
	make_pcap(&pcap);
	return 0;
}

static int release_capture(void **state)
{
	text_release(&pcap.bytes);
	return remove_saved(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members_are_what_was_added),
		cmocka_unit_test(test_the_same_gives_the_same_bytes),
		cmocka_unit_test(test_a_file_that_is_too_short_is_a_failure),
		cmocka_unit_test(test_a_full_disk_is_a_failure),
		cmocka_unit_test(test_nothing_is_closed),
	};

	return cmocka_run_group_tests(tests, make_capture, release_capture);
}
