/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

static void say(const char *severity, const char *format, va_list arguments)
{
	char *line = NULL;
	struct text safe = { 0 };

	if (vasprintf(&line, format, arguments) < 0)
		line = NULL;
	text_add_terminal_safe(&safe, line != NULL ? line : format);
	fprintf(stderr, "dnsforensics: %s%s\n", severity, text_string(&safe));
	text_release(&safe);
	free(line);
}

int fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say("", format, arguments);
	va_end(arguments);
	return -1;
}

void warning(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say("warning: ", format, arguments);
	va_end(arguments);
}
