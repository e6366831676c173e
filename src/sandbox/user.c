/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "sandbox/sandbox.h"

static const struct passwd *find_user(const char *name)
{
	const struct passwd *user;

	errno = 0;
	user = getpwnam(name);
	if (user == NULL)
		fail("--user: there is no user \"%s\"%s%s", name,
		     errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
	return user;
}

/* In this order: who is no longer root cannot change groups. */
static int become(const struct passwd *user)
{
	if (initgroups(user->pw_name, user->pw_gid) == 0 &&
	    setresgid(user->pw_gid, user->pw_gid, user->pw_gid) == 0 &&
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) == 0)
		return 0;
	return fail("--user: cannot become \"%s\": %s; that takes "
		    "CAP_SETUID and CAP_SETGID; --user root stays root, "
		    "without capabilities",
		    user->pw_name, strerror(errno));
}

/* Of the bounding set only those who have CAP_SETPCAP can drop; a bonus. */
static void drop_bounds(void)
{
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
}

/* Of a program with file capabilities, which no change of user takes. */
static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capset, &header, none) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail("cannot drop capabilities: %s", strerror(errno));
	return 0;
}

static bool has_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) != 0)
		return true;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		if ((data[i].effective | data[i].permitted |
		     data[i].inheritable) != 0)
			return true;
	return false;
}

/* Some kernels and libraries have let it pass that nothing was dropped. */
static int verify(const struct passwd *user)
{
	bool is_root = user != NULL && user->pw_uid == 0;

	if (has_capabilities() ||
	    (!is_root && (setuid(0) == 0 || seteuid(0) == 0)) ||
	    (user != NULL &&
	     (getuid() != user->pw_uid || getegid() != user->pw_gid)))
		return fail("privileges could not be dropped for good");
	return 0;
}

/* Then it needs no right to become it. */
static bool is_already(const struct passwd *user)
{
	return getuid() == user->pw_uid && geteuid() == user->pw_uid &&
	       getgid() == user->pw_gid && getegid() == user->pw_gid;
}

int sandbox_drop_user(const char *name)
{
	const struct passwd *user = NULL;

	if (name == NULL && geteuid() == 0)
		name = "nobody";
	if (name != NULL && (user = find_user(name)) == NULL)
		return -1;
	drop_bounds();
	if (user != NULL && !is_already(user) && become(user) != 0)
		return -1;
	return drop_capabilities() == 0 ? verify(user) : -1;
}
