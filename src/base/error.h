/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages to the user, on standard error, one line each:
 *
 *     dnsforensics: node7.pcap: after frame 1203: file cut short in a packet
 *
 * Where, what, what to do; lower case, no full stop.  File names and words from
 * captures may stand in them: control characters are escaped here.  The
 * function that knows the reason says it, once; those above pass -1 on.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#if defined(__GNUC__)
#define PRINTF_LIKE(string, first) \
	__attribute__((format(printf, string, first)))
#else
#define PRINTF_LIKE(string, first)
#endif

/* Says why an action failed.  Always -1, so that `return fail(...)` reads. */
int fail(const char *format, ...) PRINTF_LIKE(1, 2);

/* Says what the user should know though the work goes on. */
void warning(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
