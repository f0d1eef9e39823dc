/* SPDX-License-Identifier: MIT */
/*
 * The text is folded (lower case, no accents) and cut into words; each says one thing (a day, a time, a span, a part of the
 * day), and what contradicts what was said before is refused. Only then the words are put together, so that "mañana 9" and
 * "9 mañana" are the same.
 */
#include "core/when.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/i18n.h"
#include "core/utf8.h"

#define TEXT_MAX 100
#define WORDS_MAX 12
#define WORD_SIZE 24
#define YEAR_MS ((int64_t)366 * 86400000)
#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum { USUAL_HOUR = 9, MINUTES_OF_DAY = 1440 };

enum meaning {
	MEANS_NOTHING, /* at, las, the */
	MEANS_IN,
	MEANS_AT,
	MEANS_DAY,     /* so many days from today */
	MEANS_AFTER,   /* (the day) after */
	MEANS_WEEKDAY,
	MEANS_NEXT,
	MEANS_PART,    /* of the day: its usual hour */
	MEANS_NOON,
	MEANS_TONIGHT,
	MEANS_HALFDAY, /* am, pm: 0 or 12 */
	MEANS_MINUTES, /* a unit of so many */
	MEANS_DAYS,    /* a unit of so many */
	MEANS_ONE,
	MEANS_HALF,
	MEANS_QUARTER
};

enum { MORNING = 9, AFTERNOON = 15, EVENING = 18, NIGHT = 20 };

/* "manana" is both tomorrow and the morning; "la" before it decides. */
static const struct word {
	const char *text;
	enum meaning meaning;
	int value;
} words[] = {
	{ "the", MEANS_NOTHING, 0 }, { "on", MEANS_NOTHING, 0 }, { "of", MEANS_NOTHING, 0 }, { "this", MEANS_NOTHING, 0 },
	{ "and", MEANS_NOTHING, 0 }, { "el", MEANS_NOTHING, 0 }, { "la", MEANS_NOTHING, 0 }, { "los", MEANS_NOTHING, 0 },
	{ "al", MEANS_NOTHING, 0 }, { "de", MEANS_NOTHING, 0 }, { "por", MEANS_NOTHING, 0 }, { "este", MEANS_NOTHING, 0 },
	{ "esta", MEANS_NOTHING, 0 }, { "que", MEANS_NOTHING, 0 }, { "y", MEANS_NOTHING, 0 },
	{ "in", MEANS_IN, 0 }, { "en", MEANS_IN, 0 }, { "dentro", MEANS_IN, 0 },
	{ "at", MEANS_AT, 0 }, { "las", MEANS_AT, 0 },
	{ "today", MEANS_DAY, 0 }, { "hoy", MEANS_DAY, 0 }, { "tomorrow", MEANS_DAY, 1 }, { "tmrw", MEANS_DAY, 1 },
	{ "manana", MEANS_DAY, 1 }, { "after", MEANS_AFTER, 0 }, { "pasado", MEANS_AFTER, 0 },
	{ "sunday", MEANS_WEEKDAY, 0 }, { "sun", MEANS_WEEKDAY, 0 }, { "domingo", MEANS_WEEKDAY, 0 },
	{ "dom", MEANS_WEEKDAY, 0 }, { "monday", MEANS_WEEKDAY, 1 }, { "mon", MEANS_WEEKDAY, 1 },
	{ "lunes", MEANS_WEEKDAY, 1 }, { "lun", MEANS_WEEKDAY, 1 }, { "tuesday", MEANS_WEEKDAY, 2 },
	{ "tue", MEANS_WEEKDAY, 2 }, { "tues", MEANS_WEEKDAY, 2 }, { "martes", MEANS_WEEKDAY, 2 },
	{ "mar", MEANS_WEEKDAY, 2 }, { "wednesday", MEANS_WEEKDAY, 3 }, { "wed", MEANS_WEEKDAY, 3 },
	{ "miercoles", MEANS_WEEKDAY, 3 }, { "mie", MEANS_WEEKDAY, 3 }, { "thursday", MEANS_WEEKDAY, 4 },
	{ "thu", MEANS_WEEKDAY, 4 }, { "thurs", MEANS_WEEKDAY, 4 }, { "jueves", MEANS_WEEKDAY, 4 },
	{ "jue", MEANS_WEEKDAY, 4 }, { "friday", MEANS_WEEKDAY, 5 }, { "fri", MEANS_WEEKDAY, 5 },
	{ "viernes", MEANS_WEEKDAY, 5 }, { "vie", MEANS_WEEKDAY, 5 }, { "saturday", MEANS_WEEKDAY, 6 },
	{ "sat", MEANS_WEEKDAY, 6 }, { "sabado", MEANS_WEEKDAY, 6 }, { "sab", MEANS_WEEKDAY, 6 },
	{ "next", MEANS_NEXT, 0 }, { "proximo", MEANS_NEXT, 0 }, { "proxima", MEANS_NEXT, 0 }, { "viene", MEANS_NEXT, 0 },
	{ "morning", MEANS_PART, MORNING }, { "afternoon", MEANS_PART, AFTERNOON }, { "evening", MEANS_PART, EVENING },
	{ "night", MEANS_PART, NIGHT }, { "tarde", MEANS_PART, AFTERNOON }, { "noche", MEANS_PART, NIGHT },
	{ "noon", MEANS_NOON, 0 }, { "mediodia", MEANS_NOON, 0 }, { "tonight", MEANS_TONIGHT, 0 },
	{ "am", MEANS_HALFDAY, 0 }, { "pm", MEANS_HALFDAY, 12 },
	{ "m", MEANS_MINUTES, 1 }, { "min", MEANS_MINUTES, 1 }, { "mins", MEANS_MINUTES, 1 },
	{ "minute", MEANS_MINUTES, 1 }, { "minutes", MEANS_MINUTES, 1 }, { "minuto", MEANS_MINUTES, 1 },
	{ "minutos", MEANS_MINUTES, 1 }, { "h", MEANS_MINUTES, 60 }, { "hr", MEANS_MINUTES, 60 },
	{ "hrs", MEANS_MINUTES, 60 }, { "hs", MEANS_MINUTES, 60 }, { "hour", MEANS_MINUTES, 60 },
	{ "hours", MEANS_MINUTES, 60 }, { "hora", MEANS_MINUTES, 60 }, { "horas", MEANS_MINUTES, 60 },
	{ "d", MEANS_DAYS, 1 }, { "day", MEANS_DAYS, 1 }, { "days", MEANS_DAYS, 1 }, { "dia", MEANS_DAYS, 1 },
	{ "dias", MEANS_DAYS, 1 }, { "w", MEANS_DAYS, 7 }, { "week", MEANS_DAYS, 7 }, { "weeks", MEANS_DAYS, 7 },
	{ "semana", MEANS_DAYS, 7 }, { "semanas", MEANS_DAYS, 7 }, { "sem", MEANS_DAYS, 7 },
	{ "a", MEANS_ONE, 0 }, { "an", MEANS_ONE, 0 }, { "un", MEANS_ONE, 0 }, { "una", MEANS_ONE, 0 },
	{ "half", MEANS_HALF, 0 }, { "media", MEANS_HALF, 0 }, { "quarter", MEANS_QUARTER, 0 },
	{ "cuarto", MEANS_QUARTER, 0 },
};

/* What was said so far; -1 where nothing was. */
struct said {
	bool in, at, after, next, next_week, tonight;
	int64_t minutes; /* a span */
	int days, weekday, part;
	int from_today;
	int year, month, mday; /* a date; the year may be missing */
	int hour, minute, halfday;
	int hours_marked; /* "18h": a time or a span, as the rest shows */
	bool hours_written; /* "18 hours": alone it is a span */
};

/* --- words --- */

static char
plain_letter(uint32_t code)
{
	static const struct {
		uint32_t code;
		char plain;
	} accented[] = { { 0xe1, 'a' }, { 0xc1, 'a' }, { 0xe9, 'e' }, { 0xc9, 'e' }, { 0xed, 'i' }, { 0xcd, 'i' },
			 { 0xf3, 'o' }, { 0xd3, 'o' }, { 0xfa, 'u' }, { 0xda, 'u' }, { 0xf1, 'n' }, { 0xd1, 'n' } };

	for (size_t i = 0; i < SIZE(accented); i++)
		if (accented[i].code == code)
			return accented[i].plain;
	return code < 0x80 ? (char)tolower((int)code) : '\x7f';
}

/* A dot between digits separates hours and minutes, any other is of an abbreviation. Combining accents go. */
static void
fold(const char *text, char out[TEXT_MAX + 1])
{
	size_t len = strlen(text), used = 0;
	uint32_t code;

	for (size_t at = 0; at < len; at += utf8_decode(text + at, len - at, &code)) {
		char plain;

		utf8_decode(text + at, len - at, &code);
		plain = plain_letter(code);
		if (code == 0x301 || code == 0x303)
			continue;
		if (plain == '.' && used > 0 && isdigit((unsigned char)out[used - 1]) && isdigit((unsigned char)text[at + 1]))
			plain = ':';
		if (plain == ',' || plain == '\t')
			plain = ' ';
		if (plain != '.')
			out[used++] = plain;
	}
	out[used] = '\0';
}

static const struct word *
find_word(const char *text)
{
	for (size_t i = 0; i < SIZE(words); i++)
		if (strcmp(words[i].text, text) == 0)
			return &words[i];
	return NULL;
}

/* Up to `digits` digits; -1 if there are none or more. */
static int
take_number(const char **text, size_t digits)
{
	size_t len = strspn(*text, "0123456789");
	int number = 0;

	if (len == 0 || len > digits)
		return -1;
	for (size_t i = 0; i < len; i++)
		number = number * 10 + ((*text)[i] - '0');
	*text += len;
	return number;
}

/* --- what a word says; false: it cannot stand here --- */

static bool
say_time(struct said *said, int hour, int minute)
{
	if (said->hour >= 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return false;
	said->hour = hour;
	said->minute = minute;
	return true;
}

static bool
say_span(struct said *said, int64_t count, const struct word *unit)
{
	if (count < 0)
		return false;
	if (unit->meaning == MEANS_MINUTES) {
		said->minutes = (said->minutes > 0 ? said->minutes : 0) + count * unit->value;
		return true;
	}
	if (said->days >= 0 || unit->meaning != MEANS_DAYS)
		return false;
	said->days = (int)count * unit->value;
	return true;
}

static bool
say_date(struct said *said, int year, int month, int mday)
{
	static const int lengths[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (said->mday >= 0 || month < 1 || month > 12 || mday < 1 || mday > lengths[month - 1])
		return false;
	said->year = year;
	said->month = month;
	said->mday = mday;
	return true;
}

/* "24/12", "24/12/2026", "2026-12-24", and the last with "t10:00" behind it. */
static bool
read_date(struct said *said, int first, char separator, const char *text)
{
	int second = take_number(&text, 2), third = -1;

	if (*text == separator) {
		text++;
		third = take_number(&text, 4);
		if (third < 0)
			return false;
	}
	if (separator == '/')
		return *text == '\0' && (third < 0 || third >= 1970) && say_date(said, third, second, first);
	if (first < 1970 || third < 0 || !say_date(said, first, second, third))
		return false;
	if (*text == 't') {
		int hour, minute;

		text++;
		hour = take_number(&text, 2);
		if (*text++ != ':')
			return false;
		minute = take_number(&text, 2);
		return *text == '\0' && say_time(said, hour, minute);
	}
	return *text == '\0';
}

static bool
say_halfday(struct said *said, int halfday)
{
	if (said->halfday >= 0)
		return false;
	said->halfday = halfday;
	return true;
}

/* "9:30", "9:30pm", "9:30h" after its hour. */
static bool
read_minutes(struct said *said, int hour, const char *text)
{
	int minute = take_number(&text, 2);
	const struct word *unit = find_word(text);

	if (!say_time(said, hour, minute))
		return false;
	if (unit != NULL && unit->meaning == MEANS_HALFDAY)
		return say_halfday(said, unit->value);
	return *text == '\0' || (unit != NULL && unit->meaning == MEANS_MINUTES && unit->value == 60);
}

/* What is glued to a number: "2h", "9am", "18h30", "1h30m". */
static bool
read_glued(struct said *said, int number, const char *text)
{
	char letters[WORD_SIZE];
	size_t len = strcspn(text, "0123456789");
	const struct word *unit;

	snprintf(letters, sizeof letters, "%.*s", (int)len, text);
	text += len;
	unit = find_word(letters);
	if (unit == NULL)
		return false;
	if (unit->meaning == MEANS_HALFDAY)
		return *text == '\0' && say_time(said, number, 0) && say_halfday(said, unit->value);
	if (unit->meaning != MEANS_MINUTES && unit->meaning != MEANS_DAYS)
		return false;
	if (*text == '\0' && unit->value == 60 && unit->meaning == MEANS_MINUTES && said->hours_marked < 0
	    && said->minutes < 0) {
		said->hours_marked = number;
		return true;
	}
	if (*text != '\0' && unit->meaning == MEANS_MINUTES && unit->value == 60) {
		int minute = take_number(&text, 2);

		unit = find_word("m");
		if (*text == '\0' && !said->in && number >= 13)
			return say_time(said, number, minute);
		if (*text != '\0' && find_word(text) != NULL && find_word(text)->meaning == MEANS_MINUTES)
			unit = find_word(text);
		else if (*text != '\0')
			return false;
		return say_span(said, (int64_t)number * 60, find_word("m")) && say_span(said, minute, unit);
	}
	return *text == '\0' && say_span(said, number, unit);
}

/* A word that begins with a digit; `next` is the word after it, or "". *taken tells that this one was used too. */
static bool
read_number(struct said *said, const char *text, const char *next, bool *taken)
{
	const struct word *unit = find_word(next);
	int number = take_number(&text, 4);

	*taken = false;
	if (number < 0)
		return false;
	if (*text == ':')
		return read_minutes(said, number, text + 1);
	if (*text == '/' || *text == '-')
		return read_date(said, number, *text, text + 1);
	if (*text != '\0')
		return read_glued(said, number, text);
	if (unit != NULL && (unit->meaning == MEANS_MINUTES || unit->meaning == MEANS_DAYS)) {
		*taken = true;
		if (unit->value != 60 || said->hours_marked >= 0 || said->minutes >= 0)
			return say_span(said, number, unit);
		said->hours_marked = number;
		said->hours_written = strlen(next) > 3;
		return true;
	}
	return say_time(said, number, 0);
}

static bool
say_day(struct said *said, int from_today)
{
	if (said->from_today >= 0)
		return false;
	said->from_today = from_today + (said->after ? 1 : 0);
	said->after = false;
	return true;
}

/* "half an hour", "media hora", "una hora y media", "9 y media". */
static bool
say_fraction(struct said *said, int minutes)
{
	if (said->hour >= 0 && said->minute == 0) {
		said->minute = minutes;
		return true;
	}
	if (said->minutes % 60 > 0)
		return false;
	said->minutes = (said->minutes > 0 ? said->minutes : 0) + minutes;
	return true;
}

/* A unit without a number: "half an hour", "next week", "the day after tomorrow", "a week". */
static bool
read_unit(struct said *said, const struct word *unit, const char *before, const char *next)
{
	const struct word *one = find_word(before);

	if (unit->meaning == MEANS_MINUTES && unit->value == 60 && said->minutes > 0 && said->minutes < 60)
		return true;
	if (unit->meaning == MEANS_MINUTES && unit->value == 60 && strchr(before, ':') != NULL)
		return true;
	if (one != NULL && one->meaning == MEANS_ONE)
		return say_span(said, 1, unit);
	if (unit->meaning == MEANS_DAYS && unit->value == 7 && !said->next_week)
		return said->next_week = true;
	return unit->meaning == MEANS_DAYS && unit->value == 1 && strcmp(next, "after") == 0;
}

static bool
read_word(struct said *said, const struct word *word, const char *before, const char *next)
{
	switch (word->meaning) {
	case MEANS_NOTHING:
	case MEANS_ONE:
		return true;
	case MEANS_IN:
		said->in = true;
		return true;
	case MEANS_AT:
		said->at = true;
		return true;
	case MEANS_AFTER:
		said->after = true;
		return true;
	case MEANS_NEXT:
		said->next = true;
		return true;
	case MEANS_DAY:
		if (strcmp(word->text, "manana") == 0 && strcmp(before, "la") == 0 && said->part < 0) {
			said->part = MORNING;
			return true;
		}
		return say_day(said, word->value);
	case MEANS_WEEKDAY:
		if (said->weekday >= 0)
			return false;
		said->weekday = word->value;
		return true;
	case MEANS_TONIGHT:
		return said->part < 0 && say_day(said, 0) && (said->part = NIGHT) > 0;
	case MEANS_PART:
		return said->part < 0 && (said->part = word->value) > 0;
	case MEANS_NOON:
		return say_time(said, 12, 0);
	case MEANS_HALFDAY:
		return said->hour >= 0 && say_halfday(said, word->value);
	case MEANS_HALF:
		return say_fraction(said, 30);
	case MEANS_QUARTER:
		return say_fraction(said, 15);
	case MEANS_MINUTES:
	case MEANS_DAYS:
		return read_unit(said, word, before, next);
	}
	return false;
}

static bool
read_words(struct said *said, char *folded)
{
	char list[WORDS_MAX + 2][WORD_SIZE] = { "" };
	size_t count = 0;

	for (char *at = folded; *(at += strspn(at, " ")) != '\0'; at += strcspn(at, " ")) {
		size_t len = strcspn(at, " ");

		if (len >= WORD_SIZE || count == WORDS_MAX)
			return false;
		memcpy(list[++count], at, len);
	}
	for (size_t i = 1; i <= count; i++) {
		bool taken = false;

		if (isdigit((unsigned char)list[i][0])) {
			if (!read_number(said, list[i], list[i + 1], &taken))
				return false;
			i += taken ? 1 : 0;
		} else {
			const struct word *word = find_word(list[i]);

			if (word == NULL || !read_word(said, word, list[i - 1], list[i + 1]))
				return false;
		}
	}
	return true;
}

/* --- putting it together --- */

static bool
has_day(const struct said *said)
{
	return said->from_today >= 0 || said->weekday >= 0 || said->mday >= 0 || said->next_week;
}

/* "18h" beside a day or after "at" is a time, and so from 13 to 23. */
static bool
decide_marked_hours(struct said *said)
{
	int hours = said->hours_marked;

	if (hours < 0)
		return true;
	if (!said->in && (said->at || has_day(said) || (hours >= 13 && hours <= 23 && !said->hours_written))
	    && said->minutes < 0 && said->days < 0)
		return say_time(said, hours, 0);
	said->minutes = (said->minutes > 0 ? said->minutes : 0) + (int64_t)hours * 60;
	return true;
}

static bool
is_consistent(const struct said *said)
{
	int days = (said->from_today >= 0) + (said->weekday >= 0) + (said->mday >= 0) + said->next_week + (said->days >= 0);
	bool time = said->hour >= 0 || said->part >= 0;

	if (days > 1 || said->after || (said->next_week && !said->next) || (said->at && said->hour < 0))
		return false;
	if (said->next && !said->next_week && said->weekday < 0)
		return false;
	if (said->minutes >= 0)
		return days == (said->days >= 0) && !time && said->minutes + (said->days > 0 ? said->days : 0) > 0;
	if (said->in && said->days < 0 && said->part < 0)
		return false;
	if (said->days >= 0)
		return said->days > 0;
	return time || (days == 1 && said->from_today != 0);
}

/* The hour on the clock of 24; false: "13 am". */
static bool
finish_time(struct said *said)
{
	if (said->halfday >= 0) {
		if (said->hour < 1 || said->hour > 12 || said->part >= 0)
			return false;
		said->hour = said->hour % 12 + said->halfday;
	} else if (said->part == NIGHT && said->hour == 12) {
		said->hour = 24;
	} else if (said->part >= AFTERNOON && said->hour >= 1 && said->hour <= 11) {
		said->hour += 12;
	}
	return true;
}

static int64_t
moment(struct tm tm, int mday, int hour, int minute)
{
	tm.tm_mday = mday;
	tm.tm_hour = hour;
	tm.tm_min = minute;
	tm.tm_sec = 0;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm) * 1000;
}

/* So many days on; without a time, at the one it is now. */
static int64_t
after_span(const struct said *said, struct tm now, int64_t now_ms)
{
	int64_t rest = said->minutes > 0 ? said->minutes * 60000 : 0;

	if (said->days <= 0)
		return now_ms + rest;
	if (said->hour >= 0 || said->part >= 0)
		return moment(now, now.tm_mday + said->days, said->hour >= 0 ? said->hour : said->part,
			      said->hour >= 0 ? said->minute : 0);
	now.tm_mday += said->days;
	now.tm_isdst = -1;
	return (int64_t)mktime(&now) * 1000 + rest;
}

/* A date without a year is this year's, or the next one's when its day is past. False: 29/2 of a year that has none. */
static bool
finish_date(struct said *said, const struct tm *now)
{
	bool past = said->month - 1 < now->tm_mon || (said->month - 1 == now->tm_mon && said->mday < now->tm_mday);

	if (said->mday >= 0 && said->year < 0)
		said->year = now->tm_year + 1900 + (past ? 1 : 0);
	return said->month != 2 || said->mday != 29
	       || (said->year % 4 == 0 && (said->year % 100 != 0 || said->year % 400 == 0));
}

static int64_t
put_together(const struct said *said, const struct tm *now, int64_t now_ms)
{
	int hour = said->hour >= 0 ? said->hour : said->part >= 0 ? said->part : USUAL_HOUR;
	int minute = said->hour >= 0 ? said->minute : 0;
	int days = said->from_today > 0 ? said->from_today : 0;
	int64_t at;

	if (said->minutes >= 0 || said->days >= 0)
		return after_span(said, *now, now_ms);
	if (said->mday >= 0) {
		struct tm date = *now;

		date.tm_year = said->year - 1900;
		date.tm_mon = said->month - 1;
		return moment(date, said->mday, hour, minute);
	}
	if (said->next_week)
		return moment(*now, now->tm_mday + (now->tm_wday == 0 ? 1 : 8 - now->tm_wday), hour, minute);
	if (said->weekday >= 0) {
		days = (said->weekday - now->tm_wday + 7) % 7;
		/* Today only with a time that is still to come. */
		if (days == 0 && (said->next || (said->hour < 0 && said->part < 0)))
			days = 7;
		at = moment(*now, now->tm_mday + days, hour, minute);
		return at > now_ms ? at : moment(*now, now->tm_mday + days + 7, hour, minute);
	}
	at = moment(*now, now->tm_mday + days, hour, minute);
	return at > now_ms ? at : moment(*now, now->tm_mday + days + 1, hour, minute);
}

enum status
when_parse(const char *text, int64_t now_ms, int64_t *out_ms, struct err *err)
{
	struct said said = { .minutes = -1, .days = -1, .weekday = -1, .part = -1, .from_today = -1, .year = -1, .month = -1,
			     .mday = -1, .hour = -1, .halfday = -1, .hours_marked = -1 };
	time_t seconds = (time_t)(now_ms / 1000);
	char folded[TEXT_MAX + 1];
	struct tm now;
	int64_t at;

	*out_ms = 0;
	if (strlen(text) > TEXT_MAX || localtime_r(&seconds, &now) == NULL)
		return err_set(err, STATUS_INVALID, "%s", _("This is no time; write for example 2h, tomorrow 9 or 24/12 10:00."));
	fold(text, folded);
	if (!read_words(&said, folded) || !decide_marked_hours(&said) || !is_consistent(&said) || !finish_time(&said)
	    || !finish_date(&said, &now))
		return err_set(err, STATUS_INVALID,
			       _("\"%s\" is no time that can be understood; write for example 2h, tomorrow 9, monday 9:30 or"
				 " 24/12 10:00."), text);
	at = put_together(&said, &now, now_ms);
	if (at <= now_ms)
		return err_set(err, STATUS_INVALID, _("\"%s\" is past; write a later time, for example tomorrow 9."), text);
	if (at > now_ms + YEAR_MS)
		return err_set(err, STATUS_INVALID, _("\"%s\" is more than a year ahead; write a nearer time."), text);
	*out_ms = at;
	return STATUS_OK;
}
