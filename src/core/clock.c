/* SPDX-License-Identifier: MIT */
#include "core/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char month_names[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
static const char day_names[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

static int64_t
read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_now_ms(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
clock_monotonic_ms(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

/* Seconds rounded down, also before 1970. */
static time_t
seconds_of(int64_t ms)
{
	return (time_t)(ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000));
}

const char *
clock_iso8601(int64_t ms, char *out, size_t size)
{
	time_t seconds = seconds_of(ms);
	struct tm tm;
	int fraction = (int)(ms - (int64_t)seconds * 1000);

	if (gmtime_r(&seconds, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	snprintf(out, size, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
		 tm.tm_hour, tm.tm_min, tm.tm_sec, fraction);
	return out;
}

const char *
clock_rfc2822(int64_t ms, char *out, size_t size)
{
	time_t seconds = seconds_of(ms);
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	snprintf(out, size, "%s, %02d %s %04d %02d:%02d:%02d +0000", day_names[tm.tm_wday], tm.tm_mday,
		 month_names[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return out;
}

int64_t
clock_parse_rfc2822(const char *text)
{
	char month[4] = "";
	const char *comma;
	int day, year, hour, minute, second, zone, used = 0;
	struct tm tm = { 0 };

	if (text == NULL)
		return -1;
	comma = strchr(text, ',');
	if (comma != NULL)
		text = comma + 1;
	if (sscanf(text, " %2d %3s %4d %2d:%2d:%2d %5d%n", &day, month, &year, &hour, &minute, &second, &zone, &used) != 7
	    || used == 0)
		return -1;
	for (tm.tm_mon = 0; tm.tm_mon < 12 && strcmp(month_names[tm.tm_mon], month) != 0; tm.tm_mon++)
		;
	if (tm.tm_mon == 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60 || year < 1970)
		return -1;
	tm.tm_mday = day;
	tm.tm_year = year - 1900;
	tm.tm_hour = hour;
	tm.tm_min = minute;
	tm.tm_sec = second;
	return ((int64_t)timegm(&tm) - (zone / 100 * 3600 + zone % 100 * 60)) * 1000;
}
