/* SPDX-License-Identifier: BSD-3-Clause */
/* Years begin in March here, so that the leap day is their last. */
#include "base/calendar.h"

enum {
	DAY_S = 86400,
	ERA_DAYS = 146097, /* 400 years */
	TO_1970 = 719468   /* days from 1 March of the year 0 */
};

static int64_t divide_down(int64_t number, int64_t by)
{
	return number / by - (number % by < 0);
}

/* The number of the day in a year on which the month from March begins. */
static int64_t month_begin(int64_t month)
{
	return (153 * month + 2) / 5;
}

void calendar_of(int64_t seconds, struct tm *tm)
{
	int64_t days = divide_down(seconds, DAY_S) + TO_1970;
	int64_t second = seconds - (days - TO_1970) * DAY_S;
	int64_t era = divide_down(days, ERA_DAYS);
	int64_t of_era = days - era * ERA_DAYS;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 -
			of_era / 146096) /
		       365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;

	*tm = (struct tm){ .tm_sec = (int)(second % 60),
			   .tm_min = (int)(second / 60 % 60),
			   .tm_hour = (int)(second / 3600) };
	tm->tm_mday = (int)(of_year - month_begin(month)) + 1;
	tm->tm_mon = (int)(month + 2) % 12;
	tm->tm_year = (int)(year + 400 * era + (month >= 10)) - 1900;
}

int64_t calendar_seconds(const struct tm *tm)
{
	int64_t year = (int64_t)tm->tm_year + 1900 - (tm->tm_mon < 2);
	int64_t era = divide_down(year, 400);
	int64_t of_era = year - era * 400;
	int64_t days = era * ERA_DAYS + 365 * of_era + of_era / 4 -
		       of_era / 100 + month_begin((tm->tm_mon + 10) % 12) +
		       tm->tm_mday - 1 - TO_1970;

	return days * DAY_S + (int64_t)tm->tm_hour * 3600 +
	       (int64_t)tm->tm_min * 60 + tm->tm_sec;
}
