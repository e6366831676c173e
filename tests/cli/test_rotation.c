/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/rotation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "tests/test.h"

/* 2026-03-01T14:03:11Z */
static const int64_t start_ns = INT64_C(1772373791) * NS_PER_SECOND;

static void test_names_hold_their_start(void **state)
{
	static const struct {
		const char *path, *name;
	} rows[] = {
		{ "dns.db", "dns-20260301T140311Z.db" },
		{ "/var/lib/x/dns.db", "/var/lib/x/dns-20260301T140311Z.db" },
		{ "a.b/dns", "a.b/dns-20260301T140311Z" },
		{ "a.tar.gz", "a.tar-20260301T140311Z.gz" },
		{ ".hidden", ".hidden-20260301T140311Z" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *slash = strrchr(rows[i].name, '/');
		struct text name = { 0 };
		int64_t found_ns = 0;

		rotation_name(&name, rows[i].path, start_ns + 5);
		assert_string_equal(text_string(&name), rows[i].name);
		assert_true(
			rotation_is_of(slash != NULL ? slash + 1 : rows[i].name,
				       rows[i].path, &found_ns));
		assert_true(found_ns == start_ns);
		text_release(&name);
	}
}

static void test_other_names_are_not_of_the_series(void **state)
{
	static const char *const rows[] = {
		"dns.db",
		"dns-20260301T140311Z.db-wal",
		"dns-20260301T140311Z.db.bak",
		"dns-20260301T140311Z",
		"dns-20260301T140311Z.pcap",
		"xdns-20260301T140311Z.db",
		"dns-20261301T140311Z.db",
		"dns-20260231T140311Z.db",
		"dns-20260301T246011Z.db",
		"dns-20260301t140311z.db",
		"dns_20260301T140311Z.db",
		"dns-2026030 T140311Z.db",
		"dns-xxxxxxxxxxxxxxxx.db",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t found_ns;

		if (rotation_is_of(rows[i], "lib/dns.db", &found_ns))
			fail_msg("%s would be removed", rows[i]);
	}
}

static void test_time_or_size_make_it_due(void **state)
{
	struct rotation hourly = { .every_ns = 3600 * NS_PER_SECOND };
	struct rotation large = { .every_bytes = 100 };
	int64_t second = NS_PER_SECOND;

	(void)state;
	assert_false(rotation_is_due(&hourly, 0, 3599 * second, 1000));
	assert_true(rotation_is_due(&hourly, 0, 3600 * second, 0));
	assert_false(rotation_is_due(&large, 0, 10 * second, 99));
	assert_true(rotation_is_due(&large, 0, 10 * second, 100));
	/* The next one would have the same name. */
	assert_false(rotation_is_due(&large, 0, second / 2, 100));
}

static void test_reads_limits(void **state)
{
	struct rotation r;

	(void)state;
	assert_int_equal(rotation_parse(&r, "1h", "5G"), 0);
	assert_true(rotation_is_wanted(&r));
	assert_true(r.every_ns == 3600 * NS_PER_SECOND && r.every_bytes == 0);
	assert_true(r.keep_bytes == UINT64_C(5) << 30 && r.keep_ns == 0);
	assert_int_equal(rotation_parse(&r, NULL, NULL), 0);
	assert_false(rotation_is_wanted(&r));
	assert_int_equal(rotation_parse(&r, "10s", "1s"), 0);
	assert_int_equal(rotation_parse(&r, "1M", "1K"), 0);
	assert_int_equal(rotation_parse(&r, "9s", NULL), -1);
	assert_int_equal(rotation_parse(&r, "1023K", NULL), -1);
	assert_int_equal(rotation_parse(&r, "0", NULL), -1);
	assert_int_equal(rotation_parse(&r, NULL, "24h"), -1);
}

static void put_file(const char *folder, const char *name, size_t size)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	while (size-- > 0)
		fputc('x', file);
	fclose(file);
}

static bool has_file(const char *folder, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

static void remove_files(const char *folder, const char *const *names,
			 size_t count)
{
	char path[256];

	for (size_t i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
}

static void test_removes_the_oldest_until_the_limit_holds(void **state)
{
	static const char *const names[] = {
		"dns-20260301T120000Z.db", "dns-20260301T120000Z.db-wal",
		"dns-20260301T130000Z.db", "dns-20260301T140000Z.db",
		"dns-20260101.db",
	};
	char folder[] = "/tmp/test_rotation.XXXXXX", path[64];
	struct rotation by_size = { .keep_bytes = 250 };
	struct rotation by_age = { .keep_ns = 60 * NS_PER_SECOND };

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/dns.db", folder);
	for (size_t i = 0; i < COUNT(names); i++)
		put_file(folder, names[i], 100);
	rotation_clean(&by_size, path, start_ns);
	assert_false(has_file(folder, names[0]));
	assert_false(has_file(folder, names[1]));
	assert_true(has_file(folder, names[2]));
	rotation_clean(&by_age, path, start_ns);
	assert_false(has_file(folder, names[2]));
	assert_true(has_file(folder, names[3]));
	assert_true(has_file(folder, names[4]));
	remove_files(folder, names, COUNT(names));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_hold_their_start),
		cmocka_unit_test(test_other_names_are_not_of_the_series),
		cmocka_unit_test(test_time_or_size_make_it_due),
		cmocka_unit_test(test_reads_limits),
		cmocka_unit_test(test_removes_the_oldest_until_the_limit_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
