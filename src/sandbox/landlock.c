/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Each version of Landlock knows more rights.  All that the running kernel
 * knows are taken, then some are given back below paths.  The numbers stand
 * here, because headers are often older than kernels.
 */
#include "sandbox/landlock_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"

/* As in linux/landlock.h; the same on all architectures. */
enum {
	CREATE_RULESET = 444,
	ADD_RULE = 445,
	RESTRICT_SELF = 446,
	ASK_VERSION = 1,
	RULE_PATH_BENEATH = 1,
	VERSION_TRUNCATE = 3,
	VERSION_NET = 4,
	VERSION_IOCTL = 5,
	VERSION_SCOPE = 6
};

#define BIT(n) (UINT64_C(1) << (n))

static const uint64_t write_file = BIT(1), read_file = BIT(2),
		      read_folder = BIT(3), remove_file = BIT(5),
		      make_file = BIT(8), truncate_file = BIT(14);

struct ruleset {
	uint64_t files;  /* version 1 */
	uint64_t net;    /* version 4 */
	uint64_t scopes; /* version 6 */
};

/* Packed in the kernel's interface, too. */
struct path_rule {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

static uint64_t file_rights(long version)
{
	/* 13 rights, and linking across folders, which 1 always forbids. */
	uint64_t rights = version == 1 ? BIT(13) - 1 : BIT(14) - 1;

	if (version >= VERSION_TRUNCATE)
		rights |= truncate_file;
	if (version >= VERSION_IOCTL)
		rights |= BIT(15);
	return rights;
}

/* TCP as such, and abstract sockets and signals of other processes. */
static struct ruleset take_all(long version)
{
	return (struct ruleset){ .files = file_rights(version),
				 .net = version >= VERSION_NET ? BIT(2) - 1 : 0,
				 .scopes = version >= VERSION_SCOPE ? BIT(2) - 1
								    : 0 };
}

static size_t size_of(long version)
{
	return version >= VERSION_SCOPE ? sizeof(struct ruleset)
	       : version >= VERSION_NET ? offsetof(struct ruleset, scopes)
					: offsetof(struct ruleset, net);
}

/* Of a file that is no folder only these can be given. */
static uint64_t fitting(int path, uint64_t rights)
{
	struct stat st;

	if (fstat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return rights;
	return rights & (read_file | write_file | truncate_file);
}

static int allow(int ruleset, const char *path, uint64_t rights)
{
	struct path_rule rule = { 0, open(path, O_PATH | O_CLOEXEC) };
	int rc = 0;

	if (rule.parent < 0)
		return fail("%s: %s", path, strerror(errno));
	rule.allowed = fitting(rule.parent, rights);
	/* EBADFD: a pipe, by /dev/stdin; such Landlock never refuses. */
	if (syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0 &&
	    errno != EBADFD)
		rc = fail("%s: cannot be given to the sandbox: %s", path,
			  strerror(errno));
	close(rule.parent);
	return rc;
}

static int allow_all(int ruleset, const char *const *paths, uint64_t rights)
{
	for (; paths != NULL && *paths != NULL; paths++)
		if (allow(ruleset, *paths, rights) != 0)
			return -1;
	return 0;
}

static int allow_rules(int ruleset, const struct sandbox_rules *rules,
		       uint64_t known)
{
	uint64_t reading = read_file | read_folder;
	uint64_t writing = reading | write_file | make_file | remove_file |
			   (truncate_file & known);

	if (allow_all(ruleset, rules->read, reading) != 0 ||
	    allow_all(ruleset, rules->write, writing) != 0 ||
	    allow_all(ruleset, rules->rename, make_file | remove_file) != 0)
		return -1;
	if (syscall(RESTRICT_SELF, ruleset, 0) != 0)
		return fail("sandbox: Landlock: %s", strerror(errno));
	return 1;
}

int landlock_enter(const struct sandbox_rules *rules)
{
	long version = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
	struct ruleset all;
	int ruleset, rc;

	/* Not built in, or switched off when it was booted. */
	if (version < 1)
		return 0;
	all = take_all(version);
	ruleset = (int)syscall(CREATE_RULESET, &all, size_of(version), 0);
	if (ruleset < 0)
		return fail("sandbox: Landlock: %s", strerror(errno));
	rc = allow_rules(ruleset, rules, all.files);
	close(ruleset);
	return rc;
}
