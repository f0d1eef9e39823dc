/* SPDX-License-Identifier: MIT */
/*
 * Configuration: built-in defaults, then $XDG_CONFIG_HOME/hilo/config (INI), ./.env.local, the environment, flags; later wins.
 * One table of settings drives reading, checking, help and the manual page.
 */
#ifndef HILO_CORE_CONFIG_H
#define HILO_CORE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

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
	char *listen_host;
	int listen_port; /* 0 = a free one */
	char *public_url; /* without a slash at the end */
	char *api_token;
	char *database; /* absolute path, ":memory:" or postgres://... */
	char *log_file;
	enum log_level log_level;
	char *agent_name;
	int limit_count;
	int limit_seconds;
};

struct config_override {
	const char *name; /* environment name, "HILO_LISTEN" */
	const char *value;
};

/*
 * Loads everything; `overrides` (flags) win over all. STATUS_INVALID with file, line, key and what was expected; a file
 * that holds a secret and is readable by others is refused with the chmod to run. `config` is initialised also on failure.
 */
enum status config_load(const struct config_override *overrides, size_t count, struct config *config, struct err *err);
/* Wipes the secrets, then frees. */
void config_release(struct config *config);
/* True if SMS and WhatsApp can be used: account and token are there. */
bool config_has_twilio(const struct config *config);
/* What is missing, as one translated sentence for the screen, or NULL if nothing is. */
const char *config_missing(const struct config *config);

#endif
