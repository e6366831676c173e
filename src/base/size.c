/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/size.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* How far the unit shifts, and where it ends. */
static unsigned unit_shift(const char **at)
{
	static const char units[] = "KMGT";
	char letter = **at == 'm' ? '\0' : (char)toupper((unsigned char)**at);
	const char *found = letter != '\0' ? strchr(units, letter) : NULL;

	if (found == NULL)
		return 0;
	(*at)++;
	return 10 * (unsigned)(found - units + 1);
}

bool size_parse(const char *string, uint64_t *bytes)
{
	char *end;
	const char *at;
	unsigned long long number;
	unsigned shift;

	if (!isdigit((unsigned char)string[0]))
		return false;
	errno = 0;
	number = strtoull(string, &end, 10);
	at = end;
	shift = unit_shift(&at);
	if (shift != 0 && strncmp(at, "iB", 2) == 0)
		at += 2;
	else if (*at == 'B')
		at++;
	if (*at != '\0' || errno != 0 || number > (uint64_t)INT64_MAX >> shift)
		return false;
	*bytes = (uint64_t)number << shift;
	return true;
}
