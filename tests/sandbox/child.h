/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a sandbox does cannot be undone, so each is entered by a child.  It
 * tells by its exit status in which line it was disappointed.
 */
#ifndef TESTS_SANDBOX_CHILD_H
#define TESTS_SANDBOX_CHILD_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/sandbox.h"
#include "tests/test.h"

/* More lines than an exit status has values: through a pipe. */
extern int child_told;

#define EXPECT(condition)                     \
	do {                                  \
		if (!(condition))             \
			child_exit(__LINE__); \
	} while (0)

static inline void child_exit(int line)
{
	ssize_t written = write(child_told, &line, sizeof(line));

	_exit(written == sizeof(line) ? 0 : 1);
}

/* Runs it in a child; the test fails at the line where that was. */
static inline void assert_child(void (*run)(void *), void *data)
{
	int told[2], line = -1, status = 0;
	pid_t child;

	assert_int_equal(pipe(told), 0);
	child_told = told[1];
	child = fork();
	assert_int_not_equal(child, -1);
	if (child == 0) {
		run(data);
		child_exit(0);
	}
	close(told[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (read(told[0], &line, sizeof(line)) != sizeof(line))
		print_error("the child was ended, status %#x\n",
			    (unsigned)status);
	close(told[0]);
	if (line > 0)
		print_error("disappointed in line %d\n", line);
	assert_int_equal(line, 0);
}

#endif
