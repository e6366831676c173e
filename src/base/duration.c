/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/duration.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct unit {
	const char *name;
	int64_t ns;
} units[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "\xc2\xb5s", 1000 }, /* U+00B5 MICRO SIGN */
	{ "\xce\xbcs", 1000 }, /* U+03BC GREEK SMALL LETTER MU */
	{ "ms", 1000000 },
	{ "s", NS_PER_SECOND },
	{ "m", 60 * NS_PER_SECOND },
	{ "h", 3600 * NS_PER_SECOND },
};

static const struct unit *find_unit(const char *name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

/* Digits, perhaps a point and digits: strtod() alone takes "0x1p3" and "nan". */
static bool is_plain_decimal(const char *string, size_t len)
{
	size_t digits = strspn(string, "0123456789");
	size_t fraction = 0;

	if (digits < len && string[digits] == '.')
		fraction = 1 + strspn(string + digits + 1, "0123456789");
	return digits > 0 && digits + fraction == len && fraction != 1;
}

bool duration_parse(const char *string, int64_t *ns)
{
	size_t len = strspn(string, "0123456789.");
	const struct unit *unit = find_unit(string + len);
	double value;

	if (!is_plain_decimal(string, len))
		return false;
	value = strtod(string, NULL);
	if (unit == NULL && (string[len] != '\0' || value != 0))
		return false;
	value *= unit != NULL ? (double)unit->ns : 0;
	if (value >= 9.2e18)
		return false;
	*ns = (int64_t)llround(value);
	return true;
}

const char *duration_format(int64_t ns, char *out)
{
	static const struct unit shown[] = { { "s", NS_PER_SECOND },
					     { "ms", 1000000 },
					     { "\xc2\xb5s", 1000 } };

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		if (ns < shown[i].ns && ns > -shown[i].ns)
			continue;
		snprintf(out, DURATION_TEXT_MAX, "%.2f%s",
			 (double)ns / (double)shown[i].ns, shown[i].name);
		return out;
	}
	snprintf(out, DURATION_TEXT_MAX, "%" PRId64 "ns", ns);
	return out;
}

/* The nanoseconds of ".123456" and how far it reaches. */
static const char *parse_fraction(const char *s, int64_t *ns)
{
	int64_t scale = NS_PER_SECOND / 10;

	*ns = 0;
	if (*s != '.')
		return s;
	for (s++; isdigit((unsigned char)*s); s++, scale /= 10)
		*ns += (*s - '0') * scale;
	return s;
}

/* 1677..2262 is what 64 bits of nanoseconds hold. */
static bool in_range(int64_t seconds)
{
	return seconds > -9223372036 && seconds < 9223372036;
}

static bool parse_epoch(const char *string, int64_t *ns)
{
	char *end = NULL;
	long long seconds = strtoll(string, &end, 10);
	int64_t fraction;

	if (end == string || !in_range(seconds) ||
	    *parse_fraction(end, &fraction) != '\0')
		return false;
	*ns = seconds * NS_PER_SECOND + fraction;
	return true;
}

bool timestamp_parse(const char *string, int64_t *ns)
{
	static const char *const shapes[] = { "%Y-%m-%dT%H:%M:%S",
					      "%Y-%m-%d %H:%M:%S",
					      "%Y-%m-%dT%H:%M",
					      "%Y-%m-%d %H:%M", "%Y-%m-%d" };

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct tm tm = { 0 };
		const char *rest = strptime(string, shapes[i], &tm);
		int64_t fraction = 0;

		if (rest == NULL)
			continue;
		rest = parse_fraction(rest, &fraction);
		if (strcmp(rest, "") != 0 && strcmp(rest, "Z") != 0)
			continue;
		if (!in_range(timegm(&tm)))
			return false;
		*ns = timegm(&tm) * NS_PER_SECOND + fraction;
		return true;
	}
	return parse_epoch(string, ns);
}

const char *timestamp_format(int64_t ns, char *out)
{
	int64_t fraction = ns % NS_PER_SECOND;
	time_t seconds = (time_t)(ns / NS_PER_SECOND);
	struct tm tm;
	size_t len;

	if (fraction < 0) {
		fraction += NS_PER_SECOND;
		seconds--;
	}
	gmtime_r(&seconds, &tm);
	len = strftime(out, TIMESTAMP_TEXT_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	if (fraction % 1000 != 0)
		snprintf(out + len, TIMESTAMP_TEXT_MAX - len, ".%09" PRId64 "Z",
			 fraction);
	else
		snprintf(out + len, TIMESTAMP_TEXT_MAX - len, ".%06" PRId64 "Z",
			 fraction / 1000);
	return out;
}
