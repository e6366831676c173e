/* SPDX-License-Identifier: BSD-3-Clause */
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "tests/sandbox/child.h"

int child_told;

static void need_root(void)
{
	if (geteuid() == 0)
		return;
	print_message("not root: not tested\n");
	_skip(__FILE__, __LINE__);
}

static uint32_t permitted(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	EXPECT(syscall(SYS_capget, &header, data) == 0);
	return data[0].permitted | data[1].permitted;
}

static void become(void *data)
{
	const struct passwd *nobody = getpwnam("nobody");
	gid_t group;

	EXPECT(nobody != NULL);
	EXPECT(sandbox_drop_user(data) == 0);
	EXPECT(getuid() == nobody->pw_uid && geteuid() == nobody->pw_uid);
	EXPECT(getgid() == nobody->pw_gid && getegid() == nobody->pw_gid);
	EXPECT(getgroups(1, &group) == 1 && group == nobody->pw_gid);
	EXPECT(setuid(0) != 0 && setgid(0) != 0 && setgroups(0, NULL) != 0);
	EXPECT(permitted() == 0);
	EXPECT(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
}

static void test_root_becomes_nobody(void **state)
{
	(void)state;
	need_root();
	assert_child(become, NULL);
}

static void test_root_becomes_the_user_that_is_named(void **state)
{
	(void)state;
	need_root();
	assert_child(become, (void *)"nobody");
}

static void stay(void *data)
{
	uid_t self;

	(void)data;
	if (geteuid() == 0)
		EXPECT(setresuid(1234, 1234, 1234) == 0);
	self = getuid();
	EXPECT(sandbox_drop_user(NULL) == 0);
	EXPECT(getuid() == self && geteuid() == self && permitted() == 0);
	EXPECT(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
}

static void test_without_root_the_user_stays(void **state)
{
	(void)state;
	assert_child(stay, NULL);
}

static void change_without_root(void *data)
{
	if (geteuid() == 0)
		EXPECT(setresuid(1234, 1234, 1234) == 0);
	EXPECT(sandbox_drop_user(data) == -1);
}

static void test_another_user_takes_root(void **state)
{
	(void)state;
	assert_child(change_without_root, (void *)"daemon");
}

static void test_an_unknown_user_is_a_failure(void **state)
{
	(void)state;
	assert_child(change_without_root, (void *)"no such user");
}

/* Root without capabilities still owns files, but nothing more. */
static void stay_root(void *data)
{
	EXPECT(sandbox_drop_user(data) == 0);
	EXPECT(getuid() == 0 && permitted() == 0);
	EXPECT(setgroups(0, NULL) != 0);
}

static void test_root_that_stays_root_has_no_capabilities(void **state)
{
	(void)state;
	need_root();
	assert_child(stay_root, (void *)"root");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root_becomes_nobody),
		cmocka_unit_test(test_root_becomes_the_user_that_is_named),
		cmocka_unit_test(test_without_root_the_user_stays),
		cmocka_unit_test(test_another_user_takes_root),
		cmocka_unit_test(test_an_unknown_user_is_a_failure),
		cmocka_unit_test(test_root_that_stays_root_has_no_capabilities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
