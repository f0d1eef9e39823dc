/* SPDX-License-Identifier: MIT */
/* Settings that are no strings: switches, words, numbers, hours; and what each kind must be, in words. */
#include "core/config_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/child.h"
#include "core/i18n.h"
#include "core/utf8.h"

/* What a value of each kind must be, as the end of "... must be". */
static const char *const expected[] = {
	[SETTING_TEXT] = N_("text of at most 100 bytes without control characters"),
	[SETTING_SECRET] = N_("printable ASCII characters without blanks"),
	[SETTING_ACCOUNT] = N_("\"AC\" and 32 hexadecimal digits"),
	[SETTING_SERVICE] = N_("\"MG\" and 32 hexadecimal digits"),
	[SETTING_PHONE] = N_("a number with its country code, such as +15551234567"),
	[SETTING_WHATSAPP] = N_("a number with its country code, such as +15551234567 or whatsapp:+15551234567"),
	[SETTING_URL] = N_("an address such as https://hilo.example.com, without user, question mark or \"#\""),
	[SETTING_LISTEN] = N_("an address and a port, such as 127.0.0.1:8080 or [::1]:8080"),
	[SETTING_DATABASE] = N_("the path of a file, or :memory:"),
	[SETTING_FILE] = N_("the path of a file, or -"),
	[SETTING_LEVEL] = N_("debug, info, warning or error"),
	[SETTING_LIMIT] = N_("a number of messages and a number of seconds, such as 10/3600"),
	[SETTING_SWITCH] = N_("yes or no"),
	[SETTING_WORD] = N_("one of"),
	[SETTING_NUMBER] = N_("a number from %d to %d"),
	[SETTING_COMMAND] = N_("a program and its arguments, with closed quotation marks"),
	[SETTING_HOURS] = N_("two times of day, such as 22:00-07:00"),
};

/* Enums are stored through their number. */
_Static_assert(sizeof(enum config_theme) == sizeof(int) && sizeof(enum config_colours) == sizeof(int)
	       && sizeof(enum config_auto) == sizeof(int) && sizeof(enum config_send_key) == sizeof(int)
	       && sizeof(enum config_notify) == sizeof(int), "an enum of the settings is no int");

static void
list_words(const char *const *words, char *out, size_t size)
{
	size_t used = strlen(out);

	for (size_t i = 0; words[i] != NULL && used < size; i++) {
		const char *before = i == 0 ? " " : words[i + 1] == NULL ? _(" or ") : ", ";

		used += (size_t)snprintf(out + used, size - used, "%s%s", before, words[i]);
	}
}

void
setting_expected(const struct setting *setting, char *out, size_t size)
{
	if (setting->kind == SETTING_NUMBER) {
		snprintf(out, size, _("a number from %d to %d"), setting->least, setting->most);
		return;
	}
	utf8_copy(out, size, _(expected[setting->kind]));
	if (setting->kind == SETTING_WORD)
		list_words(setting->words, out, size);
}

bool
setting_is_command(const char *text)
{
	struct child_words words;
	bool good = text[0] == '\0';

	if (!good) {
		good = child_split(text, &words);
		child_words_release(&words);
	}
	return good;
}

static bool
store_switch(const char *text, bool *place)
{
	*place = strcmp(text, "yes") == 0;
	return *place || strcmp(text, "no") == 0;
}

static bool
store_word(const struct setting *setting, const char *text, void *place)
{
	for (int i = 0; setting->words[i] != NULL; i++) {
		if (strcmp(setting->words[i], text) == 0) {
			memcpy(place, &i, sizeof i);
			return true;
		}
	}
	return false;
}

static bool
store_number(const struct setting *setting, const char *text, int *place)
{
	size_t digits = strspn(text, "0123456789");
	long number = digits >= 1 && digits <= 6 && text[digits] == '\0' ? strtol(text, NULL, 10) : -1;

	if (number < setting->least || number > setting->most)
		return false;
	*place = (int)number;
	return true;
}

/* "HH:MM" at the beginning of `text`, in minutes; -1 if it is none. */
static int
read_time(const char *text)
{
	static const char digits[] = "0123456789";
	int hour, minute;

	if (strspn(text, digits) != 2 || text[2] != ':' || strspn(text + 3, digits) != 2)
		return -1;
	hour = (text[0] - '0') * 10 + text[1] - '0';
	minute = (text[3] - '0') * 10 + text[4] - '0';
	return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

static bool
store_hours(const char *text, struct config_notification *notify)
{
	int from = 0, to = 0;

	if (text[0] != '\0') {
		from = read_time(text);
		to = from >= 0 && text[5] == '-' ? read_time(text + 6) : -1;
		/* Twice the same time could mean never or always: that is for the user to say. */
		if (to < 0 || text[11] != '\0' || from == to)
			return false;
	}
	notify->quiet_from_minute = from;
	notify->quiet_to_minute = to;
	return true;
}

bool
setting_store_plain(const struct setting *setting, const char *text, struct config *config)
{
	void *place = (char *)config + setting->place;

	if (setting->kind == SETTING_SWITCH)
		return store_switch(text, place);
	if (setting->kind == SETTING_WORD)
		return store_word(setting, text, place);
	if (setting->kind == SETTING_NUMBER)
		return store_number(setting, text, place);
	return setting->kind == SETTING_HOURS && store_hours(text, &config->notify);
}
