/* SPDX-License-Identifier: BSD-3-Clause */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/error.h"
#include "sandbox/landlock_private.h"
#include "sandbox/syscalls_private.h"

static bool has_any(const char *const *paths)
{
	return paths != NULL && *paths != NULL;
}

static enum opening opening_of(const struct sandbox_rules *rules)
{
	return has_any(rules->write) || has_any(rules->rename) ? OPEN_TO_WRITE
	       : has_any(rules->read)                          ? OPEN_TO_READ
							       : OPEN_NOTHING;
}

int sandbox_enter(const struct sandbox_rules *rules)
{
	enum opening opening = opening_of(rules);
	int paths, calls;

	/* Both need it of those who are not root. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail("sandbox: %s", strerror(errno));
	paths = landlock_enter(rules);
	calls = paths >= 0 ? syscalls_enter(opening) : -1;
	if (paths < 0 || calls < 0)
		return -1;
	if (rules->is_quiet)
		return 0;
	if (paths == 0 && (calls == 0 || opening != OPEN_NOTHING))
		warning("this kernel has no Landlock: files are confined only "
			"by the user's rights");
	if (calls == 0)
		warning("built without libseccomp, or this kernel has no "
			"seccomp: system calls are not confined");
	return 0;
}
