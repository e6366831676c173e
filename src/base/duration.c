/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/duration.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/calendar.h"

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

/* Two digits, at most max. */
static bool parse_pair(const char *s, int max, int *number)
{
	if (!isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]))
		return false;
	*number = 10 * (s[0] - '0') + (s[1] - '0');
	return *number <= max;
}

/* "", "Z" or "+01:00": how far ahead of UTC. */
static bool parse_zone(const char *s, int64_t *ns)
{
	int hours, minutes;

	*ns = 0;
	if (strcmp(s, "") == 0 || strcmp(s, "Z") == 0)
		return true;
	if ((*s != '+' && *s != '-') || !parse_pair(s + 1, 23, &hours) ||
	    s[3] != ':' || !parse_pair(s + 4, 59, &minutes) || s[6] != '\0')
		return false;
	*ns = (hours * 60 + minutes) * 60 * NS_PER_SECOND;
	if (*s == '-')
		*ns = -*ns;
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
		int64_t fraction = 0, zone;

		if (rest == NULL)
			continue;
		rest = parse_fraction(rest, &fraction);
		if (!parse_zone(rest, &zone))
			continue;
		/* A day off the edge, as a zone moves it. */
		if (!in_range(calendar_seconds(&tm) - 86400) ||
		    !in_range(calendar_seconds(&tm) + 86400))
			return false;
		*ns = calendar_seconds(&tm) * NS_PER_SECOND + fraction - zone;
		return true;
	}
	return parse_epoch(string, ns);
}

/* "14:03" or "14:03:11.5" */
static bool parse_time_of_day(const char *s, int64_t *ns)
{
	int64_t fraction = 0;
	int hours, minutes, seconds = 0;

	if (!parse_pair(s, 23, &hours) || s[2] != ':' ||
	    !parse_pair(s + 3, 59, &minutes))
		return false;
	s += 5;
	if (*s == ':') {
		if (!parse_pair(s + 1, 59, &seconds))
			return false;
		s = parse_fraction(s + 3, &fraction);
	}
	*ns = ((hours * 60 + minutes) * 60 + seconds) * NS_PER_SECOND +
	      fraction;
	return *s == '\0';
}

bool when_parse(const char *string, struct when *when)
{
	if (parse_time_of_day(string, &when->ns))
		when->kind = WHEN_OF_DAY;
	else if (string[0] == '-' && duration_parse(string + 1, &when->ns))
		when->kind = WHEN_FROM_END;
	else if (string[0] != '-' && timestamp_parse(string, &when->ns))
		when->kind = WHEN_ABSOLUTE;
	else
		when->kind = WHEN_NONE;
	return when->kind != WHEN_NONE;
}

static int64_t on_day_of(int64_t time_of_day, int64_t first_ns, int64_t last_ns)
{
	static const int64_t day = 86400 * NS_PER_SECOND;
	int64_t from_midnight = (first_ns % day + day) % day;
	int64_t ahead = time_of_day - from_midnight;

	/* Captures tell any time: that of the first packet is taken then. */
	if (first_ns < INT64_MIN + day || first_ns > INT64_MAX - day)
		return first_ns;
	if (ahead < 0 && first_ns + ahead + day <= last_ns)
		ahead += day;
	return first_ns + ahead;
}

int64_t when_at(const struct when *when, int64_t first_ns, int64_t last_ns)
{
	if (when->kind == WHEN_FROM_END)
		return last_ns < INT64_MIN + when->ns ? INT64_MIN
						      : last_ns - when->ns;
	if (when->kind == WHEN_OF_DAY)
		return on_day_of(when->ns, first_ns, last_ns);
	return when->ns;
}

const char *timestamp_format(int64_t ns, char *out)
{
	int64_t fraction = ns % NS_PER_SECOND;
	int64_t seconds = ns / NS_PER_SECOND;
	struct tm tm;
	size_t len;

	if (fraction < 0) {
		fraction += NS_PER_SECOND;
		seconds--;
	}
	calendar_of(seconds, &tm);
	len = strftime(out, TIMESTAMP_TEXT_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	if (fraction % 1000 != 0)
		snprintf(out + len, TIMESTAMP_TEXT_MAX - len, ".%09" PRId64 "Z",
			 fraction);
	else
		snprintf(out + len, TIMESTAMP_TEXT_MAX - len, ".%06" PRId64 "Z",
			 fraction / 1000);
	return out;
}
