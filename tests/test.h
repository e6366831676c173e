/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cmocka with what its header needs before it.  Only what cmocka 1.1 and 2.0
 * share is used: no mocks, no ranges; give real objects to real code.
 */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* cmocka has macros of the names of functions in base/error.h, base/bytes.h. */
#undef fail
#undef skip

/* cmocka's own uses its fail(). */
#undef fail_msg
#define fail_msg(format, ...)                                                 \
	do {                                                                  \
		print_error("ERROR: " format "\n", __VA_ARGS__);              \
		_fail(__FILE__, __LINE__);                                    \
	} while (0)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
