/* SPDX-License-Identifier: MIT */
/* Where settings come from, which source wins, what is refused and in which words, and how secrets are got. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/config.h"
#include "core/clock.h"

#define ACCOUNT "AC0123456789abcdef0123456789ABCDEF"
#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static char home[64];

static void
write_file(const char *name, const char *text, mode_t mode)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(name, mode), 0);
}

/* A home of its own, nothing of hilo's in the environment. */
static int
setup(void **state)
{
	char name[160];

	(void)state;
	snprintf(home, sizeof home, "/tmp/hilo-config-XXXXXX");
	assert_non_null(mkdtemp(home));
	assert_int_equal(chdir(home), 0);
	setenv("HOME", home, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_DATA_HOME");
	unsetenv("XDG_STATE_HOME");
	for (size_t i = 0; i < config_setting_count; i++) {
		unsetenv(config_settings[i].environment);
		snprintf(name, sizeof name, "%s_COMMAND", config_settings[i].environment);
		unsetenv(name);
	}
	assert_int_equal(mkdir(".config", 0700), 0);
	assert_int_equal(mkdir(".config/hilo", 0700), 0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(".config/hilo/config");
	unlink(".env.local");
	unlink("ran");
	rmdir(".config/hilo");
	rmdir(".config");
	assert_int_equal(chdir("/"), 0);
	return rmdir(home);
}

static void
load(struct config *config)
{
	struct err err = { "" };

	if (config_load(NULL, 0, config, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

/* Loads what must be refused, with every one of `parts` in the sentence. */
static void
refuse(const char *name, const char *const *parts)
{
	struct config config;
	struct err err = { "" };

	if (config_load(NULL, 0, &config, &err) != STATUS_INVALID)
		fail_msg("%s: it was accepted", name);
	config_release(&config);
	for (; *parts != NULL; parts++) {
		if (strstr(err.text, *parts) == NULL)
			fail_msg("%s: \"%s\" is not in: %s", name, *parts, err.text);
	}
}

static void
test_defaults(void **state)
{
	struct config config;
	char path[128];

	(void)state;
	load(&config);
	assert_string_equal(config.twilio_account_sid, "");
	assert_string_equal(config.twilio_api_url, "https://api.twilio.com");
	assert_string_equal(config.listen_host, "127.0.0.1");
	assert_int_equal(config.listen_port, 8080);
	assert_int_equal(config.limit_count, 10);
	assert_int_equal(config.limit_seconds, 3600);
	assert_int_equal(config.log_level, LOG_LEVEL_INFO);
	assert_true(config.agent_name[0] != '\0');
	snprintf(path, sizeof path, "%s/.local/share/hilo/hilo.db", home);
	assert_string_equal(config.database, path);
	snprintf(path, sizeof path, "%s/.local/state/hilo/hilo.log", home);
	assert_string_equal(config.log_file, path);
	assert_false(config_has_twilio(&config));
	assert_non_null(strstr(config_missing(&config), "TWILIO_ACCOUNT_SID"));
	assert_null(config_sender(&config, CHANNEL_SMS));
	config_release(&config);
}

static void
test_folders_of_the_environment(void **state)
{
	struct config config;

	(void)state;
	setenv("XDG_DATA_HOME", "/tmp/elsewhere", 1);
	setenv("XDG_STATE_HOME", "not/absolute", 1);
	load(&config);
	assert_string_equal(config.database, "/tmp/elsewhere/hilo/hilo.db");
	assert_non_null(strstr(config.log_file, "/.local/state/hilo/hilo.log"));
	config_release(&config);
}

/* Each source names the agent; the last of those given must win. */
static void
test_later_source_wins(void **state)
{
	const struct config_override flag = { "HILO_AGENT", "flag" };
	struct config config;

	(void)state;
	write_file(".config/hilo/config", "[agent]\nname = ini\n", 0644);
	load(&config);
	assert_string_equal(config.agent_name, "ini");
	config_release(&config);
	write_file(".env.local", "HILO_AGENT=file\n", 0644);
	load(&config);
	assert_string_equal(config.agent_name, "file");
	config_release(&config);
	setenv("HILO_AGENT", "environment", 1);
	load(&config);
	assert_string_equal(config.agent_name, "environment");
	config_release(&config);
	assert_int_equal(config_load(&flag, 1, &config, NULL), STATUS_OK);
	assert_string_equal(config.agent_name, "flag");
	config_release(&config);
	assert_int_equal(config_load_only(NULL, 0, &config, NULL), STATUS_OK);
	assert_string_not_equal(config.agent_name, "environment");
	config_release(&config);
}

static void
test_empty_value_restores_the_default(void **state)
{
	struct config config;

	(void)state;
	write_file(".env.local", "HILO_LISTEN=127.0.0.1:9999\n", 0600);
	setenv("HILO_LISTEN", "", 1);
	load(&config);
	assert_int_equal(config.listen_port, 8080);
	config_release(&config);
}

struct value_row {
	const char *name;
	const char *line; /* of .env.local */
	const char *expected;
};

static const struct value_row env_rows[] = {
	{ "bare", "HILO_AGENT=Ana\n", "Ana" },
	{ "without a line end", "HILO_AGENT=Ana", "Ana" },
	{ "Windows line ends", "HILO_AGENT=Ana\r\nX=1\r\n", "Ana" },
	{ "blanks around", "  HILO_AGENT =  Ana María  \n", "Ana María" },
	{ "byte order mark", "\xEF\xBB\xBF" "HILO_AGENT=Ana\n", "Ana" },
	{ "export", "export HILO_AGENT=Ana\n", "Ana" },
	{ "comment after a blank", "HILO_AGENT=Ana # at the desk\n", "Ana" },
	{ "hash inside", "HILO_AGENT=Ana#2\n", "Ana#2" },
	{ "double quotes", "HILO_AGENT=\"Ana # \\\"2\\\"\" # comment\n", "Ana # \"2\"" },
	{ "single quotes", "HILO_AGENT='Ana \\n'\n", "Ana \\n" },
	{ "last one wins", "HILO_AGENT=Ana\nHILO_AGENT=Eva\n", "Eva" },
	{ "comment line", "#HILO_AGENT=Ana\nHILO_AGENT=Eva\n", "Eva" },
	{ "foreign settings", "PATH_X=1\nKEY=\"-----\nHILO_AGENT=no\n-----\"\nnonsense here\nHILO_AGENT=Eva\n", "Eva" },
	{ "foreign open quote", "KEY='open\nHILO_AGENT=Eva\n", "Eva" },
	{ "name that begins alike", "HILO_AGENT_2=no\nHILO_AGENT=Eva\n", "Eva" },
};

static void
test_env_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(env_rows); i++) {
		struct config config;

		write_file(".env.local", env_rows[i].line, 0644);
		load(&config);
		if (strcmp(config.agent_name, env_rows[i].expected) != 0)
			fail_msg("%s: \"%s\"", env_rows[i].name, config.agent_name);
		config_release(&config);
	}
}

static void
test_ini_file(void **state)
{
	struct config config;

	(void)state;
	write_file(".config/hilo/config",
		   "\xEF\xBB\xBF; the office\n[twilio]\n  account_sid = " ACCOUNT "\n\tauth_token=secret # of the office\n"
		   "whatsapp_number = whatsapp:+14155238886\n\n[listener]\nlisten = [::1]:0\n"
		   "public_url = \"https://hilo.example.com/base//\"\n[ log ]\nlevel=debug\nfile = -\n"
		   "[limits]\nper_client = 3/60\n[data]\ndatabase = ~/x.db\n"
		   "[email \"support\"]\naddress = help@example.com\nimap_url = imaps://mail.example.com:993\n"
		   "password_command = pass show mail\n",
		   0600);
	load(&config);
	assert_string_equal(config.twilio_account_sid, ACCOUNT);
	assert_string_equal(config.twilio_auth_token, "secret");
	assert_string_equal(config.twilio_whatsapp_number, "+14155238886");
	assert_string_equal(config.listen_host, "::1");
	assert_int_equal(config.listen_port, 0);
	assert_string_equal(config.public_url, "https://hilo.example.com/base");
	assert_int_equal(config.log_level, LOG_LEVEL_DEBUG);
	assert_string_equal(config.log_file, "");
	assert_int_equal(config.limit_count, 3);
	assert_int_equal(config.limit_seconds, 60);
	assert_int_equal(strncmp(config.database, home, strlen(home)), 0);
	assert_string_equal(config.database + strlen(home), "/x.db");
	assert_int_equal(config.mail_count, 1);
	assert_string_equal(config.mail[0].name, "support");
	assert_string_equal(config.mail[0].address, "help@example.com");
	assert_true(config_has_twilio(&config));
	assert_null(config_missing(&config));
	assert_null(config_sender(&config, CHANNEL_SMS));
	assert_string_equal(config_sender(&config, CHANNEL_WHATSAPP), "+14155238886");
	config_release(&config);
}

struct refused_row {
	const char *name;
	const char *ini;
	const char *parts[5];
};

static const struct refused_row ini_rows[] = {
	{ "unknown key", "[twilio]\n\naccount = x\n", { "config", "line 3", "account", "[twilio]" } },
	{ "unknown section", "[twlio]\n", { "config", "line 1", "[twilio]" } },
	{ "key before a section", "account_sid = x\n", { "line 1", "account_sid" } },
	{ "key of another section", "[listener]\naccount_sid = x\n", { "line 2", "account_sid" } },
	{ "no equals sign", "[twilio]\naccount_sid\n", { "line 2", "key = value" } },
	{ "open quotation mark", "[agent]\nname = \"Ana\n", { "line 2", "name" } },
	{ "text after the quotation mark", "[agent]\nname = \"Ana\" Eva\n", { "line 2", "name" } },
	{ "section not closed", "[agent\nname = Ana\n", { "line 1" } },
	{ "text after the section", "[agent] name\n", { "line 1" } },
	{ "unknown mail key", "[email \"x\"]\nport = 25\n", { "line 2", "port", "[email \"x\"]" } },
	{ "wrong account", "[twilio]\naccount_sid = AC123\n",
	  { "line 2", "[twilio] account_sid", "32 hexadecimal", "AC123" } },
	{ "wrong level", "[log]\nlevel = loud\n", { "line 2", "[log] level", "warning", "loud" } },
	{ "not UTF-8", "[agent]\nname = \xff\n", { "config", "UTF-8" } },
	{ "command of what is no secret", "[twilio]\naccount_sid_command = true\n",
	 { "line 2", "account_sid_command" } },
};

static const struct refused_row free_rows[] = {
	{ "word out of a list", "[ui]\ntheme = blue\n", { "line 2", "[ui] theme", "auto, dark, light or contrast" } },
	{ "number out of its range", "[ui]\nundo_seconds = 90\n", { "line 2", "from 0 to 60", "\"90\"" } },
	{ "unknown key of the console", "[ui]\ncolour = none\n", { "line 2", "colour", "[ui]" } },
	{ "key without a place", "[keys]\nj = next\n", { "line 2", "[keys]", "list.j" } },
	{ "key twice", "[keys]\nlist.j = a\n\nlist.j = b\n", { "line 4", "list.j", "line 2" } },
	{ "alias twice in a section given twice", "[aliases]\na = b\n[views]\n[aliases]\na = c\n",
	  { "line 5", "[aliases] a", "line 2" } },
	{ "alias of nothing", "[aliases]\na =\n", { "line 2", "[aliases] a", "a command" } },
	{ "alias with a blank", "[aliases]\na b = c\n", { "line 2", "[aliases]", "letters" } },
	{ "macro of nothing", "[macros]\nhi = \"\"\n", { "line 2", "[macros] hi", "keys" } },
	{ "view without a name", "[views]\n = is:mine\n", { "line 2", "[views]", "a name" } },
	{ "view without equals sign", "[views]\nis:mine\n", { "line 2", "key = value" } },
	{ "content type without a kind", "[open]\npng = feh\n", { "line 2", "[open]", "image/png" } },
	{ "opener with an open quote", "[open]\nimage/* = feh 'x\n", { "line 2", "image/*", "quotation" } },
	{ "control character", "[macros]\nhi = \"a\\nb\"\n", { "line 2", "[macros] hi", "control" } },
	{ "language with a country", "[spelling]\nes_MX = es_MX\n", { "line 2", "[spelling]", "such as es" } },
	{ "dictionary with a path", "[spelling]\nes = ../es\n", { "line 2", "[spelling] es", "es_MX" } },
};

static void
test_free_sections_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(free_rows); i++) {
		write_file(".config/hilo/config", free_rows[i].ini, 0600);
		refuse(free_rows[i].name, free_rows[i].parts);
	}
}

static void
test_console_defaults(void **state)
{
	struct config config;

	(void)state;
	load(&config);
	assert_int_equal(config.ui.theme, CONFIG_THEME_AUTO);
	assert_int_equal(config.ui.colours, CONFIG_COLOURS_AUTO);
	assert_int_equal(config.ui.synchronized, CONFIG_AUTO);
	assert_int_equal(config.ui.send_key, CONFIG_SEND_ENTER);
	assert_int_equal(config.ui.undo_seconds, 5);
	assert_int_equal(config.ui.mark_read_seconds, 0);
	assert_int_equal(config.ui.list_columns, 0);
	assert_false(config.ui.ascii || config.ui.mouse || config.ui.spelling);
	assert_true(config.ui.title && config.ui.links && config.ui.clipboard);
	assert_int_equal(config.notify.terminal, CONFIG_NOTIFY_AUTO);
	assert_false(config.notify.bell || config.notify.content);
	assert_string_equal(config.notify.command, "");
	assert_int_equal(config.notify.quiet_from_minute, config.notify.quiet_to_minute);
	for (size_t i = 0; i < CONFIG_SECTION_COUNT; i++)
		assert_int_equal(config.sections[i].count, 0);
	config_release(&config);
}

struct entry_row {
	enum config_section section;
	size_t place;
	const char *name;
	const char *value;
	int line;
};

static void
assert_entry(const struct config *config, const struct entry_row *expected)
{
	const struct config_entries *entries = &config->sections[expected->section];
	size_t place = expected->place;

	assert_true(place < entries->count);
	assert_string_equal(entries->items[place].name, expected->name);
	assert_string_equal(entries->items[place].value, expected->value);
	assert_int_equal(entries->items[place].line, expected->line);
}

static void
test_console_from_ini(void **state)
{
	static const struct entry_row rows[] = {
		{ CONFIG_SECTION_KEYS, 0, "list.j", "select-next", 11 },
		{ CONFIG_SECTION_KEYS, 1, "list.=", "view mine", 12 },
		{ CONFIG_SECTION_KEYS, 2, "reply.C-=", "", 13 },
		{ CONFIG_SECTION_KEYS, 3, "list.g g", "select-first", 18 },
		{ CONFIG_SECTION_VIEWS, 0, "My view ñ", "is:mine channel:sms", 15 },
		{ CONFIG_SECTION_OPEN, 0, "image/*", "feh -- %s", 20 },
	};
	struct config config;
	char *origin;

	(void)state;
	write_file(".config/hilo/config",
		   "[ui]\ntheme = light\ncolours = true\nsend_key = alt-enter\nundo_seconds = 0\nmouse=yes\n"
		   "[notify]\nquiet = 22:00-07:05\ncommand = a 'b c'\n"
		   "[keys]\nlist.j = select-next # down\nlist.= = view mine\nreply.C-= =\n"
		   "[views]\nMy view ñ = is:mine channel:sms\n# more keys\n[keys]\nlist.g g = select-first\n"
		   "[open]\nimage/* = feh -- %s\n",
		   0644);
	load(&config);
	assert_int_equal(config.ui.theme, CONFIG_THEME_LIGHT);
	assert_int_equal(config.ui.colours, CONFIG_COLOURS_TRUE);
	assert_int_equal(config.ui.send_key, CONFIG_SEND_ALT_ENTER);
	assert_int_equal(config.ui.undo_seconds, 0);
	assert_true(config.ui.mouse);
	assert_int_equal(config.notify.quiet_from_minute, 22 * 60);
	assert_int_equal(config.notify.quiet_to_minute, 7 * 60 + 5);
	assert_string_equal(config.notify.command, "a 'b c'");
	assert_int_equal(config.sections[CONFIG_SECTION_KEYS].count, 4);
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_entry(&config, &rows[i]);
	origin = config_entry_origin(CONFIG_SECTION_KEYS, &config.sections[CONFIG_SECTION_KEYS].items[0]);
	assert_non_null(strstr(origin, "/.config/hilo/config, line 11, [keys] list.j"));
	free(origin);
	config_release(&config);
}

static void
test_ini_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(ini_rows); i++) {
		write_file(".config/hilo/config", ini_rows[i].ini, 0600);
		refuse(ini_rows[i].name, ini_rows[i].parts);
	}
}

struct environment_row {
	const char *variable;
	const char *value;
	bool good;
};

static const struct environment_row checked_rows[] = {
	{ "TWILIO_ACCOUNT_SID", ACCOUNT, true },
	{ "TWILIO_ACCOUNT_SID", "MG0123456789abcdef0123456789abcdef", false },
	{ "TWILIO_ACCOUNT_SID", ACCOUNT "0", false },
	{ "TWILIO_MESSAGING_SERVICE_SID", "MG0123456789abcdef0123456789abcdef", true },
	{ "TWILIO_MESSAGING_SERVICE_SID", ACCOUNT, false },
	{ "TWILIO_AUTH_TOKEN", "with blank", false },
	{ "TWILIO_AUTH_TOKEN", "se\xc3\xb1" "al", false },
	{ "TWILIO_PHONE_NUMBER", "+15005550006", true },
	{ "TWILIO_PHONE_NUMBER", "15005550006", false },
	{ "TWILIO_PHONE_NUMBER", "+1 500 555 0006", false },
	{ "TWILIO_PHONE_NUMBER", "+05005550006", false },
	{ "TWILIO_PHONE_NUMBER", "+1234567890123456", false },
	{ "TWILIO_PHONE_NUMBER", "whatsapp:+15005550006", false },
	{ "TWILIO_WHATSAPP_NUMBER", "whatsapp:+15005550006", true },
	{ "TWILIO_WHATSAPP_NUMBER", "+15005550006", true },
	{ "TWILIO_WHATSAPP_NUMBER", "whatsapp:", false },
	{ "TWILIO_API_URL", "http://127.0.0.1:9090", true },
	{ "HILO_PUBLIC_URL", "https://hilo.example.com", true },
	{ "HILO_PUBLIC_URL", "HTTPS://hilo.example.com:8443/deep/path/", true },
	{ "HILO_PUBLIC_URL", "http://[::1]:8080", true },
	{ "HILO_PUBLIC_URL", "hilo.example.com", false },
	{ "HILO_PUBLIC_URL", "ftp://hilo.example.com", false },
	{ "HILO_PUBLIC_URL", "https://", false },
	{ "HILO_PUBLIC_URL", "https:///path", false },
	{ "HILO_PUBLIC_URL", "https://user@hilo.example.com", false },
	{ "HILO_PUBLIC_URL", "https://hilo.example.com?x=1", false },
	{ "HILO_PUBLIC_URL", "https://hilo.example.com/#rc=3", false },
	{ "HILO_PUBLIC_URL", "https://hilo.example.com:99999", false },
	{ "HILO_PUBLIC_URL", "https://hilo.example.com:0", false },
	{ "HILO_PUBLIC_URL", "https://hilo .example.com", false },
	{ "HILO_LISTEN", "0.0.0.0:80", true },
	{ "HILO_LISTEN", "localhost:0", true },
	{ "HILO_LISTEN", "[::1]:8080", true },
	{ "HILO_LISTEN", "::1:8080", false },
	{ "HILO_LISTEN", "[127.0.0.1]:8080", false },
	{ "HILO_LISTEN", "8080", false },
	{ "HILO_LISTEN", ":8080", false },
	{ "HILO_LISTEN", "127.0.0.1:", false },
	{ "HILO_LISTEN", "127.0.0.1:65536", false },
	{ "HILO_LISTEN", "127.0.0.1:8080/x", false },
	{ "HILO_SEND_LIMIT", "1/1", true },
	{ "HILO_SEND_LIMIT", "0/60", false },
	{ "HILO_SEND_LIMIT", "10", false },
	{ "HILO_SEND_LIMIT", "10/", false },
	{ "HILO_SEND_LIMIT", "-1/60", false },
	{ "HILO_SEND_LIMIT", "10/3600 ", false },
	{ "HILO_LOG_LEVEL", "error", true },
	{ "HILO_LOG_LEVEL", "ERROR", false },
	{ "HILO_AGENT", "Ana María 🙂", true },
	{ "HILO_AGENT", "Ana\x1b[31m", false },
	{ "HILO_AGENT", "\xc3", false },
	{ "HILO_DATABASE", "/tmp/a\nb", false },
	{ "HILO_THEME", "contrast", true },
	{ "HILO_THEME", "Dark", false },
	{ "HILO_COLOURS", "256", true },
	{ "HILO_COLOURS", "8", false },
	{ "HILO_ASCII", "yes", true },
	{ "HILO_ASCII", "true", false },
	{ "HILO_MOUSE", "no", true },
	{ "HILO_MOUSE", "on", false },
	{ "HILO_SYNCHRONIZED", "yes", true },
	{ "HILO_SYNCHRONIZED", "maybe", false },
	{ "HILO_TITLE", "no", true },
	{ "HILO_TITLE", "0", false },
	{ "HILO_LINKS", "no", true },
	{ "HILO_LINKS", "none", false },
	{ "HILO_CLIPBOARD", "no", true },
	{ "HILO_CLIPBOARD", "osc52", false },
	{ "HILO_SEND_KEY", "alt-enter", true },
	{ "HILO_SEND_KEY", "ctrl-enter", false },
	{ "HILO_UNDO_SECONDS", "0", true },
	{ "HILO_UNDO_SECONDS", "60", true },
	{ "HILO_UNDO_SECONDS", "61", false },
	{ "HILO_UNDO_SECONDS", "-1", false },
	{ "HILO_UNDO_SECONDS", "5s", false },
	{ "HILO_UNDO_SECONDS", "99999999999999999999", false },
	{ "HILO_SPELLING", "yes", true },
	{ "HILO_SPELLING", "es", false },
	{ "HILO_MARK_READ_SECONDS", "600", true },
	{ "HILO_MARK_READ_SECONDS", "601", false },
	{ "HILO_LIST_COLUMNS", "40", true },
	{ "HILO_LIST_COLUMNS", "201", false },
	{ "HILO_NOTIFY_TERMINAL", "osc777", true },
	{ "HILO_NOTIFY_TERMINAL", "osc8", false },
	{ "HILO_NOTIFY_BELL", "yes", true },
	{ "HILO_NOTIFY_BELL", "loud", false },
	{ "HILO_NOTIFY_COMMAND", "notify-send 'a b' \"c\"", true },
	{ "HILO_NOTIFY_COMMAND", "notify-send 'a", false },
	{ "HILO_NOTIFY_COMMAND", "'' a", false },
	{ "HILO_NOTIFY_QUIET", "22:00-07:30", true },
	{ "HILO_NOTIFY_QUIET", "22:00-22:00", false },
	{ "HILO_NOTIFY_QUIET", "24:00-07:00", false },
	{ "HILO_NOTIFY_QUIET", "9:00-17:00", false },
	{ "HILO_NOTIFY_QUIET", "09:00-17:60", false },
	{ "HILO_NOTIFY_QUIET", "09:00-17:00h", false },
	{ "HILO_NOTIFY_CONTENT", "yes", true },
	{ "HILO_NOTIFY_CONTENT", "y", false },
};

static void
test_values_checked(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(checked_rows); i++) {
		const struct environment_row *row = &checked_rows[i];
		const char *const parts[] = { row->variable, NULL };

		setenv(row->variable, row->value, 1);
		if (row->good) {
			struct config config;
			struct err err = { "" };

			if (config_load(NULL, 0, &config, &err) != STATUS_OK)
				fail_msg("%s=%s: %s", row->variable, row->value, err.text);
			config_release(&config);
		} else {
			refuse(row->value, parts);
		}
		unsetenv(row->variable);
	}
}

static void
test_refusal_keeps_secrets(void **state)
{
	struct config config;
	struct err err = { "" };

	(void)state;
	setenv("TWILIO_AUTH_TOKEN", "hush hush", 1);
	assert_int_equal(config_load(NULL, 0, &config, &err), STATUS_INVALID);
	config_release(&config);
	assert_null(strstr(err.text, "hush"));
	setenv("TWILIO_AUTH_TOKEN", "", 1);
	setenv("HILO_LISTEN", "\x1b[2J", 1);
	assert_int_equal(config_load(NULL, 0, &config, &err), STATUS_INVALID);
	config_release(&config);
	assert_null(strchr(err.text, '\x1b'));
}

struct mode_row {
	const char *name;
	const char *file;
	const char *text;
	mode_t mode;
	bool refused;
};

static const struct mode_row mode_rows[] = {
	{ "INI with a token, for all", ".config/hilo/config", "[twilio]\nauth_token = x\n", 0644, true },
	{ "INI with a token, for the group", ".config/hilo/config", "[api]\ntoken = x\n", 0640, true },
	{ "INI with a token, private", ".config/hilo/config", "[twilio]\nauth_token = x\n", 0600, false },
	{ "INI with a command, for all", ".config/hilo/config", "[twilio]\nauth_token_command = echo x\n", 0644,
	 false },
	{ "INI with a mail password, for all", ".config/hilo/config", "[email \"a\"]\npassword = x\n", 0604, true },
	{ "INI without secrets, for all", ".config/hilo/config", "[agent]\nname = Ana\n", 0644, false },
	{ "env file with a token, for all", ".env.local", "A=1\nHILO_API_TOKEN=x\n", 0644, true },
	{ "env file with a token, private", ".env.local", "HILO_API_TOKEN=x\n", 0400, false },
	{ "env file with an empty token, for all", ".env.local", "HILO_API_TOKEN=\n", 0644, false },
	{ "env file with a foreign secret, for all", ".env.local", "OTHER_TOKEN=x\n", 0644, false },
};

static void
test_open_files_refused(void **state)
{
	const char *const parts[] = { "chmod 600", NULL };

	(void)state;
	for (size_t i = 0; i < LENGTH(mode_rows); i++) {
		const struct mode_row *row = &mode_rows[i];
		struct config config;
		struct err err = { "" };

		write_file(row->file, row->text, row->mode);
		if (row->refused) {
			refuse(row->name, parts);
		} else {
			if (config_load(NULL, 0, &config, &err) != STATUS_OK)
				fail_msg("%s: %s", row->name, err.text);
			config_release(&config);
		}
		unlink(row->file);
	}
}

struct command_row {
	const char *name;
	const char *command;
	const char *expected; /* NULL: refused */
	const char *reason;
};

static const struct command_row command_rows[] = {
	{ "first line", "printf 'one\\ntwo\\n'", "one", NULL },
	{ "words as a shell has them", "printf %s-%s 'a' \"b\"c\\d", "a-bcd", NULL },
	{ "no shell", "printf %s $HOME;id", "$HOME;id", NULL },
	{ "nothing printed", "true", NULL, "printed nothing" },
	{ "it fails", "false", NULL, "failed" },
	{ "it fails after its output", "sh -c 'echo x; exit 3'", NULL, "failed" },
	{ "not there", "/nonexistent/program", NULL, "cannot be started" },
	{ "open quotation mark", "echo 'x", NULL, "open quote" },
	{ "blank", "   ", NULL, "empty" },
	{ "output that is no token", "printf '\\033[31m'", NULL, "printable ASCII" },
};

static void
test_secret_from_command(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(command_rows); i++) {
		const struct command_row *row = &command_rows[i];
		const char *const parts[] = { "TWILIO_AUTH_TOKEN_COMMAND", row->reason, NULL };
		struct config config;

		setenv("TWILIO_AUTH_TOKEN_COMMAND", row->command, 1);
		if (row->expected == NULL) {
			refuse(row->name, parts);
			continue;
		}
		load(&config);
		if (strcmp(config.twilio_auth_token, row->expected) != 0)
			fail_msg("%s: \"%s\"", row->name, config.twilio_auth_token);
		config_release(&config);
	}
}

static void
test_replaced_command_is_not_run(void **state)
{
	struct config config;

	(void)state;
	write_file(".env.local", "TWILIO_AUTH_TOKEN_COMMAND=touch ran\n", 0600);
	setenv("TWILIO_AUTH_TOKEN", "direct", 1);
	load(&config);
	assert_string_equal(config.twilio_auth_token, "direct");
	config_release(&config);
	assert_int_not_equal(access("ran", F_OK), 0);
}

static void
test_slow_command_is_ended(void **state)
{
	const char *const parts[] = { "10 seconds", NULL };
	int64_t started = clock_monotonic_ms();

	(void)state;
	setenv("HILO_API_TOKEN_COMMAND", "sleep 60", 1);
	refuse("sleeps", parts);
	assert_in_range(clock_monotonic_ms() - started, 9000, 30000);
}

static void
test_unknown_override(void **state)
{
	const struct config_override wrong = { "HILO_NOTHING", "x" };
	struct config config;
	struct err err = { "" };

	(void)state;
	assert_int_equal(config_load(&wrong, 1, &config, &err), STATUS_INVALID);
	assert_non_null(strstr(err.text, "HILO_NOTHING"));
	config_release(&config);
}

static void
test_pool_before_number(void **state)
{
	struct config config;

	(void)state;
	setenv("TWILIO_ACCOUNT_SID", ACCOUNT, 1);
	setenv("TWILIO_AUTH_TOKEN", "x", 1);
	setenv("TWILIO_PHONE_NUMBER", "+15005550006", 1);
	load(&config);
	assert_string_equal(config_sender(&config, CHANNEL_SMS), "+15005550006");
	assert_null(config_sender(&config, CHANNEL_WHATSAPP));
	assert_null(config_sender(&config, CHANNEL_EMAIL));
	assert_non_null(strstr(config_missing(&config), "HILO_PUBLIC_URL"));
	config_release(&config);
	setenv("TWILIO_MESSAGING_SERVICE_SID", "MG0123456789abcdef0123456789abcdef", 1);
	load(&config);
	assert_string_equal(config_sender(&config, CHANNEL_SMS), "MG0123456789abcdef0123456789abcdef");
	config_release(&config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_defaults, setup, teardown),
		cmocka_unit_test_setup_teardown(test_folders_of_the_environment, setup, teardown),
		cmocka_unit_test_setup_teardown(test_later_source_wins, setup, teardown),
		cmocka_unit_test_setup_teardown(test_empty_value_restores_the_default, setup, teardown),
		cmocka_unit_test_setup_teardown(test_env_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ini_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_free_sections_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_console_defaults, setup, teardown),
		cmocka_unit_test_setup_teardown(test_console_from_ini, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ini_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_values_checked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusal_keeps_secrets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_open_files_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_secret_from_command, setup, teardown),
		cmocka_unit_test_setup_teardown(test_replaced_command_is_not_run, setup, teardown),
		cmocka_unit_test_setup_teardown(test_slow_command_is_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_override, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pool_before_number, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
