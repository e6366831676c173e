/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the process gives up before it decodes what strangers sent, so that a
 * fault in a decoder is not the node's.  In this order, all of it before any
 * thread is started, and none of it can be undone:
 *
 *     open what needs rights (a capture on an interface)
 *     sandbox_drop_user()
 *     open or make what shall belong to that user (the store)
 *     look up what is looked up but once (terminal, patterns, time zones)
 *     sandbox_enter()
 *     decode
 *
 * It is the kernel that keeps the rules: paths by Landlock (Linux 5.13 and
 * newer), system calls by seccomp.  What breaks them gets an error (EACCES of
 * Landlock, EPERM or ENOSYS of seccomp) and no signal: libraries try things
 * that they can do without (libpcap counters in /sys, SQLite /dev/urandom), and
 * a capture must not end by it; an intruder has nothing of either.
 *
 * SQLite sorts much in files of its own elsewhere, unless the connection has
 * PRAGMA temp_store = MEMORY.  Patterns compiled later are interpreted: slower.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <stdbool.h>

/*
 * Becomes that user, with the groups it has, and drops all capabilities for
 * good; programs that are set-uid no longer give any (no_new_privs).  NULL is
 * "nobody" for root, and without root the user stays.  -1: already reported;
 * the process should end then.
 */
int sandbox_drop_user(const char *user);

/*
 * Paths, NULL after the last; they must exist.  A list may be NULL: none.
 * What is open already stays usable, whatever it is.
 *
 * A file is what its name stands for now: where another may take its place
 * (by rename, or as a ConfigMap does it), give its folder.
 */
struct sandbox_rules {
	/* Files, and folders with all that is in them. */
	const char *const *read;
	/* Folders in which files are read, written, made and removed. */
	const char *const *write;
	/* Folders in which names are made, changed and removed: no content. */
	const char *const *rename;
	/* Nothing is said of what the kernel or this build cannot keep. */
	bool is_quiet;
};

/*
 * From here on: no file but those, no socket, no program, no other process,
 * no memory that is made executable; for threads that are started later too.
 * What the kernel or this build cannot keep is told by a warning, one for each,
 * and the rest is kept.  -1: already reported; the process should end then.
 */
int sandbox_enter(const struct sandbox_rules *rules);

#endif
