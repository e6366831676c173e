/* SPDX-License-Identifier: BSD-3-Clause */
/* What is left to a process whose decoder was taken over. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "cli/confine.h"
#include "tests/sandbox/child.h"
#include "tests/store/folder.h"

int child_told;

static bool is_refused(const char *path, int flags)
{
	int file = open(path, flags, 0600);

	if (file >= 0)
		close(file);
	return file < 0 && (errno == EACCES || errno == EPERM);
}

static void expect_no_way_out(void)
{
	char name[] = "true", *const arguments[] = { name, NULL };

	EXPECT(is_refused("/etc/passwd", O_RDONLY));
	EXPECT(is_refused("/proc/self/environ", O_RDONLY));
	EXPECT(is_refused("/tmp", O_RDONLY | O_DIRECTORY));
	EXPECT(is_refused("/tmp/dnsforensics-out", O_RDWR | O_CREAT));
#ifdef HAVE_SECCOMP
	EXPECT(socket(AF_INET, SOCK_DGRAM, 0) < 0 && errno == EPERM);
	EXPECT(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM);
	EXPECT(execv("/bin/true", arguments) < 0 && errno == EPERM);
	EXPECT(fork() < 0);
#else
	(void)arguments;
#endif
}

/* A capture to read; the folder of the other store is no business of it. */
static void report(void *data)
{
	struct folder *folder = data;
	char *arguments[] = { folder->file, NULL };
	struct options o = { .arguments = arguments, .num_arguments = 1 };
	struct store *s = store_open_temporary();
	char other[256];

	snprintf(other, sizeof(other), "%s/other", folder->path);
	EXPECT(s != NULL && confine_offline(&o, s, STORE_READ) == 0);
	EXPECT(open(folder->file, O_RDONLY) >= 0);
	EXPECT(is_refused(folder->file, O_RDWR));
	EXPECT(is_refused(other, O_RDWR | O_CREAT));
	expect_no_way_out();
	store_close(s);
}

static void ingest(void *data)
{
	struct folder *folder = data;
	struct options o = { .num_arguments = 0 };
	struct store *s;
	char other[256];

	unlink(folder->file);
	s = store_open_for_ingest(folder->file);
	snprintf(other, sizeof(other), "%s/journal", folder->path);
	EXPECT(s != NULL && confine_offline(&o, s, STORE_WRITTEN) == 0);
	EXPECT(open(other, O_RDWR | O_CREAT, 0600) >= 0);
	EXPECT(unlink(other) == 0);
	expect_no_way_out();
	store_close(s);
}

static void leave_out(void *data)
{
	struct options o = { .no_sandbox = true };

	(void)data;
	EXPECT(confine_offline(&o, NULL, STORE_READ) == 0);
	EXPECT(!is_refused("/etc/passwd", O_RDONLY));
}

static struct folder folder;

static int set_up(void **state)
{
	FILE *file;

	(void)state;
	unsetenv("DNSFORENSICS_SANDBOX");
	folder_make(&folder);
	file = fopen(folder.file, "w");
	return file != NULL && fclose(file) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	folder_remove(&folder);
	return 0;
}

static void need_landlock(void)
{
	if (syscall(444, NULL, 0, 1) < 1)
		_skip(__FILE__, __LINE__);
}

static void test_report_has_no_way_out(void **state)
{
	(void)state;
	need_landlock();
	assert_child(report, &folder);
}

static void test_ingest_writes_only_beside_its_store(void **state)
{
	(void)state;
	need_landlock();
	assert_child(ingest, &folder);
}

static void test_it_can_be_left_out(void **state)
{
	(void)state;
	assert_child(leave_out, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report_has_no_way_out),
		cmocka_unit_test(test_ingest_writes_only_beside_its_store),
		cmocka_unit_test(test_it_can_be_left_out),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
