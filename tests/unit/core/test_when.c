/* SPDX-License-Identifier: MIT */
/* Times as people type them. Each row stands in a zone at a moment, and the result is compared as that zone's clock shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/err.h"
#include "core/when.h"

#define MEXICO "America/Mexico_City" /* no summer time since 2022 */
#define BERLIN "Europe/Berlin"	     /* changes on 2026-03-29 and 2026-10-25 */
#define NEW_YORK "America/New_York"  /* changes on 2026-03-08 and 2026-11-01 */
#define SUNDAY "2026-11-22 16:23"

struct row {
	const char *zone, *now, *text, *expected; /* NULL: refused */
};

static void
set_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static int64_t
moment(const char *text, int dst)
{
	struct tm tm = { .tm_isdst = dst };

	assert_int_equal(sscanf(text, "%4d-%2d-%2d %2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min), 5);
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return (int64_t)mktime(&tm) * 1000;
}

static void
check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct err err = { "" };
		char shown[64] = "refused";
		int64_t at = -1;
		enum status status;

		set_zone(rows[i].zone);
		status = when_parse(rows[i].text, moment(rows[i].now, -1), &at, &err);
		if (status == STATUS_OK) {
			time_t seconds = (time_t)(at / 1000);

			strftime(shown, sizeof shown, "%Y-%m-%d %H:%M", localtime(&seconds));
			if (at <= moment(rows[i].now, -1))
				fail_msg("\"%s\": not later than now", rows[i].text);
		}
		if (strcmp(shown, rows[i].expected != NULL ? rows[i].expected : "refused") != 0)
			fail_msg("\"%s\" at %s in %s: %s, expected %s", rows[i].text, rows[i].now, rows[i].zone, shown,
				 rows[i].expected != NULL ? rows[i].expected : "refused");
		if (status != STATUS_OK && (status != STATUS_INVALID || err.text[0] == '\0' || at != 0))
			fail_msg("\"%s\": refused without a word", rows[i].text);
	}
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

static void
test_spans(void **state)
{
	static const struct row rows[] = {
		{ MEXICO, SUNDAY, "30m", "2026-11-22 16:53" },
		{ MEXICO, SUNDAY, "2h", "2026-11-22 18:23" },
		{ MEXICO, SUNDAY, "in 2h", "2026-11-22 18:23" },
		{ MEXICO, SUNDAY, "In 2 Hours", "2026-11-22 18:23" },
		{ MEXICO, SUNDAY, "en 2h", "2026-11-22 18:23" },
		{ MEXICO, SUNDAY, "dentro de 2 horas", "2026-11-22 18:23" },
		{ MEXICO, SUNDAY, "1h30m", "2026-11-22 17:53" },
		{ MEXICO, SUNDAY, "2h 30m", "2026-11-22 18:53" },
		{ MEXICO, SUNDAY, "half an hour", "2026-11-22 16:53" },
		{ MEXICO, SUNDAY, "media hora", "2026-11-22 16:53" },
		{ MEXICO, SUNDAY, "una hora y media", "2026-11-22 17:53" },
		{ MEXICO, SUNDAY, "in an hour", "2026-11-22 17:23" },
		{ MEXICO, SUNDAY, "24h", "2026-11-23 16:23" },
		{ MEXICO, SUNDAY, "in 18h", "2026-11-23 10:23" },
		{ MEXICO, SUNDAY, "18 hours", "2026-11-23 10:23" },
		{ MEXICO, SUNDAY, "3d", "2026-11-25 16:23" },
		{ MEXICO, SUNDAY, "en 3 días", "2026-11-25 16:23" },
		{ MEXICO, SUNDAY, "in 3 days at 9", "2026-11-25 09:00" },
		{ MEXICO, SUNDAY, "1w", "2026-11-29 16:23" },
		{ MEXICO, SUNDAY, "en una semana", "2026-11-29 16:23" },
		{ MEXICO, SUNDAY, "365d", "2027-11-22 16:23" },
		{ MEXICO, SUNDAY, "370d", NULL },
		{ MEXICO, SUNDAY, "9999d", NULL },
		{ MEXICO, SUNDAY, "0m", NULL },
		{ MEXICO, SUNDAY, "-3h", NULL },
		{ MEXICO, SUNDAY, "99999999999h", NULL },
	};

	(void)state;
	CHECK(rows);
}

static void
test_times_of_the_day(void **state)
{
	static const struct row rows[] = {
		{ MEXICO, SUNDAY, "18h", "2026-11-22 18:00" },
		{ MEXICO, SUNDAY, "18h30", "2026-11-22 18:30" },
		{ MEXICO, SUNDAY, "at 18", "2026-11-22 18:00" },
		{ MEXICO, SUNDAY, "a las 18 horas", "2026-11-22 18:00" },
		{ MEXICO, SUNDAY, "9:30", "2026-11-23 09:30" },
		{ MEXICO, SUNDAY, "9.30", "2026-11-23 09:30" },
		{ MEXICO, SUNDAY, "16:23", "2026-11-23 16:23" },
		{ MEXICO, SUNDAY, "16:24", "2026-11-22 16:24" },
		{ MEXICO, SUNDAY, "6pm", "2026-11-22 18:00" },
		{ MEXICO, SUNDAY, "6:15 p.m.", "2026-11-22 18:15" },
		{ MEXICO, SUNDAY, "12am", "2026-11-23 00:00" },
		{ MEXICO, SUNDAY, "12 pm", "2026-11-23 12:00" },
		{ MEXICO, SUNDAY, "0:00", "2026-11-23 00:00" },
		{ MEXICO, SUNDAY, "9 de la noche", "2026-11-22 21:00" },
		{ MEXICO, SUNDAY, "12 de la noche", "2026-11-23 00:00" },
		{ MEXICO, SUNDAY, "tonight", "2026-11-22 20:00" },
		{ MEXICO, SUNDAY, "esta noche", "2026-11-22 20:00" },
		{ MEXICO, "2026-11-22 20:30", "esta noche", "2026-11-23 20:00" },
		{ MEXICO, SUNDAY, "hoy 18", "2026-11-22 18:00" },
		{ MEXICO, SUNDAY, "hoy a las 9", "2026-11-23 09:00" },
		{ MEXICO, SUNDAY, "noon", "2026-11-23 12:00" },
		{ MEXICO, SUNDAY, "24:00", NULL },
		{ MEXICO, SUNDAY, "9:60", NULL },
		{ MEXICO, SUNDAY, "13pm", NULL },
		{ MEXICO, SUNDAY, "0am", NULL },
		{ MEXICO, SUNDAY, "30", NULL },
		{ MEXICO, SUNDAY, "hoy", NULL },
		{ MEXICO, SUNDAY, "at", NULL },
	};

	(void)state;
	CHECK(rows);
}

static void
test_days(void **state)
{
	static const struct row rows[] = {
		{ MEXICO, SUNDAY, "tomorrow", "2026-11-23 09:00" },
		{ MEXICO, SUNDAY, "tomorrow 9", "2026-11-23 09:00" },
		{ MEXICO, SUNDAY, "tomorrow at 9:30", "2026-11-23 09:30" },
		{ MEXICO, SUNDAY, "9:30 tomorrow", "2026-11-23 09:30" },
		{ MEXICO, SUNDAY, "tomorrow 2h", "2026-11-23 02:00" },
		{ MEXICO, SUNDAY, "manana", "2026-11-23 09:00" },
		{ MEXICO, SUNDAY, "mañana 9", "2026-11-23 09:00" },
		{ MEXICO, SUNDAY, "MAÑANA A LAS 9:30", "2026-11-23 09:30" },
		{ MEXICO, SUNDAY, "man\xcc\x83" "ana 9", "2026-11-23 09:00" },
		{ MEXICO, SUNDAY, "mañana a las 9 y media", "2026-11-23 09:30" },
		{ MEXICO, SUNDAY, "mañana por la mañana", "2026-11-23 09:00" },
		{ MEXICO, SUNDAY, "mañana por la tarde", "2026-11-23 15:00" },
		{ MEXICO, SUNDAY, "mañana en la tarde", "2026-11-23 15:00" },
		{ MEXICO, SUNDAY, "tomorrow evening", "2026-11-23 18:00" },
		{ MEXICO, SUNDAY, "pasado mañana 10", "2026-11-24 10:00" },
		{ MEXICO, SUNDAY, "the day after tomorrow 10", "2026-11-24 10:00" },
		{ MEXICO, SUNDAY, "mon 9", "2026-11-23 09:00" },
		{ MEXICO, SUNDAY, "monday", "2026-11-23 09:00" },
		{ MEXICO, SUNDAY, "lunes 9", "2026-11-23 09:00" },
		{ MEXICO, SUNDAY, "el próximo miércoles a las 10", "2026-11-25 10:00" },
		{ MEXICO, SUNDAY, "sábado", "2026-11-28 09:00" },
		{ MEXICO, SUNDAY, "sunday", "2026-11-29 09:00" },
		{ MEXICO, SUNDAY, "sunday 22:00", "2026-11-22 22:00" },
		{ MEXICO, SUNDAY, "next sunday 22:00", "2026-11-29 22:00" },
		{ MEXICO, SUNDAY, "next week", "2026-11-23 09:00" },
		{ MEXICO, "2026-11-23 08:00", "next week", "2026-11-30 09:00" },
		{ MEXICO, SUNDAY, "la próxima semana", "2026-11-23 09:00" },
		{ MEXICO, SUNDAY, "la semana que viene 11", "2026-11-23 11:00" },
		{ MEXICO, SUNDAY, "next", NULL },
		{ MEXICO, SUNDAY, "mon tue", NULL },
		{ MEXICO, SUNDAY, "2h 9:00", NULL },
		{ MEXICO, SUNDAY, "tomorrow banana", NULL },
		{ MEXICO, SUNDAY, "", NULL },
		{ MEXICO, SUNDAY, "   ", NULL },
		{ MEXICO, SUNDAY, "\xff\xfe", NULL },
	};

	(void)state;
	CHECK(rows);
}

static void
test_dates(void **state)
{
	static const struct row rows[] = {
		{ MEXICO, SUNDAY, "2026-12-24 10:00", "2026-12-24 10:00" },
		{ MEXICO, SUNDAY, "2026-12-24T10:00", "2026-12-24 10:00" },
		{ MEXICO, SUNDAY, "24/12 10:00", "2026-12-24 10:00" },
		{ MEXICO, SUNDAY, "24/12", "2026-12-24 09:00" },
		{ MEXICO, SUNDAY, "24/12/2026 a las 10", "2026-12-24 10:00" },
		{ MEXICO, SUNDAY, "22/11 18", "2026-11-22 18:00" },
		{ MEXICO, SUNDAY, "1/11", "2027-11-01 09:00" },
		{ MEXICO, SUNDAY, "22/11", NULL },
		{ MEXICO, SUNDAY, "2026-11-21", NULL },
		{ MEXICO, SUNDAY, "2027-12-24", NULL },
		{ MEXICO, SUNDAY, "31/4", NULL },
		{ MEXICO, SUNDAY, "12/24", NULL },
		{ MEXICO, SUNDAY, "29/2", NULL },
		{ MEXICO, "2027-06-01 10:00", "29/2", "2028-02-29 09:00" },
		{ MEXICO, "2026-12-31 23:30", "tomorrow", "2027-01-01 09:00" },
	};

	(void)state;
	CHECK(rows);
}

/* Days keep the clock's time, hours are as long as they are; a time that does not exist becomes one near it. */
static void
test_summer_time(void **state)
{
	static const struct row rows[] = {
		{ BERLIN, "2026-03-28 12:00", "tomorrow 9", "2026-03-29 09:00" },
		{ BERLIN, "2026-03-28 12:00", "1d", "2026-03-29 12:00" },
		{ BERLIN, "2026-03-28 12:00", "24h", "2026-03-29 13:00" },
		{ BERLIN, "2026-03-29 01:30", "1h", "2026-03-29 03:30" },
		{ BERLIN, "2026-10-24 12:00", "1d", "2026-10-25 12:00" },
		{ BERLIN, "2026-10-24 12:00", "24h", "2026-10-25 11:00" },
		{ BERLIN, "2026-10-24 12:00", "1w", "2026-10-31 12:00" },
		{ NEW_YORK, "2026-10-31 22:00", "tomorrow 9", "2026-11-01 09:00" },
		{ NEW_YORK, "2026-11-01 00:30", "2h", "2026-11-01 01:30" },
		{ "UTC", "2026-03-29 01:30", "1h", "2026-03-29 02:30" },
		{ "Asia/Kolkata", SUNDAY, "9:30", "2026-11-23 09:30" },
	};
	int64_t at = 0, now;
	struct err err = { "" };

	(void)state;
	CHECK(rows);
	set_zone(BERLIN);
	now = moment("2026-03-28 12:00", -1);
	assert_int_equal(when_parse("tomorrow 2:30", now, &at, &err), STATUS_OK);
	assert_true(at - now >= 13 * 3600000LL && at - now <= 15 * 3600000LL);
	/* In the hour that comes twice, the second half past two is still to come when the first is past. */
	now = moment("2026-10-25 02:45", 1);
	assert_int_equal(when_parse("2:30", now, &at, &err), STATUS_OK);
	assert_true(at > now);
}

/* What is wrong is said with what was typed and how to write it. */
static void
test_words_of_a_refusal(void **state)
{
	struct err err = { "" };
	int64_t at;

	(void)state;
	set_zone("UTC");
	assert_int_equal(when_parse("banana", moment(SUNDAY, -1), &at, &err), STATUS_INVALID);
	assert_non_null(strstr(err.text, "banana"));
	assert_non_null(strstr(err.text, "tomorrow 9"));
	assert_int_equal(when_parse("2026-11-01", moment(SUNDAY, -1), &at, &err), STATUS_INVALID);
	assert_non_null(strstr(err.text, "past"));
	assert_int_equal(when_parse("400d", moment(SUNDAY, -1), &at, &err), STATUS_INVALID);
	assert_non_null(strstr(err.text, "year"));
}

/* No word of theirs makes anything but a later time or a refusal. */
static void
test_any_words(void **state)
{
	static const char *const pieces[] = { "2h", "in", "at", "9", "tomorrow", "mañana", "la", "mon", "next", "week", "una",
					      "y", "media", "24/12", "2026-12-24", "pm", "tarde", "pasado", "after", "18h",
					      "1d", "9:30", "12 de la noche", "hora" };
	size_t count = sizeof pieces / sizeof pieces[0];
	int64_t now;

	(void)state;
	set_zone(BERLIN);
	now = moment("2026-10-24 23:59", -1);
	for (size_t i = 0; i < count * count * count; i++) {
		char text[100];
		struct err err = { "" };
		int64_t at = -1;
		enum status status;

		snprintf(text, sizeof text, "%s %s %s", pieces[i % count], pieces[i / count % count], pieces[i / count / count]);
		status = when_parse(text, now, &at, &err);
		if (status == STATUS_OK ? at <= now || at > now + 366LL * 86400000 : status != STATUS_INVALID || at != 0)
			fail_msg("\"%s\": status %d, %lld", text, (int)status, (long long)(at - now));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_times_of_the_day),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_summer_time),
		cmocka_unit_test(test_words_of_a_refusal),
		cmocka_unit_test(test_any_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
