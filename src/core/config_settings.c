/* SPDX-License-Identifier: MIT */
/* The table of settings, and how a value of each kind is checked. */
#include "core/config_internal.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/utf8.h"

#define MEMBER(name) offsetof(struct config, name)

static const char *const theme_words[] = { "auto", "dark", "light", "contrast", NULL };
static const char *const colour_words[] = { "auto", "none", "16", "256", "true", NULL };
static const char *const auto_words[] = { "auto", "yes", "no", NULL };
static const char *const send_key_words[] = { "enter", "alt-enter", NULL };
static const char *const notify_words[] = { "no", "auto", "osc9", "osc777", "osc99", NULL };

const struct setting config_settings[] = {
	{ .environment = "TWILIO_ACCOUNT_SID", .section = "twilio", .key = "account_sid", .kind = SETTING_ACCOUNT,
	  .standard = "", .member = MEMBER(twilio_account_sid),
	  .meaning = N_("Twilio account; without it and its token SMS and WhatsApp are off") },
	{ .environment = "TWILIO_AUTH_TOKEN", .section = "twilio", .key = "auth_token", .kind = SETTING_SECRET,
	  .standard = "", .member = MEMBER(twilio_auth_token),
	  .meaning = N_("token of the account; signs the webhooks too") },
	{ .environment = "TWILIO_AUTH_TOKEN_PREVIOUS", .section = "twilio", .key = "auth_token_previous",
	  .kind = SETTING_SECRET, .standard = "", .member = MEMBER(twilio_auth_token_previous),
	  .meaning = N_("second token accepted in signatures while the first is being replaced") },
	{ .environment = "TWILIO_PHONE_NUMBER", .section = "twilio", .key = "phone_number", .kind = SETTING_PHONE,
	  .standard = "", .member = MEMBER(twilio_phone_number), .meaning = N_("sender of SMS") },
	{ .environment = "TWILIO_WHATSAPP_NUMBER", .section = "twilio", .key = "whatsapp_number",
	  .kind = SETTING_WHATSAPP, .standard = "", .member = MEMBER(twilio_whatsapp_number),
	  .meaning = N_("sender of WhatsApp messages, with or without \"whatsapp:\"") },
	{ .environment = "TWILIO_MESSAGING_SERVICE_SID", .section = "twilio", .key = "messaging_service_sid",
	  .kind = SETTING_SERVICE, .standard = "", .member = MEMBER(twilio_messaging_service_sid),
	  .meaning = N_("pool of senders in place of the number for SMS") },
	{ .environment = "TWILIO_API_URL", .section = "twilio", .key = "api_url", .kind = SETTING_URL,
	  .standard = "https://api.twilio.com", .member = MEMBER(twilio_api_url),
	  .meaning = N_("where the REST API is: the carrier, a proxy, or the pretend carrier") },
	{ .environment = "HILO_LISTEN", .section = "listener", .key = "listen", .flag = "--listen",
	  .kind = SETTING_LISTEN, .standard = "127.0.0.1:8080", .member = CONFIG_NO_MEMBER,
	  .meaning = N_("address of the listener; port 0 takes a free one and prints it") },
	{ .environment = "HILO_PUBLIC_URL", .section = "listener", .key = "public_url", .flag = "--public-url",
	  .kind = SETTING_URL, .standard = "", .member = MEMBER(public_url),
	  .meaning = N_("address of the tunnel as the carrier sees it; signatures are checked against it") },
	{ .environment = "HILO_API_TOKEN", .section = "api", .key = "token", .kind = SETTING_SECRET, .standard = "",
	  .member = MEMBER(api_token), .meaning = N_("bearer token of the REST API; without it the API is off") },
	{ .environment = "HILO_DATABASE", .section = "data", .key = "database", .flag = "--database",
	  .kind = SETTING_DATABASE, .standard = "", .shown = "$XDG_DATA_HOME/hilo/hilo.db", .member = MEMBER(database),
	  .meaning = N_("data file, or :memory: for data that are thrown away at the end") },
	{ .environment = "HILO_LOG", .section = "log", .key = "file", .kind = SETTING_FILE, .standard = "",
	  .shown = "$XDG_STATE_HOME/hilo/hilo.log", .member = MEMBER(log_file),
	  .meaning = N_("log file, or - for standard error") },
	{ .environment = "HILO_LOG_LEVEL", .section = "log", .key = "level", .kind = SETTING_LEVEL, .standard = "info",
	  .member = CONFIG_NO_MEMBER,
	  .meaning = N_("least that is logged: debug, info, warning or error") },
	{ .environment = "HILO_AGENT", .section = "agent", .key = "name", .kind = SETTING_TEXT, .standard = "",
	  .shown = N_("login name"), .member = MEMBER(agent_name), .meaning = N_("who is at this console") },
	{ .environment = "HILO_SEND_LIMIT", .section = "limits", .key = "per_client", .kind = SETTING_LIMIT,
	  .standard = "10/3600", .member = CONFIG_NO_MEMBER,
	  .meaning = N_("messages to one customer and channel per seconds, for the API and commands") },
	{ .environment = "HILO_THEME", .section = "ui", .key = "theme", .kind = SETTING_WORD, .standard = "auto",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(ui.theme), .words = theme_words,
	  .meaning = N_("colours of the console: auto, dark, light or contrast") },
	{ .environment = "HILO_COLOURS", .section = "ui", .key = "colours", .kind = SETTING_WORD, .standard = "auto",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(ui.colours), .words = colour_words,
	  .meaning = N_("how many colours: auto, none, 16, 256 or true") },
	{ .environment = "HILO_ASCII", .section = "ui", .key = "ascii", .kind = SETTING_SWITCH, .standard = "no",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(ui.ascii),
	  .meaning = N_("draw with plain characters only, no lines and symbols") },
	{ .environment = "HILO_MOUSE", .section = "ui", .key = "mouse", .kind = SETTING_SWITCH, .standard = "no",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(ui.mouse),
	  .meaning = N_("use the mouse; the terminal then selects text with Shift held") },
	{ .environment = "HILO_SYNCHRONIZED", .section = "ui", .key = "synchronized", .kind = SETTING_WORD, .standard = "auto",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(ui.synchronized), .words = auto_words,
	  .meaning = N_("paint each frame at once: auto asks the terminal, or yes or no") },
	{ .environment = "HILO_TITLE", .section = "ui", .key = "title", .kind = SETTING_SWITCH, .standard = "yes",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(ui.title),
	  .meaning = N_("show the number of unread conversations in the title of the terminal") },
	{ .environment = "HILO_LINKS", .section = "ui", .key = "links", .kind = SETTING_SWITCH, .standard = "yes",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(ui.links),
	  .meaning = N_("make addresses in messages links that the terminal opens") },
	{ .environment = "HILO_CLIPBOARD", .section = "ui", .key = "clipboard", .kind = SETTING_SWITCH, .standard = "yes",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(ui.clipboard),
	  .meaning = N_("copy to the clipboard through the terminal") },
	{ .environment = "HILO_SEND_KEY", .section = "ui", .key = "send_key", .kind = SETTING_WORD, .standard = "enter",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(ui.send_key), .words = send_key_words,
	  .meaning = N_("key that sends a reply: enter or alt-enter; the other begins a new line") },
	{ .environment = "HILO_UNDO_SECONDS", .section = "ui", .key = "undo_seconds", .kind = SETTING_NUMBER, .standard = "5",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(ui.undo_seconds), .least = 0, .most = 60,
	  .meaning = N_("seconds in which a sent message can be taken back, 0 to 60") },
	{ .environment = "HILO_SPELLING", .section = "ui", .key = "spelling", .kind = SETTING_SWITCH, .standard = "no",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(ui.spelling),
	  .meaning = N_("check the spelling of replies") },
	{ .environment = "HILO_MARK_READ_SECONDS", .section = "ui", .key = "mark_read_seconds", .kind = SETTING_NUMBER, .standard = "0",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(ui.mark_read_seconds), .least = 0, .most = 600,
	  .meaning = N_("seconds on the screen until a conversation counts as read, 0 to 600") },
	{ .environment = "HILO_LIST_COLUMNS", .section = "ui", .key = "list_columns", .kind = SETTING_NUMBER, .standard = "0",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(ui.list_columns), .least = 0, .most = 200,
	  .meaning = N_("columns of the list of conversations, 0 to 200; 0 chooses by the width of the terminal") },
	{ .environment = "HILO_NOTIFY_TERMINAL", .section = "notify", .key = "terminal", .kind = SETTING_WORD, .standard = "auto",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(notify.terminal), .words = notify_words,
	  .meaning = N_("how the terminal is told of a new message: no, auto, osc9, osc777 or osc99") },
	{ .environment = "HILO_NOTIFY_BELL", .section = "notify", .key = "bell", .kind = SETTING_SWITCH, .standard = "no",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(notify.bell),
	  .meaning = N_("ring the bell of the terminal for a new message") },
	{ .environment = "HILO_NOTIFY_COMMAND", .section = "notify", .key = "command", .kind = SETTING_COMMAND, .standard = "",
	  .member = MEMBER(notify.command),
	  .meaning = N_("program and arguments started for a new message; no shell is used") },
	{ .environment = "HILO_NOTIFY_QUIET", .section = "notify", .key = "quiet", .kind = SETTING_HOURS, .standard = "",
	  .member = CONFIG_NO_MEMBER,
	  .meaning = N_("hours without notifications, such as 22:00-07:00") },
	{ .environment = "HILO_NOTIFY_CONTENT", .section = "notify", .key = "content", .kind = SETTING_SWITCH, .standard = "no",
	  .member = CONFIG_NO_MEMBER, .place = MEMBER(notify.content),
	  .meaning = N_("show who wrote and what in notifications, not only that somebody wrote") },
};
const size_t config_setting_count = sizeof config_settings / sizeof config_settings[0];
_Static_assert(sizeof config_settings / sizeof config_settings[0] <= CONFIG_SETTING_MAX, "the raw table is too small");

bool
setting_is_secret(const struct setting *setting)
{
	return setting->kind == SETTING_SECRET;
}

struct setting_match
setting_by_environment(const char *name, size_t len)
{
	static const char suffix[] = "_COMMAND";
	size_t suffix_len = sizeof suffix - 1;

	for (size_t i = 0; i < config_setting_count; i++) {
		const char *own = config_settings[i].environment;
		size_t own_len = strlen(own);
		bool is_command = len == own_len + suffix_len && setting_is_secret(&config_settings[i])
				  && memcmp(name + own_len, suffix, suffix_len) == 0;

		if ((len == own_len || is_command) && memcmp(name, own, own_len) == 0)
			return (struct setting_match){ (int)i, is_command };
	}
	return (struct setting_match){ -1, false };
}

struct setting_match
setting_by_key(const char *section, const char *key)
{
	for (size_t i = 0; i < config_setting_count; i++) {
		const struct setting *setting = &config_settings[i];
		size_t len = strlen(setting->key);
		bool is_command;

		if (strcmp(setting->section, section) != 0 || strncmp(setting->key, key, len) != 0)
			continue;
		is_command = setting_is_secret(setting) && strcmp(key + len, "_command") == 0;
		if (key[len] == '\0' || is_command)
			return (struct setting_match){ (int)i, is_command };
	}
	return (struct setting_match){ -1, false };
}

static bool
has_control(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	}
	return false;
}

static bool
is_graphic_ascii(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text <= 0x20 || (unsigned char)*text >= 0x7f)
			return false;
	}
	return true;
}

static bool
is_sid(const char *text, const char *prefix)
{
	return strncmp(text, prefix, 2) == 0 && strlen(text) == 34 && strspn(text + 2, "0123456789abcdefABCDEF") == 32;
}

static bool
is_e164(const char *text)
{
	size_t digits = text[0] == '+' ? strspn(text + 1, "0123456789") : 0;

	return digits >= 7 && digits <= 15 && text[digits + 1] == '\0' && text[1] != '0';
}

/* A port of 1 to 5 digits that ends the text; -1 if it is none. */
static int
parse_port(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	long port = strtol(text, NULL, 10);

	return digits >= 1 && digits <= 5 && text[digits] == '\0' && port <= 65535 ? (int)port : -1;
}

/* Absolute, http or https, without user, query and fragment. */
static bool
is_url(const char *text)
{
	size_t host, bracket;
	const char *rest;

	if (strncasecmp(text, "https://", 8) == 0)
		text += 8;
	else if (strncasecmp(text, "http://", 7) == 0)
		text += 7;
	else
		return false;
	if (!is_graphic_ascii(text) || strpbrk(text, "?#@\\\"<>") != NULL)
		return false;
	bracket = text[0] == '[' ? strcspn(text, "]") : 0;
	host = bracket + strcspn(text + bracket, ":/");
	if (host == 0 || (bracket > 0 && text[bracket] != ']'))
		return false;
	rest = text + host;
	if (*rest == ':') {
		char port[8] = "";
		size_t len = strcspn(rest + 1, "/");

		if (len >= sizeof port)
			return false;
		memcpy(port, rest + 1, len);
		return parse_port(port) > 0;
	}
	return true;
}

/* Splits host:port; the host is an IP address or a plain name. */
static bool
store_listen(const char *text, struct config *config)
{
	const char *colon = strrchr(text, ':');
	unsigned char binary[sizeof(struct in6_addr)];
	char host[256] = "";
	size_t len;
	int port;
	bool bracket = text[0] == '[';

	if (colon == NULL || colon == text || (size_t)(colon - text) >= sizeof host)
		return false;
	port = parse_port(colon + 1);
	len = (size_t)(colon - text);
	if (bracket && text[len - 1] != ']')
		return false;
	memcpy(host, text + bracket, len - (bracket ? 2 : 0));
	if (port < 0 || (bracket && inet_pton(AF_INET6, host, binary) != 1))
		return false;
	if (!bracket && (host[0] == '\0'
			 || strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") != len))
		return false;
	free(config->listen_host);
	config->listen_host = strdup(host);
	config->listen_port = port;
	return config->listen_host != NULL;
}

static bool
store_limit(const char *text, struct config *config)
{
	size_t first = strspn(text, "0123456789");
	size_t second = text[first] == '/' ? strspn(text + first + 1, "0123456789") : 0;

	if (first < 1 || first > 6 || second < 1 || second > 8 || text[first + 1 + second] != '\0')
		return false;
	config->limit_count = (int)strtol(text, NULL, 10);
	config->limit_seconds = (int)strtol(text + first + 1, NULL, 10);
	return config->limit_count > 0 && config->limit_seconds > 0;
}

static const char *
home_folder(void)
{
	const char *home = getenv("HOME");
	const struct passwd *user;

	if (home != NULL && home[0] == '/')
		return home;
	user = getpwuid(geteuid());
	return user != NULL ? user->pw_dir : "/";
}

/* Absolute, "~/" opened; heap. */
static char *
absolute_path(const char *text)
{
	char folder[PATH_MAX];
	char *path = NULL;
	int len;

	if (text[0] == '/')
		return strdup(text);
	if (strncmp(text, "~/", 2) == 0)
		len = asprintf(&path, "%s/%s", home_folder(), text + 2);
	else if (getcwd(folder, sizeof folder) != NULL)
		len = asprintf(&path, "%s/%s", folder, text);
	else
		return NULL;
	return len < 0 ? NULL : path;
}

/* $variable/hilo/name, or ~/otherwise/hilo/name; heap. */
static char *
xdg_path(const char *variable, const char *otherwise, const char *name)
{
	const char *folder = getenv(variable);
	char *path = NULL;
	int len;

	if (folder != NULL && folder[0] == '/')
		len = asprintf(&path, "%s/hilo/%s", folder, name);
	else
		len = asprintf(&path, "%s/%s/hilo/%s", home_folder(), otherwise, name);
	return len < 0 ? NULL : path;
}

char *
config_file_name(void)
{
	return xdg_path("XDG_CONFIG_HOME", ".config", "config");
}

static char *
database_path(const char *text)
{
	if (text[0] == '\0')
		return xdg_path("XDG_DATA_HOME", ".local/share", "hilo.db");
	if (strcmp(text, ":memory:") == 0 || strncmp(text, "postgres://", 11) == 0
	    || strncmp(text, "postgresql://", 13) == 0)
		return strdup(text);
	return absolute_path(text);
}

static char *
log_path(const char *text)
{
	if (text[0] == '\0')
		return xdg_path("XDG_STATE_HOME", ".local/state", "hilo.log");
	return strcmp(text, "-") == 0 ? strdup("") : absolute_path(text);
}

static char *
agent_name(const char *text)
{
	const struct passwd *user = text[0] == '\0' ? getpwuid(getuid()) : NULL;

	if (text[0] != '\0')
		return strdup(text);
	return strdup(user != NULL && utf8_valid(user->pw_name, strlen(user->pw_name)) ? user->pw_name : "agent");
}

static char *
url_without_slash(const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '/')
		len--;
	return strndup(text, len);
}

/* The value to keep in the one string of the setting (heap), or NULL if the text is wrong. "" is never wrong. */
static char *
checked_string(enum setting_kind kind, const char *text)
{
	const char *number = strncmp(text, "whatsapp:", 9) == 0 ? text + 9 : text;

	switch (kind) {
	case SETTING_TEXT:
		return strlen(text) <= 100 ? agent_name(text) : NULL;
	case SETTING_SECRET:
		return is_graphic_ascii(text) ? strdup(text) : NULL;
	case SETTING_ACCOUNT:
		return text[0] == '\0' || is_sid(text, "AC") ? strdup(text) : NULL;
	case SETTING_SERVICE:
		return text[0] == '\0' || is_sid(text, "MG") ? strdup(text) : NULL;
	case SETTING_PHONE:
		return text[0] == '\0' || is_e164(text) ? strdup(text) : NULL;
	case SETTING_WHATSAPP:
		return text[0] == '\0' || is_e164(number) ? strdup(number) : NULL;
	case SETTING_URL:
		return text[0] == '\0' || is_url(text) ? url_without_slash(text) : NULL;
	case SETTING_DATABASE:
		return database_path(text);
	case SETTING_FILE:
		return log_path(text);
	case SETTING_COMMAND:
		return setting_is_command(text) ? strdup(text) : NULL;
	case SETTING_LISTEN:
	case SETTING_LEVEL:
	case SETTING_LIMIT:
	case SETTING_SWITCH:
	case SETTING_WORD:
	case SETTING_NUMBER:
	case SETTING_HOURS:
		break;
	}
	return NULL;
}

static bool
store_checked(const struct setting *setting, const char *text, struct config *config)
{
	char **member;
	char *value;

	if (has_control(text) || !utf8_valid(text, strlen(text)))
		return false;
	if (setting->kind == SETTING_LISTEN)
		return store_listen(text, config);
	if (setting->kind == SETTING_LEVEL)
		return log_level_parse(text, &config->log_level) == 0;
	if (setting->kind == SETTING_LIMIT)
		return store_limit(text, config);
	if (setting->member == CONFIG_NO_MEMBER)
		return setting_store_plain(setting, text, config);
	value = checked_string(setting->kind, text);
	if (value == NULL)
		return false;
	member = (char **)(void *)((char *)config + setting->member);
	config_wipe(*member);
	*member = value;
	return true;
}

enum status
setting_store(const struct setting *setting, const char *text, const char *origin, struct config *config,
	      struct err *err)
{
	char expected[256];

	if (store_checked(setting, text[0] != '\0' ? text : setting->standard, config))
		return STATUS_OK;
	setting_expected(setting, expected, sizeof expected);
	/* A secret is not repeated, nor is what could disturb a terminal. */
	if (setting_is_secret(setting) || !is_graphic_ascii(text) || strlen(text) > 100)
		return err_set(err, STATUS_INVALID, _("%s: the value must be %s."), origin, expected);
	return err_set(err, STATUS_INVALID, _("%s: the value must be %s, not \"%s\"."), origin, expected, text);
}
