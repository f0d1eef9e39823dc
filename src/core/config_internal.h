/* SPDX-License-Identifier: MIT */
/* Between the files of the configuration only; everybody else includes core/config.h. */
#ifndef HILO_CORE_CONFIG_INTERNAL_H
#define HILO_CORE_CONFIG_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/config.h"
#include "core/err.h"

#define CONFIG_SETTING_MAX 48
#define CONFIG_VALUE_MAX 4096

/* What the last source said about one setting, before it is checked. All owned. */
struct raw_setting {
	char *value;	 /* NULL = nobody said anything */
	bool is_command; /* the value is a command whose output is used */
	char *origin;	 /* "/home/ana/.config/hilo/config, line 3, key [twilio] auth_token" */
};

struct raw_config {
	struct raw_setting settings[CONFIG_SETTING_MAX];
	struct config_mail *mail;
	size_t mail_count;
	struct config_entries sections[CONFIG_SECTION_COUNT];
};

/* Which setting a name means. */
struct setting_match {
	int index;	 /* in the table, or -1 */
	bool is_command; /* the name of its command, not of the setting itself */
};
struct setting_match setting_by_environment(const char *name, size_t len);
struct setting_match setting_by_key(const char *section, const char *key);
bool setting_is_secret(const struct setting *setting);
/* Checks `text` (a copy is made) and stores it; `origin` begins the sentence of a refusal. */
enum status setting_store(const struct setting *setting, const char *text, const char *origin, struct config *config,
			  struct err *err);

/* Keeps a value for the setting, in place of what an earlier source said. */
enum status raw_config_set(struct raw_config *raw, struct setting_match match, const char *value, const char *origin,
			   struct err *err);

/* config_section.c: the sections of free keys. The section of that name, or CONFIG_SECTION_COUNT. */
enum config_section config_section_find(const char *name);
/* Checks the form of one line and keeps copies; `path` and `line` begin the sentence of a refusal. */
enum status config_section_add(struct raw_config *raw, enum config_section section, const struct config_entry *entry,
			       const char *path, struct err *err);
void config_sections_release(struct config_entries sections[CONFIG_SECTION_COUNT]);

/* config_value.c: checks the kinds that are no strings, and stores them. False = wrong. */
bool setting_store_plain(const struct setting *setting, const char *text, struct config *config);
/* True for "" and for what child_split() takes. */
bool setting_is_command(const char *text);
/* What a value of the setting must be, translated, as the end of "... must be". */
void setting_expected(const struct setting *setting, char *out, size_t size);

/* Each reads one file if it is there. */
enum status config_read_ini(const char *path, struct raw_config *raw, struct err *err);
enum status config_read_env_file(const char *path, struct raw_config *raw, struct err *err);

/*
 * Runs `command` (split into words as a shell would, but without one) and gives the first line of its output (heap, the
 * caller wipes and frees). It has 10 s. `origin` begins the sentence of a failure.
 */
enum status config_run_command(const char *command, const char *origin, char **output, struct err *err);

/* Overwrites a secret, then frees it. NULL is fine. */
void config_wipe(char *text);

#endif
