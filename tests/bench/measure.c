/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * measure RESULT COMMAND [ARGUMENT]...: runs the command and writes into the
 * file RESULT, as one line of JSON, what it took.  A small parent, because
 * Linux counts the parent's memory into a child's peak until it has executed.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t us_of(struct timeval t)
{
	return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

static int run(char **command, int *status, struct rusage *used)
{
	pid_t child = fork();

	if (child == -1)
		return fail("%s: %s", command[0], strerror(errno));
	if (child == 0) {
		execvp(command[0], command);
		fail("%s: %s", command[0], strerror(errno));
		_exit(127);
	}
	while (wait4(child, status, 0, used) == -1)
		if (errno != EINTR)
			return fail("%s: %s", command[0], strerror(errno));
	return 0;
}

static int write_result(const char *path, int64_t wall_ns, int status,
			const struct rusage *used)
{
	FILE *file = fopen(path, "w");

	if (file == NULL)
		return fail("%s: %s", path, strerror(errno));
	fprintf(file,
		"{\"wall_us\": %" PRId64 ", \"user_us\": %" PRId64
		", \"system_us\": %" PRId64
		", \"peak_kib\": %ld, \"status\": %d}\n",
		wall_ns / 1000, us_of(used->ru_utime), us_of(used->ru_stime),
		used->ru_maxrss,
		WIFEXITED(status) ? WEXITSTATUS(status)
				  : 128 + WTERMSIG(status));
	return fclose(file) == 0 ? 0 : fail("%s: %s", path, strerror(errno));
}

int main(int argc, char **argv)
{
	struct rusage used;
	int64_t start_ns;
	int status;

	if (argc < 3) {
		fail("measure: which result, which command?");
		return 2;
	}
	start_ns = now_ns();
	if (run(argv + 2, &status, &used) != 0)
		return 1;
	return write_result(argv[1], now_ns() - start_ns, status, &used) != 0;
}
