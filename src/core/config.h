/* SPDX-License-Identifier: MIT */
/*
 * Configuration: built-in defaults, then $XDG_CONFIG_HOME/hilo/config (INI), ./.env.local, the environment, flags;
 * later wins. One table of settings drives reading, checking, help and the manual page.
 */
#ifndef HILO_CORE_CONFIG_H
#define HILO_CORE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "core/channel.h"
#include "core/err.h"
#include "core/log.h"

enum config_theme { CONFIG_THEME_AUTO, CONFIG_THEME_DARK, CONFIG_THEME_LIGHT, CONFIG_THEME_CONTRAST };
enum config_colours {
	CONFIG_COLOURS_AUTO,
	CONFIG_COLOURS_NONE,
	CONFIG_COLOURS_16,
	CONFIG_COLOURS_256,
	CONFIG_COLOURS_TRUE,
};
enum config_auto { CONFIG_AUTO, CONFIG_YES, CONFIG_NO };
enum config_send_key { CONFIG_SEND_ENTER, CONFIG_SEND_ALT_ENTER };
enum config_notify {
	CONFIG_NOTIFY_NO,
	CONFIG_NOTIFY_AUTO,
	CONFIG_NOTIFY_OSC9,
	CONFIG_NOTIFY_OSC777,
	CONFIG_NOTIFY_OSC99,
};

/* [ui] */
struct config_ui {
	enum config_theme theme;
	enum config_colours colours;
	bool ascii;
	bool mouse;
	enum config_auto synchronized;
	bool title;
	bool links;
	bool clipboard;
	enum config_send_key send_key;
	int undo_seconds; /* 0 = sent at once */
	bool spelling;
	int mark_read_seconds; /* on the screen, until a conversation counts as read */
	int list_columns;      /* 0 = automatic */
};

/* [notify] */
struct config_notification {
	enum config_notify terminal;
	bool bell;
	char *command; /* checked: child_split() takes it; "" = none */
	/* Quiet hours in minutes of the local day, over midnight when the end is smaller; equal: none. */
	int quiet_from_minute;
	int quiet_to_minute;
	bool content; /* the message's text may be shown */
};

/* Sections of the INI file whose keys the user chooses. */
enum config_section {
	CONFIG_SECTION_OPEN,	 /* image/png (or any image) or link = program and arguments, "" = never */
	CONFIG_SECTION_KEYS,	 /* list.j = command line, "" = not bound */
	CONFIG_SECTION_ALIASES,	 /* name = command line */
	CONFIG_SECTION_MACROS,	 /* name = keys */
	CONFIG_SECTION_VIEWS,	 /* name = query */
	CONFIG_SECTION_SPELLING, /* es = es_MX */
	CONFIG_SECTION_COUNT
};

/* One line of such a section: its form is checked, its meaning is not. */
struct config_entry {
	char *name; /* no two alike in a section */
	char *value;
	int line; /* of config_file_name() */
};

struct config_entries {
	struct config_entry *items; /* in the order of the file */
	size_t count;
};

/* All strings owned, never NULL ("" = not set). Read-only once loaded, so threads may share it. */
struct config {
	char *twilio_account_sid;
	char *twilio_auth_token;
	char *twilio_auth_token_previous;
	char *twilio_phone_number;    /* E.164 */
	char *twilio_whatsapp_number; /* E.164, without "whatsapp:" */
	char *twilio_messaging_service_sid;
	char *twilio_api_url; /* without a slash at the end */
	char *listen_host; /* an IP address without brackets, or a name */
	int listen_port; /* 0 = a free one */
	char *public_url; /* without a slash at the end */
	char *api_token;
	char *database; /* absolute path, ":memory:" or postgres://... */
	char *log_file;
	enum log_level log_level;
	char *agent_name;
	int limit_count;
	int limit_seconds;
	struct config_ui ui;
	struct config_notification notify;
	struct config_entries sections[CONFIG_SECTION_COUNT];
	/* Sections [email "name"]: checked and kept, no transport uses them yet. */
	struct config_mail *mail;
	size_t mail_count;
};

struct config_mail {
	char *name;
	char *address; /* "" = not given */
};

enum setting_kind {
	SETTING_TEXT,
	SETTING_SECRET,
	SETTING_ACCOUNT,  /* AC and 32 hexadecimal digits */
	SETTING_SERVICE,  /* MG and 32 hexadecimal digits */
	SETTING_PHONE,    /* E.164 */
	SETTING_WHATSAPP, /* E.164, maybe after "whatsapp:" */
	SETTING_URL,
	SETTING_LISTEN,   /* host:port */
	SETTING_DATABASE,
	SETTING_FILE,
	SETTING_LEVEL,
	SETTING_LIMIT,	/* messages/seconds */
	SETTING_SWITCH, /* yes or no, into a bool */
	SETTING_WORD,	/* one of `words`, into an enum by its place */
	SETTING_NUMBER, /* `least` to `most`, into an int */
	SETTING_COMMAND, /* program and arguments */
	SETTING_HOURS,	/* HH:MM-HH:MM */
};

#define CONFIG_NO_MEMBER ((size_t)-1)

/* One setting: everything that reads, checks, explains or documents it comes from this row. */
struct setting {
	const char *environment;
	const char *section; /* of the INI file */
	const char *key;
	const char *flag; /* on the command line, "--listen"; NULL: only by --set */
	enum setting_kind kind;
	const char *standard; /* the default as text, "" = none */
	const char *shown;    /* the default as documentation writes it, when that is not `standard`; or NULL */
	const char *meaning;  /* to be translated */
	size_t member;	      /* offset of its char * in struct config, or CONFIG_NO_MEMBER */
	size_t place;	      /* offset of its bool, enum or int, for these kinds */
	const char *const *words; /* SETTING_WORD: what is allowed, NULL at the end */
	int least, most;	  /* SETTING_NUMBER */
};

extern const struct setting config_settings[];
extern const size_t config_setting_count;

struct config_override {
	const char *name; /* environment name, "HILO_LISTEN" */
	const char *value;
};

/*
 * Loads everything; `overrides` (flags) win over all. STATUS_INVALID with file, line, key and what was expected; a file
 * that holds a secret and is readable by others is refused with the chmod to run. `config` is initialised also on
 * failure.
 */
enum status config_load(const struct config_override *overrides, size_t count, struct config *config, struct err *err);
/* The same from the defaults and `overrides` alone: no file, no environment. */
enum status config_load_only(const struct config_override *overrides, size_t count, struct config *config,
			     struct err *err);
/*
 * The same, but how the console looks and behaves ([ui], [notify] and the sections of free keys) comes from the INI file and the
 * environment. Nothing else of them is used, and no command of theirs is run.
 */
enum status config_load_looks(const struct config_override *overrides, size_t count, struct config *config,
			      struct err *err);
/* Name of the INI file (maybe not there); heap, the caller frees; NULL without memory. */
char *config_file_name(void);
/* The name of a section of free keys as the file writes it, "keys". */
const char *config_section_name(enum config_section section);
/* Begins a sentence about an entry, for those who check its meaning: "FILE, line 12, [keys] list.j"; heap, or NULL. */
char *config_entry_origin(enum config_section section, const struct config_entry *entry);
/* Wipes the secrets, then frees. */
void config_release(struct config *config);
/* True if SMS and WhatsApp can be used: account and token are there. */
bool config_has_twilio(const struct config *config);
/* The own address that new conversations on `channel` are sent from (a pool of senders before a number); NULL: none. */
const char *config_sender(const struct config *config, enum channel channel);
/* What is missing, as one translated sentence for the screen, or NULL if nothing is. */
const char *config_missing(const struct config *config);

#endif
