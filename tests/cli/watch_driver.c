/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The page of live --watch over a store that is there already, as if it had
 * just been filled, in a sandbox: for test-watch.sh, and to look at it.
 *
 *     watch_driver STORE
 */
#include <libgen.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/error.h"
#include "cli/watch.h"
#include "sandbox/sandbox.h"
#include "store/rows.h"

static int64_t ask(struct store *s, const char *sql)
{
	struct rows *r = rows_open(s, sql);
	int64_t value = r != NULL && rows_next(r) == 1 ? rows_integer(r, 0) : 0;

	rows_close(r);
	return value;
}

/* The last query's wait time has just passed. */
static struct live_status status_of(struct store *s)
{
	return (struct live_status){
		.interfaces = "eth0,\033[31meth1",
		.store = "live.db",
		.started_ns = ask(s, "SELECT min(first_ns) FROM captures"),
		.now_ns = ask(s, "SELECT max(last_ns + wait_ns) FROM captures"),
		.packets = (uint64_t)ask(s,
					 "SELECT sum(packets) FROM captures"),
		.messages = (uint64_t)ask(s,
					  "SELECT sum(messages) FROM captures"),
	};
}

static int enter_sandbox(struct store *s)
{
	char path[256];
	const char *folders[] = { path, NULL };
	struct sandbox_rules rules = { .write = folders };

	snprintf(path, sizeof(path), "%s", store_path(s));
	folders[0] = dirname(path);
	return sandbox_enter(&rules);
}

static int watch(struct store *s, struct live_status *status)
{
	const struct timespec pause = { 0, NS_PER_SECOND / 20 };
	struct watch *w = watch_open(s);
	int rc = w != NULL ? enter_sandbox(s) : -1;

	for (int turns = 0; rc == 0; turns++) {
		rc = watch_turn(w, status);
		nanosleep(&pause, NULL);
		/* As a live run does when it happens. */
		if (turns == 10) {
			status->dropped_by_kernel = 3;
			warning("eth0: 3 packets dropped by the kernel");
		}
	}
	watch_close(w);
	return rc;
}

int main(int argc, char **argv)
{
	struct store *s = argc == 2 ? store_open(argv[1]) : NULL;
	struct live_status status;
	int rc = -1;

	if (s != NULL) {
		status = status_of(s);
		rc = watch(s, &status);
	}
	store_close(s);
	printf("ended with %d\n", rc);
	fflush(stdout);
	/* Looking for leaks takes a thread, which a sandbox has not. */
	_exit(rc == 1 ? 0 : 1);
}
