/* SPDX-License-Identifier: MIT */
#include "core/query_keys.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/i18n.h"
#include "core/text_token.h"

#define SET(status) (1 << (status))
#define ACTIVE (SET(THREAD_OPEN) | SET(THREAD_PENDING))
#define MINUTE_MS (60 * 1000LL)
#define SPAN_MAX 1000000

const struct query_key query_keys[] = {
	{ "from", "de", KEY_FROM, N_("the customer's name or address") },
	{ "to", "para", KEY_TO, N_("our own address") },
	{ "is", "es", KEY_IS, N_("unread, waiting, mine, closed ...") },
	{ "has", "tiene", KEY_HAS, N_("media, a note, a draft, an error") },
	{ "status", "estado", KEY_STATUS, N_("open, pending, snoozed, closed, spam or active") },
	{ "channel", "canal", KEY_CHANNEL, N_("sms, whatsapp or email") },
	{ "agent", "agente", KEY_AGENT, N_("who has it; me or none") },
	{ "label", "etiqueta", KEY_LABEL, N_("a label it carries") },
	{ "priority", "prioridad", KEY_PRIORITY, N_("low, normal, high or urgent") },
	{ "since", "desde", KEY_SINCE, N_("messages from a day on: 7d, yesterday, 2026-11-22") },
	{ "before", "antes", KEY_BEFORE, N_("messages before a day") },
	{ "after", "despues", KEY_AFTER, N_("messages after a day") },
	{ "error", "fallo", KEY_ERROR, N_("a carrier's error code: 30007") },
	{ .name = NULL },
};

const struct query_value query_key_values[] = {
	{ KEY_CHANNEL, "sms", NULL, QUERY_CHANNEL, CHANNEL_SMS, NULL },
	{ KEY_CHANNEL, "whatsapp", NULL, QUERY_CHANNEL, CHANNEL_WHATSAPP, NULL },
	{ KEY_CHANNEL, "email", "correo", QUERY_CHANNEL, CHANNEL_EMAIL, NULL },
	{ KEY_STATUS, "open", "abierta", QUERY_STATUS, SET(THREAD_OPEN), NULL },
	{ KEY_STATUS, "pending", "pendiente", QUERY_STATUS, SET(THREAD_PENDING), NULL },
	{ KEY_STATUS, "snoozed", "pospuesta", QUERY_STATUS, SET(THREAD_SNOOZED), NULL },
	{ KEY_STATUS, "closed", "cerrada", QUERY_STATUS, SET(THREAD_CLOSED), NULL },
	{ KEY_STATUS, "spam", NULL, QUERY_STATUS, SET(THREAD_SPAM), NULL },
	{ KEY_STATUS, "active", "activa", QUERY_STATUS, ACTIVE, N_("open or pending") },
	{ KEY_PRIORITY, "low", "baja", QUERY_PRIORITY, -1, NULL },
	{ KEY_PRIORITY, "normal", NULL, QUERY_PRIORITY, 0, NULL },
	{ KEY_PRIORITY, "high", "alta", QUERY_PRIORITY, 1, NULL },
	{ KEY_PRIORITY, "urgent", "urgente", QUERY_PRIORITY, 2, NULL },
	{ KEY_AGENT, "me", "yo", QUERY_AGENT, 1, N_("yourself") },
	{ KEY_AGENT, "none", "nadie", QUERY_AGENT, 0, N_("nobody") },
	{ KEY_IS, "unread", "no-leida", QUERY_UNREAD, 0, N_("with unread messages") },
	{ KEY_IS, "waiting", "espera", QUERY_WAITING, 0, N_("the customer waits for an answer") },
	{ KEY_IS, "mine", "mia", QUERY_AGENT, 1, N_("you have it") },
	{ KEY_IS, "unassigned", "sin-asignar", QUERY_AGENT, 0, N_("nobody has it") },
	{ KEY_IS, "failed", "fallida", QUERY_FAILED, 0, N_("a reply failed") },
	{ KEY_IS, "open", "abierta", QUERY_STATUS, SET(THREAD_OPEN), NULL },
	{ KEY_IS, "pending", "pendiente", QUERY_STATUS, SET(THREAD_PENDING), NULL },
	{ KEY_IS, "snoozed", "pospuesta", QUERY_STATUS, SET(THREAD_SNOOZED), NULL },
	{ KEY_IS, "closed", "cerrada", QUERY_STATUS, SET(THREAD_CLOSED), NULL },
	{ KEY_IS, "spam", NULL, QUERY_STATUS, SET(THREAD_SPAM), NULL },
	{ KEY_IS, "active", "activa", QUERY_STATUS, ACTIVE, N_("open or pending") },
	{ KEY_IS, "unread", "no-leido", QUERY_UNREAD, 0, NULL },
	{ KEY_HAS, "media", "archivo", QUERY_MEDIA, 0, N_("a picture or another file") },
	{ KEY_HAS, "note", "nota", QUERY_NOTE, 0, N_("a private note") },
	{ KEY_HAS, "draft", "borrador", QUERY_DRAFT, 0, N_("a reply begun and not sent") },
	{ KEY_HAS, "error", "fallo", QUERY_ERROR, 0, N_("a message that failed") },
	{ .name = NULL },
};

static bool
is_word(const char *text, size_t len, const char *name, const char *spanish)
{
	return text_token_same(text, len, name) || (spanish != NULL && text_token_same(text, len, spanish));
}

const struct query_key *
query_key_find(const char *name, size_t len)
{
	for (const struct query_key *key = query_keys; key->name != NULL; key++) {
		if (is_word(name, len, key->name, key->spanish))
			return key;
	}
	return NULL;
}

const struct query_value *
query_value_find(enum query_key_kind key, const char *name, size_t len)
{
	for (const struct query_value *value = query_key_values; value->name != NULL; value++) {
		if (value->key == key && is_word(name, len, value->name, value->spanish))
			return value;
	}
	return NULL;
}

/* --- dates --------------------------------------------------------------------------------------------------------- */

/* Takes 1 to 9 digits; -1 if there is none. */
static int64_t
take_number(const char **at, const char *end)
{
	int64_t number = 0;
	int digits = 0;

	for (; *at < end && **at >= '0' && **at <= '9' && digits < 9; digits++)
		number = number * 10 + (*(*at)++ - '0');
	return digits > 0 ? number : -1;
}

static bool
take_char(const char **at, const char *end, char c)
{
	if (*at >= end || **at != c)
		return false;
	(*at)++;
	return true;
}

static int64_t
span_unit(char unit)
{
	switch (unit) {
	case 'm':
		return MINUTE_MS;
	case 'h':
		return 60 * MINUTE_MS;
	case 'd':
		return 24 * 60 * MINUTE_MS;
	case 'w':
		return 7 * 24 * 60 * MINUTE_MS;
	default:
		return 0;
	}
}

/* 2026-11-22, 22/11/2026, 22/11; false if it is none of them. */
static bool
take_day(const char *text, const char *end, const struct tm *today, struct tm *day)
{
	const char *at = text;
	int64_t first = take_number(&at, end), second, third;

	if (first < 0)
		return false;
	if (take_char(&at, end, '-')) {
		second = take_number(&at, end);
		third = take_char(&at, end, '-') ? take_number(&at, end) : -1;
		*day = (struct tm){ .tm_year = (int)first - 1900, .tm_mon = (int)second - 1, .tm_mday = (int)third };
		return at == end && first >= 1970 && first <= 9999 && second >= 1 && third >= 1;
	}
	if (!take_char(&at, end, '/'))
		return false;
	second = take_number(&at, end);
	third = today->tm_year + 1900;
	if (take_char(&at, end, '/'))
		third = take_number(&at, end);
	else if (second - 1 > today->tm_mon || (second - 1 == today->tm_mon && first > today->tm_mday))
		third--;
	*day = (struct tm){ .tm_year = (int)third - 1900, .tm_mon = (int)second - 1, .tm_mday = (int)first };
	return at == end && third >= 1970 && third <= 9999 && first >= 1 && second >= 1;
}

static int64_t
day_start(const struct tm *day)
{
	struct tm copy = { .tm_year = day->tm_year, .tm_mon = day->tm_mon, .tm_mday = day->tm_mday, .tm_isdst = -1 };
	time_t start = mktime(&copy);

	return start < 0 ? 0 : (int64_t)start * 1000;
}

int64_t
query_date_parse(enum query_date which, const char *text, size_t len, int64_t now_ms)
{
	const char *at = text, *end = text + len;
	time_t now = (time_t)(now_ms / 1000);
	struct tm today, day, check;
	int64_t number = take_number(&at, end);

	if (number >= 0 && number <= SPAN_MAX && at + 1 == end && span_unit(*at) > 0) {
		int64_t moment = now_ms - number * span_unit(*at);

		return moment > 0 ? moment : 0;
	}
	if (localtime_r(&now, &today) == NULL)
		return -1;
	day = today;
	if (is_word(text, len, "yesterday", "ayer"))
		day.tm_mday--;
	else if (!is_word(text, len, "today", "hoy")) {
		if (!take_day(text, end, &today, &day) || day.tm_mon > 11 || day.tm_mday > 31)
			return -1;
		check = (struct tm){ .tm_year = day.tm_year, .tm_mon = day.tm_mon, .tm_mday = day.tm_mday, .tm_hour = 12,
				     .tm_isdst = -1 };
		/* The 31st of April would be another day. */
		if (mktime(&check) == -1 || check.tm_mday != day.tm_mday)
			return -1;
	}
	if (which == QUERY_DATE_AFTER)
		day.tm_mday++;
	return day_start(&day);
}
