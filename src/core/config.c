/* SPDX-License-Identifier: MIT */
/*
 * Collects what each source says about each setting, later sources over earlier ones, and only then checks and stores
 * the winners: a secret's command runs once, and only if nothing later replaced it.
 */
#include "core/config_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

#define ENV_FILE "./.env.local"

enum status
raw_config_set(struct raw_config *raw, struct setting_match match, const char *value, const char *origin,
	       struct err *err)
{
	struct raw_setting *setting = &raw->settings[match.index];

	config_wipe(setting->value);
	free(setting->origin);
	setting->value = strdup(value);
	setting->origin = strdup(origin);
	setting->is_command = match.is_command;
	if (setting->value == NULL || setting->origin == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	return STATUS_OK;
}

static void
mail_release(struct config_mail *mail, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(mail[i].name);
		free(mail[i].address);
	}
	free(mail);
}

static void
raw_config_release(struct raw_config *raw)
{
	for (size_t i = 0; i < config_setting_count; i++) {
		config_wipe(raw->settings[i].value);
		free(raw->settings[i].origin);
	}
	mail_release(raw->mail, raw->mail_count);
	config_sections_release(raw->sections);
}

static enum status
read_environment(struct raw_config *raw, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < config_setting_count && status == STATUS_OK; i++) {
		const struct setting *setting = &config_settings[i];
		struct setting_match match = { (int)i, false };
		const char *value = getenv(setting->environment);
		const char *command = NULL;
		char name[96], origin[160];

		snprintf(name, sizeof name, "%s_COMMAND", setting->environment);
		if (setting_is_secret(setting))
			command = getenv(name);
		/* The value itself is more exact than a way to get it. */
		if (value == NULL && command == NULL)
			continue;
		snprintf(origin, sizeof origin, _("environment variable %s"),
			 value != NULL ? setting->environment : name);
		match.is_command = value == NULL;
		status = raw_config_set(raw, match, value != NULL ? value : command, origin, err);
	}
	return status;
}

static enum status
read_overrides(struct raw_config *raw, const struct config_override *overrides, size_t count, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct setting_match match = setting_by_environment(overrides[i].name, strlen(overrides[i].name));
		char origin[160];

		if (match.index < 0)
			return err_set(err, STATUS_INVALID, _("There is no setting \"%s\"; see: hilo --help"),
				       overrides[i].name);
		snprintf(origin, sizeof origin, _("%s on the command line"), overrides[i].name);
		status = raw_config_set(raw, match, overrides[i].value, origin, err);
	}
	return status;
}

static enum status
store_one(const struct setting *setting, const struct raw_setting *raw, struct config *config, struct err *err)
{
	enum status status;
	char *output;

	if (raw->value == NULL)
		return setting_store(setting, "", setting->environment, config, err);
	if (!raw->is_command || raw->value[0] == '\0')
		return setting_store(setting, raw->value, raw->origin, config, err);
	status = config_run_command(raw->value, raw->origin, &output, err);
	if (status == STATUS_OK)
		status = setting_store(setting, output, raw->origin, config, err);
	config_wipe(output);
	return status;
}

/* Stores every setting and moves the mail accounts and the sections of free keys over. */
static enum status
store_all(struct raw_config *raw, struct config *config, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < config_setting_count && status == STATUS_OK; i++)
		status = store_one(&config_settings[i], &raw->settings[i], config, err);
	config->mail = raw->mail;
	config->mail_count = raw->mail_count;
	raw->mail = NULL;
	raw->mail_count = 0;
	memcpy(config->sections, raw->sections, sizeof config->sections);
	memset(raw->sections, 0, sizeof raw->sections);
	return status;
}

/* Every string at least "", so that a reader never meets NULL, also after a failure. */
static enum status
config_init(struct config *config, struct err *err)
{
	enum status status = STATUS_OK;

	memset(config, 0, sizeof *config);
	config->log_level = LOG_LEVEL_INFO;
	for (size_t i = 0; i < config_setting_count; i++) {
		char **member;

		if (config_settings[i].member == CONFIG_NO_MEMBER)
			continue;
		member = (char **)(void *)((char *)config + config_settings[i].member);
		*member = strdup("");
		if (*member == NULL)
			status = err_set(err, STATUS_NO_MEMORY, "%s",
					 _("There is not enough memory; close other programs and try again."));
	}
	config->listen_host = strdup("");
	if (config->listen_host == NULL)
		status = err_set(err, STATUS_NO_MEMORY, "%s",
				 _("There is not enough memory; close other programs and try again."));
	return status;
}

enum status
config_load_only(const struct config_override *overrides, size_t count, struct config *config, struct err *err)
{
	struct raw_config raw = { .mail_count = 0 };
	enum status status = config_init(config, err);

	if (status == STATUS_OK)
		status = read_overrides(&raw, overrides, count, err);
	if (status == STATUS_OK)
		status = store_all(&raw, config, err);
	raw_config_release(&raw);
	return status;
}

/* Forgets what is not about the console itself. */
static void
keep_looks(struct raw_config *raw)
{
	for (size_t i = 0; i < config_setting_count; i++) {
		const char *section = config_settings[i].section;

		if (raw->settings[i].value == NULL || strcmp(section, "ui") == 0 || strcmp(section, "notify") == 0)
			continue;
		config_wipe(raw->settings[i].value);
		raw->settings[i].value = NULL;
	}
	mail_release(raw->mail, raw->mail_count);
	raw->mail = NULL;
	raw->mail_count = 0;
}

enum status
config_load_looks(const struct config_override *overrides, size_t count, struct config *config, struct err *err)
{
	struct raw_config raw = { .mail_count = 0 };
	enum status status = config_init(config, err);
	char *ini = config_file_name();

	if (status == STATUS_OK && ini != NULL)
		status = config_read_ini(ini, &raw, err);
	if (status == STATUS_OK)
		status = read_environment(&raw, err);
	keep_looks(&raw);
	if (status == STATUS_OK)
		status = read_overrides(&raw, overrides, count, err);
	if (status == STATUS_OK)
		status = store_all(&raw, config, err);
	free(ini);
	raw_config_release(&raw);
	return status;
}

enum status
config_load(const struct config_override *overrides, size_t count, struct config *config, struct err *err)
{
	struct raw_config raw = { .mail_count = 0 };
	enum status status = config_init(config, err);
	char *ini = config_file_name();

	if (status == STATUS_OK && ini != NULL)
		status = config_read_ini(ini, &raw, err);
	if (status == STATUS_OK)
		status = config_read_env_file(ENV_FILE, &raw, err);
	if (status == STATUS_OK)
		status = read_environment(&raw, err);
	if (status == STATUS_OK)
		status = read_overrides(&raw, overrides, count, err);
	if (status == STATUS_OK)
		status = store_all(&raw, config, err);
	free(ini);
	raw_config_release(&raw);
	return status;
}

void
config_release(struct config *config)
{
	config_wipe(config->twilio_account_sid);
	config_wipe(config->twilio_auth_token);
	config_wipe(config->twilio_auth_token_previous);
	config_wipe(config->api_token);
	free(config->twilio_phone_number);
	free(config->twilio_whatsapp_number);
	free(config->twilio_messaging_service_sid);
	free(config->twilio_api_url);
	free(config->listen_host);
	free(config->public_url);
	free(config->database);
	free(config->log_file);
	free(config->agent_name);
	free(config->notify.command);
	mail_release(config->mail, config->mail_count);
	config_sections_release(config->sections);
	memset(config, 0, sizeof *config);
}

bool
config_has_twilio(const struct config *config)
{
	return config->twilio_account_sid[0] != '\0' && config->twilio_auth_token[0] != '\0';
}

const char *
config_sender(const struct config *config, enum channel channel)
{
	const char *sender = "";

	if (!config_has_twilio(config))
		return NULL;
	switch (channel) {
	case CHANNEL_SMS:
		sender = config->twilio_messaging_service_sid;
		if (sender[0] == '\0')
			sender = config->twilio_phone_number;
		break;
	case CHANNEL_WHATSAPP:
		sender = config->twilio_whatsapp_number;
		break;
	case CHANNEL_EMAIL:
		break;
	}
	return sender[0] != '\0' ? sender : NULL;
}

const char *
config_missing(const struct config *config)
{
	bool sms = config->twilio_phone_number[0] != '\0' || config->twilio_messaging_service_sid[0] != '\0';

	if (config->twilio_account_sid[0] == '\0' && config->twilio_auth_token[0] == '\0')
		return _("SMS and WhatsApp are off: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.");
	if (config->twilio_account_sid[0] == '\0')
		return _("SMS and WhatsApp are off: set TWILIO_ACCOUNT_SID too.");
	if (config->twilio_auth_token[0] == '\0')
		return _("SMS and WhatsApp are off: set TWILIO_AUTH_TOKEN too.");
	if (!sms && config->twilio_whatsapp_number[0] == '\0')
		return _("Nothing can be sent: set TWILIO_PHONE_NUMBER or TWILIO_WHATSAPP_NUMBER.");
	if (config->public_url[0] == '\0')
		return _("The carrier cannot reach this program: set HILO_PUBLIC_URL to the address of the tunnel.");
	return NULL;
}
