/* SPDX-License-Identifier: BSD-3-Clause */
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "store/rows.h"
#include "tests/sandbox/child.h"
#include "tests/store/folder.h"

int child_told;

/* What a live process has: a store's folder, and a snapshot to read again. */
struct place {
	struct folder folder;
	char snapshot[96], other[96];
	struct sandbox_rules rules;
	const char *read[2], *write[2];
};

static void write_text(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(content, file);
	assert_int_equal(fclose(file), 0);
}

static struct folder outside;

static int set_up(void **state)
{
	static struct place p;

	memset(&p, 0, sizeof(p));
	folder_make(&p.folder);
	folder_make(&outside);
	snprintf(p.snapshot, sizeof(p.snapshot), "%s/snapshot.json",
		 outside.path);
	snprintf(p.other, sizeof(p.other), "%s/other.json", outside.path);
	write_text(p.snapshot, "{}");
	write_text(p.other, "secret");
	p.read[0] = p.snapshot;
	p.write[0] = p.folder.path;
	p.rules = (struct sandbox_rules){ .read = p.read, .write = p.write };
	*state = &p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	unlink(p->snapshot);
	unlink(p->other);
	folder_remove(&outside);
	folder_remove(&p->folder);
	return 0;
}

static bool has_landlock(void)
{
	return syscall(444, NULL, 0, 1) >= 1;
}

static void need_landlock(void)
{
	if (has_landlock())
		return;
	print_message("this kernel has no Landlock: not tested\n");
	_skip(__FILE__, __LINE__);
}

static void need_seccomp(void)
{
#ifndef HAVE_SECCOMP
	print_message("built without libseccomp: not tested\n");
	_skip(__FILE__, __LINE__);
#endif
}

/* open() of a path fails with one of the errors that refusals have. */
static bool is_refused(const char *path, int flags)
{
	int file = open(path, flags, 0600);

	if (file >= 0)
		close(file);
	return file < 0 &&
	       (errno == EACCES || errno == EPERM || errno == ENOSYS);
}

static void open_files(void *data)
{
	struct place *p = data;
	char new_file[128];

	EXPECT(sandbox_enter(&p->rules) == 0);
	EXPECT(is_refused(p->other, O_RDONLY));
	EXPECT(is_refused("/etc/passwd", O_RDONLY));
	EXPECT(is_refused("/proc/self/environ", O_RDONLY));
	EXPECT(is_refused("/", O_RDONLY | O_DIRECTORY));
	EXPECT(is_refused(p->snapshot, O_RDWR));
	EXPECT(is_refused("/tmp/dnsforensics-sandbox", O_RDWR | O_CREAT));
	EXPECT(open(p->snapshot, O_RDONLY) >= 0);
	snprintf(new_file, sizeof(new_file), "%s/../other", p->folder.path);
	EXPECT(is_refused(new_file, O_RDWR | O_CREAT));
	snprintf(new_file, sizeof(new_file), "%s/rotated", p->folder.path);
	EXPECT(open(new_file, O_RDWR | O_CREAT, 0600) >= 0);
	EXPECT(unlink(new_file) == 0);
	EXPECT(unlink(p->other) != 0);
}

static void test_only_given_files_can_be_opened(void **state)
{
	need_landlock();
	assert_child(open_files, *state);
}

static void *try_in_thread(void *data)
{
	struct place *p = data;

	EXPECT(is_refused(p->other, O_RDONLY));
	EXPECT(open(p->snapshot, O_RDONLY) >= 0);
	EXPECT(socket(AF_INET, SOCK_DGRAM, 0) < 0 && errno == EPERM);
	return NULL;
}

static void start_thread(void *data)
{
	struct place *p = data;
	pthread_t thread;

	EXPECT(sandbox_enter(&p->rules) == 0);
	EXPECT(pthread_create(&thread, NULL, try_in_thread, p) == 0);
	EXPECT(pthread_join(thread, NULL) == 0);
}

static void test_threads_are_confined_too(void **state)
{
	need_landlock();
	need_seccomp();
	assert_child(start_thread, *state);
}

static void *map(int protection)
{
	return mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void call(void *data)
{
	char name[] = "true", *const arguments[] = { name, NULL };
	struct place *p = data;
	struct ifreq interface = { .ifr_name = "lo" };
	int pair[2];
	void *page;

	EXPECT(sandbox_enter(&p->rules) == 0);
	EXPECT(socket(AF_INET, SOCK_DGRAM, 0) < 0 && errno == EPERM);
	EXPECT(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM);
	EXPECT(socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EPERM);
	EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0);
	EXPECT(execv("/bin/true", arguments) < 0 && errno == EPERM);
	EXPECT(fork() < 0);
	EXPECT(ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 && errno == EPERM);
	EXPECT(kill(getppid(), 0) < 0 && kill(getpid(), 0) == 0);
	EXPECT(syscall(SYS_io_uring_setup, 1, NULL) < 0 && errno == EPERM);
	EXPECT(ioctl(STDIN_FILENO, TIOCSTI, "x") < 0 && errno == ENOSYS);
	/* No socket, but asked for: libpcap does. */
	EXPECT(ioctl(STDIN_FILENO, SIOCGIFFLAGS, &interface) < 0 &&
	       errno != ENOSYS && errno != EPERM);
	EXPECT(map(PROT_READ | PROT_WRITE | PROT_EXEC) == MAP_FAILED);
	page = map(PROT_READ | PROT_WRITE);
	EXPECT(page != MAP_FAILED);
	EXPECT(mprotect(page, 4096, PROT_READ | PROT_EXEC) < 0);
}

static void test_no_socket_program_or_process(void **state)
{
	need_seccomp();
	assert_child(call, *state);
}

static void call_without_files(void *data)
{
	struct sandbox_rules none = { 0 };

	(void)data;
	EXPECT(sandbox_enter(&none) == 0);
	EXPECT(is_refused("/etc/passwd", O_RDONLY));
	EXPECT(is_refused("/dev/null", O_RDWR));
}

static void test_without_rules_nothing_opens(void **state)
{
	if (!has_landlock())
		need_seccomp();
	assert_child(call_without_files, *state);
}

/* Decoding a file: what was opened before can be read, and printed. */
static void read_on(void *data)
{
	struct place *p = data;
	struct sandbox_rules rules = { .read = p->read };
	int file = open(p->other, O_RDONLY), told[2];
	char text[16];

	EXPECT(file >= 0 && pipe(told) == 0);
	EXPECT(sandbox_enter(&rules) == 0);
	EXPECT(read(file, text, sizeof(text)) == 6);
	EXPECT(write(told[1], text, 6) == 6);
	EXPECT(open(p->snapshot, O_RDONLY) >= 0);
	EXPECT(is_refused(p->snapshot, O_RDWR));
	EXPECT(is_refused(p->other, O_RDONLY | O_CREAT | O_TRUNC));
}

static void test_what_is_open_stays_usable(void **state)
{
	if (!has_landlock())
		need_seccomp();
	assert_child(read_on, *state);
}

static int count_rows(struct store *s)
{
	struct rows *r = rows_open(s, "SELECT count(*) FROM kept");
	int count = r != NULL && rows_next(r) == 1 ? (int)rows_integer(r, 0)
						   : -1;

	rows_close(r);
	return count;
}

static const char fill_sql[] =
	"BEGIN;"
	"WITH RECURSIVE n (i) AS"
	" (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
	" INSERT INTO kept SELECT i, printf('%.100c', 'x') FROM n;"
	"COMMIT";

static int use_store(struct store *s, const char *mode)
{
	char sql[64];

	/* Its own files for sorting would be made elsewhere. */
	snprintf(sql, sizeof(sql),
		 "PRAGMA temp_store = MEMORY; PRAGMA journal_mode = %s", mode);
	if (store_run(s, sql) != 0 ||
	    store_run(s, "CREATE TABLE kept (i INTEGER, t TEXT)") != 0 ||
	    store_run(s, fill_sql) != 0 || count_rows(s) != 20000 ||
	    store_run(s, "CREATE INDEX kept_t ON kept (t, i)") != 0 ||
	    store_run(s, "DELETE FROM kept WHERE i > 10") != 0)
		return -1;
	return count_rows(s) == 10 ? 0 : -1;
}

/* A second store is what rotation makes. */
static void keep_store(void *data)
{
	struct place *p = data;
	struct store *s, *reader;
	char next[128];

	/* One that it made itself and that has no captures would be removed. */
	write_text(p->folder.file, "");
	s = store_open_for_ingest(p->folder.file);
	EXPECT(s != NULL && sandbox_enter(&p->rules) == 0);
	EXPECT(use_store(s, "WAL") == 0);
	reader = store_open(p->folder.file);
	EXPECT(reader != NULL && count_rows(reader) == 10);
	EXPECT(store_run(s, "VACUUM") == 0);
	store_close(reader);
	store_close(s);
	snprintf(next, sizeof(next), "%s/next.db", p->folder.path);
	s = store_open_for_ingest(next);
	EXPECT(s != NULL && use_store(s, "DELETE") == 0);
	store_close(s);
	EXPECT(access(next, F_OK) != 0 && errno == ENOENT);
}

static void test_a_store_is_kept_and_rotated(void **state)
{
	struct place *p = *state;

	assert_child(keep_store, p);
}

static void leave_out(void *data)
{
	struct place *p = data;
	const char *const missing[] = { "/nonexistent/folder", NULL };

	p->rules.write = missing;
	EXPECT(sandbox_enter(&p->rules) == -1);
}

static void test_a_missing_path_is_a_failure(void **state)
{
	need_landlock();
	assert_child(leave_out, *state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_given_files_can_be_opened),
		cmocka_unit_test(test_no_socket_program_or_process),
		cmocka_unit_test(test_threads_are_confined_too),
		cmocka_unit_test(test_without_rules_nothing_opens),
		cmocka_unit_test(test_what_is_open_stays_usable),
		cmocka_unit_test(test_a_store_is_kept_and_rotated),
		cmocka_unit_test(test_a_missing_path_is_a_failure),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
