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
	SETTING_LIMIT, /* messages/seconds */
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
/* Name of the INI file (maybe not there); heap, the caller frees; NULL without memory. */
char *config_file_name(void);
/* Wipes the secrets, then frees. */
void config_release(struct config *config);
/* True if SMS and WhatsApp can be used: account and token are there. */
bool config_has_twilio(const struct config *config);
/* The own address that new conversations on `channel` are sent from (a pool of senders before a number); NULL: none. */
const char *config_sender(const struct config *config, enum channel channel);
/* What is missing, as one translated sentence for the screen, or NULL if nothing is. */
const char *config_missing(const struct config *config);

#endif
